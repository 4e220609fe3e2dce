//! Reading and writing of unions that are told apart by a tag or by their members: one look at the
//! value instead of trying every variant, and an error that says what is wrong.

use crate::json::Value;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::parse_quote;

use super::shape::{Body, Item, Items, Shape, Told, Variant};
use super::{doc_attributes, open};

/// Unions in unions deeper than this count as knowing no members.
const MAX_DEPTH: usize = 8;
/// Variants that a message names.
const MAX_NAMED: usize = 20;

/// `impl Deserialize` and `impl Serialize`, where a union can't derive them.
pub(super) fn conversions(name: &syn::Ident, item: &Item, items: &Items) -> Vec<syn::Item> {
    let Body::Union { variants, told } = &item.body else { return Vec::new() };
    let read = match told {
        Told::Order => return Vec::new(),
        Told::Tag(tag) => by_tag(name, item, variants, tag),
        Told::Members => by_members(variants, items),
    };
    let mut conversions = vec![parse_quote! {
        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::toolwright::__rt::serde::Deserializer<'de>,
            {
                use ::toolwright::__rt::serde::de::Error;
                let value = json::Value::deserialize(deserializer)?;
                #read
            }
        }
    }];
    if writes_tag(item, items) {
        conversions.extend(writer(name, item, variants, told, items));
    }
    conversions
}

/// Whether the union has to write the tag for variants that don't hold it themselves.
pub(super) fn writes_tag(item: &Item, items: &Items) -> bool {
    let Body::Union { variants, told: Told::Tag(tag) } = &item.body else { return false };
    variants.iter().any(|variant| lacks_tag(variant, tag, items))
}

/// The variant for values with an unknown tag, where the union has one.
pub(super) fn rest(item: &Item) -> Option<syn::Ident> {
    let Body::Union { variants, told: Told::Tag(_) } = &item.body else { return None };
    let all_tagged = variants.iter().all(|variant| !variant.tags.is_empty());
    (item.open && all_tagged).then(|| open::rest(variants.iter().map(|v| v.name.as_str())))?
}

