//! Objects that take the members they list and have all of them.

use crate::json::{List, Map, Value, json};

use super::Lost;
use super::typed::{each, is};

/// Closes objects; members that were optional take null, which the runtime reads as absent.
pub(super) fn objects(schema: &mut Value, lost: &mut Lost) {
    if let Some(members) = schema.as_object_mut() {
        members.insert_new("properties", || json!({}));
    }
    each(schema, &mut |members| {
        let before = members.remove("additionalProperties");
        if !is(members, "object") {
            return;
        }
        if before.is_some_and(|schema| schema.is_object()) {
            lost.one("members beside those listed");
        }
        let required = match members.remove("required") {
            Some(Value::Array(required)) => required,
            _ => List::new(),
        };
        let mut names = Vec::new();
        if let Some(Value::Object(properties)) = members.get_mut("properties") {
            properties.update(|name, property| {
                if let Value::Object(property) = property
                    && !required.iter().any(|required| required == name)
                    && !nullable(property)
                {
                    lost.one("null where a member can be left out");
                }
                names.push(Value::from(name));
            });
        }
        members.insert("required", names);
        members.insert("additionalProperties", json!(false));
    });
}

/// Whether it was not yet.
fn nullable(members: &mut Map) -> bool {
    if let Some(Value::Array(branches)) = members.get_mut("anyOf") {
        let null = |branch: &Value| branch.get("type").is_some_and(|kind| kind == "null");
        let news = !branches.iter().any(null);
        if news {
            branches.push(json!({"type": "null"}));
        }
        return news;
    }
    if members.contains_key("const") {
        let inner = Value::Object(std::mem::take(members));
        members.insert("anyOf", json!([inner, {"type": "null"}]));
        return true;
    }
    let news = match members.get_mut("type") {
        Some(Value::Array(kinds)) if !kinds.iter().any(|kind| kind == "null") => {
            kinds.push(json!("null"));
            true
        }
        Some(kind @ Value::String(_)) if *kind != "null" => {
            *kind = json!([kind, "null"]);
            true
        }
        _ => false,
    };
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    news
}
