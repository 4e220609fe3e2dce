//! Prints `code.rs`: error codes by name.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::attributes::doc;
use super::docs::{code, history};
use crate::regen::model::{ErrorCode, Model, Span};

/// The whole file.
pub(super) fn print(model: &Model) -> TokenStream {
    let first = model.revisions.first().map(|revision| revision.id.clone());
    let whole = Span { since: first.unwrap_or_default(), until: None };
    let constants = model.errors.iter().map(|error| constant(error, &whole));
    quote!(#(#constants)*)
}

fn constant(error: &ErrorCode, whole: &Span) -> TokenStream {
    let ident = format_ident!("{}", error.name);
    let doc = doc(&code(error), &history(&error.span, whole, None));
    let size = Literal::i64_unsuffixed(error.code.saturating_abs());
    let value = if error.code < 0 { quote!(-#size) } else { quote!(#size) };
    quote!(#doc pub const #ident: i64 = #value;)
}
