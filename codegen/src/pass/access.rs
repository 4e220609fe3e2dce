//! What only the server may write is no argument; what only the client may write is no result.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::json::{Map, Text, Value, json};
use heck::ToUpperCamelCase;

use super::walk::{children, children_mut, reference, references};
use crate::ir::{Api, Schema};

/// Takes `readOnly` members out of request bodies and `writeOnly` members out of results. Named
/// schemas with such members get a second form, `…Input` or `…Output`.
pub(crate) fn split(api: &mut Api) {
    let mut inputs = Side::new(api, "readOnly", "Input");
    let mut outputs = Side::new(api, "writeOnly", "Output");
    for operation in &mut api.operations {
        let Some(http) = &mut operation.http else {
            continue;
        };
        if let Some(body) = &mut http.body {
            inputs.apply(&mut body.schema.0);
        }
        for response in &mut http.responses {
            if let Some(schema) = &mut response.schema {
                outputs.apply(&mut schema.0);
            }
        }
        if let Some(result) = &mut operation.result {
            outputs.apply(&mut result.0);
        }
    }
    let mut derived = inputs.derived(&api.definitions);
    derived.extend(outputs.derived(&api.definitions));
    api.definitions.extend(derived);
}

/// One direction of travel.
struct Side {
    /// The keyword of members that do not travel this way.
    keyword: &'static str,
    /// Definitions that are such members wherever they stand.
    hidden: BTreeSet<String>,
    /// Other forms by definition.
    forms: BTreeMap<String, String>,
    used: BTreeSet<String>,
}

impl Side {
    fn new(api: &Api, keyword: &'static str, suffix: &str) -> Self {
        let flagged = |schema: &Schema| schema.0.get(keyword) == Some(&Value::Bool(true));
        let hidden: BTreeSet<String> = api
            .definitions
            .iter()
            .filter(|(_, schema)| flagged(schema))
            .map(|(name, _)| name.clone())
            .collect();
        let mut side = Self { keyword, hidden, forms: BTreeMap::new(), used: BTreeSet::new() };
        let mut taken: HashSet<String> =
            api.definitions.keys().map(|name| name.to_upper_camel_case()).collect();
        for name in side.affected(&api.definitions) {
            let proposal = format!("{name}{suffix}");
            let mut form = proposal.clone();
            let mut number = 2;
            while !taken.insert(form.to_upper_camel_case()) {
                form = format!("{proposal}{number}");
                number += 1;
            }
            side.forms.insert(name, form);
        }
        side
    }

    /// Definitions with such members, in them or in what they refer to.
    fn affected(&self, definitions: &BTreeMap<String, Schema>) -> BTreeSet<String> {
        let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut open: Vec<&str> = Vec::new();
        for (name, schema) in definitions {
            references(&schema.0, &mut |used| users.entry(used).or_default().push(name));
            if self.has_hidden(&schema.0) {
                open.push(name);
            }
        }
        let mut affected: BTreeSet<String> = BTreeSet::new();
        while let Some(name) = open.pop() {
            if affected.insert(name.to_owned()) {
                open.extend(users.get(name).into_iter().flatten());
            }
        }
        affected
    }

    fn has_hidden(&self, schema: &Value) -> bool {
        let Value::Object(members) = schema else {
            return false;
        };
        let own = members.get("properties").and_then(Value::as_object);
        let mut found = own.into_iter().flatten().any(|(_, member)| self.is_hidden(member));
        children(members, &mut |child| found = found || self.has_hidden(child));
        found
    }

    fn is_hidden(&self, member: &Value) -> bool {
        let Value::Object(members) = member else {
            return false;
        };
        members.get(self.keyword) == Some(&Value::Bool(true))
            || reference(members).is_some_and(|name| self.hidden.contains(name))
    }

    fn apply(&mut self, schema: &mut Value) {
        let Value::Object(members) = schema else {
            return;
        };
        self.take_out(members);
        if let Some(form) = reference(members).and_then(|name| self.forms.get_key_value(name)) {
            let (name, form) = form;
            self.used.insert(name.clone());
            members.insert("$ref", json!(format!("#/$defs/{form}")));
        }
        children_mut(members, &mut |child| self.apply(child));
    }

    fn take_out(&self, members: &mut Map) {
        let Some(Value::Object(properties)) = members.get("properties") else {
            return;
        };
        let hidden = properties.iter().filter(|(_, member)| self.is_hidden(member));
        let gone: Vec<Text> = hidden.map(|(name, _)| name.clone()).collect();
        if gone.is_empty() {
            return;
        }
        members.update_one("properties", |properties| {
            if let Value::Object(properties) = properties {
                properties.retain(|name, _| !gone.contains(name));
            }
        });
        if let Some(Value::Array(required)) = members.get_mut("required") {
            required
                .retain(|name| !name.as_str().is_some_and(|name| gone.iter().any(|g| g == name)));
            if required.is_empty() {
                members.remove("required");
            }
        }
    }

    /// The other forms of the definitions that were asked for, and of those that they refer to.
    fn derived(&mut self, definitions: &BTreeMap<String, Schema>) -> BTreeMap<String, Schema> {
        let mut derived = BTreeMap::new();
        let mut done: BTreeSet<String> = BTreeSet::new();
        while let Some(name) = self.used.pop_first() {
            let (Some(form), Some(source)) =
                (self.forms.get(&name).cloned(), definitions.get(&name))
            else {
                continue;
            };
            if done.insert(name) {
                let mut schema = source.0.clone();
                self.apply(&mut schema);
                derived.insert(form, Schema(schema));
            }
        }
        derived
    }
}
