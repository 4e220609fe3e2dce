//! What OpenAPI 3.0 says differently: `nullable` and boolean bounds.

use crate::json::{Map, Value, json};

use super::super::context::{Context, Dialect, kind};
use super::{ANNOTATIONS, normalise, truth};
use crate::code;
use crate::pointer::join;

/// Turns `exclusiveMinimum: true` beside `minimum` into a bound of its own.
pub(super) fn bounds(cx: &mut Context<'_>, source: &Map, out: &mut Map, at: &str) {
    for (exclusive, plain) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(&Value::Bool(flag)) = source.get(exclusive) else {
            continue;
        };
        if cx.dialect != Dialect::OpenApi30 {
            let message = format!("`{exclusive}` is a boolean as in OpenAPI 3.0; it is honoured");
            cx.report(code::DIALECT, &join(at, exclusive), message);
        }
        if flag && let Some(bound) = out.remove(plain) {
            out.insert(exclusive.to_owned(), bound);
        }
    }
}

/// What the drafts before 2020-12 said in other places: what follows the items of a tuple, and which
/// properties are required.
pub(super) fn drafts(cx: &mut Context<'_>, source: &Map, out: &mut Map, at: &str, base: &str) {
    let rest = source.get("additionalItems").filter(|rest| **rest != Value::Bool(true));
    if let Some(rest) = rest.filter(|_| matches!(source.get("items"), Some(Value::Array(_)))) {
        let rest = normalise(cx, rest, &join(at, "additionalItems"), base);
        out.insert("items".to_owned(), rest);
    }
    let Some(Value::Object(properties)) = source.get("properties") else { return };
    let yes = |member: &Value| member.get("required").and_then(truth) == Some(true);
    for (name, _) in properties.iter().filter(|(_, member)| yes(member)) {
        out.insert_new("required", || json!([]));
        if let Some(Value::Array(names)) = out.get_mut("required")
            && !names.iter().any(|known| known == name)
        {
            names.push(json!(name));
        }
    }
}

/// Whether a schema says in the words of OpenAPI 3.0 that null is among its values.
pub(super) fn is_nullable(source: &Map) -> bool {
    ["nullable", "x-nullable"].into_iter().any(|key| source.get(key).and_then(truth) == Some(true))
}

/// Adds null to what a schema with `nullable: true` accepts.
pub(super) fn nullable(cx: &mut Context<'_>, source: &Map, mut out: Map, at: &str) -> Value {
    // Swagger 2.0 has no word for it; this one is in wide use.
    let extension = source.get("x-nullable").filter(|_| cx.dialect == Dialect::OpenApi30);
    match source.get("nullable").or(extension) {
        None | Some(Value::Bool(false)) => return Value::Object(out),
        Some(Value::Bool(true)) => {}
        Some(other) => {
            let flag = truth(other).unwrap_or(false);
            let message = format!("`nullable` is {}, no boolean; {flag} is used", kind(other));
            cx.report(code::WRONG_KIND, &join(at, "nullable"), message);
            if !flag {
                return Value::Object(out);
            }
        }
    }
    if cx.dialect != Dialect::OpenApi30 {
        let message = "`nullable` belongs to OpenAPI 3.0; it is honoured";
        cx.report(code::DIALECT, &join(at, "nullable"), message);
    }
    let composed =
        ["$ref", "allOf", "anyOf", "oneOf"].iter().filter(|key| out.contains_key(key)).count();
    if composed == 0 {
        widen(&mut out);
        return Value::Object(out);
    }
    for union in ["oneOf", "anyOf"] {
        let plain = composed == 1 && !out.contains_key("type") && !out.contains_key("enum");
        if let Some(Value::Array(members)) = out.get_mut(union).filter(|_| plain) {
            let null = json!({"type": "null"});
            if !members.contains(&null) {
                members.push(null);
            }
            return Value::Object(out);
        }
    }
    let mut outer = Map::new();
    for key in ANNOTATIONS {
        if let Some(value) = out.remove(key) {
            outer.insert(key.to_owned(), value);
        }
    }
    outer.insert("anyOf", json!([out, {"type": "null"}]));
    Value::Object(outer)
}

fn widen(out: &mut Map) {
    match out.get_mut("type") {
        Some(Value::String(name)) if name != "null" => {
            let types = json!([name, "null"]);
            out.insert("type", types);
        }
        Some(Value::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
        _ => {}
    }
    if let Some(Value::Array(values)) = out.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    if let Some(value) = out.get("const").filter(|value| !value.is_null()).cloned() {
        out.remove("const");
        out.insert("enum", json!([value, null]));
    }
}
