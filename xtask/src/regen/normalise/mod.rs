//! From one revision's schema and facts to its exact model.

mod all_of;
mod copies;
mod fields;
mod methods;
mod place;
mod types;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::error::Error;
use super::fixups::{self, Defs};
use super::model::{ErrorCode, Model, Revision, Shape, Span, Type, TypeDef};
use super::names;
use super::overlay::Overlay;
use super::select;
pub(super) use unions::name_variants;

use place::Place;

/// One revision or extension as it is read.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Revision, or the extension's name.
    pub(crate) id: String,
    /// The canonical schema.
    pub(crate) schema: Value,
    /// What `schema.ts` adds to it.
    pub(crate) overlay: Overlay,
}

/// The exact model of a revision.
///
/// # Errors
/// Says at which place the schema holds something unknown, or which fix-up no longer applies.
pub(crate) fn exact(input: &Input) -> Result<Model, Error> {
    build(input, &BTreeSet::new())
}

/// The exact model of an extension: what it adds to `core`, to whose types it refers.
///
/// # Errors
/// As [`exact`].
pub(crate) fn extension(input: &Input, core: &Input) -> Result<Model, Error> {
    let known = definitions(core)?.into_keys().collect();
    build(input, &known)
}

fn build(input: &Input, known: &BTreeSet<String>) -> Result<Model, Error> {
    let mut defs = definitions(input)?;
    let mut overlay = input.overlay.clone();
    fixups::apply(&input.id, &mut defs, &mut overlay)?;
    copies::refer(&mut defs, known);
    let mut normaliser =
        Normaliser { id: &input.id, defs: &defs, overlay: &overlay, types: BTreeMap::new() };
    for name in defs.keys().filter(|name| !known.contains(*name)) {
        if !normaliser.is_mere_base(name) {
            normaliser.define(name)?;
        }
    }
    let methods = normaliser.methods(known)?;
    let mut types = normaliser.types;
    select::fill(&mut types, std::slice::from_ref(&input.id))?;
    let revision = Revision {
        id: input.id.clone(),
        handshake: defs.contains_key("InitializeRequest"),
        batches: defs.contains_key("JSONRPCBatchRequest"),
    };
    let errors = errors(&input.id, &overlay);
    Ok(Model { revisions: vec![revision], types, methods, errors })
}

/// The definitions of a schema, under whichever keyword they are.
fn definitions(input: &Input) -> Result<Defs, Error> {
    let found = input.schema.get("$defs").or_else(|| input.schema.get("definitions"));
    let found = found.and_then(Value::as_object).ok_or_else(|| Error::Schema {
        revision: input.id.clone(),
        at: "the document".into(),
        problem: "has neither `$defs` nor `definitions`".into(),
    })?;
    Ok(found.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect())
}

fn errors(id: &str, overlay: &Overlay) -> Vec<ErrorCode> {
    let mut out: Vec<ErrorCode> = overlay
        .constants
        .iter()
        .map(|(name, code)| ErrorCode { name: name.clone(), code: *code, span: Span::at(id) })
        .collect();
    out.sort_by_key(|error| error.code);
    out
}

/// The working state for one revision.
struct Normaliser<'a> {
    id: &'a str,
    defs: &'a Defs,
    overlay: &'a Overlay,
    types: BTreeMap<String, TypeDef>,
}

impl Normaliser<'_> {
    /// A definition that is only there to be inherited from.
    fn is_mere_base(&self, name: &str) -> bool {
        let referred = self.defs.iter().any(|(other, def)| other != name && mentions(def, name));
        let union = self.defs.get(name).and_then(types::alternatives).is_some();
        self.overlay.is_base(name) && !referred && !union
    }

    fn define(&mut self, official: &str) -> Result<(), Error> {
        let Some(schema) = self.defs.get(official) else {
            return Ok(());
        };
        let name = names::type_name(official);
        let place = Place::definition(official);
        let shape = match types::absorbed(official) {
            Some(to) => Shape::Alias { to },
            None => self.shape(schema, &place, &name)?,
        };
        let facts = self.overlay.types.get(official);
        let def = TypeDef {
            span: Span::at(self.id),
            official: (name != official).then(|| official.to_owned()),
            category: facts.and_then(|facts| facts.category.clone()),
            deprecated: facts.is_some_and(|facts| facts.deprecated).then(|| self.id.to_owned()),
            shape,
        };
        self.register(name, def)
    }

    /// Adds a type; the same one again is fine (an inherited enum), another one is not.
    fn register(&mut self, name: String, def: TypeDef) -> Result<(), Error> {
        match self.types.get(&name) {
            Some(known) if known.shape != def.shape => Err(Error::Conflict {
                what: format!("{}: `{name}`", self.id),
                left: format!("{:?}", known.shape),
                right: format!("{:?}", def.shape),
            }),
            _ => {
                self.types.insert(name, def);
                Ok(())
            }
        }
    }

    fn register_anonymous(&mut self, name: String, shape: Shape) -> Result<Type, Error> {
        let def = TypeDef {
            span: Span::at(self.id),
            official: None,
            category: None,
            deprecated: None,
            shape,
        };
        self.register(name.clone(), def)?;
        Ok(Type::Ref(name))
    }

    fn problem<T>(&self, place: &Place, problem: impl Into<String>) -> Result<T, Error> {
        Err(Error::Schema {
            revision: self.id.to_owned(),
            at: place.to_string(),
            problem: problem.into(),
        })
    }
}

/// Whether `value` holds a `$ref` to `name`, other than as something to merge with.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| match key.as_str() {
            "$ref" => value.as_str().and_then(types::target) == Some(name),
            "allOf" => value.as_array().is_some_and(|parts| {
                parts.iter().any(|part| part.get("$ref").is_none() && mentions(part, name))
            }),
            _ => mentions(value, name),
        }),
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
