//! Prints a string enum.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attributes::{deprecated, doc};
use super::docs::history;
use super::plan::{Flavour, Plan};
use crate::regen::docs::Docs;
use crate::regen::model::{EnumValue, TypeDef};

/// A string enum with everything that belongs to it.
pub(super) fn print(
    plan: &Plan<'_>,
    docs: &Docs,
    name: &str,
    def: &TypeDef,
    values: &[EnumValue],
    open: bool,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let arms = values.iter().map(|value| {
        let history = history(&value.span, &def.span, value.deprecated.as_deref());
        let doc = doc(&docs.value(name, &value.wire), &history);
        let deprecated = deprecated(plan.flavour, value.deprecated.as_deref());
        let ident = format_ident!("{}", value.rust);
        quote!(#doc #deprecated #ident)
    });
    let other = open.then(|| {
        quote! {
            /// A value that the specification does not list.
            Other(String),
        }
    });
    let copy = if open { quote!() } else { quote!(Copy,) };
    let frozen = plan.flavour == Flavour::Exact;
    let open_ended = (!frozen).then(|| quote!(#[non_exhaustive]));
    let doc = doc(&docs.type_doc(name, def), &plan.history(def));
    let deprecated = deprecated(plan.flavour, def.deprecated.as_deref());
    let text = text(name, values, open);
    quote! {
        #doc
        #[derive(Debug, Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash)]
        #open_ended
        #deprecated
        pub enum #ident {
            #(#arms,)*
            #other
        }

        #text
    }
}

fn text(name: &str, values: &[EnumValue], open: bool) -> TokenStream {
    let ident = format_ident!("{name}");
    let wires: Vec<&str> = values.iter().map(|value| value.wire.as_str()).collect();
    let idents: Vec<_> = values.iter().map(|value| format_ident!("{}", value.rust)).collect();
    let (from_other, text_other) = match open {
        true => (quote!(_ => Self::Other(text.to_owned())), quote!(Self::Other(text) => text,)),
        false => (quote!(_ => return None), quote!()),
    };
    let convert = open.then(|| {
        quote! {
            impl From<&str> for #ident {
                fn from(text: &str) -> Self {
                    rt::Text::from_text(text).unwrap_or_else(|| Self::Other(text.to_owned()))
                }
            }
        }
    });
    quote! {
        impl #ident {
            /// The string on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#idents => #wires,)*
                    #text_other
                }
            }
        }

        impl rt::Text for #ident {
            const KNOWN: &'static [&'static str] = &[#(#wires),*];

            fn from_text(text: &str) -> Option<Self> {
                Some(match text {
                    #(#wires => Self::#idents,)*
                    #from_other,
                })
            }

            fn text(&self) -> &str {
                self.as_str()
            }
        }

        #convert
    }
}
