//! Values that satisfy a schema, always the same ones.

use std::collections::BTreeMap;

use toolwright_codegen::ir::{Schema, TAGS};
use toolwright_codegen::json::{Map, Value};

use super::scalar::{integer, number, text};

/// Beyond this depth only what is required is there.
const FULL: usize = 6;
/// Beyond this depth nothing is.
const DEEPEST: usize = 24;

/// Makes values from schemas whose references lead into `definitions`.
pub(super) struct Sampler<'a> {
    definitions: &'a BTreeMap<String, Schema>,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(definitions: &'a BTreeMap<String, Schema>) -> Self {
        Self { definitions }
    }

    /// A value of the schema.
    pub(super) fn value(&self, schema: &Value) -> serde_json::Value {
        self.at(schema, 0, 0).unwrap_or_default().into()
    }

    /// What a schema refers to.
    pub(super) fn resolved<'s>(&self, mut schema: &'s Value) -> &'s Value
    where
        'a: 's,
    {
        for _ in 0..16 {
            let target = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix("#/$defs/"))
                .map(|name| name.replace("~1", "/").replace("~0", "~"))
                .and_then(|name| self.definitions.get(&name));
            match target {
                Some(target) => schema = &target.0,
                None => break,
            }
        }
        schema
    }

    /// `nth` tells apart the items of a list. `None`: no value this deep.
    fn at(&self, schema: &Value, depth: usize, nth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let schema = self.resolved(schema);
        let Some(members) = schema.as_object() else {
            return Some(Value::Null);
        };
        if let Some(value) = given(members) {
            return Some(value);
        }
        if let Some(parts) = members.get("allOf").and_then(Value::as_array) {
            return self.all_of(members, parts, depth, nth);
        }
        for union in ["oneOf", "anyOf"] {
            let options = members.get(union).and_then(Value::as_array);
            if let Some(options) = options {
                return self.one_of(members, options, depth, nth);
            }
        }
        self.of_type(members, depth, nth)
    }

    /// One object with the members of all parts.
    fn all_of(&self, members: &Map, parts: &[Value], depth: usize, nth: usize) -> Option<Value> {
        let own = self.of_type(members, depth, nth).filter(Value::is_object);
        let mut merged = own;
        for part in parts {
            match (self.at(part, depth + 1, nth)?, &mut merged) {
                (Value::Object(more), Some(Value::Object(all))) => all.extend(more),
                (Value::Null, Some(_)) => {}
                (value, merged) => *merged = Some(value),
            }
        }
        merged
    }

    /// The first option that has a value, with what stands beside the union.
    fn one_of(&self, members: &Map, options: &[Value], depth: usize, nth: usize) -> Option<Value> {
        let tagged = |option: &Value| Some(with_tags(self.at(option, depth + 1, nth)?, option));
        let values = options.iter().filter_map(tagged);
        let mut values = values.peekable();
        let first = values.peek().cloned();
        let chosen = values.find(|value| !value.is_null()).or(first)?;
        let beside = members.contains_key("properties");
        match (chosen, beside.then(|| self.of_type(members, depth, nth)).flatten()) {
            (Value::Object(option), Some(Value::Object(mut own))) => {
                own.extend(option);
                Some(Value::Object(own))
            }
            (chosen, _) => Some(chosen),
        }
    }

    fn of_type(&self, schema: &Map, depth: usize, nth: usize) -> Option<Value> {
        match type_of(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => Some(Value::from(text(schema, nth))),
            "integer" => Some(integer(schema, nth)),
            "number" => Some(number(schema)),
            "boolean" => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        }
    }

    fn object(&self, schema: &Map, depth: usize) -> Option<Value> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut object = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let needed = required.contains(&name.as_str());
            if *property == Value::Bool(false) {
                continue;
            }
            let write_only = property.get("writeOnly") == Some(&Value::Bool(true));
            if !needed && (depth >= FULL || write_only || self.leads_back(property, depth)) {
                continue;
            }
            match self.at(property, depth + 1, 0) {
                Some(value) => {
                    object.insert(name.clone(), value);
                }
                None if needed => return None,
                None => {}
            }
        }
        for name in required {
            let any = schema.get("additionalProperties").filter(|any| any.is_object());
            if !object.contains_key(name) {
                let value = any.and_then(|any| self.at(any, depth + 1, 0));
                object.insert(name, value.unwrap_or_else(|| Value::from("text")));
            }
        }
        Some(Value::Object(object))
    }

    fn array(&self, schema: &Map, depth: usize) -> Option<Value> {
        let bound = |name| schema.get(name).and_then(Value::as_u64);
        let least = usize::try_from(bound("minItems").unwrap_or(0)).ok()?.min(1000);
        let most = usize::try_from(bound("maxItems").unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let item = schema.get("items").filter(|items| items.is_object());
        let optional = item.is_none_or(|item| self.leads_back(item, depth));
        let wanted = if optional || depth >= FULL { least } else { least.max(1) };
        let any = Value::Object(Map::new());
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let wanted = wanted.max(first.map_or(0, |first| first.len()));
        let mut items = Vec::new();
        for nth in 0..wanted.min(most) {
            let own = first.and_then(|first| first.get(nth));
            match self.at(own.or(item).unwrap_or(&any), depth + 1, nth) {
                Some(value) => items.push(value),
                None if items.len() < least => return None,
                None => break,
            }
        }
        Some(items.into())
    }

    /// Whether an optional member is cut because it's probably recursive: a reference far down.
    fn leads_back(&self, schema: &Value, depth: usize) -> bool {
        let item = schema.get("items").unwrap_or(schema);
        depth >= 3 && (schema.get("$ref").is_some() || item.get("$ref").is_some())
    }
}

