//! Schemas that are made of themselves: to know whether a value fits one, it would have to be known
//! already. What leads back is left out, which changes nothing that could ever have been decided.

use std::collections::{BTreeMap, HashSet};

use super::context::Context;
use super::walk::reference;
use crate::code;
use crate::ir::{Api, Schema};
use crate::json::{Map, Value};

/// Keywords with lists of schemas for the same value, and with one.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const SINGLE: [&str; 4] = ["not", "if", "then", "else"];

/// Cuts every circle among the definitions that no member or item interrupts.
pub(crate) fn cut(cx: &mut Context<'_>, api: &mut Api) {
    for (from, to) in circles(&api.definitions) {
        let message = match from == to {
            true => format!("`{from}` is made of itself; that part is left out"),
            false => format!("`{from}` is made of `{to}`, and that of it; that part is left out"),
        };
        let at = cx.definitions.pointer(&from);
        cx.report(code::CIRCULAR_REF, &at, message);
        if let Some(Schema(schema)) = api.definitions.get_mut(&from) {
            take_out(schema, &to);
        }
    }
}

/// The references, by definition and target, without which there is no circle.
fn circles(definitions: &BTreeMap<String, Schema>) -> Vec<(String, String)> {
    let targets = |name: &str| {
        let mut names = Vec::new();
        if let Some(schema) = definitions.get(name) {
            parts(&schema.0, &mut |target| names.push(target.to_owned()));
        }
        names
    };
    let mut found = Vec::new();
    let mut done: HashSet<String> = HashSet::new();
    for start in definitions.keys() {
        if done.contains(start) {
            continue;
        }
        let mut path: Vec<(String, Vec<String>)> = vec![(start.clone(), targets(start))];
        let mut open: HashSet<String> = HashSet::from([start.clone()]);
        while let Some((name, rest)) = path.last_mut() {
            match rest.pop() {
                Some(target) if open.contains(&target) => found.push((name.clone(), target)),
                Some(target) if done.contains(&target) => {}
                Some(target) => {
                    open.insert(target.clone());
                    let next = targets(&target);
                    path.push((target, next));
                }
                None => {
                    open.remove(name.as_str());
                    done.insert(name.clone());
                    path.pop();
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Calls `visit` with the definitions that a schema is made of.
fn parts<'v>(schema: &'v Value, visit: &mut dyn FnMut(&'v str)) {
    let Value::Object(members) = schema else { return };
    if let Some(name) = reference(members) {
        visit(name);
    }
    for list in LISTS.iter().filter_map(|key| members.get(key)?.as_array()) {
        list.iter().for_each(|part| parts(part, visit));
    }
    for part in SINGLE.iter().filter_map(|key| members.get(key)) {
        parts(part, visit);
    }
    let dependent = members.get("dependentSchemas").and_then(Value::as_object);
    dependent.into_iter().flat_map(Map::values).for_each(|part| parts(part, visit));
}

/// Takes the references to `target` out of what a schema is made of.
fn take_out(schema: &mut Value, target: &str) {
    let leads = |part: &Value| part.as_object().and_then(reference) == Some(target);
    let own = leads(schema);
    let Value::Object(members) = schema else { return };
    if own {
        members.remove("$ref");
    }
    for key in LISTS {
        if let Some(Value::Array(list)) = members.get_mut(key) {
            list.retain(|part| !leads(part));
            list.update(|part| take_out(part, target));
            if list.is_empty() {
                members.remove(key);
            }
        }
    }
    for key in SINGLE {
        if members.get(key).is_some_and(leads) {
            members.remove(key);
        } else if let Some(part) = members.get_mut(key) {
            take_out(part, target);
        }
    }
    if let Some(Value::Object(dependent)) = members.get_mut("dependentSchemas") {
        dependent.retain(|_, part| !leads(part));
        dependent.update(|_, part| take_out(part, target));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;
    use crate::pass;
    use crate::select::Options;
    use crate::source::Document;

    /// What a document makes of its definitions, all of which an operation uses.
    fn lowered(schemas: Value) -> (BTreeMap<String, Schema>, Vec<String>) {
        let names = schemas.as_object().unwrap().keys();
        let uses: Vec<Value> =
            names.map(|name| json!({"$ref": format!("#/components/schemas/{name}")})).collect();
        let schema =
            json!({"type": "object", "properties": {"x": {"type": "array", "prefixItems": uses}}});
        let document = json!({"openapi": "3.1.0", "components": {"schemas": schemas},
            "paths": {"/a": {"post": {"operationId": "a",
                "requestBody": {"content": {"application/json": {"schema": schema}}}}}}});
        let document = Document::parse("t", document.to_string().as_bytes()).unwrap();
        let outcome = pass::lower(&document, &Options::default());
        let found = outcome.diagnostics.iter().map(|one| format!("{} {}", one.code, one.pointer));
        (outcome.api.unwrap().definitions, found.collect())
    }

    fn to(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn circles_without_members_are_cut() {
        let (definitions, found) = lowered(json!({
            "Loop": {"oneOf": [to("Loop"), {"type": "string"}]},
            "X": {"anyOf": [to("Y"), {"type": "string"}]},
            "Y": {"anyOf": [to("X"), {"type": "boolean"}]},
            "N": {"not": to("N")},
            "C": {"type": "object", "if": {"required": ["a"]}, "then": to("C"),
                "dependentSchemas": {"b": to("C")}, "properties": {"own": to("C")}},
        }));
        assert_eq!(definitions["Loop"].0, json!({"oneOf": [{"type": "string"}]}));
        assert_eq!(definitions["X"].0["anyOf"].as_array().unwrap().len(), 2);
        assert_eq!(definitions["Y"].0, json!({"anyOf": [{"type": "boolean"}]}));
        assert_eq!(definitions["N"].0, json!({}));
        let c = &definitions["C"].0;
        assert_eq!((c.get("then"), &c["dependentSchemas"]), (None, &json!({})));
        assert_eq!(c["properties"]["own"], json!({"$ref": "#/$defs/C"}));
        let at = ["C", "Loop", "N", "Y"].map(|name| format!("TW0303 /components/schemas/{name}"));
        assert_eq!(found, at);
    }

    #[test]
    fn trees_and_diamonds_stay() {
        let (_, found) = lowered(json!({
            "Tree": {"type": "object", "properties": {"kids": {"type": "array", "items": to("Tree")}}},
            "Json": {"anyOf": [{"type": "string"}, {"type": "array", "items": to("Json")},
                {"type": "object", "additionalProperties": to("Json")}]},
            "Top": {"anyOf": [to("Left"), to("Right")]},
            "Left": {"anyOf": [to("Tree"), {"type": "null"}]},
            "Right": {"anyOf": [to("Tree"), to("Left")]},
        }));
        assert!(found.is_empty(), "{found:?}");
    }
}
