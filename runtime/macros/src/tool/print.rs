//! Printing the `ToolSet`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ItemImpl;

use super::Tool;
use crate::arguments;
use crate::constraint::{json_string, literal};
use crate::method::Method;
use crate::parameter::{DefaultValue, Parameter};

/// The `ToolSet` of a block's type.
pub(super) fn tool_set(block: &ItemImpl, tools: &[Tool]) -> TokenStream {
    let ty = &block.self_ty;
    let (generics, _, clauses) = block.generics.split_for_impl();
    let asserts = tools.iter().flat_map(|tool| mirrors_no_secret(&tool.method));
    let arguments = tools.iter().filter_map(|tool| arguments::definition(&tool.method));
    let definitions = tools.iter().map(definition);
    let arms = tools.iter().enumerate().map(arm);
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "most take no scopes")]
            use ::toolwright::scopes::Scoped as _;

            #(#asserts)*
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

/// The tool's definition, an expression.
fn definition(tool: &Tool) -> TokenStream {
    let Tool { method, options } = tool;
    let name = &method.name;
    let hints = &options.hints;
    let parameters = method.parameters().map(parameter);
    let display = options.display.setters(method.docs.as_deref());
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
        #display #annotations;
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
    let header = parameter.header.as_ref().map(|header| json_string(&header.value()));
    let keywords = constraints
        .keywords
        .iter()
        .map(|(keyword, value)| (*keyword, value))
        .chain(default.as_ref().map(|value| ("default", value)))
        .chain(header.as_ref().map(|value| ("x-mcp-header", value)))
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

/// Refuses headers that would show secrets to every proxy on the way. The list of names is the
/// runtime's.
fn mirrors_no_secret(method: &Method) -> impl Iterator<Item = TokenStream> {
    let mirrored = method.parameters().filter(|parameter| !parameter.not_a_secret);
    mirrored.filter_map(|parameter| {
        let header = parameter.header.as_ref()?;
        let name = &parameter.name;
        let message = format!(
            "`{name}` or its header is named like a secret, and headers are seen by every proxy on \
             the way: don't mirror it; if it is none, add #[arg(not_a_secret)]"
        );
        Some(quote_spanned! { header.span()=>
            const _: () = ::std::assert!(
                !::toolwright::elicit::is_secret(#name)
                    && !::toolwright::elicit::is_secret(#header),
                #message
            );
        })
    })
}

/// One arm of `dispatch!`.
fn arm((index, tool): (usize, &Tool)) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let future = arguments::call(&tool.method, &quote! { __this });
    let arguments = arguments::type_name(&tool.method).map(|ty| quote! { , __arguments: #ty });
    quote! { #index => reply |__this #arguments| #future }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote! { ::std::option::Option::Some(#value) },
        None => quote! { ::std::option::Option::None },
    }
}
