//! Object schemas: structs and maps.

use std::borrow::Cow;

use crate::json::{Map, Value};

use super::{Hint, Reader, merge};
use crate::types::name::{self, Names};
use crate::types::shape::{Body, Field, Shape};

impl Reader<'_> {
    /// A struct where the schema names members, else a map.
    pub(super) fn object(&mut self, schema: &Value, object: &Map, hint: &Hint) -> Shape {
        let properties = properties(object);
        match &*properties {
            properties if !properties.is_empty() => {
                let body = self.struct_body(object, properties, hint);
                self.declare(hint, schema, body)
            }
            _ => {
                let value = self.others(object, hint);
                Shape::Map(Box::new(value.unwrap_or(Shape::Any)))
            }
        }
    }

    fn struct_body(&mut self, object: &Map, properties: &Map, hint: &Hint) -> Body {
        let extra = self.others(object, hint);
        let mut names = Names::default();
        if extra.is_some() {
            names.take("extra", &[]);
        }
        // A member that already is called what Rust calls it keeps its name in a clash.
        let (plain, odd): (Vec<_>, Vec<_>) = properties
            .iter()
            .filter(|(_, schema)| **schema != Value::Bool(false))
            .partition(|(wire, _)| name::snake(wire, "field") == **wire);
        let fields = plain
            .into_iter()
            .chain(odd)
            .map(|(wire, schema)| self.field(wire, schema, object, &mut names, hint))
            .collect();
        Body::Struct { fields, extra }
    }

    fn field(
        &mut self,
        wire: &str,
        schema: &Value,
        object: &Map,
        names: &mut Names,
        hint: &Hint,
    ) -> Field {
        let shape = self.read(schema, &hint.inner(&name::pascal(wire, "Field")));
        // What an HTTP API doesn't send or take has been left out; a mere description tells of both
        // ways at once.
        let one_way =
            |keyword: &str| self.described_only && schema.get(keyword) == Some(&Value::Bool(true));
        let required = requires(object, wire) && !one_way("readOnly") && !one_way("writeOnly");
        let default = schema
            .get("default")
            .filter(|value| self.described_only && !required && fits(value, &shape))
            .cloned();
        let nullable = matches!(shape, Shape::Nullable(_) | Shape::Any);
        let null_is_absent = schema.get("default") == Some(&Value::Null);
        let keeps_null = nullable && !required && default.is_none() && !null_is_absent;
        Field {
            name: names.take(&name::snake(wire, "field"), &[]),
            wire: wire.to_owned(),
            doc: merge::text(schema, "description").or_else(|| merge::text(schema, "title")),
            shape,
            required,
            constants: self.constants(schema),
            keeps_null,
            default,
        }
    }

    /// The shape of members that `properties` doesn't name, where the schema describes them.
    fn others(&mut self, object: &Map, hint: &Hint) -> Option<Shape> {
        let inner = hint.inner("Value");
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        let others = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .find_map(|key| object.get(key));
        match (others, patterns) {
            (Some(Value::Object(_)), Some(patterns)) if !patterns.is_empty() => Some(Shape::Any),
            (Some(schema @ Value::Object(_)), _) => Some(self.read(schema, &inner)),
            (Some(Value::Bool(true)), _) => Some(Shape::Any),
            (_, Some(patterns)) => match patterns.values().collect::<Vec<_>>().as_slice() {
                [] => None,
                [schema] => Some(self.read(schema, &inner)),
                _ => Some(Shape::Any),
            },
            _ => None,
        }
    }
}

/// The members of an object: its own, and those that it has under conditions.
fn properties(object: &Map) -> Cow<'_, Map> {
    let own = object.get("properties").and_then(Value::as_object);
    let conditions = ["then", "else"].into_iter().filter_map(|key| object.get(key));
    let dependent = object.get("dependentSchemas").and_then(Value::as_object);
    let dependent = dependent.into_iter().flat_map(|schemas| schemas.values());
    let others = conditions.chain(dependent).filter_map(|part| part.get("properties")?.as_object());
    let mut all = own.map_or_else(Cow::default, Cow::Borrowed);
    for (name, schema) in others.flatten() {
        if !all.contains_key(name) {
            all.to_mut().insert(name.clone(), schema.clone());
        }
    }
    all
}

/// Whether the schema is a struct for sure, without looking at its members.
pub(super) fn is_plain(schema: &Value) -> bool {
    const DECIDING: [&str; 7] = ["$ref", "allOf", "anyOf", "oneOf", "enum", "const", "nullable"];
    let Some(object) = schema.as_object() else { return false };
    let properties = object.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
        && object.get("type").is_none_or(|kind| kind == "object")
        && !DECIDING.iter().any(|keyword| object.contains_key(keyword))
}

fn requires(object: &Map, name: &str) -> bool {
    let required = object.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|n| n.as_str() == Some(name)))
}

/// Whether a default is simple enough to be filled in, and of the right kind.
fn fits(value: &Value, shape: &Shape) -> bool {
    match shape {
        Shape::Bool => value.is_boolean(),
        Shape::Int { unsigned: true } => value.is_u64(),
        Shape::Int { unsigned: false } => value.is_i64(),
        Shape::Float => value.is_number(),
        Shape::Text => value.is_string(),
        _ => false,
    }
}
