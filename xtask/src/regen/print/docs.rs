//! Our own documentation, as the printers look it up.

use std::collections::BTreeMap;

use crate::regen::docs::{Docs, TypeDocs};
use crate::regen::model::{ErrorCode, Shape, Span, Type, TypeDef};

impl Docs {
    pub(super) fn type_doc(&self, name: &str, def: &TypeDef) -> String {
        match self.types.get(name) {
            Some(entry) => entry.doc.clone(),
            None => self.envelope(def),
        }
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
        text.cloned().unwrap_or_else(|| envelope_part(part))
    }

    /// What an exact module has beyond the superset: envelopes and what is made of them.
    fn envelope(&self, def: &TypeDef) -> String {
        let fields = match &def.shape {
            Shape::Struct { fields } => fields.as_slice(),
            Shape::Union { .. } => return "One of several messages.".to_owned(),
            Shape::StringEnum { .. } => return "One of several words.".to_owned(),
            Shape::Alias { .. } => return "Another name for a type.".to_owned(),
        };
        let field = |wire: &str| fields.iter().find(|field| field.wire == wire);
        if let Some(Type::Const(method)) = field("method").map(|field| &field.ty) {
            let method = method.as_str().unwrap_or_default();
            return format!("The message `{method}`. {}", self.method(method));
        }
        match (field("result"), field("error"), field("code"), field("method")) {
            (Some(_), ..) => "A response with a result.",
            (_, Some(_), ..) => "A response with an error.",
            (_, _, Some(_), _) => "An error.",
            (.., Some(_)) => "A message of any method.",
            _ => "An object.",
        }
        .to_owned()
    }
}

/// A member of an envelope.
fn envelope_part(part: &str) -> String {
    match part {
        "id" => "What a request and its response recognise each other by.".to_owned(),
        "method" => "Name of the method.".to_owned(),
        "params" => "Parameters of the method.".to_owned(),
        "result" => "What the request is answered with.".to_owned(),
        "error" => "What went wrong.".to_owned(),
        "code" => "What kind of failure it is.".to_owned(),
        "message" => "What went wrong, in one sentence.".to_owned(),
        "data" => "More on the failure, in the sender's own shape.".to_owned(),
        other => format!("The member or alternative `{other}`."),
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
