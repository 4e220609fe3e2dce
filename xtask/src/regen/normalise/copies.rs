//! Definitions written out in place: back to references.
//!
//! A generator that does not know names repeats a definition wherever it is used.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::regen::fixups::Defs;

/// Replaces schemas that equal a definition by a reference to it, in all but the `known` ones.
pub(super) fn refer(defs: &mut Defs, known: &BTreeSet<String>) {
    if known.is_empty() {
        return;
    }
    let named: Vec<(String, Value)> = defs
        .iter()
        .filter(|(name, def)| !known.contains(*name) && is_distinctive(def))
        .map(|(name, def)| (name.clone(), def.clone()))
        .collect();
    for (name, def) in defs.iter_mut().filter(|(name, _)| !known.contains(*name)) {
        let others: Vec<&(String, Value)> =
            named.iter().filter(|(other, _)| other != name).collect();
        below(def, &others);
    }
}

/// An object with members or a union; `{"type": "object"}` is everybody's.
fn is_distinctive(def: &Value) -> bool {
    ["properties", "anyOf", "allOf"].iter().any(|key| def.get(*key).is_some())
}

fn below(value: &mut Value, named: &[&(String, Value)]) {
    let children: Vec<&mut Value> = match value {
        Value::Object(members) => members.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        match named.iter().find(|(_, def)| def == child) {
            Some((name, _)) => *child = json!({"$ref": format!("#/$defs/{name}")}),
            None => below(child, named),
        }
    }
}
