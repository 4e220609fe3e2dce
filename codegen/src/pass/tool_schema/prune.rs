//! Makes a schema that is too large by itself smaller, from the deepest parts upwards.

use serde_json::{Map, Value};

use super::super::walk::children_mut;
use super::bundle::size;

/// Cuts below ever fewer levels, then shortens descriptions, until `schema` fits `budget` bytes
/// or only names are left; then optional members go, last ones first.
pub(super) fn prune(schema: &mut Map<String, Value>, budget: usize) {
    for levels in (1..=6).rev() {
        if fits(schema, budget) {
            return;
        }
        below(schema, levels);
    }
    for limit in [200, 80, 0] {
        if fits(schema, budget) {
            return;
        }
        shorten(schema, limit);
    }
    if !fits(schema, budget) {
        below(schema, 0);
        leave_out(schema, budget);
    }
}

/// Leaves out optional members until the rest fits; the schema stays open for them.
fn leave_out(schema: &mut Map<String, Value>, budget: usize) {
    let mut total = size(&Value::Object(schema.clone()));
    let required: Vec<String> = match schema.get("required") {
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let names: Vec<String> = properties.keys().cloned().collect();
    let mut left_out = false;
    for name in names.iter().rev().filter(|name| !required.contains(name)) {
        if total <= budget {
            break;
        }
        if let Some(member) = properties.remove(name) {
            total = total.saturating_sub(size(&member) + name.len() + 4);
            left_out = true;
        }
    }
    if left_out {
        schema.remove("additionalProperties");
    }
}

fn fits(schema: &Map<String, Value>, budget: usize) -> bool {
    size(&Value::Object(schema.clone())) <= budget
}

fn below(schema: &mut Map<String, Value>, levels: usize) {
    children_mut(schema, &mut |child| {
        let Value::Object(members) = child else {
            return;
        };
        if levels > 0 {
            below(members, levels - 1);
            return;
        }
        members.retain(|key, _| matches!(key.as_str(), "type" | "description" | "$ref"));
    });
}

fn shorten(schema: &mut Map<String, Value>, limit: usize) {
    children_mut(schema, &mut |child| {
        let Value::Object(members) = child else {
            return;
        };
        if let Some(Value::String(text)) = members.get_mut("description") {
            if limit == 0 {
                members.remove("description");
            } else if text.chars().count() > limit {
                *text = super::super::text::clean(text, limit).text;
            }
        }
        shorten(members, limit);
    });
}
