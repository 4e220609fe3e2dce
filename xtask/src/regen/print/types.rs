//! From model types to Rust types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::Plan;
use crate::regen::model::{Field, Type};

/// The Rust type of a value.
pub(super) fn rust(plan: &Plan<'_>, ty: &Type) -> TokenStream {
    match ty {
        Type::Bool => quote!(bool),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::String => quote!(String),
        Type::Any => quote!(serde_json::Value),
        Type::Object => quote!(rt::Object),
        Type::Raw => quote!(rt::RawJson),
        Type::Schema => quote!(rt::JsonSchema),
        Type::Ref(name) => {
            let ident = format_ident!("{name}");
            if plan.model.types.contains_key(name) { quote!(#ident) } else { quote!(crate::#ident) }
        }
        Type::List(item) => wrapped(plan, &quote!(Vec), item),
        Type::Map(item) => wrapped(plan, &quote!(rt::Map), item),
        Type::OneOrMany(item) => wrapped(plan, &quote!(rt::OneOrMany), item),
        // Constants are no fields; as an item or alternative one is any value.
        Type::Const(_) => quote!(serde_json::Value),
    }
}

/// The Rust type of a field, without the `Option` of an optional one.
pub(super) fn field(plan: &Plan<'_>, field: &Field, optional: bool) -> TokenStream {
    let mut ty = rust(plan, &field.ty);
    if optional && plan.boxed(&field.ty) {
        ty = quote!(Box<#ty>);
    }
    if nullable(field) {
        ty = quote!(Option<#ty>);
    }
    ty
}

/// The Rust type of an alternative.
pub(super) fn variant(plan: &Plan<'_>, ty: &Type) -> TokenStream {
    let inner = rust(plan, ty);
    if plan.boxed(ty) { quote!(Box<#inner>) } else { inner }
}

/// `null` is a value of the field, and its type does not have it already.
pub(super) fn nullable(field: &Field) -> bool {
    field.nullable && !matches!(field.ty, Type::Any | Type::Raw | Type::Schema)
}

/// How a constructor takes the field, and what turns that into its type.
pub(super) fn parameter(field: &Field, ty: &TokenStream) -> (TokenStream, bool) {
    let plain = nullable(field) || matches!(field.ty, Type::Bool | Type::Integer | Type::Number);
    if plain { (ty.clone(), false) } else { (quote!(impl Into<#ty>), true) }
}

fn wrapped(plan: &Plan<'_>, outer: &TokenStream, item: &Type) -> TokenStream {
    let item = rust(plan, item);
    quote!(#outer<#item>)
}
