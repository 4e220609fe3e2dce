//! Schemas as complete as they are, for those who asked for nothing else.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::super::walk::{children_mut, reference, references};
use super::promised::promised;
use super::{finished, size};
use crate::ir::{Operation, Reply, Schema};

/// Bytes that all schemas of a tool may have; validators of arguments take no more than twice that.
const MOST: usize = 128 * 1024;

/// Makes the schemas of a tool: objects at the root, with the definitions they use. `false`: they
/// are too large to be used.
pub(super) fn build(definitions: &BTreeMap<String, Schema>, operation: &mut Operation) -> bool {
    let mut input = root(definitions, &operation.arguments.0);
    input.insert_new("properties", || json!({}));
    let input = bundled(definitions, input);
    let output = match (operation.reply, &operation.result) {
        (Reply::Json { .. }, Some(result)) => Some(output(definitions, operation, &result.0)),
        _ => None,
    };
    if size(&input) + output.as_ref().map_or(0, |(schema, _)| size(schema)) > MOST {
        return false;
    }
    operation.input_schema = finished(input);
    if let Some((mut schema, wrapped)) = output {
        if operation.http.is_some() {
            promised(&mut schema);
        }
        operation.reply = Reply::Json { wrapped };
        operation.output_schema = Some(finished(schema));
    }
    true
}

/// The schema of results, and whether these travel wrapped.
fn output(
    definitions: &BTreeMap<String, Schema>,
    operation: &Operation,
    result: &Value,
) -> (Map, bool) {
    let wrapped = operation.http.is_some() && !is_object(result, definitions);
    let schema = match wrapped {
        true => {
            let wrapper =
                json!({"type": "object", "properties": {"result": result}, "required": ["result"]});
            wrapper.as_object().cloned().unwrap_or_default()
        }
        false => root(definitions, result),
    };
    (bundled(definitions, schema), wrapped)
}

/// The members of a schema, behind references, as an object.
fn root(definitions: &BTreeMap<String, Schema>, schema: &Value) -> Map {
    let mut members = followed(definitions, schema);
    members.insert("type", json!("object"));
    members
}

fn is_object(schema: &Value, definitions: &BTreeMap<String, Schema>) -> bool {
    followed(definitions, schema).get("type").is_some_and(|kind| kind == "object")
}

fn followed(definitions: &BTreeMap<String, Schema>, schema: &Value) -> Map {
    let mut members = schema.as_object().cloned().unwrap_or_default();
    for _ in 0..8 {
        let Some(target) = reference(&members).and_then(|name| definitions.get(name)) else {
            break;
        };
        let mut inner = target.0.as_object().cloned().unwrap_or_default();
        members.remove("$ref");
        inner.extend(members);
        members = inner;
    }
    members
}

/// Adds the definitions that a schema reaches.
fn bundled(definitions: &BTreeMap<String, Schema>, root: Map) -> Map {
    let mut root = Value::Object(root);
    let mut used: BTreeMap<String, Value> = BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    references(&root, &mut |name| open.push(name.to_owned()));
    while let Some(name) = open.pop() {
        if used.contains_key(&name) {
            continue;
        }
        let mut schema = definitions.get(&name).map_or_else(|| json!({}), |found| found.0.clone());
        references(&schema, &mut |name| open.push(name.to_owned()));
        plain(&mut schema);
        used.insert(name, schema);
    }
    plain(&mut root);
    let mut members = root.as_object().cloned().unwrap_or_default();
    if !used.is_empty() {
        members.insert("$defs", json!(used));
    }
    members
}

/// What MCP needs: schemas are objects, and bytes are written in base64.
fn plain(schema: &mut Value) {
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({"not": {}}),
        Value::Object(members) => {
            let bytes = members.get("format").and_then(Value::as_str);
            if matches!(bytes, Some("binary" | "byte")) {
                members.remove("format");
                members.insert("contentEncoding", json!("base64"));
            }
            let closed = members.get("additionalProperties").filter(|one| one.is_boolean());
            let closed = closed.cloned();
            children_mut(members, &mut plain);
            members.extend(closed.map(|closed| ("additionalProperties".to_owned(), closed)));
        }
        _ => {}
    }
}
