//! Printing the `ResourceSet`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ItemImpl};

use super::Resource;
use crate::parameter::Parameter;
use crate::{arguments, completion};

/// The `ResourceSet` of a block's type.
pub(super) fn resource_set(block: &ItemImpl, resources: &[Resource]) -> TokenStream {
    let ty = &block.self_ty;
    let (generics, _, clauses) = block.generics.split_for_impl();
    let is_template = |resource: &&Resource| resource.variables.is_some();
    let (templates, fixed): (Vec<_>, Vec<_>) = resources.iter().partition(is_template);
    let arguments = resources.iter().filter_map(|resource| arguments::definition(&resource.method));
    let parsed = templates.iter().map(|resource| {
        let (name, uri) = (template_name(resource), &resource.options.uri);
        quote! {
            #[allow(non_upper_case_globals, reason = "named after the method")]
            static #name: ::toolwright::__rt::Template = ::toolwright::__rt::Template::new(#uri);
        }
    });
    let definitions = fixed.iter().map(|resource| definition(resource));
    let template_definitions = templates.iter().map(|resource| definition(resource));
    let arms = fixed.iter().map(|resource| arm(resource));
    let trials = templates.iter().map(|resource| trial(resource));
    let completer = completer(&templates);
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "most take no scopes")]
            use ::toolwright::scopes::Scoped as _;

            #(#arguments)*
            #(#parsed)*

            #[automatically_derived]
            impl #generics ::toolwright::ResourceSet for #ty #clauses {
                fn resources(&self) -> ::std::vec::Vec<::toolwright::spec::Resource> {
                    ::std::vec![#(#definitions),*]
                }

                fn templates(&self) -> ::std::vec::Vec<::toolwright::spec::ResourceTemplate> {
                    ::std::vec![#(#template_definitions),*]
                }

                fn read<'a>(
                    &'a self,
                    __cx: &'a ::toolwright::Context,
                    __uri: &'a str,
                ) -> ::toolwright::BoxFuture<
                    'a,
                    ::std::result::Result<
                        ::toolwright::spec::ReadResourceResult,
                        ::toolwright::Failure,
                    >,
                > {
                    match __uri {
                        #(#arms)*
                        _ => {}
                    }
                    #(#trials)*
                    ::std::boxed::Box::pin(async {
                        ::std::result::Result::Err(::toolwright::Failure::not_found())
                    })
                }

                #completer
            }
        };
    }
}

/// The definition of a resource or a template, an expression.
fn definition(resource: &Resource) -> TokenStream {
    let Resource { method, options, variables } = resource;
    let (name, uri) = (&method.name, &options.uri);
    let setters = options.setters(method.docs.as_deref());
    if variables.is_some() {
        return quote! { ::toolwright::spec::ResourceTemplate::new(#name, #uri) #setters };
    }
    let size = options.size.iter();
    quote! { ::toolwright::spec::Resource::new(#name, #uri) #setters #(.with_size(#size))* }
}

/// What reads a resource of a fixed URI.
fn arm(resource: &Resource) -> TokenStream {
    let uri = &resource.options.uri;
    let reading = reading(resource, None);
    quote! { #uri => return #reading, }
}

/// What reads a resource whose URI a template makes.
fn trial(resource: &Resource) -> TokenStream {
    let name = template_name(resource);
    let arguments = arguments::type_name(&resource.method).map(|ty| {
        quote! { let __arguments: #ty = ::toolwright::__rt::variables(&__variables)?; }
    });
    let reading = reading(resource, arguments);
    quote! {
        if let ::std::option::Option::Some(__variables) = #name.matches(__uri) {
            return #reading;
        }
    }
}

fn reading(resource: &Resource, arguments: Option<TokenStream>) -> TokenStream {
    let future = arguments::call(&resource.method, &quote! { self });
    let mime = match &resource.options.mime {
        Some(mime) => quote! { ::std::option::Option::Some(#mime) },
        None => quote! { ::std::option::Option::None },
    };
    let output = match &resource.method.output {
        Some(output) => quote! { #output },
        None => quote! { _ },
    };
    quote! {
        ::std::boxed::Box::pin(async move {
            #arguments
            <#output as ::toolwright::resource::IntoContents>::into_contents(
                #future.await,
                __uri,
                #mime,
            )
        })
    }
}

fn completer(templates: &[&Resource]) -> TokenStream {
    let arms = templates.iter().flat_map(|resource| {
        let uri = &resource.options.uri;
        resource.method.parameters().filter_map(move |Parameter { name, complete, .. }| {
            complete.as_ref().map(|method| (quote! { (#uri, #name) }, method))
        })
    });
    completion::method(&quote! { __of: &str, __name: &str }, arms.collect())
}

fn template_name(resource: &Resource) -> Ident {
    format_ident!("__TEMPLATE_{}", resource.method.function)
}
