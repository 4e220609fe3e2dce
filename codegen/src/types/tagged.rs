//! Reading of unions by the value of a tag: one look instead of trying every variant, and an error
//! that says what is wrong.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::shape::{Body, Variant};

/// `impl Deserialize` for a union with a tag.
pub(super) fn reader(name: &syn::Ident, body: &Body) -> Option<syn::Item> {
    let Body::Union { variants, tag: Some(tag) } = body else { return None };
    let strings = arms(variants, |value| value.as_str().map(Literal::string));
    let integers = arms(variants, |value| value.as_i64().map(Literal::i64_unsuffixed));
    let mut looks = TokenStream::new();
    for (arms, method) in [(strings, quote!(as_str)), (integers, quote!(as_i64))] {
        if !arms.is_empty() {
            looks.extend(quote! {
                if let Some(tag) = value.get(#tag).and_then(json::Value::#method) {
                    match tag {
                        #(#arms)*
                        _ => {}
                    }
                }
            });
        }
    }
    let unknown = format!("`{tag}` is missing or names no variant of {name}");
    Some(parse_quote! {
        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
            where
                D: ::toolwright::__rt::serde::Deserializer<'de>,
            {
                use ::toolwright::__rt::serde::de::Error;
                let value = json::Value::deserialize(deserializer)?;
                #looks
                Err(D::Error::custom(#unknown))
            }
        }
    })
}

/// A match arm per variant, with its tags of one kind.
fn arms(variants: &[Variant], literal: impl Fn(&Value) -> Option<Literal>) -> Vec<TokenStream> {
    variants
        .iter()
        .filter_map(|variant| {
            let tags: Vec<Literal> = variant.tags.iter().filter_map(&literal).collect();
            let name: syn::Ident = syn::parse_str(&super::escape(&variant.name)).ok()?;
            let read = quote!(json::from_value(value).map(Self::#name).map_err(D::Error::custom));
            (!tags.is_empty()).then(|| quote!(#(#tags)|* => return #read,))
        })
        .collect()
}
