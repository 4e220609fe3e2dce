//! An [`Api`] as the text of one Rust module.

mod descriptor;
mod ident;
mod method;
mod outline;
mod proxy;
mod service;
mod text;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::Api;
use crate::types::{self, Finding, Types};
use ident::Scope;
use method::Method;
pub use outline::{Outline, Signature};

/// How the text will be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A source file of its own, declared with `mod`.
    #[default]
    File,
    /// Text for `include!`, where inner attributes can't stand.
    Include,
}

/// Why no text could be made. None of it depends on the schemas of a document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A name of the intermediate representation is no Rust identifier.
    #[error("`{0}` is no Rust identifier")]
    Identifier(String),
    /// What was put together is no Rust.
    #[error("the generated text is no Rust: {0}")]
    Syntax(#[from] syn::Error),
    /// The descriptor could not be written.
    #[error("the descriptor can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// A generated module.
pub(crate) struct Module {
    /// Its text.
    pub(crate) text: String,
    /// What it declares for users to implement.
    pub(crate) outline: Outline,
    /// What the types don't say.
    pub(crate) findings: Vec<Finding>,
}

/// The module for `api`; `source` is the document's file name for the first line.
///
/// # Errors
/// The API breaks what its own documentation promises.
pub(crate) fn module(api: &Api, source: &str, form: Form) -> Result<Module, Error> {
    let scope = Scope::new(api)?;
    let types = types::build(api, &scope.reserved());
    let methods = api
        .operations
        .iter()
        .zip(types.arguments.iter().zip(&types.results))
        .map(|(operation, (arguments, result))| {
            Method::new(operation, arguments.as_ref(), result.as_ref())
        })
        .collect::<Result<Vec<_>, _>>()?;
    let items = items(api, &scope, &methods, &types)?;
    let body = text::format(items)?.replacen("dispatch!()", &service::dispatch(&methods), 1);
    Ok(Module {
        text: text::file(api, source, form, &body),
        outline: outline::of(api, &scope, &methods, &types.items),
        findings: types.findings,
    })
}

fn items(
    api: &Api,
    scope: &Scope,
    methods: &[Method<'_>],
    types: &Types,
) -> Result<TokenStream, Error> {
    let service = service::items(api, scope, methods);
    let remote = api.operations.iter().any(|operation| operation.http.is_some());
    let proxy = remote.then(|| proxy::items(scope, methods));
    let descriptor = descriptor::items(api)?;
    let declarations = &types.items;
    Ok(quote! {
        use ::toolwright::__rt::serde::{Deserialize, Serialize};
        #[doc = " JSON of any shape."]
        pub use ::toolwright::__rt::serde_json as json;

        #service
        #proxy
        #(#declarations)*
        #descriptor
    })
}

#[cfg(test)]
mod tests;
