//! What every pass over the source needs: the document, its dialect, and where findings go.

use std::collections::HashSet;

use crate::json::{Map, Value};

use super::definitions::Definitions;
use super::refs::{Found, Lost, Resolver, Why};
use super::refusals::Refusals;
use super::text;
use crate::code::{self, Code};
use crate::diagnostic::Diagnostic;
use crate::near::nearest;
use crate::source::Document;

/// How schemas of the document are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`, nothing beside `$ref`.
    OpenApi30,
    /// JSON Schema 2020-12: OpenAPI 3.1 and later, and tool descriptions.
    Json,
}

/// State of one conversion.
pub(crate) struct Context<'d> {
    pub(crate) document: &'d Document,
    pub(crate) dialect: Dialect,
    pub(crate) definitions: Definitions,
    pub(crate) resolver: Resolver<'d>,
    found: Vec<Diagnostic>,
    /// Whether any schema has an `x-mcp`.
    pub(crate) curated: bool,
    /// What operations cannot have.
    pub(crate) refusals: Refusals,
    /// Where references stand that lead nowhere.
    lost: HashSet<String>,
}

impl<'d> Context<'d> {
    pub(crate) fn new(document: &'d Document, dialect: Dialect) -> Self {
        Self {
            document,
            dialect,
            definitions: Definitions::default(),
            resolver: Resolver::new(document),
            found: Vec::new(),
            curated: false,
            refusals: Refusals::default(),
            lost: HashSet::new(),
        }
    }

    /// Notes a finding.
    pub(crate) fn report(&mut self, code: &Code, at: &str, message: impl Into<String>) {
        self.found.push(self.document.finding(code, at, message));
    }

    /// Notes findings that are about other files, too.
    pub(crate) fn note(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(findings);
    }

    /// Notes what operations cannot have that was kept so far.
    pub(crate) fn tell_refusals(&mut self) {
        self.found.extend(std::mem::take(&mut self.refusals).into_findings(self.document));
    }

    /// A description without hidden characters, of at most `limit` characters.
    pub(crate) fn text(&mut self, source: &str, limit: usize, at: &str) -> String {
        let clean = text::clean(source, limit);
        if clean.cleaned {
            let message = "the text contains invisible or control characters, which are taken out";
            self.report(code::TEXT_CLEANED, at, message);
        }
        if clean.cut {
            let message =
                format!("the text has {} characters; it is cut to {limit}", source.chars().count());
            self.report(code::TEXT_CUT, at, message);
        }
        clean.text
    }

    /// Everything found, in the order of finding.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        self.found
    }

    /// Notes that a reference leads nowhere, once per reference, and what happens instead.
    pub(crate) fn report_lost(&mut self, lost: Lost, reference: &str, at: &str, instead: &str) {
        let (reference, at) = match &lost.link {
            Some((reference, at)) => (reference.as_str(), at.as_str()),
            None => (reference, at),
        };
        if !self.lost.insert(at.to_owned()) {
            return;
        }
        let (code, what) = match lost.why {
            Why::Remote => (code::REMOTE_REF, "points outside the document"),
            Why::Missing => (code::BROKEN_REF, "points to nothing"),
            Why::Circular => (code::CIRCULAR_REF, "leads back to itself"),
        };
        let near = match lost.why {
            Why::Missing => self.near(reference),
            _ => String::new(),
        };
        self.report(code, at, format!("the reference `{reference}` {what}{near}; {instead}"));
    }

    /// The schema whose name is close to that of a reference.
    fn near(&self, reference: &str) -> String {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let schemas = ["/components/schemas", "/definitions"].into_iter();
        let schemas = schemas.filter_map(|at| self.document.root().pointer(at)?.as_object());
        let near = nearest(name, schemas.flat_map(Map::keys).map(|name| name.as_str()));
        near.map_or_else(String::new, |name| format!(" (is `{name}` meant?)"))
    }

    /// Notes that a reference was found elsewhere than it says.
    pub(crate) fn report_guess(&mut self, reference: &str, at: &str) {
        let Some(pointer) = self.resolver.guess(reference) else { return };
        if self.lost.insert(at.to_owned()) {
            let message = format!("the reference `{reference}` is read as `#{pointer}`");
            self.report(code::BROKEN_REF, at, message);
        }
    }

    /// The object at `value`, behind any number of references. Reports and gives `None` where
    /// there is no object; `what` names the expected thing, such as `a parameter`.
    pub(crate) fn object(
        &mut self,
        value: &'d Value,
        at: &str,
        what: &str,
    ) -> Option<(&'d Map, String)> {
        let start = Found { value, pointer: at.to_owned() };
        let found = match self.resolver.follow(start, "") {
            Ok(found) => found,
            Err(lost) => {
                let reference = value.get("$ref").and_then(Value::as_str).unwrap_or("$ref");
                self.report_lost(lost, reference, at, &format!("{what} is left out"));
                return None;
            }
        };
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            self.report_guess(reference, at);
        }
        if let Value::Object(map) = found.value {
            return Some((map, found.pointer));
        }
        let message = format!("expected {what}, found {}; it is left out", kind(found.value));
        self.report(code::MALFORMED, at, message);
        None
    }
}

/// A JSON value's kind, for messages.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
