//! The method table of a revision.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Normaliser;
use super::place::Place;
use super::types::target;
use crate::regen::error::Error;
use crate::regen::model::{Field, Method, Select, Sender, Shape, Span, Type, Variant};
use crate::regen::names;

/// The unions that say who sends what.
const SENDERS: &[(&str, Sender)] = &[
    ("ClientRequest", Sender::Client),
    ("ClientNotification", Sender::Client),
    ("ServerRequest", Sender::Server),
    ("ServerNotification", Sender::Server),
    ("InputRequest", Sender::Embedded),
];

/// Requests that may be answered with a task, and the only revision in which they may:
/// no schema says so.
const TASK_AUGMENTED: (&str, &[&str]) =
    ("2025-11-25", &["tools/call", "sampling/createMessage", "elicitation/create"]);

impl Normaliser<'_> {
    pub(super) fn methods(&mut self, known: &BTreeSet<String>) -> Result<Vec<Method>, Error> {
        let mut out = Vec::new();
        for (official, def) in self.defs {
            if known.contains(official) {
                continue;
            }
            let wire = def_method(def);
            if let Some(wire) = wire.or_else(|| self.merged_method(def)) {
                out.push(self.method(official, wire)?);
            }
        }
        out.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(out)
    }

    fn method(&mut self, official: &str, wire: &str) -> Result<Method, Error> {
        let stem =
            official.strip_suffix("Request").or_else(|| official.strip_suffix("Notification"));
        let stem = stem.unwrap_or(official);
        let request = official.ends_with("Request");
        let name = names::type_name(official);
        let params = self.field_of(&name, "params").cloned();
        let senders = self.senders(official, request);
        let span = |wanted: &[Sender]| {
            let found = senders.iter().any(|sender| wanted.contains(sender));
            found.then(|| Span::at(self.id))
        };
        let (client, server) = (span(&[Sender::Client]), span(&[Sender::Server]));
        let embedded = span(&[Sender::Embedded]);
        let from = match (&client, &server) {
            (Some(_), Some(_)) => Sender::Both,
            (Some(_), None) => Sender::Client,
            (None, Some(_)) => Sender::Server,
            (None, None) => Sender::Embedded,
        };
        let facts = self.overlay.types.get(official);
        let deprecated = facts.is_some_and(|facts| facts.deprecated).then(|| self.id.to_owned());
        let result = if request { Some(self.result(stem, wire)?) } else { None };
        Ok(Method {
            name: wire.to_owned(),
            rust: names::type_name(stem),
            from,
            client,
            server,
            embedded,
            request,
            params_required: params.iter().flat_map(|field| field.required.clone()).collect(),
            params: self.named_params(params.map(|field| field.ty), official)?,
            result,
            span: Span::at(self.id),
            deprecated,
        })
    }

    fn named_params(&self, params: Option<Type>, official: &str) -> Result<Option<String>, Error> {
        match params {
            None => Ok(None),
            Some(Type::Ref(name)) => Ok(Some(name)),
            Some(other) => {
                let place = Place::definition(official).below("params");
                self.problem(&place, format!("params without a named type: {other:?}"))
            }
        }
    }

    fn senders(&self, official: &str, request: bool) -> Vec<Sender> {
        let lists = |union: &str| {
            let parts = self.defs.get(union).and_then(super::types::alternatives);
            let direct = self.defs.get(union).and_then(|def| def.get("$ref"));
            let refers = |part: &Value| part.as_str().and_then(target) == Some(official);
            parts
                .into_iter()
                .flatten()
                .filter_map(|part| part.get("$ref"))
                .chain(direct)
                .any(refers)
        };
        let listed = SENDERS.iter().filter(|(union, _)| lists(union));
        let mut out: Vec<Sender> = listed.map(|(_, sender)| *sender).collect();
        if out.is_empty() {
            // An extension lists nothing: clients ask and servers notify.
            out.push(if request { Sender::Client } else { Sender::Server });
        }
        out
    }

    /// What answers a request: the result of its response, else of its name, else nothing.
    fn result(&mut self, stem: &str, wire: &str) -> Result<String, Error> {
        let response = names::type_name(&format!("{stem}ResultResponse"));
        let own = names::type_name(&format!("{stem}Result"));
        let found = match self.field_of(&response, "result").map(|field| &field.ty) {
            Some(Type::Ref(name)) => name.clone(),
            _ if self.types.contains_key(&own) => own,
            _ => "EmptyResult".to_owned(),
        };
        let (revision, augmented) = TASK_AUGMENTED;
        if self.id != revision || !augmented.contains(&wire) {
            return Ok(found);
        }
        let name = names::outcome(stem);
        let mut variants: Vec<Variant> = [found.as_str(), "CreateTaskResult"]
            .iter()
            .map(|ty| Variant {
                name: (*ty).to_owned(),
                span: Span::at(self.id),
                ty: Type::Ref((*ty).to_owned()),
            })
            .collect();
        super::unions::name_variants(&name, &mut variants);
        let shape = Shape::Union { variants, select: Select::Kind { cases: Vec::new() } };
        self.register_anonymous(name.clone(), shape)?;
        Ok(name)
    }

    fn field_of(&self, name: &str, wire: &str) -> Option<&Field> {
        match &self.types.get(name)?.shape {
            Shape::Struct { fields } => fields.iter().find(|field| field.wire == wire),
            _ => None,
        }
    }

    /// The method of a definition that is an `allOf`.
    fn merged_method<'b>(&self, def: &'b Value) -> Option<&'b str> {
        def.get("allOf")?.as_array()?.iter().find_map(def_method)
    }
}

fn def_method(def: &Value) -> Option<&str> {
    def.pointer("/properties/method/const")?.as_str()
}
