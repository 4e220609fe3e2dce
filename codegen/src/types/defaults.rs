//! Functions that give members their defaults.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::json::Value;
use heck::ToSnakeCase;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::parse_quote;

use super::name::Names;
use super::print;
use super::shape::{Field, Shape};

/// The functions that the defaults of a module need.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    shared: BTreeSet<Shared>,
    own: TokenStream,
    names: Names,
}

/// A function for all defaults of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Boolean,
    Signed,
    Unsigned,
}

impl Defaults {
    /// Path of the function for the default of a field of the type `owner`; `None` where the
    /// field has no default, or the one of its type.
    pub(super) fn path(&mut self, owner: &str, field: &Field) -> Option<String> {
        let default = field.default.as_ref()?;
        let kind = match field.shape {
            Shape::Int { unsigned: true } => "u64",
            _ => "i64",
        };
        match (&field.shape, default) {
            (Shape::Bool, Value::Bool(true)) => {
                self.shared.insert(Shared::Boolean);
                Some("defaults::default_bool::<true>".to_owned())
            }
            (Shape::Int { .. }, Value::Number(number)) => {
                if let Some(number) = number.as_u64().filter(|number| *number > 0) {
                    self.shared.insert(Shared::Unsigned);
                    return Some(format!("defaults::default_u64::<{kind}, {number}>"));
                }
                let number = number.as_i64().filter(|number| *number < 0)?;
                self.shared.insert(Shared::Signed);
                Some(format!("defaults::default_i64::<{kind}, {number}>"))
            }
            (Shape::Float, Value::Number(number)) => {
                let literal = Literal::from_str(&format!("{number}_f64")).ok()?;
                Some(self.function(owner, field, &quote!(#literal)))
            }
            (Shape::Text, Value::String(text)) if !text.is_empty() => {
                let text = text.as_str();
                Some(self.function(owner, field, &quote!(#text.to_string())))
            }
            _ => None,
        }
    }

    fn function(&mut self, owner: &str, field: &Field, value: &TokenStream) -> String {
        let wanted = format!("{owner}_{}", field.name).to_snake_case();
        let name = self.names.take(&wanted, &[]);
        let kind = print::type_of(&field.shape);
        if let Ok(ident) = crate::types::ident(&name) {
            self.own.extend(quote! {
                pub(super) fn #ident() -> #kind {
                    #value
                }
            });
        }
        format!("defaults::{name}")
    }

    /// The module of all functions that were asked for, if any was, and only once.
    pub(super) fn module(&mut self) -> Option<syn::Item> {
        let shared = std::mem::take(&mut self.shared);
        let shared: TokenStream = shared.into_iter().map(Shared::function).collect();
        let own = std::mem::take(&mut self.own);
        (!shared.is_empty() || !own.is_empty()).then(|| {
            parse_quote! {
                #[allow(clippy::unwrap_used)]
                mod defaults {
                    #shared
                    #own
                }
            }
        })
    }
}

impl Shared {
    fn function(self) -> TokenStream {
        match self {
            Self::Boolean => quote! {
                pub(super) fn default_bool<const V: bool>() -> bool {
                    V
                }
            },
            Self::Signed => number(&quote!(default_i64), &quote!(i64)),
            Self::Unsigned => number(&quote!(default_u64), &quote!(u64)),
        }
    }
}

fn number(name: &TokenStream, kind: &TokenStream) -> TokenStream {
    quote! {
        pub(super) fn #name<T, const V: #kind>() -> T
        where
            T: ::std::convert::TryFrom<#kind>,
            <T as ::std::convert::TryFrom<#kind>>::Error: ::std::fmt::Debug,
        {
            T::try_from(V).unwrap()
        }
    }
}
