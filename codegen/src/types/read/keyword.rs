//! Which keyword of a schema decides its shape.

use crate::json::{Map, Value, json};

use super::{Hint, MAX_DEPTH, Reader, merge};
use crate::pointer::unescape;
use crate::types::name::{self, Names};
use crate::types::shape::{self, Body, Shape};

impl Reader<'_> {
    /// The shape of any schema. Never fails: what can't be said is any value.
    pub(super) fn read(&mut self, schema: &Value, hint: &Hint) -> Shape {
        let Some(object) = schema.as_object() else {
            return Shape::Any;
        };
        if hint.depth > MAX_DEPTH {
            self.note(format!(
                "nested deeper than {MAX_DEPTH} levels; any value is accepted there"
            ));
            return Shape::Any;
        }
        if object.get("nullable") == Some(&Value::Bool(true)) {
            let mut rest = object.clone();
            rest.remove("nullable");
            return self.read(&Value::Object(rest), &hint.same()).nullable();
        }
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, hint.depth + 1);
        }
        if object.contains_key("allOf") {
            return self.all_of(object, hint);
        }
        if let Some(constant) = object.get("const") {
            return self.values(schema, std::slice::from_ref(constant), hint);
        }
        match object.get("enum").and_then(Value::as_array) {
            Some(values) if !values.is_empty() => return self.values(schema, values, hint),
            _ => {}
        }
        if object.contains_key("oneOf") || object.contains_key("anyOf") {
            return self.union(object, hint);
        }
        self.typed(schema, object, hint)
    }

    fn reference(&mut self, reference: &str, depth: usize) -> Shape {
        match reference.strip_prefix("#/$defs/") {
            Some(key) => self.definition(&unescape(key), depth),
            None => {
                self.note(format!(
                    "the reference `{reference}` leads nowhere; any value is accepted"
                ));
                Shape::Any
            }
        }
    }

    /// `allOf`: the one part that says something, else all parts as one schema.
    fn all_of(&mut self, object: &Map, hint: &Hint) -> Shape {
        if let Some(only) = merge::only_part(object) {
            return self.read(only, &hint.same());
        }
        let merged = merge::flatten(self.definitions, object);
        self.read(&Value::Object(merged), &hint.same())
    }

    /// A schema that lists its values.
    fn values(&mut self, schema: &Value, values: &[Value], hint: &Hint) -> Shape {
        let listed: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
        let shape = if listed.is_empty() {
            Shape::Any
        } else if listed.iter().all(|value| value.is_string()) {
            let strings: Vec<&str> = listed.iter().filter_map(|value| value.as_str()).collect();
            self.declare(hint, schema, Body::Enum(enum_values(&strings)))
        } else if listed.iter().all(|value| value.is_i64() || value.is_u64()) {
            Shape::Int { unsigned: false }
        } else if listed.iter().all(|value| value.is_number()) {
            Shape::Float
        } else if listed.iter().all(|value| value.is_boolean()) {
            Shape::Bool
        } else if listed.iter().any(|value| value.is_object() || value.is_array()) {
            return self.typed_values(schema, hint);
        } else {
            return self.mixed_values(schema, values, hint);
        };
        if listed.len() < values.len() || type_names(schema).contains(&"null") {
            shape.nullable()
        } else {
            shape
        }
    }

    /// An enum of objects or arrays: Rust has no such thing, so it is what its `type` says.
    fn typed_values(&mut self, schema: &Value, hint: &Hint) -> Shape {
        let mut rest = schema.as_object().cloned().unwrap_or_default();
        rest.remove("enum");
        rest.remove("const");
        self.read(&Value::Object(rest), &hint.same())
    }

    /// An enum of several kinds is a union of enums, or of what Rust has instead.
    fn mixed_values(&mut self, schema: &Value, values: &[Value], hint: &Hint) -> Shape {
        let mut branches = Vec::new();
        let strings: Vec<&Value> = values.iter().filter(|value| value.is_string()).collect();
        if !strings.is_empty() {
            branches.push(json!({ "type": "string", "enum": strings }));
        }
        let mut kind = |name: &str, is: fn(&Value) -> bool| {
            if values.iter().any(is) {
                branches.push(json!({ "type": name }));
            }
        };
        kind("boolean", Value::is_boolean);
        kind("integer", |value| value.is_i64() || value.is_u64());
        kind("number", Value::is_f64);
        let null = values.iter().any(Value::is_null);
        self.union_of(schema, branches, null, hint)
    }

    fn typed(&mut self, schema: &Value, object: &Map, hint: &Hint) -> Shape {
        let all = type_names(schema);
        let kinds: Vec<&str> = all.iter().copied().filter(|kind| *kind != "null").collect();
        let shape = match kinds.as_slice() {
            [] if all.is_empty() => self.implied(schema, object, hint),
            [] => Shape::Any,
            [kind] => self.kind(kind, schema, object, hint),
            ["integer", "number"] | ["number", "integer"] => Shape::Float,
            several => {
                let branches = several.iter().map(|kind| merge::with_type(object, kind)).collect();
                return self.union_of(schema, branches, all.len() > kinds.len(), hint);
            }
        };
        if all.len() > kinds.len() { shape.nullable() } else { shape }
    }

    fn kind(&mut self, kind: &str, schema: &Value, object: &Map, hint: &Hint) -> Shape {
        match kind {
            "object" => self.object(schema, object, hint),
            "array" => self.array(object, hint),
            "string" => Shape::Text,
            "boolean" => Shape::Bool,
            "number" => Shape::Float,
            "integer" => Shape::Int { unsigned: unsigned(object) },
            other => {
                self.note(format!(
                    "the type `{other}` is not one of JSON Schema; any value is accepted"
                ));
                Shape::Any
            }
        }
    }

    /// A schema without `type`: its other keywords tell.
    fn implied(&mut self, schema: &Value, object: &Map, hint: &Hint) -> Shape {
        let has = |names: &[&str]| names.iter().any(|name| object.contains_key(name));
        if has(&["properties", "additionalProperties", "patternProperties"]) {
            self.object(schema, object, hint)
        } else if has(&["items", "prefixItems"]) {
            self.array(object, hint)
        } else {
            Shape::Any
        }
    }

    fn array(&mut self, object: &Map, hint: &Hint) -> Shape {
        let item = match (object.get("prefixItems").and_then(Value::as_array), object.get("items"))
        {
            (Some(places), items) => self.tuple(places, items, hint),
            (None, Some(items)) => {
                let mut inner = hint.inner("Item");
                inner.name = name::singular(&hint.name);
                inner.member = hint.member.as_deref().map(name::singular);
                self.read(items, &inner)
            }
            (None, None) => Shape::Any,
        };
        Shape::Array(Box::new(item))
    }

    /// What any item of a tuple may be: it is one type if the places are alike.
    fn tuple(&mut self, places: &[Value], rest: Option<&Value>, hint: &Hint) -> Shape {
        let open = rest.filter(|rest| **rest != Value::Bool(false));
        let mut branches: Vec<Value> = Vec::new();
        for branch in places.iter().chain(open) {
            if !branches.contains(branch) {
                branches.push(branch.clone());
            }
        }
        let mut inner = hint.inner("Item");
        inner.name = name::singular(&hint.name);
        self.union_of(&Value::Null, branches, false, &inner)
    }
}

