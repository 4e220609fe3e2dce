//! String enums that take values which nobody knew of when they were written.

use syn::parse_quote;

use super::name::Names;

/// What the variant for everything else is called, next to `others`.
pub(super) fn rest<'a>(others: impl Iterator<Item = &'a str>) -> Option<syn::Ident> {
    let mut names = Names::default();
    let others: Vec<&str> = others.collect();
    for name in &others {
        names.take(name, &[]);
    }
    let free = ["Unknown", "Other"].into_iter().find(|name| !others.contains(name));
    super::ident(&names.take(free.unwrap_or("Unlisted"), &[])).ok()
}

/// The variant for every other string.
pub(super) fn variant(rest: &syn::Ident) -> syn::Variant {
    let mut variant: syn::Variant = parse_quote!(#rest(String));
    variant.attrs = super::doc_attributes("A value that the API's description doesn't list.");
    variant
}
