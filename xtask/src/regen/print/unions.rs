//! Prints a union: the enum, its conversions, and how it reads and writes.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attributes::{deprecated, doc};
use super::docs::history;
use super::kinds;
use super::plan::{Flavour, Plan};
use super::record;
use super::select;
use super::types;
use crate::regen::docs::Docs;
use crate::regen::error::Error;
use crate::regen::model::{Select, TypeDef, Variant};

/// A union with everything that belongs to it.
///
/// # Errors
/// Its selection names a variant that it does not have, or one that cannot be read.
pub(super) fn print(
    plan: &Plan<'_>,
    docs: &Docs,
    name: &str,
    def: &TypeDef,
    variants: &[Variant],
    select: &Select,
) -> Result<TokenStream, Error> {
    let fail = |problem: String| Error::Print { what: name.to_owned(), problem };
    let unknown = select::keeps_unknown(select);
    let item = declaration(plan, docs, name, def, variants, unknown);
    let from = conversions(plan, name, variants);
    let access = match select {
        Select::Kind { cases } => kinds::print(plan, name, variants, cases).map_err(fail)?,
        _ => record(name, variants, select, unknown).map_err(fail)?,
    };
    Ok(quote!(#item #from #access))
}

fn declaration(
    plan: &Plan<'_>,
    docs: &Docs,
    name: &str,
    def: &TypeDef,
    variants: &[Variant],
    unknown: bool,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let arms = variants.iter().map(|variant| {
        let doc = doc(&docs.variant(name, &variant.name), &history(&variant.span, &def.span, None));
        let ident = format_ident!("{}", variant.name);
        let ty = types::variant(plan, &variant.ty);
        let held = (!variant.is_null()).then(|| quote!((#ty)));
        quote!(#doc #ident #held)
    });
    let unknown = unknown.then(|| {
        quote! {
            /// Something of a later revision, kept as it came.
            Unknown(rt::Object),
        }
    });
    let doc = doc(&docs.type_doc(name, def), &plan.history(def));
    let deprecated = deprecated(plan.flavour, def.deprecated.as_deref());
    let open = (plan.flavour == Flavour::Superset).then(|| quote!(#[non_exhaustive]));
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        #open
        #deprecated
        pub enum #ident {
            #(#arms,)*
            #unknown
        }
    }
}

/// `From` for each type that only one alternative holds.
fn conversions(plan: &Plan<'_>, name: &str, variants: &[Variant]) -> TokenStream {
    let ident = format_ident!("{name}");
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for variant in variants {
        *holders.entry(types::rust(plan, &variant.ty).to_string()).or_default() += 1;
    }
    let impls = variants.iter().filter(|variant| !variant.is_null()).filter_map(|variant| {
        let ty = types::rust(plan, &variant.ty);
        if holders.get(&ty.to_string()) != Some(&1) {
            return None;
        }
        let arm = format_ident!("{}", variant.name);
        let value = if plan.boxed(&variant.ty) { quote!(Box::new(value)) } else { quote!(value) };
        Some(quote! {
            impl From<#ty> for #ident {
                fn from(value: #ty) -> Self {
                    Self::#arm(#value)
                }
            }
        })
    });
    quote!(#(#impls)*)
}

fn record(
    name: &str,
    variants: &[Variant],
    select: &Select,
    unknown: bool,
) -> Result<TokenStream, String> {
    let read = select::print(select, variants)?;
    let mut arms: Vec<_> =
        variants.iter().map(|variant| format_ident!("{}", variant.name)).collect();
    if unknown {
        arms.push(format_ident!("Unknown"));
    }
    let write = quote! {
        match self {
            #(Self::#arms(value) => rt::Record::write(value, out),)*
        }
    };
    Ok(record::print(name, &read, &write))
}
