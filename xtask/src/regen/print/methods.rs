//! Prints `methods.rs`: a marker for each method, and the messages of each side.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attributes::doc;
use super::docs::history;
use super::plan::Plan;
use crate::regen::docs::Docs;
use crate::regen::error::Error;
use crate::regen::model::{Method, Span, Type};

/// What one side sends.
struct Side {
    name: &'static str,
    doc: &'static str,
    request: bool,
    span: fn(&Method) -> Option<&Span>,
}

const SIDES: &[Side] = &[
    Side {
        name: "ClientRequest",
        doc: "A request from a client to a server, by its parameters.",
        request: true,
        span: |method| method.client.as_ref(),
    },
    Side {
        name: "ServerRequest",
        doc: "A request from a server to a client, by its parameters.",
        request: true,
        span: |method| method.server.as_ref(),
    },
    Side {
        name: "ClientNotification",
        doc: "A notification from a client to a server, by its parameters.",
        request: false,
        span: |method| method.client.as_ref(),
    },
    Side {
        name: "ServerNotification",
        doc: "A notification from a server to a client, by its parameters.",
        request: false,
        span: |method| method.server.as_ref(),
    },
];

/// The whole file.
///
/// # Errors
/// A request without a result.
pub(super) fn print(plan: &Plan<'_>, docs: &Docs) -> Result<TokenStream, Error> {
    let markers = plan.model.methods.iter().map(|method| marker(plan, docs, method));
    let markers = markers.collect::<Result<Vec<_>, _>>()?;
    let sides = SIDES.iter().map(|side| messages(plan, docs, side));
    Ok(quote! {
        use serde_json::value::RawValue;

        use crate::rt;
        use super::model::*;

        #(#markers)*
        #(#sides)*
    })
}

fn marker(plan: &Plan<'_>, docs: &Docs, method: &Method) -> Result<TokenStream, Error> {
    let (ident, name, params) = (format_ident!("{}", method.rust), &method.name, params(method));
    let doc = described(plan, docs, method);
    let implementation = if method.request {
        let Some(result) = &method.result else {
            let problem = "a request without a result".to_owned();
            return Err(Error::Print { what: name.clone(), problem });
        };
        let result = format_ident!("{result}");
        quote! {
            impl rt::Request for #ident {
                const NAME: &'static str = #name;
                type Params = #params;
                type Result = #result;
            }
        }
    } else {
        quote! {
            impl rt::Notification for #ident {
                const NAME: &'static str = #name;
                type Params = #params;
            }
        }
    };
    Ok(quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct #ident;

        #implementation
    })
}

fn messages(plan: &Plan<'_>, docs: &Docs, side: &Side) -> TokenStream {
    let sent = |method: &&Method| method.request == side.request && (side.span)(method).is_some();
    let methods: Vec<&Method> = plan.model.methods.iter().filter(sent).collect();
    if methods.is_empty() {
        return quote!();
    }
    let (ident, text) = (format_ident!("{}", side.name), format!(" {}", side.doc));
    let names: Vec<&str> = methods.iter().map(|method| method.name.as_str()).collect();
    let arms: Vec<_> = methods.iter().map(|method| format_ident!("{}", method.rust)).collect();
    let held = methods.iter().map(|method| {
        let (params, doc) = (params(method), described(plan, docs, method));
        let arm = format_ident!("{}", method.rust);
        let boxed = method.params.as_ref().is_some_and(|name| plan.boxed(&Type::Ref(name.clone())));
        if boxed { quote!(#doc #arm(Box<#params>)) } else { quote!(#doc #arm(#params)) }
    });
    quote! {
        #[doc = #text]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum #ident {
            #(#held,)*
        }

        impl #ident {
            /// The names of all of them.
            pub const NAMES: &'static [&'static str] = &[#(#names),*];

            /// The name of its method.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    #(Self::#arms(_) => #names,)*
                }
            }

            /// Reads the parameters of `method`; absent ones are read as `{}`.
            ///
            /// # Errors
            /// The method is not one of [`Self::NAMES`]
            /// ([`is_unknown_method`](rt::DecodeError::is_unknown_method)), or the parameters do
            /// not fit it.
            pub fn decode(
                method: &str,
                params: Option<&RawValue>,
            ) -> Result<Self, rt::DecodeError> {
                Ok(match method {
                    #(#names => Self::#arms(rt::decode_params(params)?),)*
                    _ => return Err(rt::DecodeError::unknown_method(method)),
                })
            }
        }
    }
}

fn params(method: &Method) -> TokenStream {
    match &method.params {
        Some(name) => {
            let name = format_ident!("{name}");
            quote!(#name)
        }
        None => quote!(rt::Object),
    }
}

fn described(plan: &Plan<'_>, docs: &Docs, method: &Method) -> TokenStream {
    let text = format!("`{}`: {}", method.name, docs.method(&method.name));
    let first = plan.model.revisions.first().map(|revision| revision.id.clone());
    let whole = Span { since: first.unwrap_or_default(), until: None };
    doc(&text, &history(&method.span, &whole, method.deprecated.as_deref()))
}
