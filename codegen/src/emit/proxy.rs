//! The ready implementation that calls the REST API, and the trait to replace parts of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::ident::Scope;
use super::method::Method;
use super::service::adapter;
use crate::ir::{Api, Reply};
use crate::types;

/// `Proxy` with its implementations, and the override trait.
pub(super) fn items(api: &Api, scope: &Scope, methods: &[Method<'_>]) -> TokenStream {
    let definition = definition();
    let typed = typed(scope, methods);
    let raw = raw();
    let overrides = overrides(scope, methods);
    let has_resources = api.operations.iter().any(|operation| operation.resource.is_some());
    let resources = has_resources.then(resources);
    quote! {
        #definition
        #typed
        #raw
        #resources
        #overrides
    }
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

fn typed(scope: &Scope, methods: &[Method<'_>]) -> TokenStream {
    let service = &scope.service;
    let bodies = methods.iter().enumerate().map(|(index, method)| {
        let (name, inputs, result) = (&method.name, method.inputs(), method.result());
        let index = Literal::usize_unsuffixed(index);
        let arguments = match method.arguments {
            Some(_) => quote!(&args),
            None => quote!(&json::Map::new()),
        };
        let send = match method.operation.reply {
            Reply::Json { .. } => quote! {
                let ::toolwright::rest::Json(reply) = self.0.send(cx, #index, #arguments).await?;
                Ok(reply)
            },
            _ => quote!(self.0.send(cx, #index, #arguments).await),
        };
        quote! {
            async fn #name(#inputs) -> #result {
                #send
            }
        }
    });
    quote! {
        impl #service for Proxy {
            #(#bodies)*
        }
    }
}

/// As a tool set the proxy passes JSON through as it is, without the types.
fn raw() -> TokenStream {
    adapter(
        &quote!(impl ::toolwright::ToolSet for Proxy),
        &quote!(Box::pin(self.0.invoke(cx, call.index(), call.arguments()))),
    )
}

/// Operations that are marked as resources can be read.
fn resources() -> TokenStream {
    quote! {
        impl ::toolwright::ResourceSet for Proxy {
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
                Box::pin(self.0.read(cx, uri))
            }
        }
    }
}

fn overrides(scope: &Scope, methods: &[Method<'_>]) -> TokenStream {
    let Scope { service, overrides, proxy, .. } = scope;
    let docs = types::doc_attributes(&format!(
        "[`{service}`] with every method already there: what isn't replaced calls the API."
    ));
    let defaults = methods.iter().map(|method| {
        let (name, inputs, future, passed) =
            (&method.name, method.inputs(), method.future(), method.passed());
        let docs = types::doc_attributes(&format!("See [`{service}::{name}`]."));
        quote! {
            #(#docs)*
            fn #name(#inputs) -> #future {
                #service::#name(self.#proxy(), #passed)
            }
        }
    });
    let forwards = methods.iter().map(|method| {
        let (name, inputs, future, passed) =
            (&method.name, method.inputs(), method.future(), method.passed());
        quote! {
            fn #name(#inputs) -> #future {
                #overrides::#name(self, #passed)
            }
        }
    });
    quote! {
        #(#docs)*
        pub trait #overrides: Send + Sync + 'static {
            #[doc = " Where the methods that aren't replaced go."]
            fn #proxy(&self) -> &Proxy;
            #(#defaults)*
        }

        impl<T: #overrides> #service for T {
            #(#forwards)*
        }
    }
}
