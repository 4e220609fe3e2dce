//! Makes a schema that is too large by itself smaller, from the deepest parts upwards.

use crate::json::{Map, Text, Value};

use super::super::text;
use super::super::walk::children_mut;
use super::size::size;

/// Cuts below ever fewer levels, then shortens descriptions, until `schema` fits `budget` bytes.
/// If that is not enough, members go, last ones first; required ones only where `hide_required`.
pub(super) fn prune(schema: &mut Map, budget: usize, hide_required: bool) {
    for levels in (3..=8).rev() {
        if fits(schema, budget) {
            return;
        }
        below(schema, levels);
    }
    for limit in [200, 80] {
        if fits(schema, budget) {
            return;
        }
        shorten(schema, limit);
    }
    for levels in (1..=2).rev() {
        if fits(schema, budget) {
            return;
        }
        below(schema, levels);
    }
    if !fits(schema, budget) {
        shorten(schema, 0);
    }
    if !fits(schema, budget) {
        below(schema, 0);
        leave_out(schema, budget, hide_required);
    }
    if !fits(schema, budget) && hide_required {
        schema.retain(|key, _| key == "type");
    }
}

/// Cuts every description in a schema to `limit` characters; 0 takes them out.
pub(super) fn shorten(schema: &mut Map, limit: usize) {
    children_mut(schema, &mut |child| {
        let Value::Object(members) = child else {
            return;
        };
        if let Some(Value::String(description)) = members.get("description") {
            if limit == 0 {
                members.remove("description");
            } else if description.chars().count() > limit {
                let shorter = text::clean(description, limit).text;
                members.insert("description", shorter);
            }
        }
        shorten(members, limit);
    });
}

fn fits(schema: &Map, budget: usize) -> bool {
    size(schema) <= budget
}

/// Empties the schemas that are more than `levels` below the top.
fn below(schema: &mut Map, levels: usize) {
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

/// Leaves out members until the rest fits; the schema stays open for them.
fn leave_out(schema: &mut Map, budget: usize, hide_required: bool) {
    let mut total = size(&*schema);
    let is_required = |schema: &Map, name: &str| {
        let required = schema.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let names: Vec<Text> = match schema.get("properties") {
        Some(Value::Object(properties)) => properties.keys().cloned().collect(),
        _ => return,
    };
    let (required, optional): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| is_required(schema, name));
    let last = if hide_required { required } else { Vec::new() };
    let mut gone: Vec<Text> = Vec::new();
    for name in optional.into_iter().rev().chain(last.into_iter().rev()) {
        if total <= budget {
            break;
        }
        if let Some(Value::Object(properties)) = schema.get_mut("properties")
            && let Some(member) = properties.remove(&name)
        {
            total = total.saturating_sub(size(&member) + name.len() + 4);
            gone.push(name);
        }
    }
    if gone.is_empty() {
        return;
    }
    schema.remove("additionalProperties");
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !gone.iter().any(|gone| name == gone));
    }
}
