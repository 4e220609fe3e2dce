//! Attributes that several printers use.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::history;
use super::plan::{Flavour, Plan};
use crate::regen::model::{Span, TypeDef};

/// A doc comment of one sentence and, in a paragraph of its own, its history.
pub(super) fn doc(text: &str, history: &str) -> TokenStream {
    let text = format!(" {}", text.trim());
    if history.is_empty() {
        return quote!(#[doc = #text]);
    }
    let history = format!(" {history}");
    quote!(#[doc = #text] #[doc = ""] #[doc = #history])
}

/// `#[deprecated]` in a revision's own module. The superset serves older revisions as well, where
/// the same thing is not deprecated; there the documentation says it.
pub(super) fn deprecated(flavour: Flavour, since: Option<&str>) -> Option<TokenStream> {
    let since = since?;
    if flavour == Flavour::Superset {
        return None;
    }
    let note = format!("deprecated by the specification since {since}");
    Some(quote!(#[deprecated(note = #note)]))
}

impl<'a> Plan<'a> {
    /// The revision or extension of an exact model.
    pub(super) fn id(&self) -> &'a str {
        self.model.revisions.first().map_or("", |revision| revision.id.as_str())
    }

    /// When a type exists, where that is not always.
    pub(super) fn history(&self, def: &TypeDef) -> String {
        let first = self.model.revisions.first().map(|revision| revision.id.clone());
        let whole = Span { since: first.unwrap_or_default(), until: None };
        history(&def.span, &whole, def.deprecated.as_deref())
    }
}
