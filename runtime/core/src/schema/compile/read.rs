//! Reading keyword values with errors that name the place.

use super::{Compiler, Place};
use crate::pointer;
use crate::schema::SchemaError;
use crate::schema::decimal::Decimal;
use crate::schema::instance::Instance;
use crate::schema::node::{Bound, NodeId};

/// The error for a value of the wrong shape.
pub(super) fn shape(pointer: &str, expected: &'static str, found: &Instance<'_>) -> SchemaError {
    SchemaError::Shape { pointer: pointer.to_owned(), expected, found: found.brief() }
}

impl<'a, 't> Place<'a, 't> {
    /// The value of a keyword.
    pub(super) fn keyword(&self, name: &str) -> Option<&'a Instance<'t>> {
        self.schema.member(name)
    }

    /// The pointer of something below.
    pub(super) fn below(&self, token: &str) -> String {
        format!("{}/{}", self.pointer, pointer::escape(token))
    }

    /// The place of a subschema below.
    pub(super) fn inner(&self, tokens: &[&str], schema: &'a Instance<'t>) -> Self {
        let mut place = Self { schema, depth: self.depth + 1, ..self.clone() };
        for token in tokens {
            place.pointer = place.below(token);
        }
        place
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, SchemaError> {
        let Some(value) = self.keyword(name) else {
            return Ok(None);
        };
        let count = match value {
            Instance::Number(text) => Decimal::parse(text).as_usize(),
            _ => None,
        };
        match count {
            Some(count) => Ok(Some(count)),
            None => Err(shape(&self.below(name), "a whole number, zero or more", value)),
        }
    }

    pub(super) fn bound(&self, name: &str) -> Result<Option<Bound>, SchemaError> {
        match self.keyword(name) {
            None => Ok(None),
            Some(Instance::Number(text)) => {
                Ok(Some(Bound { value: Decimal::parse(text), text: (*text).to_owned() }))
            }
            Some(other) => Err(shape(&self.below(name), "a number", other)),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, SchemaError> {
        match self.keyword(name) {
            None => Ok(false),
            Some(Instance::Bool(value)) => Ok(*value),
            Some(other) => Err(shape(&self.below(name), "true or false", other)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, SchemaError> {
        match self.keyword(name) {
            None => Ok(None),
            Some(Instance::String(text)) => Ok(Some(text)),
            Some(other) => Err(shape(&self.below(name), "a string", other)),
        }
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Instance<'t>], SchemaError> {
        match self.keyword(name) {
            None => Ok(&[]),
            Some(Instance::Array(items)) => Ok(items),
            Some(other) => Err(shape(&self.below(name), "an array", other)),
        }
    }

    pub(super) fn members(
        &self,
        name: &str,
    ) -> Result<impl Iterator<Item = (&'a str, &'a Instance<'t>)> + use<'a, 't>, SchemaError> {
        match self.keyword(name) {
            None => Ok([].iter()),
            Some(Instance::Object(members)) => Ok(members.iter()),
            Some(other) => Err(shape(&self.below(name), "an object", other)),
        }
        .map(|members: std::slice::Iter<'a, _>| members.map(|(name, value)| (name.as_ref(), value)))
    }

    pub(super) fn names(&self, name: &str) -> Result<Vec<String>, SchemaError> {
        strings(self.list(name)?, &self.below(name))
    }
}

/// An array of strings.
pub(super) fn strings(items: &[Instance<'_>], pointer: &str) -> Result<Vec<String>, SchemaError> {
    items
        .iter()
        .map(|item| match item {
            Instance::String(text) => Ok(text.clone().into_owned()),
            other => Err(shape(pointer, "an array of strings", other)),
        })
        .collect()
}

impl<'a, 't> Compiler<'a, 't> {
    /// The node of a keyword whose value is a schema.
    pub(super) fn child(
        &mut self,
        place: &Place<'a, 't>,
        name: &str,
    ) -> Result<Option<NodeId>, SchemaError> {
        place.keyword(name).map(|schema| self.node(place.inner(&[name], schema))).transpose()
    }

    /// The nodes of a keyword whose value is an array of schemas.
    pub(super) fn children(
        &mut self,
        place: &Place<'a, 't>,
        name: &str,
    ) -> Result<Vec<NodeId>, SchemaError> {
        let mut nodes = Vec::new();
        for (position, schema) in place.list(name)?.iter().enumerate() {
            nodes.push(self.node(place.inner(&[name, &position.to_string()], schema))?);
        }
        Ok(nodes)
    }
}
