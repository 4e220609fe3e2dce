//! Reading members with findings instead of failures.

use crate::json::Value;

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::near::nearest;
pub(super) use crate::near::plain;
use crate::select::{Origin, Placed};
use crate::source::Document;

/// Reads parts of one document and gathers what is wrong.
pub(super) struct Reader<'d> {
    document: &'d Document,
    code: &'static Code,
    faults: Vec<Diagnostic>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Document, code: &'static Code) -> Self {
        Self { document, code, faults: Vec::new() }
    }

    pub(super) fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    pub(super) fn wrong(&mut self, at: &str, message: impl Into<String>) {
        self.faults.push(self.document.finding(self.code, at, message));
    }

    pub(super) fn placed<T>(&self, what: T, at: &str) -> Placed<T> {
        // A finding knows best which of several files a place is in.
        let place = self.document.finding(self.code, at, "");
        Placed {
            what,
            origin: Origin { file: place.file, line: place.line, pointer: place.pointer },
        }
    }

    /// The members of a mapping in document order: their names as they are compared, as they are
    /// written, and their values.
    pub(super) fn members<'v>(
        &mut self,
        value: &'v Value,
        at: &str,
        what: &str,
    ) -> Vec<(&'v str, &'v Value)> {
        let Value::Object(members) = value else {
            self.wrong(at, format!("{what} is a table of settings, not `{}`", shown(value)));
            return Vec::new();
        };
        let keys = self.document.keys(at);
        keys.into_iter()
            .filter_map(|key| members.get_key_value(key))
            .map(|(key, value)| (key.as_str(), value))
            .collect()
    }

    pub(super) fn unknown(&mut self, at: &str, key: &str, known: &[&str]) {
        let near = nearest(key, known.iter().copied());
        let message = match near {
            Some(name) => format!("there is no setting `{key}` here; is `{name}` meant?"),
            None => format!("there is no setting `{key}` here; there are {}", known.join(", ")),
        };
        self.wrong(at, message);
    }

    pub(super) fn text(&mut self, value: &Value, at: &str) -> Option<String> {
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(at, format!("this is a text, not `{}`", shown(value)));
        }
        text
    }

    pub(super) fn flag(&mut self, value: &Value, at: &str) -> Option<bool> {
        if value.as_bool().is_none() {
            self.wrong(at, format!("this is true or false, not `{}`", shown(value)));
        }
        value.as_bool()
    }

    pub(super) fn count(&mut self, value: &Value, at: &str) -> Option<usize> {
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        if count.is_none() {
            self.wrong(at, format!("this is a whole number, not `{}`", shown(value)));
        }
        count
    }

    /// A list of texts, or one; with their places.
    pub(super) fn texts(&mut self, value: &Value, at: &str) -> Vec<(String, String)> {
        match value {
            Value::Array(items) => {
                let places = (0..items.len()).map(|index| format!("{at}/{index}"));
                items
                    .iter()
                    .zip(places)
                    .filter_map(|(item, at)| Some((self.text(item, &at)?, at)))
                    .collect()
            }
            value => self.text(value, at).map(|text| (text, at.to_owned())).into_iter().collect(),
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 60 { text } else { "…".to_owned() }
}
