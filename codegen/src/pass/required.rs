//! `required` names members that the schema declares: others are declared, as anything.

use crate::json::{Map, Value, json};

use super::context::Context;
use super::walk::{self, keywords_mut};
use crate::code;
use crate::ir::Api;

/// Mends every schema that is complete in itself; branches of compositions may name members that
/// another branch declares.
pub(crate) fn mend(cx: &mut Context<'_>, api: &mut Api) {
    for (name, schema) in &mut api.definitions {
        let at = cx.definitions.pointer(name);
        visit(cx, &mut schema.0, &at);
    }
    walk::operation_schemas_mut(api, &mut |schema, at| visit(cx, schema, at));
}

fn visit(cx: &mut Context<'_>, schema: &mut Value, at: &str) {
    const COMPOSED: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];
    let Value::Object(members) = schema else {
        return;
    };
    complete(cx, members, at);
    keywords_mut(members, &mut |key, child| {
        if !COMPOSED.contains(&key) {
            visit(cx, child, at);
        }
    });
}

fn complete(cx: &mut Context<'_>, members: &mut Map, at: &str) {
    let composed = ["allOf", "anyOf", "oneOf", "$ref", "patternProperties"];
    if composed.iter().any(|key| members.contains_key(*key)) {
        return;
    }
    let names: Vec<String> = match members.get("required") {
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => return,
    };
    let others = match members.get("additionalProperties") {
        Some(Value::Object(schema)) => Value::Object(schema.clone()),
        _ => json!({}),
    };
    members.insert_new("properties", || json!({}));
    members.update_one("properties", |properties| {
        let Value::Object(properties) = properties else {
            return;
        };
        for name in names {
            if !properties.contains_key(&name) {
                let message = format!(
                    "`required` names `{name}`, which is not declared; it is declared as anything"
                );
                cx.report(code::REQUIRED, at, message);
                properties.insert(name, others.clone());
            }
        }
    });
}