impl Reader<'_> {
    /// The only strings or integers that are instances of a schema; empty where there are others.
    pub(super) fn constants(&self, schema: &Value) -> Vec<Value> {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix("#/$defs/"));
        let schema = match target {
            Some(key) => self.definitions.get(key).map_or(schema, |target| &target.0),
            None => schema,
        };
        let listed: Vec<Value> =
            match (schema.get("const"), schema.get("enum"), schema.get("oneOf")) {
                (Some(constant), ..) => vec![constant.clone()],
                (None, Some(Value::Array(values)), _) => values.to_vec(),
                (None, None, Some(Value::Array(branches))) => {
                    let constants = branches.iter().map(|branch| branch.get("const").cloned());
                    constants.collect::<Option<_>>().unwrap_or_default()
                }
                _ => Vec::new(),
            };
        if listed.iter().all(|value| value.is_string() || value.is_i64()) {
            listed
        } else {
            Vec::new()
        }
    }
}

/// Variants of a string enum, with unique names.
fn enum_values(strings: &[&str]) -> Vec<shape::Value> {
    let mut names = Names::default();
    let mut values: Vec<shape::Value> = Vec::new();
    for wire in strings {
        if values.iter().any(|value| value.wire == *wire) {
            continue;
        }
        let fallback = if wire.is_empty() { "Empty" } else { "Other" };
        let name = names.take(&name::pascal(wire, fallback), &[]);
        values.push(shape::Value { name, wire: (*wire).to_owned() });
    }
    values
}

/// The values of `type`, however many.
pub(super) fn type_names(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => {
            let mut names: Vec<&str> = Vec::new();
            for kind in kinds.iter().filter_map(Value::as_str) {
                if !names.contains(&kind) {
                    names.push(kind);
                }
            }
            names
        }
        _ => Vec::new(),
    }
}

/// Whether `null` is an instance, as far as one look at the root tells.
pub(super) fn admits_null(schema: &Value) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
        || type_names(schema).contains(&"null")
        || ["oneOf", "anyOf"].iter().any(|keyword| {
            schema
                .get(keyword)
                .and_then(Value::as_array)
                .is_some_and(|branches| branches.iter().any(is_null))
        })
}

/// Whether only `null` is an instance.
pub(super) fn is_null(schema: &Value) -> bool {
    let only_null = |values: &Value| {
        values.as_array().is_some_and(|v| !v.is_empty() && v.iter().all(Value::is_null))
    };
    type_names(schema) == ["null"]
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum").is_some_and(only_null)
}

/// Whether bounds rule negative numbers out.
fn unsigned(object: &Map) -> bool {
    let at_least =
        |name: &str| object.get(name).and_then(Value::as_f64).is_some_and(|bound| bound >= 0.0);
    let format = object.get("format").and_then(Value::as_str);
    at_least("minimum")
        || at_least("exclusiveMinimum")
        || format.is_some_and(|f| f.starts_with("uint"))
}
