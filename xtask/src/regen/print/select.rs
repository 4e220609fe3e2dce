//! Prints how a union of objects finds its alternative.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::regen::model::{Branch, Select, Variant};

/// Whether objects with an unknown discriminator are kept.
pub(super) fn keeps_unknown(select: &Select) -> bool {
    let inner = |branch: &Branch| matches!(branch, Branch::Then(select) if keeps_unknown(select));
    match select {
        Select::Tag { cases, absent, unknown, .. } => {
            *unknown
                || cases.iter().any(|(_, branch)| inner(branch))
                || absent.as_deref().is_some_and(inner)
        }
        Select::Key { cases, otherwise } => {
            cases.iter().any(|(_, branch)| inner(branch)) || otherwise.as_deref().is_some_and(inner)
        }
        Select::Kind { .. } => false,
    }
}

/// An expression that reads the union from `members`.
///
/// # Errors
/// Says which variant does not exist, or where JSON types would have to be told apart inside.
pub(super) fn print(select: &Select, variants: &[Variant]) -> Result<TokenStream, String> {
    match select {
        Select::Tag { member, cases, absent, unknown } => {
            tag(member, cases, absent.as_deref(), *unknown, variants)
        }
        Select::Key { cases, otherwise } => key(cases, otherwise.as_deref(), variants),
        Select::Kind { .. } => Err("a question for the JSON type below another question".into()),
    }
}

fn tag(
    member: &str,
    cases: &[(String, Branch)],
    absent: Option<&Branch>,
    unknown: bool,
    variants: &[Variant],
) -> Result<TokenStream, String> {
    let names: Vec<&str> = cases.iter().map(|(constant, _)| constant.as_str()).collect();
    let arms = grouped(cases).into_iter().map(|(constants, branch)| {
        let body = self::branch(branch, variants)?;
        Ok(quote!(rt::Tag::Known(#(#constants)|*) => #body))
    });
    let mut arms = arms.collect::<Result<Vec<_>, String>>()?;
    if let Some(absent) = absent {
        let body = branch(absent, variants)?;
        arms.push(quote!(rt::Tag::Absent => #body));
    }
    if unknown {
        let body = quote!(rt::Record::read(members).map(Self::Unknown));
        arms.push(quote!(rt::Tag::Other(_) => #body));
    }
    Ok(quote! {
        match members.tag(&[#member], &[#(#names),*])? {
            #(#arms,)*
            tag => Err(members.unknown_tag(#member, &[#(#names),*], tag)),
        }
    })
}

/// Constants that lead to the same place, together.
fn grouped(cases: &[(String, Branch)]) -> Vec<(Vec<&str>, &Branch)> {
    let mut groups: Vec<(Vec<&str>, &Branch)> = Vec::new();
    for (constant, branch) in cases {
        match groups.iter_mut().find(|(_, known)| *known == branch) {
            Some((constants, _)) => constants.push(constant),
            None => groups.push((vec![constant], branch)),
        }
    }
    groups
}

fn key(
    cases: &[(Vec<String>, Branch)],
    otherwise: Option<&Branch>,
    variants: &[Variant],
) -> Result<TokenStream, String> {
    let firsts = cases.iter().filter_map(|(path, _)| path.first());
    let mut out = match otherwise {
        Some(otherwise) => branch(otherwise, variants)?,
        None => quote!(Err(members.no_key(&[#(#firsts),*]))),
    };
    for (path, taken) in cases.iter().rev() {
        let body = branch(taken, variants)?;
        out = quote! {
            if members.has(&[#(#path),*])? {
                #body
            } else {
                #out
            }
        };
    }
    Ok(out)
}

fn branch(branch: &Branch, variants: &[Variant]) -> Result<TokenStream, String> {
    match branch {
        Branch::Then(select) => print(select, variants),
        Branch::Variant(name) if variants.iter().any(|variant| variant.name == *name) => {
            let name = format_ident!("{name}");
            Ok(quote!(rt::Record::read(members).map(Self::#name)))
        }
        Branch::Variant(name) => Err(format!("there is no variant `{name}`")),
    }
}
