//! Our own documentation of the protocol, as the printers need it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::regen::model::{ErrorCode, Span, TypeDef};

/// One line for each type, member, alternative and method.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// By Rust or official name.
    pub types: BTreeMap<String, TypeDoc>,
    /// By wire name.
    pub methods: BTreeMap<String, String>,
    /// By constant name.
    pub codes: BTreeMap<String, String>,
}

/// The documentation of a type.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypeDoc {
    /// What it is.
    pub doc: String,
    /// Members by wire name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Alternatives of a union by Rust name.
    #[serde(default)]
    pub variants: BTreeMap<String, String>,
    /// Values of a string enum by wire name.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl Docs {
    pub(super) fn type_doc(&self, name: &str, def: &TypeDef) -> String {
        let text = self.entry(name, def).map(|entry| entry.doc.as_str());
        or_name(text, name)
    }

    pub(super) fn field(&self, name: &str, def: &TypeDef, wire: &str) -> String {
        or_name(self.entry(name, def).and_then(|entry| text(&entry.fields, wire)), wire)
    }

    pub(super) fn variant(&self, name: &str, def: &TypeDef, variant: &str) -> String {
        or_name(self.entry(name, def).and_then(|entry| text(&entry.variants, variant)), variant)
    }

    pub(super) fn value(&self, name: &str, def: &TypeDef, wire: &str) -> String {
        or_name(self.entry(name, def).and_then(|entry| text(&entry.values, wire)), wire)
    }

    pub(super) fn method(&self, wire: &str) -> String {
        or_name(text(&self.methods, wire), wire)
    }

    pub(super) fn code(&self, error: &ErrorCode) -> String {
        or_name(text(&self.codes, &error.name), &error.name)
    }

    fn entry(&self, name: &str, def: &TypeDef) -> Option<&TypeDoc> {
        let official = def.official.as_deref().and_then(|official| self.types.get(official));
        official.or_else(|| self.types.get(name))
    }
}

/// "Since …, until …." for what has not always been there; empty for what has.
pub(super) fn history(span: &Span, whole: &Span, deprecated: Option<&str>) -> String {
    let mut facts = Vec::new();
    if span.since != whole.since {
        facts.push(format!("since {}", span.since));
    }
    if let Some(until) = &span.until
        && span.until != whole.until
    {
        facts.push(format!("until {until}"));
    }
    if let Some(deprecated) = deprecated {
        facts.push(format!("deprecated since {deprecated}"));
    }
    let mut text = facts.join(", ");
    if let Some(first) = text.get(..1) {
        let first = first.to_uppercase();
        text.replace_range(..1, &first);
        text.push('.');
    }
    text
}

fn text<'a>(entries: &'a BTreeMap<String, String>, key: &str) -> Option<&'a str> {
    entries.get(key).map(String::as_str)
}

fn or_name(text: Option<&str>, name: &str) -> String {
    text.map_or_else(|| format!("`{name}`."), str::to_owned)
}
