//! `allOf` to one object.

use serde_json::{Map, Value, json};

use super::Normaliser;
use super::place::Place;
use super::types::{Form, alternatives, target};
use crate::regen::error::Error;
use crate::regen::model::{Select, Shape, Span, Variant};
use crate::regen::names;

impl Normaliser<'_> {
    /// Merges the parts; where one of them is a union, every alternative is merged with the rest.
    pub(super) fn all_of(
        &mut self,
        parts: &[Value],
        place: &Place,
        name: &str,
    ) -> Result<Form, Error> {
        let mut whole = json!({"type": "object", "properties": {}, "required": []});
        let mut choice = None;
        for part in parts {
            let part = self.resolved(part, place)?;
            match alternatives(&part) {
                Some(found) if choice.is_none() => choice = Some(found.clone()),
                Some(_) => return self.problem(place, "allOf with two unions"),
                None => self.merge(&mut whole, &part, place)?,
            }
        }
        match choice {
            None => self.object(&whole, place, name),
            Some(found) => self.distributed(&whole, &found, place, name),
        }
    }

    fn distributed(
        &mut self,
        rest: &Value,
        choice: &[Value],
        place: &Place,
        name: &str,
    ) -> Result<Form, Error> {
        let mut variants = Vec::new();
        for alternative in choice {
            let Some(official) = alternative.get("$ref").and_then(Value::as_str).and_then(target)
            else {
                return self.problem(place, "allOf with a union of anonymous objects");
            };
            let mut whole = self.resolved(alternative, place)?;
            self.merge(&mut whole, rest, place)?;
            let merged = format!("{name}{}", names::type_name(official));
            let shape = self.shape(&whole, &place.with(official), &merged)?;
            let ty = self.register_anonymous(merged, shape)?;
            let name = names::type_name(official);
            variants.push(Variant { name, span: Span::at(self.id), ty });
        }
        super::unions::name_variants(name, &mut variants);
        Ok(Form::Shape(Shape::Union { variants, select: Select::Kind { cases: Vec::new() } }))
    }

    /// A part with its reference followed and its own `allOf` merged.
    fn resolved(&self, part: &Value, place: &Place) -> Result<Value, Error> {
        let reference = part.get("$ref").and_then(Value::as_str);
        let part = match reference {
            None => part,
            Some(reference) => match target(reference).and_then(|name| self.defs.get(name)) {
                Some(def) => return self.resolved(def, place),
                None => return self.problem(place, format!("`{reference}` leads nowhere")),
            },
        };
        let Some(parts) = part.get("allOf").and_then(Value::as_array) else {
            return Ok(part.clone());
        };
        let mut whole = json!({"type": "object", "properties": {}, "required": []});
        for part in parts {
            let part = self.resolved(part, place)?;
            self.merge(&mut whole, &part, place)?;
        }
        Ok(whole)
    }

    /// Adds the members of `part`; a constant wins over a wider member, else the later one.
    fn merge(&self, whole: &mut Value, part: &Value, place: &Place) -> Result<(), Error> {
        if part.get("type").is_some_and(|kind| kind != "object") {
            return self.problem(place, "allOf of something that is no object");
        }
        let empty = Map::new();
        let members = part.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        if let Some(Value::Object(into)) = whole.get_mut("properties") {
            for (name, member) in members {
                if into.get(name).is_none_or(|known| known.get("const").is_none()) {
                    into.insert(name.clone(), member.clone());
                }
            }
        }
        let required = part.get("required").and_then(Value::as_array).into_iter().flatten();
        if let Some(Value::Array(into)) = whole.get_mut("required") {
            for name in required {
                if !into.contains(name) {
                    into.push(name.clone());
                }
            }
        }
        Ok(())
    }
}
