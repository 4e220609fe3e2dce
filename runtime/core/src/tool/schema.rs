//! JSON Schemas of Rust types, in the form that models and their clients cope with.
//!
//! No references but for recursive types, no titles made of type names, no `$schema`, and no
//! formats that only Rust programmers know.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema as Describe, Schema};
use serde_json::{Map, Value, json};
use toolwright_spec::JsonSchema;

/// Formats that JSON Schema defines; `uint32`, `double` and the like go.
const FORMATS: [&str; 10] =
    ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// Schema of arguments read as an `A`, an object at the root.
#[must_use]
pub fn arguments_schema<A: Describe>() -> JsonSchema {
    let mut generator = for_arguments();
    let mut root = generator.subschema_for::<A>();
    tame_arguments(&mut root);
    let mut root = into_object(root);
    root.insert("type".to_owned(), json!("object"));
    let definitions = definitions(&mut generator, tame_arguments);
    if !definitions.is_empty() {
        root.insert("$defs".to_owned(), definitions.into());
    }
    Value::Object(root).into()
}

/// Schema of a structured result, and whether it travels as `{"result": …}`.
pub(super) struct Output {
    pub(super) schema: JsonSchema,
    pub(super) wrapped: bool,
}

/// How a `T` is described as a structured result.
pub(super) fn output<T: Describe>() -> Output {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.with(inline).into_generator();
    let mut schema = generator.subschema_for::<T>();
    tame(&mut schema);
    let definitions = definitions(&mut generator, tame);
    let wrapped = !is_object(schema.as_value());
    let mut root = if wrapped {
        let properties = json!({ "result": schema });
        Map::from_iter([
            ("properties".to_owned(), properties),
            ("required".to_owned(), json!(["result"])),
        ])
    } else {
        into_object(schema)
    };
    root.insert("type".to_owned(), json!("object"));
    if !definitions.is_empty() {
        root.insert("$defs".to_owned(), definitions.into());
    }
    Output { schema: Value::Object(root).into(), wrapped }
}

/// A generator for what is read.
pub(super) fn for_arguments() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_deserialize().with(inline).into_generator()
}

/// The definitions that recursive types left behind.
pub(super) fn definitions(
    generator: &mut SchemaGenerator,
    tame: fn(&mut Schema),
) -> Map<String, Value> {
    let mut definitions = generator.take_definitions(false);
    for value in definitions.values_mut() {
        if let Ok(schema) = <&mut Schema>::try_from(value) {
            tame(schema);
        }
    }
    definitions
}

/// Removes what means nothing to a model, all the way down.
pub(super) fn tame(schema: &mut Schema) {
    if schema.as_bool() == Some(true) {
        schema.ensure_object();
    }
    if let Some(keywords) = schema.as_object_mut() {
        keywords.remove("$schema");
        keywords.remove("title");
        let known =
            |format: &Value| format.as_str().is_some_and(|format| FORMATS.contains(&format));
        if keywords.get("format").is_some_and(|format| !known(format)) {
            keywords.remove("format");
        }
    }
    transform_subschemas(&mut tame, schema);
}

/// As [`tame`]; besides, members that may be left out need not offer `null` as well.
pub(super) fn tame_arguments(schema: &mut Schema) {
    tame(schema);
    without_nulls(schema);
}

/// The keywords of a schema; a boolean one becomes the object that means the same.
pub(super) fn into_object(mut schema: Schema) -> Map<String, Value> {
    std::mem::take(schema.ensure_object())
}

/// Drops `null` from a nullable type.
pub(super) fn without_null(member: &mut Map<String, Value>) {
    if member.get("default").is_some_and(Value::is_null) {
        member.remove("default");
    }
    if let Some(Value::Array(types)) = member.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            member.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = member.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(branches)) = member.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| *branch != json!({ "type": "null" }));
    if let [Value::Object(only)] = branches.as_slice() {
        let only = only.clone();
        member.remove("anyOf");
        for (keyword, value) in only {
            // What is said of the member goes before what is said of its type.
            member.entry(keyword).or_insert(value);
        }
    }
}

fn without_nulls(schema: &mut Schema) {
    if let Some(keywords) = schema.as_object_mut() {
        let required = keywords.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| {
            required.as_array().is_some_and(|names| names.iter().any(|known| known == name))
        };
        if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
            for (name, member) in properties.iter_mut() {
                if let (Value::Object(member), false) = (member, is_required(name)) {
                    without_null(member);
                }
            }
        }
    }
    transform_subschemas(&mut without_nulls, schema);
}

fn inline(settings: &mut SchemaSettings) {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
}

/// Whether every value under a schema is an object, as far as one sees at its root.
fn is_object(schema: &Value) -> bool {
    let all = |keyword: &str| {
        schema
            .get(keyword)
            .and_then(Value::as_array)
            .is_some_and(|branches| !branches.is_empty() && branches.iter().all(is_object))
    };
    schema.get("type").is_some_and(|name| name == "object") || all("oneOf") || all("anyOf")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
    struct Filter {
        /// Title or part of it
        title: String,
        year: Option<u16>,
        nested: Option<Box<Range>>,
    }

    #[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
    struct Range {
        from: f32,
    }

    #[derive(schemars::JsonSchema, serde::Serialize, serde::Deserialize)]
    struct Tree {
        children: Vec<Tree>,
    }

    #[test]
    fn arguments_are_plain() {
        assert_eq!(
            arguments_schema::<Filter>().to_value(),
            json!({
                "type": "object",
                "properties": {
                    "title": { "type": "string", "description": "Title or part of it" },
                    "year": { "type": "integer", "minimum": 0, "maximum": 65535 },
                    "nested": {
                        "type": "object",
                        "properties": { "from": { "type": "number" } },
                        "required": ["from"],
                    },
                },
                "required": ["title"],
            })
        );
    }

    #[test]
    fn what_is_written_may_be_null() {
        let Output { schema, wrapped } = output::<Filter>();
        assert!(!wrapped);
        assert_eq!(schema.to_value()["properties"]["year"]["type"], json!(["integer", "null"]));
        assert_eq!(schema.to_value()["required"], json!(["title", "year", "nested"]));
    }

    #[test]
    fn recursive_types_keep_references_that_lead_somewhere() {
        for schema in
            [arguments_schema::<Tree>(), output::<Vec<Tree>>().schema, output::<Tree>().schema]
        {
            assert!(schema.as_str().contains("#/$defs/Tree"), "{schema}");
            crate::schema::Validator::new(schema.as_str()).unwrap();
        }
        assert!(output::<Vec<Tree>>().wrapped);
        assert!(!output::<Tree>().wrapped);
        assert!(!output::<BTreeMap<String, u8>>().wrapped);
    }
}
