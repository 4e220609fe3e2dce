//! What is known of the members of an alternative.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Search;
use crate::regen::model::{Field, Shape, Type, TypeDef, Variant};

/// An alternative that is an object.
#[derive(Debug, Clone)]
pub(super) struct Alternative {
    /// Name of the variant.
    pub(super) name: String,
    /// Its members in order.
    pub(super) members: Vec<Member>,
}

/// A member of an alternative.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) wire: String,
    /// Required in all revisions that have the alternative.
    pub(super) required: bool,
    /// The values it is limited to.
    pub(super) constants: Vec<String>,
    /// Values of an open enum.
    pub(super) known: Vec<String>,
    /// Members that its own type requires.
    pub(super) below: Vec<String>,
}

impl Alternative {
    pub(super) fn member(&self, wire: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.wire == wire)
    }

    pub(super) fn requires(&self, wire: &str) -> bool {
        self.member(wire).is_some_and(|member| member.required)
    }
}

/// The JSON type of `ty`; `None` where it has several.
pub(super) fn kind<'a>(types: &BTreeMap<String, TypeDef>, ty: &Type) -> Option<&'a str> {
    match ty {
        Type::Bool => Some("boolean"),
        Type::Integer => Some("integer"),
        Type::Number => Some("number"),
        Type::String | Type::Const(Value::String(_)) => Some("string"),
        Type::Object | Type::Map(_) | Type::Schema => Some("object"),
        Type::List(_) => Some("array"),
        Type::Const(_) | Type::Any | Type::Raw | Type::OneOrMany(_) => None,
        Type::Ref(name) => match &types.get(name)?.shape {
            Shape::Struct { .. } => Some("object"),
            Shape::StringEnum { .. } => Some("string"),
            Shape::Alias { to } => kind(types, to),
            Shape::Union { .. } => None,
        },
    }
}

/// The members of a variant that is a struct, directly or by another name.
pub(super) fn alternative(search: &Search<'_>, variant: &Variant) -> Option<Alternative> {
    let (fields, def) = fields(search, &variant.ty)?;
    let has = |revision: &&String| def.span.contains(revision) && variant.span.contains(revision);
    let revisions: Vec<&String> = search.revisions.iter().filter(has).collect();
    let members = fields.iter().map(|field| member(search, field, &revisions)).collect();
    Some(Alternative { name: variant.name.clone(), members })
}

fn fields<'a>(search: &Search<'a>, ty: &Type) -> Option<(&'a [Field], &'a TypeDef)> {
    let Type::Ref(name) = ty else { return None };
    let def = search.types.get(name)?;
    match &def.shape {
        Shape::Struct { fields } => Some((fields, def)),
        Shape::Alias { to } => fields(search, to),
        _ => None,
    }
}

fn member(search: &Search<'_>, field: &Field, revisions: &[&String]) -> Member {
    let required = |field: &Field| revisions.iter().all(|id| field.required.contains(*id));
    let (constants, known) = values(search, &field.ty);
    let below = fields(search, &field.ty).map(|(below, _)| below).unwrap_or_default();
    Member {
        wire: field.wire.clone(),
        required: required(field),
        constants,
        known,
        below: below
            .iter()
            .filter(|field| required(field))
            .map(|field| field.wire.clone())
            .collect(),
    }
}

/// The values a type is limited to, and those it names without being limited to them.
fn values(search: &Search<'_>, ty: &Type) -> (Vec<String>, Vec<String>) {
    match ty {
        Type::Const(Value::String(value)) => (vec![value.clone()], Vec::new()),
        Type::Ref(name) => match search.types.get(name).map(|def| &def.shape) {
            Some(Shape::StringEnum { values, open }) => {
                let all = values.iter().map(|value| value.wire.clone()).collect();
                if *open { (Vec::new(), all) } else { (all, Vec::new()) }
            }
            _ => (Vec::new(), Vec::new()),
        },
        _ => (Vec::new(), Vec::new()),
    }
}
