//! What changed in the protocol: the semantic difference between two superset models.
//!
//! Each change says whether it breaks users of the Rust types, and why.

mod methods;
mod parts;
mod types;

use std::fmt;

use super::model::Model;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Whether code that compiled against the old types may fail against the new ones.
    pub(crate) breaks: bool,
    /// What changed: `field Tool.icons added: optional list of Icon`.
    pub(crate) what: String,
    /// Why it breaks, or why it does not.
    pub(crate) why: &'static str,
}

impl Change {
    fn breaking(what: impl Into<String>, why: &'static str) -> Self {
        Self { breaks: true, what: what.into(), why }
    }

    fn harmless(what: impl Into<String>, why: &'static str) -> Self {
        Self { breaks: false, what: what.into(), why }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.breaks { "BREAKS" } else { "fine  " };
        write!(f, "{mark}  {}\n          {}", self.what, self.why)
    }
}

/// All changes from `old` to `new`: revisions, types, methods, error codes.
pub(crate) fn changes(old: &Model, new: &Model) -> Vec<Change> {
    let mut out = revisions(old, new);
    types::compare(old, new, &mut out);
    methods::compare(old, new, &mut out);
    errors(old, new, &mut out);
    out
}

/// The changes of the model `path` as they are printed; empty where there is none.
pub(crate) fn report(path: &str, changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let breaking = changes.iter().filter(|change| change.breaks).count();
    let lines: String = changes.iter().map(|change| format!("  {change}\n")).collect();
    format!(
        "{path}: {} changed, {breaking} of it breaking users of the types:\n{lines}",
        changes.len()
    )
}

fn revisions(old: &Model, new: &Model) -> Vec<Change> {
    let mut out = Vec::new();
    for revision in &new.revisions {
        match old.revisions.iter().find(|known| known.id == revision.id) {
            None => out.push(Change::harmless(
                format!("revision {} added", revision.id),
                "`Revision` is non-exhaustive; what older revisions have stays",
            )),
            Some(known) if known != revision => out.push(Change::harmless(
                format!("revision {}: {known:?} is now {revision:?}", revision.id),
                "no type changes, but what the runtime does",
            )),
            Some(_) => {}
        }
    }
    for gone in old.revisions.iter().filter(|id| new.revisions.iter().all(|new| new.id != id.id)) {
        out.push(Change::breaking(
            format!("revision {} removed", gone.id),
            "its variant of `Revision` and its exact module are gone",
        ));
    }
    out
}

fn errors(old: &Model, new: &Model, out: &mut Vec<Change>) {
    let find =
        |model: &Model, name: &str| model.errors.iter().find(|error| error.name == name).cloned();
    for error in &new.errors {
        match find(old, &error.name) {
            None => out.push(Change::harmless(
                format!("error code {} added: {}", error.name, error.code),
                "a new constant",
            )),
            Some(known) if known.code != error.code => out.push(Change::breaking(
                format!("error code {} is {} and was {}", error.name, error.code, known.code),
                "peers that know the old number misread it",
            )),
            Some(known) => {
                parts::span(&format!("error code {}", error.name), &known.span, &error.span, out)
            }
        }
    }
    for gone in old.errors.iter().filter(|error| find(new, &error.name).is_none()) {
        out.push(Change::breaking(
            format!("error code {} removed", gone.name),
            "the constant is gone",
        ));
    }
}

#[cfg(test)]
mod tests;
