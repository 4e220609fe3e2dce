//! What becomes of what is hidden or preset.

use std::collections::BTreeMap;

use crate::json::{Value, json};

use super::super::context::Context;
use super::super::text::SCHEMA_LIMIT;
use super::super::walk::reference;
use crate::code;
use crate::ir::{Preset, Schema};
use crate::select::{Origin, ParameterRule};

type Definitions = BTreeMap<String, Schema>;

/// What becomes of a parameter or a member.
pub(super) enum Fate {
    Shown,
    Gone,
    Preset(Preset),
}

/// What a fate is about, and where it was asked for.
pub(super) struct Spot<'a> {
    pub(super) what: &'a str,
    /// The operation.
    pub(super) at: &'a str,
    /// The rule, where it is known.
    pub(super) origin: Option<&'a Origin>,
}

impl Spot<'_> {
    pub(super) fn report(&self, cx: &mut Context<'_>, message: String) {
        match self.origin {
            Some(Origin { file, line, pointer }) => {
                cx.note([code::CURATION.diagnostic(file, *line, pointer, message)]);
            }
            None => cx.report(code::CURATION, self.at, message),
        }
    }
}

/// Settles what becomes of the schema's value; `is_needed`: the API can't do without it.
pub(super) fn fate(
    cx: &mut Context<'_>,
    rule: &ParameterRule,
    (schema, definitions): (&Value, &Definitions),
    is_needed: bool,
    spot: &Spot<'_>,
) -> Fate {
    let types = types(schema, definitions);
    let what = spot.what;
    if let Some(value) = &rule.preset {
        let has_variable = has_variable(value);
        if !has_variable && !types.is_empty() && !types.iter().any(|kind| fits(value, kind)) {
            let message = format!(
                "{what} is preset to {value}, but the API says it is {}",
                types.join(" or ")
            );
            spot.report(cx, message);
        }
        let json = has_variable && !types.is_empty() && !types.iter().any(|kind| kind == "string");
        return Fate::Preset(Preset { value: value.clone(), json });
    }
    if rule.hide != Some(true) {
        return Fate::Shown;
    }
    match default(schema, definitions) {
        Some(value) => Fate::Preset(Preset { value: literal(value), json: false }),
        None if is_needed => {
            let message = format!(
                "{what} is hidden, but the API requires it and gives no default; it stays. \
                 Give it a `preset`"
            );
            spot.report(cx, message);
            Fate::Shown
        }
        None => Fate::Gone,
    }
}

/// Writes a description into a schema.
pub(super) fn describe(cx: &mut Context<'_>, schema: &mut Value, text: &str, at: &str) {
    let text = cx.text(text, SCHEMA_LIMIT, at);
    if schema == &Value::Bool(true) {
        *schema = json!({});
    }
    if let Value::Object(members) = schema {
        members.insert("description", text);
    }
}

/// Whether a preset names a variable of the environment.
fn has_variable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.replace("$${", "").contains("${"),
        Value::Array(items) => items.iter().any(has_variable),
        Value::Object(members) => members.values().any(has_variable),
        _ => false,
    }
}

/// A value as a preset that means just this.
fn literal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.replace("${", "$${")),
        Value::Array(items) => items.iter().map(literal).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name, literal(value))).collect())
        }
        other => other.clone(),
    }
}

/// The types of a schema, as far as they are plain to see.
fn types(schema: &Value, definitions: &Definitions) -> Vec<String> {
    match resolved(schema, definitions).and_then(|members| members.get("type")) {
        Some(Value::String(one)) => vec![one.to_string()],
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

fn default<'v>(schema: &'v Value, definitions: &'v Definitions) -> Option<&'v Value> {
    schema.get("default").or_else(|| resolved(schema, definitions)?.get("default"))
}

/// A schema's members, those of what it refers to where it is a reference.
pub(super) fn resolved<'v>(
    mut schema: &'v Value,
    definitions: &'v Definitions,
) -> Option<&'v crate::json::Map> {
    for _ in 0..16 {
        let members = schema.as_object()?;
        match reference(members) {
            Some(name) => schema = &definitions.get(name)?.0,
            None => return Some(members),
        }
    }
    None
}

fn fits(value: &Value, kind: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && !number.is_f64()),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}
