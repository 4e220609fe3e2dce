//! Operations: one tool each.

use std::collections::BTreeMap;

use crate::json::{Map, Value};

use super::super::context::Context;
use super::super::schema::truth;
use super::super::selection::{Own, Selection};
use super::super::text::{self, TOOL_LIMIT};
use super::{body, parameter, reply, response, security, server, tag};
use crate::code;
use crate::curate::EXTENSION;
use crate::ir::{Annotations, Binding, Operation, Schema, SecurityScheme, SecurityUse, Server};
use crate::pointer::join;
use crate::select::Candidate;

const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// What a path has beside operations.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// What operations inherit from the document.
pub(super) struct Inherited {
    pub(super) servers: Vec<Server>,
    pub(super) schemes: BTreeMap<String, SecurityScheme>,
    pub(super) security: Vec<Vec<SecurityUse>>,
}

/// The operations of one path that are selected, in document order.
pub(super) fn of_path<'d>(
    cx: &mut Context<'d>,
    (path, value): (&'d str, &'d Value),
    at: &str,
    inherited: &Inherited,
    selection: &mut Selection<'_>,
) -> Vec<Operation> {
    let parts = parts(cx, value, at);
    let mut operations = Vec::new();
    let document = cx.document;
    for (index, (item, item_at)) in parts.iter().enumerate() {
        let is_shadowed =
            |key: &str| parts.iter().take(index).any(|(first, _)| first.contains_key(key));
        for key in document.keys(item_at) {
            let Some(value) = item.get(key).filter(|_| !is_shadowed(key)) else { continue };
            let at = join(item_at, key);
            let small = key.to_ascii_lowercase();
            if METHODS.contains(&&*small) {
                if small != key && !says_small(cx, &small, item.contains_key(&small), &at) {
                    continue;
                }
                let place = Place { path, parts: &parts, at: &at };
                operations.extend(operation(cx, &small, value, &place, inherited, selection));
            } else if key == "additionalOperations" {
                for (method, value) in value.as_object().into_iter().flatten() {
                    let at = join(&at, method);
                    let place = Place { path, parts: &parts, at: &at };
                    operations.extend(operation(cx, method, value, &place, inherited, selection));
                }
            } else if !OTHERS.contains(&key) && !key.starts_with("x-") {
                let message =
                    format!("`{key}` is no method, nor what else a path has; it is left out");
                cx.report(code::MALFORMED, &at, message);
            }
        }
    }
    operations
}

/// What a path item is made of: what stands beside a reference, and what that names.
fn parts<'d>(cx: &mut Context<'d>, value: &'d Value, at: &str) -> Vec<(&'d Map, String)> {
    let beside = value.as_object().filter(|own| own.contains_key("$ref") && own.len() > 1);
    let beside = beside.map(|own| (own, at.to_owned()));
    beside.into_iter().chain(cx.object(value, at, "a path item")).collect()
}

/// Reports a method in capitals; `false` where there is another one in small letters.
fn says_small(cx: &mut Context<'_>, small: &str, is_there: bool, at: &str) -> bool {
    let message = match is_there {
        true => format!("there is `{small}` beside it; this one is left out"),
        false => format!("methods are written in small letters; this one is `{small}`"),
    };
    cx.report(code::MALFORMED, at, message);
    !is_there
}

/// Where an operation stands.
#[derive(Clone, Copy)]
struct Place<'d, 'a> {
    path: &'d str,
    /// The path item; where it has parts, the first that says something counts.
    parts: &'a [(&'d Map, String)],
    at: &'a str,
}

impl<'d> Place<'d, '_> {
    /// A member of the path item, and where that stands.
    fn part(&self, key: &str) -> Option<(&'d Value, &str)> {
        self.parts.iter().find_map(|(item, at)| Some((item.get(key)?, &**at)))
    }
}

