//! The ready implementation that calls the REST API, and the trait to replace parts of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Error;
use super::ident::Scope;
use super::method::Method;
use super::service::adapter;
use super::text::Text;
use crate::ir::{Api, Reply};
use crate::types;

/// `Proxy` with its implementations, and the override trait.
pub(super) fn write(
    text: &mut Text,
    api: &Api,
    scope: &Scope,
    methods: &[Method<'_>],
) -> Result<(), Error> {
    let Scope { service, overrides, proxy, .. } = scope;
    text.items(definition())?;
    text.block(quote!(impl #service for Proxy {}), methods.iter().enumerate().map(typed))?;
    text.items(raw(api))?;
    if api.operations.iter().any(|operation| operation.resource.is_some()) {
        text.items(resources(scope))?;
    }
    let docs = types::doc_attributes(&format!(
        "[`{service}`] with every method already there: what isn't replaced calls the API."
    ));
    let first = quote! {
        #[doc = " Where the methods that aren't replaced go."]
        fn #proxy(&self) -> &Proxy;
    };
    let defaults = methods.iter().map(|method| default(method, scope));
    text.block(
        quote!(#(#docs)* pub trait #overrides: Send + Sync + 'static {}),
        std::iter::once(first).chain(defaults),
    )?;
    text.block(
        quote!(impl<T: #overrides> #service for T {}),
        methods.iter().map(|method| forward(method, scope)),
    )
}

fn definition() -> TokenStream {
    quote! {
        #[doc = " The API itself: every call becomes an HTTP request to the service behind it."]
        #[derive(Debug)]
        pub struct Proxy(::toolwright::rest::Upstream);

        impl Proxy {
            #[doc = " Calls the API through `upstream`."]
            pub fn new(upstream: ::toolwright::rest::Upstream) -> Self {
                Self(upstream)
            }

            #[doc = " Base URL and credentials from environment variables."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " No base URL is known, or a variable has an unusable value."]
            pub fn from_env() -> Result<Self, ::toolwright::rest::Error> {
                ::toolwright::rest::Upstream::from_env(descriptor()).map(Self)
            }

            #[doc = " The connection to the service."]
            pub fn upstream(&self) -> &::toolwright::rest::Upstream {
                &self.0
            }
        }
    }
}

/// A method that reads the reply as its type. It is no `async fn`: what that gives is known to be
/// `Send` only from its body, and a proof for each method takes the compiler longer than the rest.
fn typed((index, method): (usize, &Method<'_>)) -> TokenStream {
    let (name, inputs, future) = (&method.name, method.inputs(), method.future());
    let index = Literal::usize_unsuffixed(index);
    let arguments = match method.arguments {
        Some(_) => quote!(args),
        None => quote!(json::Map::new()),
    };
    let send = match method.operation.reply {
        Reply::Json { .. } => quote!(json),
        _ => quote!(reply),
    };
    quote! {
        fn #name(#inputs) -> #future {
            self.0.#send(cx, #index, #arguments)
        }
    }
}

/// As a tool set the proxy passes JSON through as it is, without the types.
fn raw(api: &Api) -> TokenStream {
    adapter(
        api,
        &quote!(impl ::toolwright::ToolSet for Proxy),
        &quote!(cx),
        &quote!(Box::pin(self.0.invoke(cx, call.index(), call.arguments()))),
    )
}

/// Operations that are marked as resources can be read, through the tools of a service that
/// replaces parts of the proxy as well.
fn resources(scope: &Scope) -> TokenStream {
    let Scope { overrides, proxy, .. } = scope;
    let of_proxy =
        readable(&quote!(impl ::toolwright::ResourceSet for Proxy), &quote!(self.0.read(cx, uri)));
    let of_tools = readable(
        &quote!(impl<T: #overrides> ::toolwright::ResourceSet for Tools<T>),
        &quote!(self.0.#proxy().0.read(cx, uri)),
    );
    quote! {
        #of_proxy
        #of_tools
    }
}

fn readable(head: &TokenStream, read: &TokenStream) -> TokenStream {
    quote! {
        #head {
            fn resources(&self) -> Vec<::toolwright::spec::Resource> {
                descriptor().resources()
            }

            fn templates(&self) -> Vec<::toolwright::spec::ResourceTemplate> {
                descriptor().resource_templates()
            }

            fn read<'a>(
                &'a self,
                cx: &'a ::toolwright::Context,
                uri: &'a str,
            ) -> ::toolwright::BoxFuture<
                'a,
                Result<::toolwright::spec::ReadResourceResult, ::toolwright::Failure>,
            > {
                Box::pin(#read)
            }
        }
    }
}

/// A method of the override trait, which calls the API.
fn default(method: &Method<'_>, Scope { service, proxy, .. }: &Scope) -> TokenStream {
    let (name, inputs, future, passed) =
        (&method.name, method.inputs(), method.future(), method.passed());
    let docs = types::doc_attributes(&format!("See [`{service}::{name}`]."));
    quote! {
        #(#docs)*
        fn #name(#inputs) -> #future {
            #service::#name(self.#proxy(), #passed)
        }
    }
}

fn forward(method: &Method<'_>, Scope { overrides, .. }: &Scope) -> TokenStream {
    let (name, inputs, future, passed) =
        (&method.name, method.inputs(), method.future(), method.passed());
    quote! {
        fn #name(#inputs) -> #future {
            #overrides::#name(self, #passed)
        }
    }
}
