//! Prints all types of a model into one file.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attributes::doc;
use super::plan::{EXTERNAL, Flavour, Plan};
use super::{structs, texts, types, unions};
use crate::regen::docs::Docs;
use crate::regen::error::Error;
use crate::regen::model::{Select, Shape, TypeDef};

/// The whole file.
///
/// # Errors
/// Names the type that cannot be printed.
pub(super) fn print(plan: &Plan<'_>, docs: &Docs) -> Result<TokenStream, Error> {
    let (mut items, mut records, mut kinds, mut texts) = (vec![], vec![], vec![], vec![]);
    for (name, def) in plan.types() {
        let ident = format_ident!("{name}");
        items.push(item(plan, docs, name, def)?);
        match &def.shape {
            Shape::Struct { .. } => records.push(ident),
            Shape::Union { select: Select::Kind { .. }, .. } => kinds.push(ident),
            Shape::Union { .. } => records.push(ident),
            Shape::StringEnum { .. } => texts.push(ident),
            Shape::Alias { .. } => {}
        }
    }
    let heading = match plan.flavour {
        Flavour::Superset => " The types of all revisions in one.".to_owned(),
        Flavour::Exact => format!(" The types of {} exactly as its schema has them.", plan.id()),
    };
    let external = EXTERNAL.iter().filter(|name| plan.model.types.contains_key(**name));
    let external: Vec<_> = external.map(|name| format_ident!("{name}")).collect();
    let shown = (plan.flavour == Flavour::Exact).then(|| quote!(pub));
    let external = (!external.is_empty()).then(|| quote!(#shown use crate::rt::{#(#external),*};));
    let serializer = (!kinds.is_empty()).then(|| {
        quote!(
            use serde::ser::Serializer;
        )
    });
    let arrays = items.iter().any(|item| item.to_string().contains("SeqAccess"));
    let arrays = arrays.then(|| {
        quote!(
            use serde::de::SeqAccess;
        )
    });
    let maps = (!records.is_empty()).then(|| {
        quote! {
            use serde::de::MapAccess;
            use serde::ser::SerializeMap;
        }
    });
    let calls = [(quote!(records), records), (quote!(kinds), kinds), (quote!(texts), texts)];
    let calls = calls.iter().filter(|(_, types)| !types.is_empty());
    let calls = calls.map(|(call, types)| quote!(rt::#call!(#(#types),*);));
    Ok(quote! {
        #![doc = #heading]
        #![allow(deprecated, clippy::too_many_arguments, clippy::large_enum_variant)]

        #maps
        #arrays
        #serializer

        use crate::rt;
        #external

        #(#items)*
        #(#calls)*
    })
}

fn item(plan: &Plan<'_>, docs: &Docs, name: &str, def: &TypeDef) -> Result<TokenStream, Error> {
    match &def.shape {
        Shape::Struct { fields } => structs::print(plan, docs, name, def, fields),
        Shape::Union { variants, select } => unions::print(plan, docs, name, def, variants, select),
        Shape::StringEnum { values, open } => {
            Ok(texts::print(plan, docs, name, def, values, *open))
        }
        Shape::Alias { to } => {
            let ident = format_ident!("{name}");
            let to = types::rust(plan, to);
            let doc = doc(&docs.type_doc(name, def), &plan.history(def));
            Ok(quote!(#doc pub type #ident = #to;))
        }
    }
}
