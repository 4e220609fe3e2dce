//! Parameters that are hidden, preset or described anew.

use std::collections::BTreeMap;

use crate::json::Value;

use super::super::context::Context;
use super::super::selection::{Said, Selection};
use super::fate::{Fate, describe, fate};
use super::{kept, member};
use crate::code;
use crate::curate::EXTENSION;
use crate::ir::{Operation, Parameter, Place, Schema};
use crate::select::{ParameterRule, Placed};

type Definitions = BTreeMap<String, Schema>;

/// Applies what is said of the parameters and the body of an operation.
pub(super) fn apply(
    cx: &mut Context<'_>,
    operation: &mut Operation,
    (said, definitions): (&Said, &Definitions),
    selection: &mut Selection<'_>,
) {
    let at = operation.pointer.clone();
    let Some(http) = &mut operation.http else {
        described_only(cx, operation, said, selection);
        return;
    };
    http.parameters.retain_mut(|parameter| {
        let rule = rule_of(cx, parameter, said, selection);
        if let Some(text) = &rule.description {
            describe(cx, &mut parameter.schema.0, text, &at);
        }
        let what = format!("the parameter `{}`", parameter.name);
        let is_needed = parameter.required || parameter.place == Place::Path;
        match fate(cx, &rule, (&parameter.schema.0, definitions), is_needed, (&what, &at)) {
            Fate::Shown => true,
            Fate::Gone => false,
            Fate::Preset(preset) => {
                parameter.preset = Some(preset);
                true
            }
        }
    });
    let Some(body) = &mut http.body else { return };
    let rule = combined(said, selection, ParameterRule::default(), |name| name == "body");
    if let Some(text) = &rule.description {
        describe(cx, &mut body.schema.0, text, &at);
    }
    let place = ("the body", at.as_str());
    match fate(cx, &rule, (&body.schema.0, definitions), body.required, place) {
        Fate::Gone => http.body = None,
        Fate::Preset(preset) => body.preset = Some(preset),
        Fate::Shown => member::apply(cx, body, (said, definitions), selection, &at),
    }
}

/// What is said under names that fit: the file, then `between`, then the document.
fn combined(
    said: &Said,
    selection: &mut Selection<'_>,
    between: ParameterRule,
    fits: impl Fn(&str) -> bool,
) -> ParameterRule {
    let mut all = ParameterRule::default();
    let mut add = |list: &[Placed<(String, ParameterRule)>], all: &mut ParameterRule| {
        for Placed { what: (_, rule), origin } in list.iter().filter(|rule| fits(&rule.what.0)) {
            selection.hit(origin);
            all.or(rule);
        }
    };
    add(&said.by_file, &mut all);
    all.or(&between);
    add(&said.by_document, &mut all);
    all
}

fn rule_of(
    cx: &Context<'_>,
    parameter: &mut Parameter,
    said: &Said,
    selection: &mut Selection<'_>,
) -> ParameterRule {
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
        let rule = combined(said, selection, ParameterRule::default(), |given| given == name);
        if let Some(text) = &rule.description {
            describe(cx, schema, text, &operation.pointer);
        }
        if rule.hide == Some(true) || rule.preset.is_some() {
            let message = format!(
                "the tool is written by hand, so its parameter `{name}` can't be hidden or preset"
            );
            cx.report(code::CURATION, &operation.pointer, message);
        }
    }
}
