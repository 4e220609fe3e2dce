//! Items as Rust declarations: names, derives, wire names and docs, one item at a time.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::boxes::Boxes;
use super::defaults::Defaults;
use super::print::Printer;
use super::shape::{Body, Field, Item, Items, Shape, Told, Value, Variant, in_order};
use super::{doc, open, tagged, wire};

/// Whether the item can be declared at all.
///
/// # Errors
/// What makes it no Rust: a name that is none, or is used twice.
pub(super) fn check(name: &str, item: &Item) -> Result<(), String> {
    ident(name)?;
    let mut seen = BTreeSet::new();
    let mut once = |inner: &str| {
        let inner = super::escape(inner);
        ident(&inner)?;
        let message = format!("`{name}` has `{inner}` twice");
        if seen.insert(inner) { Ok(()) } else { Err(message) }
    };
    match &item.body {
        Body::Struct { fields, .. } => fields.iter().try_for_each(|field| once(&field.name)),
        Body::Enum(values) => values.iter().try_for_each(|value| once(&value.name)),
        Body::Union { variants, .. } => variants.iter().try_for_each(|variant| once(&variant.name)),
        Body::Alias(_) => Ok(()),
    }
}

/// Declares items that refer to each other.
pub(super) struct Declarer<'a> {
    items: &'a Items,
    boxes: Boxes<'a>,
    defaults: Defaults,
}

impl<'a> Declarer<'a> {
    pub(super) fn new(items: &'a Items) -> Self {
        Self { items, boxes: Boxes::of(items), defaults: Defaults::default() }
    }

