//! Objects to structs and maps.

use serde_json::Value;

use super::Normaliser;
use super::place::Place;
use super::types::{Form, Typed};
use crate::regen::error::Error;
use crate::regen::model::{Field, Shape, Span, Type};
use crate::regen::names;

/// Payloads that belong to the user and stay text.
const PAYLOADS: &[(&str, &str, Type)] = &[
    ("CallToolRequestParams", "arguments", Type::Raw),
    ("CallToolResult", "structuredContent", Type::Raw),
    ("ToolResultContent", "structuredContent", Type::Raw),
    ("ToolUseContent", "input", Type::Raw),
    ("Tool", "inputSchema", Type::Schema),
    ("Tool", "outputSchema", Type::Schema),
];

/// Members that are optional on reading although they are required, with the definition that
/// declares them: results of earlier servers and official examples lack them.
const LENIENT: &[(&str, &str)] =
    &[("Result", "resultType"), ("CacheableResult", "ttlMs"), ("CacheableResult", "cacheScope")];

impl Normaliser<'_> {
    /// A struct, or a map where only the values have a type.
    pub(super) fn object(
        &mut self,
        schema: &Value,
        place: &Place,
        name: &str,
    ) -> Result<Form, Error> {
        let members = schema.get("properties").and_then(Value::as_object);
        let further = schema.get("additionalProperties");
        let Some(members) = members.filter(|members| !members.is_empty()) else {
            return self.map(further, place).map(Form::Type);
        };
        let mut fields = Vec::new();
        for wire in self.ordered(members.keys().map(String::as_str), place) {
            let Some(member) = members.get(wire) else {
                continue;
            };
            fields.push(self.field(wire, member, schema, place, name)?);
        }
        // Constants are written first.
        fields.sort_by_key(|field| !matches!(field.ty, Type::Const(_)));
        Ok(Form::Shape(Shape::Struct { fields }))
    }

    fn map(&mut self, further: Option<&Value>, place: &Place) -> Result<Type, Error> {
        let values = match further {
            Some(Value::Object(values)) if !values.is_empty() && !values.contains_key("not") => {
                Value::Object(values.clone())
            }
            _ => return Ok(Type::Object),
        };
        Ok(match self.typed(&values, &place.below("*"))?.ty {
            Type::Any => Type::Object,
            ty => Type::Map(Box::new(ty)),
        })
    }

    fn field(
        &mut self,
        wire: &str,
        member: &Value,
        schema: &Value,
        place: &Place,
        owner: &str,
    ) -> Result<Field, Error> {
        let place = place.below(wire);
        let payload = PAYLOADS.iter().find(|(ty, name, ..)| *ty == owner && *name == wire);
        let Typed { mut ty, nullable, mut rules } = match payload {
            Some((_, _, ty)) => {
                Typed { ty: ty.clone(), nullable: false, rules: Default::default() }
            }
            None => self.typed(member, &place)?,
        };
        if payload.is_some() && member.get("type").is_some() {
            rules.object = true;
        }
        let facts = place.facts(self.overlay);
        if facts.number && ty == Type::Integer {
            ty = Type::Number;
        }
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.is_some_and(|names| names.iter().any(|name| name == wire));
        Ok(Field {
            wire: wire.to_owned(),
            rust: names::field_name(wire),
            span: Span::at(self.id),
            lenient: required
                && self.is_lenient(owner, wire, &place)
                && !matches!(ty, Type::Const(_)),
            ty,
            required: if required { vec![self.id.to_owned()] } else { Vec::new() },
            nullable,
            supply: None,
            deprecated: facts.deprecated.then(|| self.id.to_owned()),
            earlier: Vec::new(),
            rules,
        })
    }

    /// Names in the order of `schema.ts`; those it does not know come last, sorted.
    fn ordered<'b>(&self, names: impl Iterator<Item = &'b str>, place: &Place) -> Vec<&'b str> {
        let order = place.order(self.overlay);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
            .sort_by_key(|name| order.iter().position(|known| known == name).unwrap_or(usize::MAX));
        names
    }

    /// Request metadata is lenient too: it is looked at before params are decoded, with errors
    /// of its own.
    fn is_lenient(&self, owner: &str, wire: &str, place: &Place) -> bool {
        let declaring = place.declaring(self.overlay);
        LENIENT.contains(&(declaring, wire))
            || (wire == "_meta" && owner.ends_with("RequestParams"))
    }
}