fn operation<'d>(
    cx: &mut Context<'d>,
    method: &str,
    value: &'d Value,
    place: &Place<'d, '_>,
    inherited: &Inherited,
    selection: &mut Selection<'_>,
) -> Option<Operation> {
    let at = place.at;
    let (source, _) = cx.object(value, at, "an operation")?;
    let operation_id = operation_id(cx, source, at);
    let tags: Vec<String> = match source.get("tags") {
        Some(Value::Array(tags)) => {
            tags.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(Value::String(tag)) => vec![tag.to_string()],
        _ => Vec::new(),
    };
    let name = operation_id.clone().unwrap_or_else(|| made_name(method, place.path));
    let families = tag::families(cx.document.root(), &tags);
    let candidate = Candidate { id: &name, tags: &families, path: place.path, method };
    let rules = place.part(EXTENSION);
    let own = Own {
        pointer: at,
        rules: [source.get(EXTENSION), rules.map(|(value, _)| value)],
        places: [at, rules.map_or("", |(_, at)| at)],
    };
    if !selection.admits(cx, candidate, own) {
        return None;
    }
    if operation_id.is_none() {
        let message = format!(
            "the operation has no `operationId`; its name is made of method and path: {name}"
        );
        cx.report(code::NAME_MADE, at, message);
    }
    let (title, description) = texts(cx, source, place);
    let mut http = binding(cx, method, source, place, inherited);
    http.paging = selection.paging(candidate).cloned();
    http.fields = selection.fields(candidate).cloned();
    let (reply, result) = reply::of(&http.responses);
    Some(Operation {
        name,
        title,
        description,
        annotations: annotations(&http.method),
        input_schema: Schema::any().0.into(),
        output_schema: None,
        whole: None,
        contract: None,
        reply,
        http: Some(http),
        scopes: Vec::new(),
        resource: None,
        method: String::new(),
        stem: String::new(),
        operation_id,
        tags,
        deprecated: source.get("deprecated").and_then(truth) == Some(true),
        arguments: Schema::any(),
        result,
        pointer: at.to_owned(),
    })
}

fn operation_id(cx: &mut Context<'_>, source: &Map, at: &str) -> Option<String> {
    match source.get("operationId")? {
        Value::String(id) if !id.trim().is_empty() => Some(id.trim().to_owned()),
        Value::String(_) | Value::Null => None,
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => {
            cx.report(code::MALFORMED, at, "the `operationId` is no text; it is left out");
            None
        }
    }
}

/// `get_pets_petId` for `GET /pets/{petId}`.
fn made_name(method: &str, path: &str) -> String {
    let mut name = method.to_ascii_lowercase();
    for part in path.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !part.is_empty() {
            name.push('_');
            name.push_str(part);
        }
    }
    name
}

fn binding<'d>(
    cx: &mut Context<'d>,
    method: &str,
    source: &'d Map,
    place: &Place<'d, '_>,
    inherited: &Inherited,
) -> Binding {
    let Place { path, parts, at } = *place;
    let holders =
        || std::iter::once((source, at)).chain(parts.iter().map(|(item, at)| (*item, &**at)));
    let servers = holders().map(|(holder, at)| server::read(cx, holder, at));
    let servers = servers.into_iter().find(|servers| !servers.is_empty()).unwrap_or_default();
    let security = security::requirements(cx, source, at, &inherited.schemes);
    let mut holders: Vec<_> = holders().collect();
    holders.reverse();
    let (parameters, path) = parameter::read(cx, &holders, (path, at));
    Binding {
        // Additional operations are sent as they are written (OpenAPI 3.2, Path Item Object).
        method: if METHODS.contains(&method) {
            method.to_ascii_uppercase()
        } else {
            method.to_owned()
        },
        path,
        parameters,
        body: body::read(cx, source, at),
        responses: response::read(cx, source, at),
        security: security.unwrap_or_else(|| inherited.security.clone()),
        servers: if servers == inherited.servers { Vec::new() } else { servers },
        paging: None,
        fields: None,
    }
}

/// Title and description: a short summary is the title, both together are the description.
fn texts(
    cx: &mut Context<'_>,
    source: &Map,
    place: &Place<'_, '_>,
) -> (Option<String>, Option<String>) {
    let text = |holder: &Map, key: &str| {
        match holder.get(key) {
            Some(Value::String(text)) => text.trim().to_owned(),
            // YAML has years and the like as numbers.
            Some(number @ Value::Number(_)) => number.to_string(),
            _ => String::new(),
        }
    };
    let summary = text(source, "summary");
    let mut description = text(source, "description");
    if summary.is_empty() && description.is_empty() {
        description = place
            .part("description")
            .and_then(|(text, _)| text.as_str())
            .unwrap_or_default()
            .trim()
            .to_owned();
    }
    let title = text::title(&summary, 60);
    let stem = summary.trim_end_matches('.');
    let joined = if summary.is_empty() || description.starts_with(stem) {
        description
    } else if description.is_empty() {
        summary
    } else {
        format!("{stem}.\n\n{description}")
    };
    let joined = cx.text(&joined, TOOL_LIMIT, place.at);
    let fallback = format!(
        "{} {}",
        place.at.rsplit('/').next().unwrap_or_default().to_uppercase(),
        place.path
    );
    let description =
        if joined.is_empty() { text::clean(&fallback, TOOL_LIMIT).text } else { joined };
    (title, Some(description))
}

/// What the method promises; POST and the like promise nothing.
fn annotations(method: &str) -> Annotations {
    let safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY");
    Annotations {
        read_only_hint: safe.then_some(true),
        destructive_hint: (method == "DELETE").then_some(true),
        idempotent_hint: matches!(method, "PUT" | "DELETE").then_some(true),
        open_world_hint: Some(true),
    }
}
