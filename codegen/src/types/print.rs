//! Shapes as Rust types.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::boxes::Boxes;
use super::shape::Shape;

/// The Rust type of a shape. `json` is the module's name for `serde_json`.
pub(super) fn type_of(shape: &Shape) -> syn::Type {
    let tokens = Printer { boxes: &Boxes::default(), owner: "" }.tokens(shape);
    syn::parse2(tokens).unwrap_or_else(|_| parse_quote!(json::Value))
}

/// Prints types of the members of one declaration.
pub(super) struct Printer<'a> {
    /// Which members need a box.
    pub(super) boxes: &'a Boxes<'a>,
    /// The declared type.
    pub(super) owner: &'a str,
}

impl Printer<'_> {
    /// The type of a member.
    pub(super) fn tokens(&self, shape: &Shape) -> TokenStream {
        match shape {
            Shape::Named(name) if self.boxes.member(self.owner, name) => boxed(name),
            Shape::Nullable(inner) => {
                let inner = self.optional(inner);
                quote!(Option<#inner>)
            }
            other => self.nested(other),
        }
    }

    /// What the `Option` of a member that may be absent or null is about.
    pub(super) fn optional(&self, inner: &Shape) -> TokenStream {
        match inner {
            Shape::Named(name) if self.boxes.optional(Some(self.owner), name) => boxed(name),
            other => self.nested(other),
        }
    }

    /// A type inside of an array or a map, or one that needs no box.
    fn nested(&self, shape: &Shape) -> TokenStream {
        match shape {
            Shape::Any => quote!(json::Value),
            Shape::Bool => quote!(bool),
            Shape::Int { unsigned: false } => quote!(i64),
            Shape::Int { unsigned: true } => quote!(u64),
            Shape::Float => quote!(f64),
            Shape::Text => quote!(String),
            Shape::Array(inner) => {
                let inner = self.nested(inner);
                quote!(Vec<#inner>)
            }
            Shape::Map(inner) if **inner == Shape::Any => {
                quote!(json::Map<String, json::Value>)
            }
            Shape::Map(inner) => {
                let inner = self.nested(inner);
                quote!(::std::collections::BTreeMap<String, #inner>)
            }
            Shape::Nullable(inner) => {
                let inner = match &**inner {
                    Shape::Named(name) if self.boxes.optional(None, name) => boxed(name),
                    other => self.nested(other),
                };
                quote!(Option<#inner>)
            }
            Shape::Named(name) => named(name),
        }
    }
}

fn named(name: &str) -> TokenStream {
    match crate::types::ident(name) {
        Ok(name) => quote!(#name),
        Err(_) => quote!(json::Value),
    }
}

fn boxed(name: &str) -> TokenStream {
    let name = named(name);
    quote!(Box<#name>)
}
