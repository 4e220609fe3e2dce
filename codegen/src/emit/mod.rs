//! An [`Api`] as the text of one Rust module.

mod client;
mod descriptor;
mod ident;
mod method;
mod outline;
mod proxy;
mod service;
mod text;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Api, Operation};
use crate::types::{self, Finding};
use ident::Scope;
use method::Method;
pub use outline::{Outline, Signature};
use text::Text;

/// How the text will be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A source file of its own, declared with `mod`.
    #[default]
    File,
    /// Text for `include!`, where inner attributes can't stand.
    Include,
}

/// Which side of the conversation the module is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// A server of the tools: a trait to implement and, where there is a REST API, a proxy.
    #[default]
    Server,
    /// A client of a server that has the tools: a method to call each.
    Client,
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

/// What kind of module is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Name of the module.
    pub(crate) name: &'a str,
    /// What the first line says it was made from: a file's name, for instance.
    pub(crate) source: &'a str,
    pub(crate) form: Form,
    pub(crate) side: Side,
}

/// A generated module.
pub(crate) struct Module {
    /// Its text.
    pub(crate) text: String,
    /// What it declares for users to implement, or to call.
    pub(crate) outline: Outline,
    /// What the types don't say.
    pub(crate) findings: Vec<Finding>,
}

/// The module for `api`.
///
/// # Errors
/// The API breaks what its own documentation promises.
pub(crate) fn module(api: &Api, target: Target<'_>) -> Result<Module, Error> {
    let whole = api;
    let tools;
    let api = if api.operations.iter().all(Operation::is_tool) {
        api
    } else {
        // What is only read has no method.
        let operations = api.operations.iter().filter(|operation| operation.is_tool());
        tools = Api { operations: operations.cloned().collect(), ..api.clone() };
        &tools
    };
    let scope = Scope::new(api)?;
    let types = types::build(api, &scope.reserved(), target.side == Side::Client);
    let methods = api
        .operations
        .iter()
        .zip(types.arguments.iter().zip(&types.results))
        .map(|(operation, (arguments, result))| {
            Method::new(operation, arguments.as_ref(), result.as_ref(), target.side)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut text = Text::new(api, target.source, target.form);
    text.items(uses(types.derives()))?;
    match target.side {
        Side::Server => {
            service::write(&mut text, api, &scope, &methods)?;
            if whole.operations.iter().any(|operation| operation.http.is_some()) {
                proxy::write(&mut text, whole, &scope, &methods)?;
            }
        }
        Side::Client => client::write(&mut text, api, &scope, &methods)?,
    }
    let mut wiring = String::new();
    types.declarations(&mut wiring).for_each(|item| text.item(item));
    if !wiring.is_empty() {
        text.push(types::WIRING);
        text.push(&wiring);
    }
    let outline = outline::of(target.name, &scope, &methods, types.names());
    // What is done goes before the largest part of the text comes.
    drop((methods, wiring));
    let findings = types.into_findings();
    if target.side == Side::Server {
        descriptor::write(&mut text, whole)?;
        descriptor::parts(&mut text, whole);
    }
    Ok(Module { text: text.finish(), outline, findings })
}

/// What a module for either side uses.
fn uses(derives: bool) -> TokenStream {
    let traits = derives.then(|| {
        quote!(
            use ::toolwright::__rt::serde::{Deserialize, Serialize};
        )
    });
    quote! {
        #traits
        #[doc = " JSON of any shape."]
        #[allow(unused_imports)]
        pub use ::toolwright::__rt::serde_json as json;
    }
}

#[cfg(test)]
mod tests;
