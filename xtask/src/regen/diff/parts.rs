//! What the comparisons of types and methods share.

use super::Change;
use crate::regen::model::{Span, Type};

/// A change of when something exists. It stays in the superset, so nothing breaks.
pub(super) fn span(what: &str, old: &Span, new: &Span, out: &mut Vec<Change>) {
    if old.since != new.since {
        out.push(Change::harmless(
            format!("{what} exists since {} and not since {}", new.since, old.since),
            "only `fit` goes by it",
        ));
    }
    if old.until != new.until {
        let text = match &new.until {
            Some(until) => format!("{what} ends with {until}"),
            None => format!("{what} no longer ends"),
        };
        out.push(Change::harmless(
            text,
            "it stays for older revisions; `fit` drops it for newer ones",
        ));
    }
}

/// A change of deprecation.
pub(super) fn deprecation(
    what: &str,
    old: Option<&String>,
    new: Option<&String>,
    out: &mut Vec<Change>,
) {
    match (old, new) {
        (None, Some(since)) => out.push(Change::harmless(
            format!("{what} deprecated since {since}"),
            "use of it gets a warning",
        )),
        (Some(_), None) => {
            out.push(Change::harmless(format!("{what} no longer deprecated"), "a warning less"));
        }
        _ => {}
    }
}

/// A type in words: `list of Icon`.
pub(super) fn words(ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".into(),
        Type::Integer => "integer".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::Any => "any JSON".into(),
        Type::Object => "object".into(),
        Type::Raw => "raw JSON".into(),
        Type::Schema => "JSON Schema".into(),
        Type::Ref(name) => name.clone(),
        Type::List(item) => format!("list of {}", words(item)),
        Type::Map(item) => format!("map of {}", words(item)),
        Type::OneOrMany(item) => format!("one or many {}", words(item)),
        Type::Const(value) => format!("always {value}"),
    }
}
