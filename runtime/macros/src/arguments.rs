//! The parameters of a method as a struct, and the call with its fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::method::Method;
use crate::parameter::{DefaultValue, Input, Parameter};
use crate::value::owned;

/// The struct that the parameters are read as; nothing if there are none.
pub(crate) fn definition(method: &Method) -> Option<TokenStream> {
    method.parameters().next()?;
    let name = name(method);
    let fields = method.parameters().map(|parameter| {
        let Parameter { ident, name, ty, .. } = parameter;
        let default = match (&parameter.default, &parameter.optional) {
            (Some(DefaultValue::Value(_)), _) => {
                let function = default_name(method, parameter).to_string();
                quote! { , default = #function }
            }
            (Some(DefaultValue::OfType), _) | (None, Some(_)) => quote! { , default },
            (None, None) => TokenStream::new(),
        };
        quote! { #[serde(rename = #name #default)] #ident: #ty }
    });
    let defaults = method.parameters().filter_map(|parameter| {
        let Some(DefaultValue::Value(value)) = &parameter.default else {
            return None;
        };
        let function = default_name(method, parameter);
        let ty = &parameter.ty;
        let value = owned(value);
        Some(quote! { fn #function() -> #ty { #value } })
    });
    Some(quote! {
        #(#defaults)*

        #[derive(::toolwright::__rt::serde::Deserialize)]
        #[serde(crate = "::toolwright::__rt::serde")]
        #[allow(non_camel_case_types, reason = "named after the method")]
        struct #name { #(#fields),* }
    })
}

/// The name of the struct; `None`: there is none.
pub(crate) fn type_name(method: &Method) -> Option<Ident> {
    method.parameters().next().map(|_| name(method))
}

/// The future of a call on `this`, with `__cx` and `__arguments` in scope.
pub(crate) fn call(method: &Method, this: &TokenStream) -> TokenStream {
    let Method { function, .. } = method;
    let inputs = method.inputs.iter().map(|input| match input {
        Input::Context(_) => quote! { __cx },
        Input::Parameter(parameter) => {
            let field = &parameter.ident;
            quote! { __arguments.#field }
        }
    });
    let call = quote! { #this.#function(#(#inputs),*) };
    if method.is_async {
        call
    } else {
        quote! { ::std::future::ready(#call) }
    }
}

fn name(method: &Method) -> Ident {
    format_ident!("__Arguments_{}", method.function)
}

fn default_name(method: &Method, parameter: &Parameter) -> Ident {
    format_ident!("__default_{}_{}", method.function, parameter.ident)
}
