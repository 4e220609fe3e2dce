//! One schema of the document to one of JSON Schema 2020-12: keywords of the right kind, and no
//! references but `#/$defs/NAME`.

mod dialect;
mod discriminator;
mod infer;
mod keyword;
mod labels;
mod values;

use crate::json::{Map, Value, json};

use super::context::{Context, Dialect, kind};
use super::refs::Why;
use super::text::SCHEMA_LIMIT;
use crate::code;
use crate::curate::{self, EXTENSION};
use crate::pointer::join;
pub(crate) use values::truth;

/// Keywords that only describe; they may stand beside a reference in every version.
pub(crate) const ANNOTATIONS: [&str; 7] =
    ["title", "description", "default", "deprecated", "readOnly", "writeOnly", EXTENSION];

/// Reads the `x-mcp` of a schema or a parameter, `source`. Until curation takes it out, `out` has it
/// in a form that is sure: `hide`, `preset` and, for parameters, `name`.
pub(crate) fn curation(
    cx: &mut Context<'_>,
    source: &Map,
    out: &mut Map,
    (at, is_parameter): (&str, bool),
) {
    let Some(value) = source.get(EXTENSION) else { return };
    let at = join(at, EXTENSION);
    let (rule, faults) = curate::of_parameter(cx.document, value, &at);
    cx.note(faults);
    if let Some(text) = &rule.description {
        let text = cx.text(text, SCHEMA_LIMIT, &at);
        out.insert("description", text);
    }
    let mut kept = Map::new();
    kept.extend(rule.hide.map(|hide| ("hide".to_owned(), Value::Bool(hide))));
    kept.extend(rule.preset.map(|preset| ("preset".to_owned(), preset)));
    match rule.name {
        Some(name) if is_parameter => kept.extend([("name", name)]),
        Some(_) => cx.report(code::CURATION, &at, "only parameters can be renamed"),
        None => {}
    }
    if !kept.is_empty() {
        cx.curated = true;
        out.insert(EXTENSION.to_owned(), Value::Object(kept));
    }
}

/// Normalises the schema `value` that stands at the pointer `at`; `base` is the pointer of the
/// schema resource around it (see [`super::refs::Resolver::locate`]).
pub(crate) fn normalise(cx: &mut Context<'_>, value: &Value, at: &str, base: &str) -> Value {
    match value {
        Value::Bool(true) => json!({}),
        Value::Bool(false) => Value::Bool(false),
        Value::Object(source) => object(cx, source, at, base).or_same(value),
        other => {
            let message =
                format!("a schema is an object, not {}; anything is accepted", kind(other));
            cx.report(code::WRONG_KIND, at, message);
            json!({})
        }
    }
}

fn object(cx: &mut Context<'_>, source: &Map, at: &str, base: &str) -> Value {
    let id = source.get("$id").and_then(Value::as_str);
    let base = if id.is_some_and(|id| !id.starts_with('#')) { at } else { base };
    let reference = source.get("$ref").or_else(|| source.get("$dynamicRef"));
    let without_sign = source.get("ref").filter(|_| source.len() == 1);
    let without_sign =
        without_sign.filter(|text| text.as_str().is_some_and(|text| text.starts_with('#')));
    if without_sign.is_some() {
        cx.report(code::WRONG_KIND, at, "`ref` is written `$ref`; it is read as that");
    }
    let reference = reference.or(without_sign);
    let mut out = Map::new();
    for (key, value) in source {
        if key != "$ref" && key != "$dynamicRef" {
            keyword::convert(cx, &mut out, (key, value), at, base);
        }
    }
    dialect::drafts(cx, source, &mut out, at, base);
    labels::add(cx, source, &mut out, at);
    curation(cx, source, &mut out, (at, false));
    if let Some(reference) = reference {
        return with_reference(cx, source, reference, out, at, base);
    }
    discriminator::tags(cx, source, &mut out, at, base);
    dialect::bounds(cx, source, &mut out, at);
    infer::types(cx, &mut out, at);
    values::enumeration(cx, &mut out, at, dialect::is_nullable(source));
    values::default(cx, &mut out, at);
    dialect::nullable(cx, source, out, at)
}

/// Joins a reference with what stands beside it.
fn with_reference(
    cx: &mut Context<'_>,
    source: &Map,
    reference: &Value,
    mut beside: Map,
    at: &str,
    base: &str,
) -> Value {
    let Some(reference) = reference.as_str() else {
        let message = format!("`$ref` is {}, no text; anything is accepted", kind(reference));
        cx.report(code::WRONG_KIND, at, message);
        beside.retain(|key, _| ANNOTATIONS.contains(&key.as_str()));
        return Value::Object(beside);
    };
    if cx.dialect == Dialect::OpenApi30 {
        beside.retain(|key, _| {
            matches!(
                key.as_str(),
                "description" | "deprecated" | "readOnly" | "writeOnly" | EXTENSION
            )
        });
    }
    let target = target(cx, reference, at, base);
    let only_annotations = beside.keys().all(|key| ANNOTATIONS.contains(&key.as_str()));
    let joined = match target {
        Value::Object(target) if only_annotations => {
            beside.extend(target);
            beside
        }
        target => {
            let mut rest = beside;
            let mut outer = Map::new();
            for key in ANNOTATIONS {
                if let Some(value) = rest.remove(key) {
                    outer.insert(key.to_owned(), value);
                }
            }
            if let Some(Value::Array(members)) = rest.get_mut("allOf") {
                members.insert(0, target);
                outer.extend(rest);
            } else {
                let rest = normal_rest(cx, rest, at);
                let mut members = vec![target];
                members.extend(rest);
                outer.insert("allOf", members);
            }
            outer
        }
    };
    dialect::nullable(cx, source, joined, at)
}