    /// The declaration of an item, and what stands behind it. How structs and enums are read and
    /// written is added to `wiring`.
    ///
    /// # Errors
    /// What makes it no Rust, which [`check`] knows beforehand.
    pub(super) fn declare(
        &mut self,
        name: &str,
        item: &Item,
        wiring: &mut String,
    ) -> Result<Vec<syn::Item>, String> {
        let ident = ident(name)?;
        let printer = Printer { boxes: &self.boxes, owner: name };
        let mut behind = Vec::new();
        let tokens = match &item.body {
            Body::Struct { fields, extra } => {
                let fields = Fields::new(name, fields, &mut self.defaults)?;
                let attributes = attributes(item, self.items, extra.is_none() && fields.derive());
                let extra = extra.as_ref().map(|shape| more(&printer, shape));
                wire::record(wiring, name, fields.wired(), extra.is_some(), self.items);
                if extra.is_none() {
                    behind.extend(fields.implementation(&ident));
                }
                let fields = fields.tokens(&printer);
                quote!(#attributes pub struct #ident { #fields #extra })
            }
            Body::Alias(shape) => {
                let attributes = attributes(item, self.items, false);
                let inner = printer.tokens(shape);
                quote!(#attributes pub struct #ident(pub #inner);)
            }
            Body::Enum(values) => {
                let attributes = attributes(item, self.items, false);
                let rest = open::rest(values.iter().map(|value| value.name.as_str()));
                let rest = rest.filter(|_| item.open);
                let variants = enum_values(values)?;
                let unlisted = rest.as_ref().map(open::variant);
                wire::listed(wiring, name, values, rest.as_ref());
                quote!(#attributes pub enum #ident { #variants #unlisted })
            }
            Body::Union { variants, .. } => {
                let attributes = attributes(item, self.items, false);
                let variants = union_variants(variants, &printer)?;
                let rest = tagged::rest(item).map(|rest| tagged::rest_variant(&rest));
                behind = tagged::conversions(&ident, item, self.items);
                quote!(#attributes pub enum #ident { #variants #rest })
            }
        };
        let declaration = syn::parse2(tokens).map_err(|error| format!("no Rust: {error}"))?;
        behind.insert(0, declaration);
        Ok(behind)
    }

    /// What the declared items need besides, once.
    pub(super) fn rest(&mut self) -> Option<syn::Item> {
        self.defaults.module()
    }
}

struct Fields<'a> {
    each: Vec<(syn::Ident, &'a Field, Option<String>)>,
}

impl<'a> Fields<'a> {
    fn new(owner: &str, fields: &'a [Field], defaults: &mut Defaults) -> Result<Self, String> {
        let each = in_order(fields).into_iter().map(|(name, field)| {
            let default = defaults.path(owner, field);
            Ok((ident(&name)?, field, default))
        });
        Ok(Self { each: each.collect::<Result<_, String>>()? })
    }

    /// Whether an empty value can be derived.
    fn derive(&self) -> bool {
        self.each.iter().all(|(_, field, default)| !field.required && default.is_none())
    }

    /// An empty value where none can be derived.
    fn implementation(&self, ident: &syn::Ident) -> Option<syn::Item> {
        if self.derive() || self.each.iter().any(|(_, field, _)| field.required) {
            return None;
        }
        let values = self.each.iter().map(|(name, _, default)| {
            let default = default.as_ref().and_then(|path| syn::parse_str::<syn::Path>(path).ok());
            match default {
                Some(path) => quote!(#name: #path()),
                None => quote!(#name: Default::default()),
            }
        });
        Some(parse_quote! {
            impl Default for #ident {
                fn default() -> Self {
                    Self { #(#values,)* }
                }
            }
        })
    }

    fn tokens(&self, printer: &Printer<'_>) -> TokenStream {
        let each = self.each.iter().map(|(name, field, _)| {
            let docs = doc::tokens(field.doc.as_deref());
            let kind = field_type(field, printer);
            quote!(#docs pub #name: #kind,)
        });
        each.collect()
    }

    fn wired(&self) -> impl Iterator<Item = (String, &'a Field, Option<&str>)> {
        let each = self.each.iter();
        each.map(|(name, field, default)| (name.to_string(), *field, default.as_deref()))
    }
}

fn field_type(field: &Field, printer: &Printer<'_>) -> TokenStream {
    match &field.shape {
        // This one tells `null` from absent.
        Shape::Nullable(inner) if field.keeps_null => {
            let inner = printer.optional(inner);
            quote!(::toolwright::Patch<#inner>)
        }
        shape @ Shape::Nullable(_) => printer.tokens(shape),
        shape if field.required || field.default.is_some() => printer.tokens(shape),
        // Also an array or a map: absent and empty are two things.
        shape => {
            let inner = printer.optional(shape);
            quote!(Option<#inner>)
        }
    }
}

/// The field for members that have none of their own.
fn more(printer: &Printer<'_>, shape: &Shape) -> TokenStream {
    let docs = doc::tokens(Some("Further members."));
    let kind = printer.tokens(&Shape::Map(Box::new(shape.clone())));
    quote!(#docs pub extra: #kind,)
}

fn attributes(item: &Item, items: &Items, default: bool) -> TokenStream {
    let docs = doc::tokens(item.doc.as_deref());
    let serde = |kind: &TokenStream| quote!(#[serde(crate = "::toolwright::__rt::serde", #kind)]);
    let (derive, serde) = match &item.body {
        Body::Enum(_) if item.open => (quote!(, PartialEq, Eq, Hash), None),
        Body::Enum(_) => (quote!(, Copy, PartialEq, Eq, Hash), None),
        Body::Struct { .. } if default => (quote!(, Default), None),
        Body::Struct { .. } => (TokenStream::new(), None),
        Body::Alias(_) => (quote!(, Serialize, Deserialize), Some(serde(&quote!(transparent)))),
        Body::Union { variants, told } => {
            let write = (!tagged::writes_tag(item, items)).then(|| quote!(, Serialize));
            if *told == Told::Order {
                let expected = tagged::expected(variants);
                let kind = serde(&quote!(untagged, expecting = #expected));
                (quote!(#write, Deserialize), Some(kind))
            } else {
                let kind = write.is_some().then(|| serde(&quote!(untagged)));
                (quote!(#write), kind)
            }
        }
    };
    quote!(#docs #[derive(Debug, Clone #derive)] #serde)
}

fn enum_values(values: &[Value]) -> Result<TokenStream, String> {
    let mut tokens = TokenStream::new();
    for value in values {
        let ident = ident(&super::escape(&value.name))?;
        tokens.extend(quote!(#ident,));
    }
    Ok(tokens)
}

fn union_variants(variants: &[Variant], printer: &Printer<'_>) -> Result<TokenStream, String> {
    let mut tokens = TokenStream::new();
    for variant in variants {
        let ident = ident(&super::escape(&variant.name))?;
        let kind = printer.tokens(&variant.shape);
        tokens.extend(quote!(#ident(#kind),));
    }
    Ok(tokens)
}

fn ident(name: &str) -> Result<syn::Ident, String> {
    super::ident(name).map_err(|_| format!("`{name}` is no identifier"))
}
