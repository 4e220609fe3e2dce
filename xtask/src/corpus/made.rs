//! Documents as large as the largest public ones, made here: their words mean nothing, their
//! proportions are those of such APIs.

use std::io::Result;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// A kind of document.
struct Kind {
    name: &'static str,
    /// Collections, each with five operations.
    collections: usize,
    /// Definitions that no collection has for itself.
    shared: usize,
    /// Properties of a definition.
    properties: usize,
    /// Words of a description.
    words: usize,
}

const KINDS: [Kind; 5] = [
    Kind { name: "made-100.json", collections: 20, shared: 30, properties: 12, words: 12 },
    Kind { name: "made-500.json", collections: 100, shared: 60, properties: 12, words: 12 },
    // Few operations beside their number of properties, long examples inline.
    Kind {
        name: "made-like-github.json",
        collections: 200,
        shared: 400,
        properties: 40,
        words: 24,
    },
    // Thousands of operations over definitions that all reach each other.
    Kind {
        name: "made-like-graph.json",
        collections: 1500,
        shared: 1500,
        properties: 14,
        words: 16,
    },
    // Nearly 20 MB, which is what is read at most.
    Kind { name: "made-largest.json", collections: 800, shared: 1600, properties: 40, words: 24 },
];

/// Writes all of them, in OpenAPI 3.1 or in the words of 3.0, and gives their paths.
pub(super) fn write(folder: &Path, older: bool) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for kind in &KINDS {
        let mut document = document(kind);
        let name = if older {
            say_in_3_0(&mut document);
            kind.name.replace(".json", "-3.0.json")
        } else {
            kind.name.to_owned()
        };
        let path = folder.join(name);
        std::fs::write(&path, document.to_string())?;
        paths.push(path);
    }
    Ok(paths)
}

/// What these documents say in the words of 3.1 alone: the version, and types that may be `null`.
fn say_in_3_0(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(say_in_3_0),
        Value::Object(members) => {
            if let Some(version) = members.get_mut("openapi") {
                *version = json!("3.0.3");
            }
            let types = members.get("type").and_then(Value::as_array);
            if let Some([kind, Value::String(null)]) = types.map(Vec::as_slice)
                && null == "null"
            {
                let kind = kind.clone();
                members.insert("type".to_owned(), kind);
                members.insert("nullable".to_owned(), json!(true));
            }
            members.values_mut().for_each(say_in_3_0);
        }
        _ => {}
    }
}

fn document(kind: &Kind) -> Value {
    let mut schemas = Map::new();
    for number in 0..kind.collections + kind.shared {
        schemas.insert(definition(kind, number), schema(kind, number));
    }
    let mut paths = Map::new();
    for number in 0..kind.collections {
        let (one, name) = (definition(kind, number), noun(number));
        let body = json!({"required": true, "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{one}")}}}});
        let reply = reply(kind, &one);
        let many = json!({"200": {"description": "All.", "content": {"application/json": {"schema": {
            "type": "array", "items": {"$ref": format!("#/components/schemas/{one}")}}}}}});
        let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}, "description": text(number, kind.words)});
        let operation = |verb: &str, reply: &Value| {
            json!({"operationId": format!("{verb}{one}"), "tags": [name], "summary": text(number, 5),
            "description": text(number + verb.len(), kind.words * 2), "responses": reply,
            "parameters": [
                {"name": "fields", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "description": text(number + 1, kind.words)},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 30}},
            ]})
        };
        let with_body = |mut operation: Value| {
            if let Value::Object(members) = &mut operation {
                members.insert("requestBody".to_owned(), body.clone());
            }
            operation
        };
        let all = json!({"get": operation("list", &many), "post": with_body(operation("create", &reply))});
        let single = json!({"parameters": [id], "get": operation("get", &reply),
            "patch": with_body(operation("update", &reply)), "delete": operation("delete", &json!({"204": {"description": "Gone."}}))});
        paths.insert(format!("/{name}"), all);
        paths.insert(format!("/{name}/{{id}}"), single);
    }
    json!({"openapi": "3.1.0", "info": {"title": "Made", "version": "1"},
        "servers": [{"url": "https://made.example"}], "paths": paths, "components": {"schemas": schemas}})
}

fn reply(kind: &Kind, one: &str) -> Value {
    json!({"200": {"description": "One.", "content": {"application/json": {
        "schema": {"$ref": format!("#/components/schemas/{one}")},
        "examples": {"one": {"value": {"note": text(one.len(), kind.words * 12)}}}}}}})
}

fn schema(kind: &Kind, number: usize) -> Value {
    let all = kind.collections + kind.shared;
    let mut properties = Map::new();
    for place in 0..kind.properties {
        let to = (number * 31 + place * 17 + 1) % all;
        let link = json!({"$ref": format!("#/components/schemas/{}", definition(kind, to))});
        let value = match place % 8 {
            0 => json!({"type": "string", "description": text(number + place, kind.words)}),
            1 => json!({"type": ["integer", "null"], "description": text(place, kind.words)}),
            2 => {
                json!({"type": "string", "enum": ["open", "closed", format!("state-{}", number % 9)]})
            }
            3 => json!({"type": "string", "format": "date-time", "description": text(place, 6)}),
            4 => {
                json!({"type": "array", "items": {"type": "string"}, "description": text(place, 6)})
            }
            5 => json!({"type": "boolean"}),
            6 => link,
            _ => json!({"type": "array", "items": link}),
        };
        properties.insert(format!("{}_{place}", word(number + place)), value);
    }
    let required: Vec<&String> = properties.keys().take(2).collect();
    json!({"type": "object", "description": text(number, kind.words), "required": required, "properties": properties})
}

fn definition(kind: &Kind, number: usize) -> String {
    let what = if number < kind.collections { "Entry" } else { "Part" };
    format!("{}{what}{number}", word(number).to_uppercase())
}

fn noun(number: usize) -> String {
    format!("{}-{number}", word(number))
}

fn text(seed: usize, count: usize) -> String {
    let words: Vec<&str> = (0..count).map(|place| word(seed * 7 + place * 5)).collect();
    format!("{}.", words.join(" "))
}

fn word(number: usize) -> &'static str {
    const WORDS: [&str; 13] = [
        "harbour", "window", "quiet", "copper", "lantern", "orchard", "signal", "paper", "winter",
        "garden", "mirror", "thread", "river",
    ];
    WORDS.get(number % WORDS.len()).copied().unwrap_or("river")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{KINDS, document, say_in_3_0};

    #[test]
    fn nothing_of_3_1_is_left() {
        let mut one = json!({"type": ["integer", "null"], "minimum": 1});
        say_in_3_0(&mut one);
        assert_eq!(one, json!({"type": "integer", "nullable": true, "minimum": 1}));

        let mut all = document(&KINDS[0]);
        let nullable = all.to_string().matches(r#"["integer","null"]"#).count();
        say_in_3_0(&mut all);
        let text = all.to_string();
        assert!(text.contains(r#""openapi":"3.0.3""#) && !text.contains(r#""null""#));
        assert!(nullable > 0);
        assert_eq!(text.matches(r#""nullable":true"#).count(), nullable);
    }
}
