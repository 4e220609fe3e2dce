//! The client: a method for each tool of a server.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Error;
use super::ident::Scope;
use super::method::Method;
use super::text::Text;
use crate::ir::{Api, Operation, Reply};
use crate::types;

/// The type with a method per tool.
pub(super) fn write(
    text: &mut Text,
    api: &Api,
    scope: &Scope,
    methods: &[Method<'_>],
) -> Result<(), Error> {
    let docs = types::doc_attributes(&format!(
        "The tools of {}, one method each, called on a server that has them.\n\n\
         A tool that fails is the error `ClientError::Tool`.",
        api.title
    ));
    let Scope { service: name, client, .. } = scope;
    text.items(quote! {
        #(#docs)*
        #[derive(Debug, Clone)]
        pub struct #name(::toolwright::Client);
    })?;
    let new = quote! {
        #[doc = " Calls the tools of the server that `client` is connected to."]
        pub fn new(client: ::toolwright::Client) -> Self {
            Self(client)
        }
    };
    let connection = quote! {
        #[doc = " The connection, for calls with choices and everything but these tools."]
        pub fn #client(&self) -> &::toolwright::Client {
            &self.0
        }
    };
    let members = [new, connection].into_iter().chain(methods.iter().map(call));
    text.block(quote!(impl #name {}), members)
}

fn call(method: &Method<'_>) -> TokenStream {
    let docs = method.docs();
    let (name, output) = (&method.name, &method.output);
    let kind = match method.operation.reply {
        Reply::Json { wrapped: false } => quote!(json),
        Reply::Json { wrapped: true } => quote!(wrapped),
        _ => quote!(whole),
    };
    let (inputs, passed) = match method.arguments {
        Some(arguments) => (quote!(&self, args: &#arguments), quote!(args)),
        None => (quote!(&self), quote!(&())),
    };
    let tool = Literal::string(served(method.operation));
    quote! {
        #(#docs)*
        pub async fn #name(#inputs) -> Result<#output, ::toolwright::ClientError> {
            ::toolwright::__rt::client::#kind(&self.0, #tool, #passed).await
        }
    }
}

/// What the server calls the tool. One that is only described exists already, under a name that
/// may be none that a generated server would give it.
fn served(operation: &Operation) -> &str {
    match (&operation.http, &operation.operation_id) {
        (None, Some(name)) => name,
        _ => &operation.name,
    }
}
