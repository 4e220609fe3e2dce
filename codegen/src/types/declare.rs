//! Items as Rust declarations: names, derives, wire names and docs, one item at a time.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::boxes::Boxes;
use super::defaults::Defaults;
use super::print::Printer;
use super::shape::{Body, Field, Item, Items, Shape, Told, Value, Variant, in_order};
use super::{doc, open, tagged};

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

    /// The declaration of an item, and what stands behind it.
    ///
    /// # Errors
    /// What makes it no Rust, which [`check`] knows beforehand.
    pub(super) fn declare(&mut self, name: &str, item: &Item) -> Result<Vec<syn::Item>, String> {
        let ident = ident(name)?;
        let printer = Printer { boxes: &self.boxes, owner: name };
        let mut behind = Vec::new();
        let tokens = match &item.body {
            Body::Struct { fields, extra } => {
                let fields = Fields::new(name, fields, &mut self.defaults)?;
                let attributes = attributes(item, self.items, extra.is_none() && fields.derive());
                let extra = extra.as_ref().map(|shape| more(&printer, shape));
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
                let variants = enum_values(values, rest.is_some())?;
                let unlisted = rest.as_ref().map(open::variant);
                if let Some(rest) = &rest {
                    behind = open::conversions(&ident, values, rest);
                }
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
        let each = self.each.iter().map(|(name, field, default)| {
            let docs = doc::tokens(field.doc.as_deref());
            let serde = serde(field, name, default.as_deref());
            let kind = field_type(field, printer);
            quote!(#docs #serde pub #name: #kind,)
        });
        each.collect()
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

fn serde(field: &Field, ident: &syn::Ident, default: Option<&str>) -> Option<TokenStream> {
    let mut words: Vec<TokenStream> = Vec::new();
    if differs(&field.wire, ident) {
        let wire = &field.wire;
        words.push(quote!(rename = #wire));
    }
    match default {
        Some(path) => words.push(quote!(default = #path)),
        None if !field.required && field.default.is_some() => words.push(quote!(default)),
        None if field.keeps_null => words.push(quote!(
            default,
            deserialize_with = "::toolwright::__rt::sent",
            skip_serializing_if = "Option::is_none"
        )),
        None if !field.required => words.push(quote!(skip_serializing_if = "Option::is_none")),
        None => {}
    }
    (!words.is_empty()).then(|| quote!(#[serde(#(#words),*)]))
}

/// Whether a name has to be said beside the identifier. The compiler normalises identifiers, so
/// that letters beyond ASCII may be others than those of the document.
fn differs(wire: &str, ident: &syn::Ident) -> bool {
    ident != wire || !wire.is_ascii()
}

/// The field for members that have none of their own.
fn more(printer: &Printer<'_>, shape: &Shape) -> TokenStream {
    let docs = doc::tokens(Some("Further members."));
    let kind = printer.tokens(&Shape::Map(Box::new(shape.clone())));
    quote!(#docs #[serde(flatten)] pub extra: #kind,)
}

fn attributes(item: &Item, items: &Items, default: bool) -> TokenStream {
    let docs = doc::tokens(item.doc.as_deref());
    let extra: TokenStream = match &item.body {
        Body::Enum(_) if item.open => quote!(, PartialEq, Eq, Hash),
        Body::Enum(_) => quote!(, Copy, PartialEq, Eq, Hash),
        _ if default => quote!(, Default),
        _ => TokenStream::new(),
    };
    let by_hand = matches!(&item.body, Body::Union { told, .. } if *told != Told::Order);
    let open_enum = item.open && matches!(item.body, Body::Enum(_));
    let write = !open_enum && !tagged::writes_tag(item, items);
    let write_word = write.then(|| quote!(, Serialize));
    let read_word = (!by_hand).then(|| quote!(, Deserialize));
    let derive = quote!(#docs #[derive(Debug, Clone #extra #write_word #read_word)]);
    if by_hand && !write {
        return derive;
    }
    let kind: TokenStream = match &item.body {
        Body::Union { variants, .. } if !by_hand => {
            let expected = tagged::expected(variants);
            quote!(, untagged, expecting = #expected)
        }
        Body::Union { .. } => quote!(, untagged),
        Body::Alias(_) => quote!(, transparent),
        Body::Enum(_) if item.open => quote!(, from = "String"),
        _ => TokenStream::new(),
    };
    quote!(#derive #[serde(crate = "::toolwright::__rt::serde" #kind)])
}

fn enum_values(values: &[Value], open: bool) -> Result<TokenStream, String> {
    let mut tokens = TokenStream::new();
    for value in values {
        let ident = ident(&super::escape(&value.name))?;
        let wire = &value.wire;
        let rename = (!open && differs(wire, &ident)).then(|| quote!(#[serde(rename = #wire)]));
        tokens.extend(quote!(#rename #ident,));
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
    syn::parse_str(name).map_err(|_| format!("`{name}` is no identifier"))
}
