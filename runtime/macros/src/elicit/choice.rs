//! Enums: what there is to choose from.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, DataEnum, DeriveInput, Error, Fields, LitStr, Variant};

use super::options::is_ours;
use crate::errors::Errors;
use crate::option::once;

/// How values are made of the names of variants.
const CASES: [&str; 4] = ["lowercase", "UPPERCASE", "snake_case", "kebab-case"];

pub(super) fn expand(input: &DeriveInput, data: &DataEnum) -> syn::Result<TokenStream> {
    let mut errors = Errors::default();
    if data.variants.is_empty() {
        errors.push(Error::new(input.ident.span(), "a choice has options: add variants"));
    }
    let case = errors.take(case(&input.attrs)).flatten();
    let mut values: Vec<String> = Vec::new();
    let mut titles = Vec::new();
    for variant in &data.variants {
        let Some((value, title)) = errors.take(option(variant, case.as_deref())) else { continue };
        if values.contains(&value) {
            let message = format!("there is another option with the value `{value}`");
            errors.push(Error::new(variant.span(), message));
        }
        values.push(value);
        titles.push(match title {
            Some(title) => quote! { ::std::option::Option::Some(#title) },
            None => quote! { ::std::option::Option::None },
        });
    }
    errors.into_result(())?;
    let name = &input.ident;
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    Ok(quote! {
        #[automatically_derived]
        impl ::toolwright::elicit::Choice for #name {
            const OPTIONS: &'static [(&'static str, ::std::option::Option<&'static str>)] =
                &[#((#values, #titles)),*];

            fn value(&self) -> &'static str {
                match self {
                    #(Self::#variants => #values,)*
                }
            }

            fn chosen(__value: &str) -> ::std::option::Option<Self> {
                match __value {
                    #(#values => ::std::option::Option::Some(Self::#variants),)*
                    _ => ::std::option::Option::None,
                }
            }
        }
    })
}

/// Value and title of a variant.
fn option(variant: &Variant, case: Option<&str>) -> syn::Result<(String, Option<LitStr>)> {
    if !matches!(variant.fields, Fields::Unit) {
        let message = "an option of a choice has no content: a form is flat";
        return Err(Error::new(variant.fields.span(), message));
    }
    let (mut name, mut title) = (None, None);
    for attribute in variant.attrs.iter().filter(|attribute| is_ours(attribute)) {
        attribute.parse_nested_meta(|meta| {
            let slot = if meta.path.is_ident("name") {
                &mut name
            } else if meta.path.is_ident("title") {
                &mut title
            } else {
                return Err(meta.error("unknown option; on a variant there are `name` and `title`"));
            };
            once(&meta, slot, meta.value()?.parse::<LitStr>()?)
        })?;
    }
    let value = match name {
        Some(name) => name.value(),
        None => in_case(&variant.ident.unraw().to_string(), case),
    };
    Ok((value, title))
}

fn case(attributes: &[Attribute]) -> syn::Result<Option<String>> {
    let mut case = None;
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename_all") {
                return Err(meta.error("unknown option; on an enum there is `rename_all`"));
            }
            let text: LitStr = meta.value()?.parse()?;
            if !CASES.contains(&text.value().as_str()) {
                let message = format!("the cases are \"{}\"", CASES.join("\", \""));
                return Err(Error::new(text.span(), message));
            }
            once(&meta, &mut case, text.value())
        })?;
    }
    Ok(case)
}

fn in_case(name: &str, case: Option<&str>) -> String {
    let joined = |with: char| {
        let mut out = String::new();
        for character in name.chars() {
            if character.is_uppercase() && !out.is_empty() {
                out.push(with);
            }
            out.extend(character.to_lowercase());
        }
        out
    };
    match case {
        Some("lowercase") => name.to_lowercase(),
        Some("UPPERCASE") => name.to_uppercase(),
        Some("snake_case") => joined('_'),
        Some("kebab-case") => joined('-'),
        _ => name.to_owned(),
    }
}
