//! Schemas to types.

use serde_json::Value;

use super::Normaliser;
use super::place::Place;
use crate::regen::error::Error;
use crate::regen::model::{EnumValue, Rules, Shape, Span, Type};
use crate::regen::names;
use crate::regen::overlay::NodeFacts;

/// What a schema comes to: a shape that needs a name, or a type that has one.
pub(super) enum Form {
    /// A struct, union or enum.
    Shape(Shape),
    /// Anything else.
    Type(Type),
}

/// A type and what else its place says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) nullable: bool,
    pub(super) rules: Rules,
}

/// The free JSON type that a definition stands for: references to it become that type.
pub(super) fn absorbed(official: &str) -> Option<Type> {
    match official {
        "JSONValue" => Some(Type::Any),
        "JSONObject" | "MetaObject" => Some(Type::Object),
        "JSONArray" => Some(Type::List(Box::new(Type::Any))),
        _ => None,
    }
}

/// The definition that a `$ref` names.
pub(super) fn target(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/$defs/");
    name.or_else(|| reference.strip_prefix("#/definitions/"))
}

impl Normaliser<'_> {
    /// The shape of a definition.
    pub(super) fn shape(
        &mut self,
        schema: &Value,
        place: &Place,
        name: &str,
    ) -> Result<Shape, Error> {
        Ok(match self.form(schema, place, name)? {
            Form::Shape(shape) => shape,
            Form::Type(to) => Shape::Alias { to },
        })
    }

    /// The type of a place below a definition; anonymous shapes get a name.
    pub(super) fn typed(&mut self, schema: &Value, place: &Place) -> Result<Typed, Error> {
        let (schema, null) = without_null(schema);
        let name = place.type_name(self.overlay);
        let ty = match self.form(&schema, place, &name)? {
            Form::Type(ty) => ty,
            Form::Shape(shape) => self.register_anonymous(name, shape)?,
        };
        Ok(Typed { ty, nullable: null || place.facts(self.overlay).null, rules: rules(&schema) })
    }

    pub(super) fn form(
        &mut self,
        schema: &Value,
        place: &Place,
        name: &str,
    ) -> Result<Form, Error> {
        let facts = place.facts(self.overlay);
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, place).map(Form::Type);
        }
        if let Some(value) = schema.get("const") {
            return Ok(Form::Type(Type::Const(value.clone())));
        }
        if let Some(form) = self.strings(schema, &facts, place)? {
            return Ok(form);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.all_of(parts, place, name);
        }
        if let Some(parts) = alternatives(schema) {
            return self.union(parts, &facts, place);
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.kind(kind, schema, place, name),
            Some(Value::Array(_)) => self.union(std::slice::from_ref(schema), &facts, place),
            None if schema.get("properties").is_some() => self.kind("object", schema, place, name),
            None if schema.as_object().is_some_and(serde_json::Map::is_empty) => {
                Ok(Form::Type(Type::Any))
            }
            _ => self.problem(place, format!("unknown kind of schema: {schema}")),
        }
    }

    fn reference(&self, reference: &str, place: &Place) -> Result<Type, Error> {
        let Some(name) = target(reference).filter(|name| self.defs.contains_key(*name)) else {
            return self.problem(place, format!("`{reference}` leads nowhere"));
        };
        Ok(absorbed(name).unwrap_or_else(|| Type::Ref(names::type_name(name))))
    }

    fn kind(
        &mut self,
        kind: &str,
        schema: &Value,
        place: &Place,
        name: &str,
    ) -> Result<Form, Error> {
        Ok(Form::Type(match kind {
            "boolean" => Type::Bool,
            "integer" => Type::Integer,
            "number" => Type::Number,
            "string" => Type::String,
            "array" => {
                let items = schema
                    .get("items")
                    .cloned()
                    .unwrap_or_else(|| Value::Object(Default::default()));
                Type::List(Box::new(self.typed(&items, &place.below("[]"))?.ty))
            }
            "object" => return self.object(schema, place, name),
            _ => return self.problem(place, format!("unknown type `{kind}`")),
        }))
    }

    /// Named strings: a closed or open enum, or a reference to one.
    fn strings(
        &self,
        schema: &Value,
        facts: &NodeFacts,
        place: &Place,
    ) -> Result<Option<Form>, Error> {
        let listed = string_values(schema);
        let plain = schema.get("type").and_then(Value::as_str) == Some("string");
        if listed.is_none() && !plain {
            return Ok(None);
        }
        if let Some(alias) = &facts.alias
            && self.defs.contains_key(alias)
        {
            return Ok(Some(Form::Type(Type::Ref(names::type_name(alias)))));
        }
        let mut values = match &listed {
            Some(listed) => listed.clone(),
            None if facts.values.is_empty() => return Ok(None),
            None => facts.values.clone(),
        };
        let position = |value: &String| facts.values.iter().position(|known| known == value);
        values.sort_by_key(|value| position(value).unwrap_or(usize::MAX));
        if listed.is_none() && !facts.open {
            return self.problem(place, "schema.ts closes an enum that schema.json leaves open");
        }
        let values = values.into_iter().map(|wire| EnumValue {
            rust: names::pascal(&wire),
            span: Span::at(self.id),
            deprecated: facts.deprecated_values.contains(&wire).then(|| self.id.to_owned()),
            wire,
        });
        Ok(Some(Form::Shape(Shape::StringEnum { values: values.collect(), open: facts.open })))
    }
}

/// The alternatives of a union.
pub(super) fn alternatives(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

/// The strings of an `enum`, or of a union of string constants.
fn string_values(schema: &Value) -> Option<Vec<String>> {
    let strings = |values: &mut dyn Iterator<Item = Option<&Value>>| {
        values.map(|value| value?.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    };
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return strings(&mut values.iter().map(Some));
    }
    let parts = alternatives(schema)?;
    strings(&mut parts.iter().map(|part| part.get("const")))
}

/// Takes `null` out of a type list or a union, and says whether it was there.
fn without_null(schema: &Value) -> (Value, bool) {
    let mut schema = schema.clone();
    let null = Value::String("null".into());
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        let before = kinds.len();
        kinds.retain(|kind| *kind != null);
        let found = kinds.len() < before;
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            if let Some(kind) = schema.get_mut("type") {
                *kind = only;
            }
        }
        return (schema, found);
    }
    if let Some(Value::Array(parts)) = schema.get_mut("anyOf") {
        let before = parts.len();
        parts.retain(|part| part.get("type") != Some(&null));
        let found = parts.len() < before;
        if let [only] = parts.as_slice() {
            return (only.clone(), found);
        }
        return (schema, found);
    }
    (schema, false)
}

/// Bounds, without those that only say that a number fits a double exactly.
fn rules(schema: &Value) -> Rules {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    Rules {
        format: schema.get("format").and_then(Value::as_str).map(str::to_owned),
        minimum: number("minimum").filter(|bound| bound.abs() < SAFE),
        maximum: number("maximum").filter(|bound| bound.abs() < SAFE),
        max_items: schema.get("maxItems").and_then(Value::as_u64),
        ..Rules::default()
    }
}
