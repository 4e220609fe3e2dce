//! The canonical schemas, compiled.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use toolwright_spec::Revision;

type Compiled = Mutex<HashMap<(String, String), &'static Validator>>;

static COMPILED: LazyLock<Compiled> = LazyLock::new(Mutex::default);

static READ: LazyLock<Mutex<HashMap<String, Value>>> = LazyLock::new(Mutex::default);

/// The canonical schema of a revision.
fn schema(revision: &str) -> Value {
    let mut read = READ.lock().unwrap();
    read.entry(revision.to_owned()).or_insert_with(|| load(revision)).clone()
}

fn load(revision: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{revision}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Whether a revision's schema has a definition.
pub(crate) fn defines(revision: &str, definition: &str) -> bool {
    let mut read = READ.lock().unwrap();
    let schema = read.entry(revision.to_owned()).or_insert_with(|| load(revision));
    ["$defs", "definitions"].iter().any(|key| schema[key].get(definition).is_some())
}

/// The validator of one definition.
pub(crate) fn validator(revision: &str, definition: &str) -> &'static Validator {
    compile(revision, definition, false)
}

/// The validator of one definition that refuses members no schema names.
pub(crate) fn strict(revision: &str, definition: &str) -> &'static Validator {
    compile(revision, definition, true)
}

fn compile(revision: &str, definition: &str, strict: bool) -> &'static Validator {
    let key = (format!("{revision} {strict}"), definition.to_owned());
    let mut compiled = COMPILED.lock().unwrap();
    if let Some(known) = compiled.get(&key) {
        return known;
    }
    let mut schema = schema(revision);
    let defs = if schema.get("$defs").is_some() { "$defs" } else { "definitions" };
    if strict {
        let merged = merged(&schema);
        for (name, def) in schema[defs].as_object_mut().unwrap() {
            if !merged.contains(name) {
                close(def);
            }
        }
    }
    schema["$ref"] = json!(format!("#/{defs}/{definition}"));
    let draft = if defs == "$defs" { Draft::Draft202012 } else { Draft::Draft7 };
    let validator = jsonschema::options().with_draft(draft).build(&schema).unwrap();
    let validator = Box::leak(Box::new(validator));
    compiled.insert(key, validator);
    validator
}

/// Definitions that are parts of an `allOf`, where each part sees the others' members.
fn merged(schema: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        if let Some(parts) = value.get("allOf").and_then(Value::as_array) {
            let names = parts.iter().filter_map(|part| part["$ref"].as_str()?.rsplit('/').next());
            out.extend(names.map(str::to_owned));
        }
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    out
}

/// Refuses members that are not named, but inside of an `allOf`.
fn close(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    if members.contains_key("allOf") {
        return;
    }
    // `properties` is the keyword here, not a member of that name, where it is an object of
    // schemas beside `type`.
    if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
        members.entry("additionalProperties").or_insert(json!(false));
    }
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(inner)) => inner.values_mut().for_each(close),
            ("anyOf" | "oneOf", Value::Array(inner)) => inner.iter_mut().for_each(close),
            ("items" | "additionalProperties", inner) => close(inner),
            _ => {}
        }
    }
}

#[test]
fn every_revision_has_its_schema() {
    for revision in Revision::ALL {
        assert!(defines(revision.as_str(), "Tool"), "{revision}");
    }
}
