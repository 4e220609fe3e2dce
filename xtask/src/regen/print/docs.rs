//! Our own documentation, as the printers look it up.

use std::collections::BTreeMap;

use crate::regen::docs::{Docs, TypeDocs};
use crate::regen::model::{ErrorCode, Span};

impl Docs {
    pub(super) fn type_doc(&self, name: &str) -> String {
        let text = self.types.get(name).map(|entry| entry.doc.as_str());
        text.map_or_else(|| format!("The specification's `{name}`."), str::to_owned)
    }

    pub(super) fn field(&self, name: &str, wire: &str) -> String {
        self.part(name, wire, |entry| &entry.fields)
    }

    pub(super) fn variant(&self, name: &str, variant: &str) -> String {
        self.part(name, variant, |entry| &entry.variants)
    }

    pub(super) fn value(&self, name: &str, wire: &str) -> String {
        self.part(name, wire, |entry| &entry.values)
    }

    pub(super) fn method(&self, wire: &str) -> String {
        self.methods.get(wire).cloned().unwrap_or_else(|| "The method's parameters.".to_owned())
    }

    fn part(
        &self,
        name: &str,
        part: &str,
        parts: fn(&TypeDocs) -> &BTreeMap<String, String>,
    ) -> String {
        let text = self.types.get(name).and_then(|entry| parts(entry).get(part));
        text.cloned().unwrap_or_else(|| format!("`{part}`."))
    }
}

/// The words of an error code's name: "Parse error."
pub(super) fn code(error: &ErrorCode) -> String {
    let words = error.name.to_lowercase().replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{} (`{}`).", first.unwrap_or_default(), letters.as_str(), error.code)
}

/// "Since …, until …." for what has not always been there; empty for what has.
pub(super) fn history(span: &Span, whole: &Span, deprecated: Option<&str>) -> String {
    let since = (span.since != whole.since).then_some(span.since.as_str());
    let until = span.until.as_deref().filter(|_| span.until != whole.until);
    let mut facts = Vec::new();
    match (since, until) {
        (Some(since), Some(until)) if since == until => facts.push(format!("Only {since}")),
        (Some(since), Some(until)) => facts.push(format!("From {since} until {until}")),
        (Some(since), None) => facts.push(format!("Since {since}")),
        (None, Some(until)) => facts.push(format!("Until {until}")),
        (None, None) => {}
    }
    match (facts.is_empty(), deprecated) {
        (true, Some(since)) => facts.push(format!("Deprecated since {since}")),
        (false, Some(since)) => facts.push(format!("deprecated since {since}")),
        (_, None) => {}
    }
    if facts.is_empty() { String::new() } else { format!("{}.", facts.join(", ")) }
}
