//! Prints how a union is told apart by JSON type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::Plan;
use crate::regen::model::{Shape, Type, Variant};

/// The implementation of `rt::ByKind`.
///
/// # Errors
/// Says which case has no variant, or a variant of another JSON type.
pub(super) fn print(
    plan: &Plan<'_>,
    name: &str,
    variants: &[Variant],
    cases: &[(String, String)],
) -> Result<TokenStream, String> {
    let ident = format_ident!("{name}");
    let readers = cases.iter().map(|(kind, to)| {
        let variant = variants.iter().find(|variant| variant.name == *to);
        let variant = variant.ok_or_else(|| format!("there is no variant `{to}`"))?;
        reader(plan, kind, variant)
    });
    let readers = readers.collect::<Result<Vec<_>, String>>()?;
    let arms = variants.iter().map(|variant| {
        let arm = format_ident!("{}", variant.name);
        match variant.is_null() {
            true => quote!(Self::#arm => serializer.serialize_unit()),
            false => quote!(Self::#arm(value) => rt::Wire::encode(value, serializer)),
        }
    });
    let kinds: Vec<&str> = cases.iter().map(|(kind, _)| words(kind)).collect();
    let expected = match kinds.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => return Err("no case".into()),
    };
    Ok(quote! {
        impl rt::ByKind for #ident {
            const EXPECTED: &'static str = #expected;

            #(#readers)*

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#arms,)*
                }
            }
        }
    })
}

fn words(kind: &str) -> &str {
    match kind {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "an array",
        "object" => "an object",
        other => other,
    }
}

fn reader(plan: &Plan<'_>, kind: &str, variant: &Variant) -> Result<TokenStream, String> {
    let arm = format_ident!("{}", variant.name);
    let text_enum = matches!(
        plan.definition(&variant.ty).map(|def| &def.shape),
        Some(Shape::StringEnum { .. })
    );
    Ok(match kind {
        "string" if text_enum => quote! {
            fn string(text: &str) -> Option<Self> {
                rt::Text::from_text(text).map(Self::#arm)
            }
        },
        "string" => quote! {
            fn string(text: &str) -> Option<Self> {
                Some(Self::#arm(text.into()))
            }
        },
        "integer" => quote! {
            fn integer(value: i64) -> Option<Self> {
                Some(Self::#arm(value))
            }
        },
        "number" if *plan.resolve(&variant.ty) == Type::Integer => quote! {
            fn integer(value: i64) -> Option<Self> {
                Some(Self::#arm(value))
            }
        },
        "number" => quote! {
            fn number(value: f64) -> Option<Self> {
                Some(Self::#arm(value))
            }
        },
        "boolean" => quote! {
            fn boolean(value: bool) -> Option<Self> {
                Some(Self::#arm(value))
            }
        },
        "null" => quote! {
            fn null() -> Option<Self> {
                Some(Self::#arm)
            }
        },
        "object" => quote! {
            fn object<'de, A: MapAccess<'de>>(
                members: &mut rt::Members<'de, A>,
            ) -> Result<Self, A::Error> {
                rt::Record::read(members).map(Self::#arm)
            }
        },
        "array" => quote! {
            fn array<'de, A: SeqAccess<'de>>(elements: A) -> Result<Self, A::Error> {
                rt::FromElements::from_elements(elements).map(Self::#arm)
            }
        },
        other => return Err(format!("`{other}` is no JSON type")),
    })
}