/// The value of a branch with what tells it from the others.
fn with_tags(mut value: Value, branch: &Value) -> Value {
    let tags = branch.get(TAGS).and_then(Value::as_object);
    if let Value::Object(members) = &mut value {
        for (name, values) in tags.into_iter().flatten() {
            members.extend(values.get(0).map(|tag| (name.clone(), tag.clone())));
        }
    }
    value
}

/// A value that the schema itself names.
fn given(schema: &Map) -> Option<Value> {
    if let Some(value) = ["const", "example", "default"].iter().find_map(|key| schema.get(key)) {
        return Some(value.clone());
    }
    let lists = ["examples", "enum"].iter().filter_map(|key| schema.get(key)?.as_array());
    lists.flatten().find(|value| !value.is_null()).cloned()
}

/// The first type that isn't null; guessed where none is named.
fn type_of(schema: &Map) -> &str {
    let named = match schema.get("type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null")
        }
        _ => None,
    };
    let implied = || match () {
        () if schema.contains_key("properties") => Some("object"),
        () if schema.contains_key("items") => Some("array"),
        () if schema.contains_key("pattern") || schema.contains_key("format") => Some("string"),
        () if schema.contains_key("minimum") || schema.contains_key("maximum") => Some("number"),
        () => None,
    };
    named.or_else(implied).unwrap_or("null")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sampled(schema: serde_json::Value) -> serde_json::Value {
        let definitions = BTreeMap::from([
            ("Name".to_owned(), Schema(json!({"type": "string", "minLength": 9}).into())),
            (
                "Tree".to_owned(),
                Schema(
                    json!({"type": "object", "required": ["name"], "properties": {
                        "name": {"$ref": "#/$defs/Name"},
                        "below": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                        "parent": {"$ref": "#/$defs/Tree"},
                    }})
                    .into(),
                ),
            ),
            (
                "Endless".to_owned(),
                Schema(
                    json!({"type": "object", "required": ["next"], "properties": {
                    "next": {"$ref": "#/$defs/Endless"}}})
                    .into(),
                ),
            ),
        ]);
        Sampler::new(&definitions).value(&schema.into())
    }

    #[test]
    fn scalars_satisfy_their_bounds() {
        for (schema, value) in [
            (json!({"type": "string", "enum": ["b", "a"]}), json!("b")),
            (json!({"const": 7}), json!(7)),
            (json!({"type": ["null", "string"], "format": "date"}), json!("2026-01-15")),
            (json!({"type": "string", "maxLength": 2}), json!("te")),
            (json!({"type": "string", "minLength": 6}), json!("text text")),
            (json!({"type": "integer"}), json!(1)),
            (json!({"type": "integer", "minimum": 10, "multipleOf": 4}), json!(12)),
            (json!({"type": "integer", "maximum": -3}), json!(-3)),
            (json!({"type": "integer", "exclusiveMinimum": 5}), json!(6)),
            (json!({"type": "number", "minimum": 0, "maximum": 1}), json!(0.5)),
            (json!({"type": "boolean"}), json!(true)),
            (json!({"type": "string", "pattern": "^[0-9]{3}$"}), json!("000")),
            (json!({}), json!(null)),
        ] {
            assert_eq!(sampled(schema.clone()), value, "{schema}");
        }
    }

    #[test]
    fn what_cannot_be_is_not_there_and_branches_have_their_tag() {
        let never = json!({"type": "object", "properties": {"a": {"const": 1}, "b": false}});
        assert_eq!(sampled(never), json!({"a": 1}));
        let branch = json!({"type": "object", "properties": {"kind": {"type": "string"}},
            TAGS: {"kind": ["cat"]}});
        assert_eq!(sampled(json!({"oneOf": [branch]})), json!({"kind": "cat"}));
        let tuple = json!({"type": "array", "prefixItems": [{"const": 1}, {"const": "a"}]});
        assert_eq!(sampled(tuple), json!([1, "a"]));
    }

    #[test]
    fn compounds_have_what_they_need() {
        assert_eq!(
            sampled(json!({"type": "array", "minItems": 2, "items": {"type": "integer"}})),
            json!([1, 2])
        );
        assert_eq!(
            sampled(json!({"allOf": [
                {"type": "object", "properties": {"a": {"const": 1}}},
                {"type": "object", "properties": {"b": {"const": 2}}}]})),
            json!({"a": 1, "b": 2})
        );
        assert_eq!(
            sampled(json!({"anyOf": [{"type": "null"}, {"type": "string"}]})),
            json!("text")
        );
        assert_eq!(
            sampled(
                json!({"type": "object", "required": ["x"], "additionalProperties": {"type": "integer"}})
            ),
            json!({"x": 1})
        );
    }

    #[test]
    fn recursion_ends() {
        let tree = sampled(json!({"$ref": "#/$defs/Tree"}));
        assert_eq!(tree["name"], "text text");
        assert_eq!(tree["below"][0]["name"], "text text");
        assert!(tree.to_string().len() < 2_000, "{tree}");
        assert_eq!(sampled(json!({"$ref": "#/$defs/Endless"})), Value::Null);
    }
}
