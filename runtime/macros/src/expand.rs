//! Printing the `ToolSet`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, ItemImpl};

use crate::constraint::literal;
use crate::method::Method;
use crate::parameter::{DefaultValue, Input, Parameter};
use crate::value::owned;

/// The `ToolSet` of a block's type.
pub(crate) fn tool_set(block: &ItemImpl, methods: &[Method]) -> TokenStream {
    let ty = &block.self_ty;
    let (generics, _, clauses) = block.generics.split_for_impl();
    let arguments =
        methods.iter().filter(|method| method.parameters().next().is_some()).map(arguments);
    let definitions = methods.iter().map(definition);
    let arms = methods.iter().enumerate().map(arm);
    quote! {
        const _: () = {
            #(#arguments)*

            #[automatically_derived]
            impl #generics ::toolwright::ToolSet for #ty #clauses {
                fn tools(&self) -> ::std::vec::Vec<::toolwright::spec::Tool> {
                    ::std::vec![#(#definitions),*]
                }

                fn call<'a>(
                    &'a self,
                    __cx: &'a ::toolwright::Context,
                    __call: ::toolwright::ToolCall<'a>,
                ) -> ::toolwright::BoxFuture<
                    'a,
                    ::std::result::Result<::toolwright::spec::CallToolResult, ::toolwright::ToolError>,
                > {
                    ::toolwright::__rt::dispatch!(self, __call; { #(#arms),* })
                }
            }
        };
    }
}

/// The struct that a call's arguments are read as.
fn arguments(method: &Method) -> TokenStream {
    let name = arguments_name(method);
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
    quote! {
        #(#defaults)*

        #[derive(::toolwright::__rt::serde::Deserialize)]
        #[serde(crate = "::toolwright::__rt::serde")]
        #[allow(non_camel_case_types, reason = "named after the method")]
        struct #name { #(#fields),* }
    }
}

/// The tool's definition, an expression.
fn definition(method: &Method) -> TokenStream {
    let Method { name, hints, .. } = method;
    let parameters = method.parameters().map(parameter);
    let title = method.title.iter();
    let description = method.description.iter();
    let setters = hints.iter().map(|(setter, value)| {
        let setter = format_ident!("{setter}");
        quote! { .#setter(#value) }
    });
    let annotations = if hints.is_empty() {
        TokenStream::new()
    } else {
        quote! { .with_annotations(::toolwright::spec::ToolAnnotations::new() #(#setters)*) }
    };
    let output = match &method.output {
        Some(output) => quote! {
            tool.output_schema = <#output as ::toolwright::IntoToolResult>::output_schema();
        },
        None => TokenStream::new(),
    };
    quote! {{
        #[allow(unused_mut, reason = "most tools have an output to describe")]
        let mut tool = ::toolwright::spec::Tool::new(
            #name,
            ::toolwright::__rt::Parameters::new() #(#parameters)* .schema(),
        )
        #(.with_title(#title))* #(.with_description(#description))* #annotations;
        #output
        tool
    }}
}

/// The call that adds a parameter to the schema.
fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter { name, constraints, .. } = parameter;
    let ty = parameter.optional.as_ref().unwrap_or(&parameter.ty);
    let required = parameter.optional.is_none() && parameter.default.is_none();
    let description = option(parameter.description.as_ref().map(|text| quote! { #text }));
    let (min, max) = constraints.length.unwrap_or_default();
    let bound = |bound: Option<u64>| option(bound.map(|bound| quote! { #bound }));
    let (min, max) = (bound(min), bound(max));
    let default = match &parameter.default {
        Some(DefaultValue::Value(value)) => literal(value),
        _ => None,
    };
    let keywords = constraints
        .keywords
        .iter()
        .map(|(keyword, value)| (*keyword, value))
        .chain(default.as_ref().map(|value| ("default", value)))
        .map(|(keyword, value)| quote! { (#keyword, #value) });
    quote! {
        .with::<#ty>(::toolwright::__rt::Parameter {
            name: #name,
            description: #description,
            required: #required,
            length: (#min, #max),
            keywords: &[#(#keywords),*],
        })
    }
}

/// One arm of `dispatch!`.
fn arm((index, method): (usize, &Method)) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let Method { function, .. } = method;
    let inputs = method.inputs.iter().map(|input| match input {
        Input::Context(_) => quote! { __cx },
        Input::Parameter(parameter) => {
            let field = &parameter.ident;
            quote! { __arguments.#field }
        }
    });
    let call = quote! { __this.#function(#(#inputs),*) };
    let future = if method.is_async {
        call
    } else {
        quote! { ::std::future::ready(#call) }
    };
    let arguments = method.parameters().next().map(|_| {
        let ty = arguments_name(method);
        quote! { , __arguments: #ty }
    });
    quote! { #index => reply |__this #arguments| #future }
}

fn arguments_name(method: &Method) -> Ident {
    format_ident!("__Arguments_{}", method.function)
}

fn default_name(method: &Method, parameter: &Parameter) -> Ident {
    format_ident!("__default_{}_{}", method.function, parameter.ident)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote! { ::std::option::Option::Some(#value) },
        None => quote! { ::std::option::Option::None },
    }
}
