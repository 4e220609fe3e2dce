//! Definitions that several tools carry alike become one.

use std::collections::{BTreeMap, HashMap};

use crate::json::{Value, json};

use super::walk::{self, children_mut, reference};
use crate::ir::Api;

/// Joins equal definitions until none are left. Lists of tools repeat the schemas that they
/// share; documents with components do not, and their authors mean equal ones to stay apart.
pub(crate) fn definitions(api: &mut Api) {
    loop {
        let mut first: HashMap<String, &String> = HashMap::new();
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        for (name, schema) in &api.definitions {
            match first.entry(schema.0.to_string()) {
                std::collections::hash_map::Entry::Occupied(kept) => {
                    renamed.insert(name.clone(), (*kept.get()).clone());
                }
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(name);
                }
            }
        }
        if renamed.is_empty() {
            return;
        }
        api.definitions.retain(|name, _| !renamed.contains_key(name));
        for schema in api.definitions.values_mut() {
            rename(&mut schema.0, &renamed);
        }
        walk::operation_schemas_mut(api, &mut |schema, _| rename(schema, &renamed));
    }
}

fn rename(schema: &mut Value, renamed: &BTreeMap<String, String>) {
    let Value::Object(members) = schema else {
        return;
    };
    if let Some(name) = reference(members).and_then(|name| renamed.get(name)) {
        members.insert("$ref", json!(format!("#/$defs/{name}")));
    }
    children_mut(members, &mut |child| rename(child, renamed));
}