/// That variant's declaration.
pub(super) fn rest_variant(rest: &syn::Ident) -> syn::Variant {
    let mut variant: syn::Variant = parse_quote!(#rest(json::Value));
    variant.attrs = doc_attributes("A kind that the API's description doesn't list.");
    variant
}

fn by_tag(name: &syn::Ident, item: &Item, variants: &[Variant], tag: &str) -> TokenStream {
    let strings = arms(variants, |value| value.as_str().map(Literal::string));
    let integers = arms(variants, |value| value.as_i64().map(Literal::i64_unsuffixed));
    let mut read = TokenStream::new();
    for (arms, method) in [(strings, quote!(as_str)), (integers, quote!(as_i64))] {
        if !arms.is_empty() {
            read.extend(quote! {
                if let Some(tag) = value.get(#tag).and_then(json::Value::#method) {
                    match tag {
                        #(#arms)*
                        _ => {}
                    }
                }
            });
        }
    }
    let without = variants.iter().find(|variant| variant.tags.is_empty());
    let known: Vec<String> = variants
        .iter()
        .flat_map(|variant| &variant.tags)
        .take(MAX_NAMED)
        .map(ToString::to_string)
        .collect();
    let unknown =
        format!("`{tag}` has to be one of {}, to say which {name} it is", known.join(", "));
    read.extend(match (without.and_then(ident), rest(item)) {
        (Some(variant), _) => quote! {
            json::from_value(value).map(Self::#variant).map_err(D::Error::custom)
        },
        (None, Some(rest)) => quote! {
            if value.is_object() { Ok(Self::#rest(value)) } else { Err(D::Error::custom(#unknown)) }
        },
        (None, None) => quote!(Err(D::Error::custom(#unknown))),
    });
    read
}

/// What a value is when it is none of a union: its variants by name.
pub(super) fn expected(variants: &[Variant]) -> String {
    let names: Vec<&str> =
        variants.iter().take(MAX_NAMED).map(|variant| variant.name.as_str()).collect();
    let more = if variants.len() > MAX_NAMED { ", …" } else { "" };
    format!("matches none of {}{more}", names.join(", "))
}

/// A match arm per variant, with its tags of one kind.
fn arms(variants: &[Variant], literal: impl Fn(&Value) -> Option<Literal>) -> Vec<TokenStream> {
    variants
        .iter()
        .filter_map(|variant| {
            let tags: Vec<Literal> = variant.tags.iter().filter_map(&literal).collect();
            let name = ident(variant)?;
            let read = quote!(json::from_value(value).map(Self::#name).map_err(D::Error::custom));
            (!tags.is_empty()).then(|| quote!(#(#tags)|* => return #read,))
        })
        .collect()
}

fn by_members(variants: &[Variant], items: &Items) -> TokenStream {
    let known = variants.iter().map(|variant| {
        let mut names = Vec::new();
        let keeps = members(items, &variant.shape, &mut names, 0);
        let names = names.into_iter().map(Literal::string);
        quote!((&[#(#names),*], #keeps))
    });
    let arms = variants.iter().enumerate().filter_map(|(position, variant)| {
        let name = ident(variant)?;
        let position = Literal::usize_unsuffixed(position);
        Some(quote!(#position => Deserialize::deserialize(&value).map(Self::#name),))
    });
    let none = expected(variants);
    quote! {
        for variant in ::toolwright::__rt::closest(&value, &[#(#known),*]) {
            let read = match variant {
                #(#arms)*
                _ => continue,
            };
            if let Ok(read) = read {
                return Ok(read);
            }
        }
        Err(D::Error::custom(#none))
    }
}

/// Adds the wire names that a shape knows, and tells whether it keeps all others.
fn members<'a>(items: &'a Items, shape: &Shape, names: &mut Vec<&'a str>, depth: usize) -> bool {
    match shape {
        Shape::Any | Shape::Map(_) => true,
        Shape::Array(inner) | Shape::Nullable(inner) => members(items, inner, names, depth),
        Shape::Named(name) if depth < MAX_DEPTH => match items.get(name).map(|item| &item.body) {
            Some(Body::Struct { fields, extra }) => {
                for field in fields {
                    if !names.contains(&field.wire.as_str()) {
                        names.push(&field.wire);
                    }
                }
                extra.is_some()
            }
            Some(Body::Union { variants, .. }) => {
                let mut keeps = false;
                for variant in variants {
                    keeps |= members(items, &variant.shape, names, depth + 1);
                }
                keeps
            }
            Some(Body::Alias(shape)) => members(items, shape, names, depth + 1),
            _ => false,
        },
        _ => false,
    }
}

fn writer(
    name: &syn::Ident,
    item: &Item,
    variants: &[Variant],
    told: &Told,
    items: &Items,
) -> Option<syn::Item> {
    let Told::Tag(tag) = told else { return None };
    let arms = variants.iter().filter_map(|variant| {
        let name = ident(variant)?;
        let value = match variant.tags.first() {
            Some(Value::String(text)) => Some(Literal::string(text)),
            Some(other) => other.as_i64().map(Literal::i64_unsuffixed),
            None => None,
        };
        Some(match value.filter(|_| lacks_tag(variant, tag, items)) {
            Some(value) => quote! {
                Self::#name(value) => {
                    ::toolwright::__rt::tagged(value, #tag, #value, serializer)
                }
            },
            None => quote!(Self::#name(value) => value.serialize(serializer),),
        })
    });
    let rest = rest(item).map(|rest| quote!(Self::#rest(value) => value.serialize(serializer),));
    Some(parse_quote! {
        impl Serialize for #name {
            fn serialize<S>(&self, serializer: S) -> Result<S::Ok, S::Error>
            where
                S: ::toolwright::__rt::serde::Serializer,
            {
                match self {
                    #(#arms)*
                    #rest
                }
            }
        }
    })
}

/// Whether a value of the variant may be without the tag.
fn lacks_tag(variant: &Variant, tag: &str, items: &Items) -> bool {
    if variant.tags.is_empty() {
        return false;
    }
    let Shape::Named(name) = &variant.shape else { return true };
    match items.get(name).map(|item| &item.body) {
        Some(Body::Struct { fields, .. }) => {
            !fields.iter().any(|field| field.wire == tag && field.required)
        }
        // A union with the same tag writes it.
        Some(Body::Union { told: Told::Tag(own), .. }) => own != tag,
        _ => true,
    }
}

fn ident(variant: &Variant) -> Option<syn::Ident> {
    super::ident(&super::escape(&variant.name)).ok()
}
