//! One operation as a method.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

use super::{Error, Side, ident};
use crate::ir::{Operation, Reply};
use crate::types;

/// The parts of a method that several traits and implementations print.
pub(super) struct Method<'a> {
    /// Position of the tool in the list.
    pub(super) operation: &'a Operation,
    /// Its name.
    pub(super) name: Ident,
    /// Type of its `args`; `None` where it takes none.
    pub(super) arguments: Option<&'a syn::Type>,
    /// What it gives back when it succeeds.
    pub(super) output: TokenStream,
}

impl<'a> Method<'a> {
    pub(super) fn new(
        operation: &'a Operation,
        arguments: Option<&'a syn::Type>,
        result: Option<&'a syn::Type>,
        side: Side,
    ) -> Result<Self, Error> {
        let output = match (operation.reply, result) {
            (Reply::Json { .. }, Some(result)) => quote!(#result),
            (Reply::Json { .. }, None) => quote!(json::Value),
            _ if side == Side::Client => quote!(::toolwright::spec::CallToolResult),
            (Reply::Empty, _) => quote!(()),
            (Reply::Text, _) => quote!(String),
            (Reply::Binary, _) => quote!(::toolwright::rest::Binary),
        };
        Ok(Self {
            operation,
            name: ident::checked(&types::escape(&operation.method))?,
            arguments,
            output,
        })
    }

    /// `&self, cx: &Context, args: GetPet`
    pub(super) fn inputs(&self) -> TokenStream {
        let args = self.arguments.map(|arguments| quote!(, args: #arguments));
        quote!(&self, cx: &::toolwright::Context #args)
    }

    /// What the inputs are called, for passing them on.
    pub(super) fn passed(&self) -> TokenStream {
        let args = self.arguments.map(|_| quote!(, args));
        quote!(cx #args)
    }

    /// `Result<Pet, ToolError>`
    pub(super) fn result(&self) -> TokenStream {
        let output = &self.output;
        quote!(Result<#output, ::toolwright::ToolError>)
    }

    /// `impl Future<Output = Result<Pet, ToolError>> + Send`
    pub(super) fn future(&self) -> TokenStream {
        let result = self.result();
        quote!(impl ::std::future::Future<Output = #result> + Send)
    }

    /// An arm of the adapter between the tool set and the method.
    pub(super) fn arm(&self, index: usize) -> String {
        let name = &self.name;
        let kind = match self.operation.reply {
            Reply::Json { wrapped: false } => "json",
            Reply::Json { wrapped: true } => "wrapped",
            _ => "reply",
        };
        match self.arguments {
            Some(arguments) => {
                let arguments = spelled(arguments);
                format!("{index} => {kind} |this, args: {arguments}| this.{name}(cx, args),")
            }
            None => format!("{index} => {kind} |this| this.{name}(cx),"),
        }
    }

    /// The doc comment: what the document says, then the request behind it.
    pub(super) fn docs(&self) -> Vec<syn::Attribute> {
        let operation = self.operation;
        let mut paragraphs: Vec<String> = Vec::new();
        paragraphs.extend(operation.title.clone());
        if let Some(description) = &operation.description
            && operation.title.as_ref() != Some(description)
        {
            paragraphs.push(description.clone());
        }
        if let Some(http) = &operation.http {
            paragraphs.push(format!("`{} {}`", http.method, http.path.replace('`', "")));
        }
        if operation.deprecated {
            paragraphs.push("Deprecated by the API.".to_owned());
        }
        if paragraphs.is_empty() {
            paragraphs.push(format!("The tool `{}`.", operation.name));
        }
        types::doc_attributes(&paragraphs.join("\n\n"))
    }
}

/// A type as people write it; tokens print with a space everywhere.
pub(super) fn spelled(arguments: &syn::Type) -> String {
    let mut text = arguments.to_token_stream().to_string();
    for (wide, narrow) in [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ",")] {
        text = text.replace(wide, narrow);
    }
    text
}