fn normal_rest(cx: &mut Context<'_>, mut rest: Map, at: &str) -> Option<Value> {
    if rest.is_empty() {
        return None;
    }
    infer::types(cx, &mut rest, at);
    values::enumeration(cx, &mut rest, at, false);
    Some(Value::Object(rest))
}

/// `{"$ref": "#/$defs/NAME"}`, or what stands in for a reference that names nothing.
fn target(cx: &mut Context<'_>, reference: &str, at: &str, base: &str) -> Value {
    let found = cx.resolver.locate(reference, base).and_then(|found| {
        if found.pointer == at {
            return Err(Why::Circular.into());
        }
        cx.resolver.follow_alias(found, base)
    });
    cx.report_guess(reference, at);
    match found {
        Ok(found) => match found.value {
            Value::Bool(true) => json!({}),
            Value::Bool(false) => Value::Bool(false),
            _ => {
                let name = cx.definitions.name(&found.pointer, base);
                json!({ "$ref": format!("#/$defs/{name}") })
            }
        },
        Err(lost) => {
            cx.report_lost(lost, reference, at, "anything is accepted there");
            json!({})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Document;

    pub(super) fn run(text: &str, dialect: Dialect) -> (Value, Vec<&'static str>) {
        let document = Document::parse("t", text.as_bytes()).unwrap();
        let mut cx = Context::new(&document, dialect);
        let value = normalise(&mut cx, document.root(), "", "");
        let codes = cx.into_findings().iter().map(|finding| finding.code).collect();
        (value, codes)
    }

    #[track_caller]
    fn check(dialect: Dialect, source: &str, expected: Value, codes: &[&str]) {
        let (value, found) = run(source, dialect);
        assert_eq!(value, expected, "{source}");
        assert_eq!(found, codes, "{source}");
    }

    #[test]
    fn names_of_properties_are_data() {
        check(
            Dialect::OpenApi30,
            r##"{"type": "object", "required": ["$ref", "required"], "properties": {
                "$ref": {"type": "string"}, "required": {"type": "boolean"},
                "properties": {"type": "object", "properties": {"nullable": {"type": "string", "nullable": true}}},
                "example": {"type": "string", "example": {"$ref": "#/nowhere"}, "default": "x"}}}"##,
            json!({"type": "object", "required": ["$ref", "required"], "properties": {
                "$ref": {"type": "string"}, "required": {"type": "boolean"},
                "properties": {"type": "object", "properties": {"nullable": {"type": ["string", "null"]}}},
                "example": {"type": "string", "default": "x"}}}),
            &[],
        );
    }

    #[test]
    fn references_become_definitions() {
        check(
            Dialect::Json,
            r##"{"properties": {"a": {"$ref": "#/$defs/A", "description": "d"},
                "b": {"$ref": "#/$defs/A", "minLength": 2},
                "c": {"$ref": "x.json"}, "d": {"$ref": "#/$defs/B"}, "e": {"$ref": 1},
                "f": {"$ref": "#/properties/f"}, "g": {"$ref": "#/$defs/C"}},
               "$defs": {"A": {"type": "string"}, "B": {"$ref": "#/$defs/A"}, "C": true}}"##,
            json!({"type": "object", "properties": {
                "a": {"$ref": "#/$defs/A", "description": "d"},
                "b": {"allOf": [{"$ref": "#/$defs/A"}, {"type": "string", "minLength": 2}]},
                "c": {}, "d": {"$ref": "#/$defs/A"}, "e": {}, "f": {}, "g": {}}}),
            &["TW0405", "TW0301", "TW0401", "TW0303", "TW0405"],
        );
    }

    #[test]
    fn dialect_of_openapi_3_0() {
        for (source, expected) in [
            (r#"{"type": "string", "nullable": true}"#, json!({"type": ["string", "null"]})),
            (
                r#"{"type": "string", "nullable": true, "enum": ["a"]}"#,
                json!({"type": ["string", "null"], "enum": ["a", null]}),
            ),
            (
                r#"{"type": "string", "nullable": true, "enum": [null, "a"]}"#,
                json!({"type": ["string", "null"], "enum": [null, "a"]}),
            ),
            (
                r#"{"allOf": [{"type": "object"}], "nullable": true, "description": "d"}"#,
                json!({"description": "d", "anyOf": [{"allOf": [{"type": "object"}]}, {"type": "null"}]}),
            ),
            (
                r#"{"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": true}"#,
                json!({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]}),
            ),
            (
                r#"{"type": "integer", "minimum": 1, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false}"#,
                json!({"type": "integer", "exclusiveMinimum": 1, "maximum": 5}),
            ),
            (
                r#"{"type": "string", "example": 1, "xml": {}, "externalDocs": {}, "x-a": 1, "discriminator": {}}"#,
                json!({"type": "string"}),
            ),
        ] {
            check(Dialect::OpenApi30, source, expected, &[]);
        }
    }

    #[test]
    fn words_of_drafts_and_slips_are_mended() {
        for (source, expected, codes) in [
            (
                r#"{"type": "integer", "default": 6, "maximum": 5}"#,
                json!({"type": "integer", "maximum": 5}),
                vec!["TW0407"],
            ),
            (
                r#"{"type": "string", "default": "abc", "maxLength": 2}"#,
                json!({"type": "string", "maxLength": 2}),
                vec!["TW0407"],
            ),
            (
                r#"{"type": "boolean", "default": "Yes"}"#,
                json!({"type": "boolean", "default": true}),
                vec!["TW0407"],
            ),
            (
                r#"{"type": "string", "nullable": "true"}"#,
                json!({"type": ["string", "null"]}),
                vec!["TW0401", "TW0406"],
            ),
            (
                r#"{"type": "DateTime"}"#,
                json!({"type": "string", "format": "date-time"}),
                vec!["TW0402"],
            ),
            (
                r#"{"type": "object", "properties": {"a": {"type": "string", "required": true}, "b": {"type": "string", "required": false}}}"#,
                json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}),
                vec!["TW0404", "TW0404"],
            ),
            (
                r#"{"type": "array", "items": [{"type": "string"}], "additionalItems": false}"#,
                json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false}),
                vec!["TW0406"],
            ),
            (
                r#"{"type": "object", "dependencies": {"a": ["b"], "c": {"required": ["d"]}}}"#,
                json!({"type": "object", "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}}),
                vec!["TW0406"],
            ),
            (r#"{"type": "string", "pattern": "(a"}"#, json!({"type": "string"}), vec!["TW0409"]),
            (
                r#"{"type": "string", "pattern": "/^a\\/b$/i"}"#,
                json!({"type": "string", "pattern": "^a\\/b$"}),
                vec!["TW0409"],
            ),
            (
                r#"{"type": "string", "pattern": "/a/"}"#,
                json!({"type": "string", "pattern": "/a/"}),
                vec![],
            ),
        ] {
            check(Dialect::Json, source, expected, &codes);
        }
    }

    #[test]
    fn odd_values_are_mended() {
        for (source, expected, codes) in [
            (r#"{"type": "string", "enum": []}"#, json!({"type": "string"}), vec!["TW0403"]),
            (
                r#"{"type": "string", "enum": ["a", "a"]}"#,
                json!({"type": "string", "enum": ["a"]}),
                vec!["TW0403"],
            ),
            (
                r#"{"type": "string", "enum": [1, "b"]}"#,
                json!({"type": "string", "enum": ["1", "b"]}),
                vec!["TW0403"],
            ),
            (r#"{"type": null}"#, json!({"type": "null"}), vec!["TW0401"]),
            (r#"{"type": "file"}"#, json!({"type": "string", "format": "binary"}), vec!["TW0402"]),
            (r#"{"type": "strnig"}"#, json!({}), vec!["TW0402"]),
            (
                r#"{"type": ["null", "null", "string"]}"#,
                json!({"type": ["null", "string"]}),
                vec![],
            ),
            (r#"{"type": "object", "required": true}"#, json!({"type": "object"}), vec!["TW0404"]),
            (
                r#"{"type": "object", "required": ["a", "a"], "properties": {"a": true}}"#,
                json!({"type": "object", "required": ["a"], "properties": {"a": {}}}),
                vec!["TW0404"],
            ),
            (
                r#"{"type": "string", "minLength": "3", "maxLength": -1}"#,
                json!({"type": "string", "minLength": 3}),
                vec!["TW0401", "TW0401"],
            ),
            (
                r#"{"type": "array", "items": [{"type": "string"}]}"#,
                json!({"type": "array", "prefixItems": [{"type": "string"}]}),
                vec!["TW0406"],
            ),
            (
                r#"{"allOf": [], "oneOf": {"type": "string"}}"#,
                json!({"oneOf": [{"type": "string"}]}),
                vec!["TW0401", "TW0401"],
            ),
            (r#"{"type": "integer", "default": "x"}"#, json!({"type": "integer"}), vec!["TW0407"]),
            (
                r#"{"type": "integer", "default": "5"}"#,
                json!({"type": "integer", "default": 5}),
                vec!["TW0407"],
            ),
            (
                r#"{"type": "string", "pattern": "(?=a)b"}"#,
                json!({"type": "string", "pattern": "(?=a)b"}),
                vec!["TW0409"],
            ),
            (r#"[1]"#, json!({}), vec!["TW0401"]),
            (
                r#"{"type": "string", "nullable": true}"#,
                json!({"type": ["string", "null"]}),
                vec!["TW0406"],
            ),
        ] {
            check(Dialect::Json, source, expected, &codes);
        }
    }
}
