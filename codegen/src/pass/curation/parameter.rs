//! Parameters that are hidden, preset or described anew.

use std::collections::BTreeMap;

use crate::json::Value;

use super::super::context::Context;
use super::super::selection::{Said, Selection};
use super::fate::{Fate, Spot, describe, fate, resolved};
use super::{kept, member};
use crate::code;
use crate::curate::EXTENSION;
use crate::ir::{Operation, Parameter, Place, Schema};
use crate::select::{Origin, ParameterRule, Placed};

type Definitions = BTreeMap<String, Schema>;

/// Applies what is said of the parameters and the body of an operation.
pub(super) fn apply(
    cx: &mut Context<'_>,
    operation: &mut Operation,
    (said, definitions): (&Said, &Definitions),
    selection: &mut Selection<'_>,
) {
    let at = operation.pointer.clone();
    if said.by_file.len() + said.by_document.len() > 0 {
        saw(operation, definitions, selection);
    }
    let Some(http) = &mut operation.http else {
        described_only(cx, operation, said, selection);
        return;
    };
    http.parameters.retain_mut(|parameter| {
        let (rule, origin) = rule_of(cx, parameter, said, selection);
        if let Some(text) = &rule.description {
            describe(cx, &mut parameter.schema.0, text, &at);
        }
        if let Some(name) = &rule.name {
            parameter.argument.clone_from(name);
        }
        let what = format!("the parameter `{}`", parameter.name);
        let is_needed = parameter.required || parameter.place == Place::Path;
        let place = Spot { what: &what, at: &at, origin: origin.as_ref() };
        match fate(cx, &rule, (&parameter.schema.0, definitions), is_needed, &place) {
            Fate::Shown => true,
            Fate::Gone => false,
            Fate::Preset(preset) => {
                parameter.preset = Some(preset);
                true
            }
        }
    });
    let Some(body) = &mut http.body else { return };
    let (rule, origin) = combined(said, selection, ParameterRule::default(), |name| name == "body");
    if let Some(name) = &rule.name {
        body.argument.clone_from(name);
    }
    if let Some(text) = &rule.description {
        describe(cx, &mut body.schema.0, text, &at);
    }
    let place = Spot { what: "the body", at: &at, origin: origin.as_ref() };
    match fate(cx, &rule, (&body.schema.0, definitions), body.required, &place) {
        Fate::Gone => http.body = None,
        Fate::Preset(preset) => body.preset = Some(preset),
        Fate::Shown => member::apply(cx, body, (said, definitions), selection, &at),
    }
}

/// Remembers what there is, for those who misspell it.
fn saw(operation: &Operation, definitions: &Definitions, selection: &mut Selection<'_>) {
    let Some(http) = &operation.http else { return };
    for parameter in &http.parameters {
        selection.saw(&parameter.name);
    }
    let Some(body) = &http.body else { return };
    let members = resolved(&body.schema.0, definitions).and_then(|schema| schema.get("properties"));
    for name in members.and_then(Value::as_object).into_iter().flat_map(|members| members.keys()) {
        selection.saw(&format!("body.{name}"));
    }
}

/// What is said under names that fit: the file, then `between`, then the document. And where it is
/// said first.
fn combined(
    said: &Said,
    selection: &mut Selection<'_>,
    between: ParameterRule,
    fits: impl Fn(&str) -> bool,
) -> (ParameterRule, Option<Origin>) {
    let mut all = ParameterRule::default();
    let mut first = None;
    let mut add = |list: &[Placed<(String, ParameterRule)>], all: &mut ParameterRule| {
        for Placed { what: (_, rule), origin } in list.iter().filter(|rule| fits(&rule.what.0)) {
            selection.hit(origin);
            first.get_or_insert_with(|| origin.clone());
            all.or(rule);
        }
    };
    add(&said.by_file, &mut all);
    all.or(&between);
    add(&said.by_document, &mut all);
    (all, first)
}

fn rule_of(
    cx: &Context<'_>,
    parameter: &mut Parameter,
    said: &Said,
    selection: &mut Selection<'_>,
) -> (ParameterRule, Option<Origin>) {
    let mut own = ParameterRule::default();
    if cx.curated
        && let Value::Object(members) = &mut parameter.schema.0
        && let Some(rule) = members.remove(EXTENSION)
    {
        own = kept::rule(&rule);
    }
    let (name, place) = (parameter.name.as_str(), parameter.place);
    let prefix = match place {
        Place::Path => "path.",
        Place::Query => "query.",
        Place::Header => "header.",
        Place::Cookie => "cookie.",
        Place::Querystring => "querystring.",
    };
    let same = |given: &str| match place {
        Place::Header => given.eq_ignore_ascii_case(name),
        _ => given == name,
    };
    combined(said, selection, own, |given| {
        same(given) || given.strip_prefix(prefix).is_some_and(same)
    })
}

/// Of a tool that is only described, the texts can be changed and nothing else.
fn described_only(
    cx: &mut Context<'_>,
    operation: &mut Operation,
    said: &Said,
    selection: &mut Selection<'_>,
) {
    let names = said.by_document.iter().chain(&said.by_file).map(|rule| rule.what.0.clone());
    for name in names.collect::<std::collections::BTreeSet<_>>() {
        let Some(schema) =
            operation.arguments.0.pointer_mut(&crate::pointer::join("/properties", &name))
        else {
            continue;
        };
        let (rule, _) = combined(said, selection, ParameterRule::default(), |given| given == name);
        if let Some(text) = &rule.description {
            describe(cx, schema, text, &operation.pointer);
        }
        if rule.hide == Some(true) || rule.preset.is_some() || rule.name.is_some() {
            let message = format!(
                "the tool is written by hand, so its parameter `{name}` can't be hidden, preset or renamed"
            );
            cx.report(code::CURATION, &operation.pointer, message);
        }
    }
}
