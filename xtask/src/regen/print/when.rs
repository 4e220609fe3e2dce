//! Conditions on the revision.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The variant of `Revision` for `id`.
pub(super) fn variant(id: &str) -> Ident {
    format_ident!("V{}", id.replace('-', "_"))
}

/// An expression that is true for those of `all` that are in `wanted`; `None`: always true.
/// What it says of other revisions is open.
pub(super) fn condition(
    all: &[&str],
    wanted: &[&str],
    subject: &TokenStream,
) -> Option<TokenStream> {
    let first = all.iter().position(|id| wanted.contains(id));
    let last = all.iter().rposition(|id| wanted.contains(id));
    let (Some(first), Some(last)) = (first, last) else {
        return Some(quote!(false));
    };
    let gap = all.iter().take(last).skip(first).any(|id| !wanted.contains(id));
    if gap {
        let outside: Vec<&str> = all.iter().copied().filter(|id| !wanted.contains(id)).collect();
        let inverse = condition_without_gap(all, &outside, subject);
        if let Some(inverse) = inverse {
            return Some(inverse);
        }
        let variants = wanted.iter().map(|id| variant(id));
        return Some(quote!(matches!(#subject, #(Revision::#variants)|*)));
    }
    let from = (first > 0).then(|| all.get(first)).flatten().map(|id| variant(id));
    let until = (last + 1 < all.len()).then(|| all.get(last)).flatten().map(|id| variant(id));
    match (from, until) {
        (None, None) => None,
        (Some(from), None) => Some(quote!(#subject >= Revision::#from)),
        (None, Some(until)) => Some(quote!(#subject <= Revision::#until)),
        (Some(from), Some(until)) if from == until => Some(quote!(#subject == Revision::#from)),
        (Some(from), Some(until)) => {
            Some(quote!(#subject >= Revision::#from && #subject <= Revision::#until))
        }
    }
}

/// `wanted` is all but a run in the middle: before it or behind it.
fn condition_without_gap(
    all: &[&str],
    outside: &[&str],
    subject: &TokenStream,
) -> Option<TokenStream> {
    let first = all.iter().position(|id| outside.contains(id))?;
    let last = all.iter().rposition(|id| outside.contains(id))?;
    if all.iter().take(last).skip(first).any(|id| !outside.contains(id)) {
        return None;
    }
    let (first, last) = (variant(all.get(first)?), variant(all.get(last)?));
    if first == last {
        return Some(quote!(#subject != Revision::#first));
    }
    Some(quote!(#subject < Revision::#first || #subject > Revision::#last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(wanted: &[&str]) -> String {
        let all = ["2024-01-01", "2025-01-01", "2026-01-01"];
        condition(&all, wanted, &quote!(r)).map_or_else(|| "always".into(), |text| text.to_string())
    }

    #[test]
    fn runs_compare_and_others_are_listed() {
        assert_eq!(text(&["2024-01-01", "2025-01-01", "2026-01-01"]), "always");
        assert_eq!(text(&["2025-01-01", "2026-01-01"]), "r >= Revision :: V2025_01_01");
        assert_eq!(text(&["2024-01-01"]), "r <= Revision :: V2024_01_01");
        assert_eq!(text(&["2025-01-01"]), "r == Revision :: V2025_01_01");
        assert_eq!(text(&["2024-01-01", "2026-01-01"]), "r != Revision :: V2025_01_01");
        assert_eq!(text(&[]), "false");
    }
}
