//! Methods.

use super::Change;
use super::parts::{deprecation, span};
use crate::regen::model::{Method, Model};

pub(super) fn compare(old: &Model, new: &Model, out: &mut Vec<Change>) {
    let find = |model: &Model, name: &str| {
        model.methods.iter().find(|method| method.name == name).cloned()
    };
    for method in &new.methods {
        match find(old, &method.name) {
            None => out.push(Change::harmless(
                format!("method {} added, sent by {:?}", method.name, method.from),
                "a new marker type; the message enums are non-exhaustive",
            )),
            Some(known) => one(&known, method, out),
        }
    }
    for gone in old.methods.iter().filter(|method| find(new, &method.name).is_none()) {
        out.push(Change::breaking(
            format!("method {} removed", gone.name),
            "its marker type and its variants are gone",
        ));
    }
}

fn one(old: &Method, new: &Method, out: &mut Vec<Change>) {
    let what = format!("method {}", new.name);
    span(&what, &old.span, &new.span, out);
    deprecation(&what, old.deprecated.as_ref(), new.deprecated.as_ref(), out);
    let none = || "nothing".to_owned();
    for (part, before, after) in
        [("params", &old.params, &new.params), ("result", &old.result, &new.result)]
    {
        if before != after {
            let (before, after) =
                (before.clone().unwrap_or_else(none), after.clone().unwrap_or_else(none));
            out.push(Change::breaking(
                format!("{what}: {part} now {after}, was {before}"),
                "the associated type of its marker is another",
            ));
        }
    }
    if old.rust != new.rust || old.request != new.request {
        out.push(Change::breaking(
            format!("{what} is `{}` and was `{}`", new.rust, old.rust),
            "its marker type or that type's trait is another",
        ));
    }
    if old.from != new.from {
        out.push(Change::breaking(
            format!("{what} is sent by {:?} and was by {:?}", new.from, old.from),
            "its variant moves between the message enums",
        ));
    }
    if old.params_required != new.params_required {
        out.push(Change::harmless(
            format!("{what}: params required in [{}]", new.params_required.join(", ")),
            "no type changes",
        ));
    }
}
