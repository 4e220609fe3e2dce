//! Pages that are gathered: whether they can be, and where the parameter is that asks for the next.

use std::collections::BTreeMap;

use crate::json::Value;

use super::super::context::Context;
use super::fate::resolved;
use crate::ir::{Binding, BodyKind, Operation, Paging, PagingKind, Place, Reply, Schema};
use crate::pointer::{join, tokens};
use crate::select::{Placed, ToolRule};

type Definitions = BTreeMap<String, Schema>;

/// Takes over what rules say of pages and fields where the options say nothing, and leaves out
/// pages that cannot be gathered. This comes before parameters are hidden: the one that asks for
/// the next page may be.
pub(super) fn apply(
    cx: &mut Context<'_>,
    operation: &mut Operation,
    (rule, definitions): (&mut ToolRule, &Definitions),
) {
    let (by_rule, origin) = match rule.pages.take() {
        Some(Placed { what, origin }) => (what, Some(origin)),
        None => (None, None),
    };
    let Some(http) = &mut operation.http else {
        for what in [origin, rule.fields.take().map(|fields| fields.origin)] {
            let message = "the tool is written by hand: its code says what it gives back";
            if what.is_some() {
                cx.refusals.add(what.as_ref(), operation, message.to_owned());
            }
        }
        return;
    };
    match (&http.fields, &rule.fields) {
        // What the options say goes before, so that faults are not those of the rule.
        (Some(_), _) => rule.fields = None,
        (None, Some(fields)) => http.fields.clone_from(&fields.what),
        (None, None) => {}
    }
    let (paging, origin) = match http.paging.take() {
        Some(paging) => (Some(paging), None),
        None => (by_rule, origin),
    };
    let Some(paging) = paging else { return };
    match usable(paging, operation, definitions) {
        Ok(paging) => {
            if let Some(http) = &mut operation.http {
                http.paging = Some(paging);
            }
        }
        Err(why) => {
            let what = if origin.is_some() { "no pages" } else { "no paging" };
            cx.refusals.add(origin.as_ref(), operation, format!("{what}: {why}"));
        }
    }
}

/// The paging with its parameter found, or why there can't be any.
fn usable(
    mut paging: Paging,
    operation: &Operation,
    definitions: &Definitions,
) -> Result<Paging, String> {
    let http = operation.http.as_ref().ok_or("there is no request behind it")?;
    if !matches!(operation.reply, Reply::Json { .. }) {
        return Err("the reply is no JSON".to_owned());
    }
    let reads = operation.annotations.read_only_hint == Some(true);
    if !reads && http.method != "GET" && http.method != "QUERY" {
        return Err(format!(
            "a {} may change something each time; if it only reads, say `read-only = true`",
            http.method
        ));
    }
    if paging.max == 0 || paging.argument.is_empty() {
        return Err("it takes an argument and at least one page".to_owned());
    }
    let (next, parameter) = match &mut paging.kind {
        PagingKind::Cursor { next, parameter } => (Some(&*next), Some(parameter)),
        PagingKind::Next { next } => (Some(&*next), None),
        PagingKind::Page { parameter, .. } | PagingKind::Offset { parameter } => {
            (None, Some(parameter))
        }
        PagingKind::Link => (None, None),
    };
    for place in std::iter::once(&paging.items).chain(next) {
        if !place.is_empty() && !place.starts_with('/') {
            return Err(format!("`{place}` is no JSON pointer; it begins with `/`"));
        }
    }
    if let Some(result) = &operation.result {
        listed(&result.0, definitions, &paging.items)?;
        if let Some(next) = next
            && let Found::No(names) = find(&result.0, definitions, next)
        {
            return Err(format!("the reply has nothing at `{next}`{}", instead(&names)));
        }
    }
    if let Some(parameter) = parameter {
        let (found, in_body) = place(http, definitions, parameter)?;
        *parameter = found;
        paging.in_body = in_body;
    }
    Ok(paging)
}

fn listed(result: &Value, definitions: &Definitions, items: &str) -> Result<(), String> {
    match find(result, definitions, items) {
        Found::No(names) => Err(format!("the reply has no list at `{items}`{}", instead(&names))),
        Found::Yes(schema) => {
            let kind = resolved(schema, definitions).and_then(|members| members.get("type"));
            match kind.and_then(Value::as_str) {
                Some("array") | None => Ok(()),
                Some(other) if items.is_empty() => Err(format!(
                    "the reply is no list but an {other}; say by `items` where in it the list is"
                )),
                Some(other) => Err(format!("what the reply has at `{items}` is of type {other}")),
            }
        }
        Found::Unknown => Ok(()),
    }
}

/// Where a parameter is: its name in the query, or its place in the body.
fn place(http: &Binding, definitions: &Definitions, name: &str) -> Result<(String, bool), String> {
    let in_query = |name: &str| {
        let mut all = http.parameters.iter();
        all.any(|parameter| parameter.place == Place::Query && parameter.name == name)
    };
    let plain = name.strip_prefix("query.").filter(|plain| in_query(plain));
    if in_query(name) || plain.is_some() {
        return Ok((plain.unwrap_or(name).to_owned(), false));
    }
    let body = http.body.as_ref();
    let Some(path) = name.strip_prefix("body.") else {
        let at = join("", name);
        let is_member = body
            .is_some_and(|body| matches!(find(&body.schema.0, definitions, &at), Found::Yes(_)));
        let hint = if is_member { format!("; is `body.{name}` meant?") } else { String::new() };
        return Err(format!("there is no query parameter `{name}`{hint}"));
    };
    let body = body.ok_or_else(|| format!("it takes no body that could have `{path}`"))?;
    if !matches!(body.kind, BodyKind::Json | BodyKind::Form | BodyKind::Multipart) {
        return Err(format!("its body has no members that could be `{path}`"));
    }
    let at = path.split('.').fold(String::new(), |at, step| join(&at, step));
    match find(&body.schema.0, definitions, &at) {
        Found::No(names) => Err(format!("the body has no member `{path}`{}", instead(&names))),
        _ => Ok((at, true)),
    }
}

/// What a schema says of a place in its values.
enum Found<'s> {
    Yes(&'s Value),
    /// Nothing is there; the names of what is, as far as the schema goes.
    No(Vec<String>),
    Unknown,
}

fn find<'s>(mut schema: &'s Value, definitions: &'s Definitions, pointer: &str) -> Found<'s> {
    for step in tokens(pointer) {
        let Some(members) = resolved(schema, definitions) else { return Found::Unknown };
        let properties = members.get("properties").and_then(Value::as_object);
        if let Some(member) = properties.and_then(|properties| properties.get(&step)) {
            schema = member;
            continue;
        }
        let open = ["allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties"];
        let is_open = open.iter().any(|key| members.get(key).is_some_and(|it| *it != false));
        let kind = members.get("type").and_then(Value::as_str);
        return match (kind, properties) {
            _ if is_open => Found::Unknown,
            (_, Some(properties)) => Found::No(properties.keys().map(String::from).collect()),
            (Some("object") | None, None) => Found::Unknown,
            (Some(_), None) => Found::No(Vec::new()),
        };
    }
    Found::Yes(schema)
}

/// What there is instead, for messages.
fn instead(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => {
            let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
            let more = if names.len() > shown.len() { ", …" } else { "" };
            format!(
                "; there {} {}{more}",
                if names.len() == 1 { "is" } else { "are" },
                shown.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests;
