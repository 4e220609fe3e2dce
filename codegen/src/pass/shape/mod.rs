//! What the options say about replies: pages to gather, fields to keep. Checks it against the
//! operation, offers the arguments that go with it, and makes the promised schema fit.

mod project;

use serde_json::{Value, json};

use super::context::Context;
use crate::code;
use crate::ir::{Api, Binding, Fields, Operation, Paging, PagingKind, Place, Reply};
use project::Projection;

/// Applies `paging` and `fields` of every binding, and takes away what cannot work.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api) {
    for operation in &mut api.operations {
        let at = operation.pointer.clone();
        let json = matches!(operation.reply, Reply::Json { .. });
        let Some(http) = &mut operation.http else { continue };
        let paging = http.paging.take();
        let fields = http.fields.take();
        if let Some(paging) = paging {
            match refused(&paging, http, json) {
                Some(why) => cx.report(code::SELECTION, &at, format!("no paging: {why}")),
                None => offer_pages(operation, paging),
            }
        }
        if let Some(fields) = fields {
            let wrong = fields.keep.iter().find(|path| !path.starts_with('/'));
            match wrong {
                Some(path) => {
                    let message = format!("the field `{path}` does not begin with `/`");
                    cx.report(code::SELECTION, &at, message);
                }
                None if !json => {
                    let message = "no fields are kept: the reply is no JSON";
                    cx.report(code::SELECTION, &at, message);
                }
                None => {
                    for path in keep_fields(operation, fields, &api.definitions) {
                        let message = format!("the reply has no field `{path}` to keep");
                        cx.report(code::SELECTION, &at, message);
                    }
                }
            }
        }
    }
}

/// Why pages cannot be gathered as configured.
fn refused(paging: &Paging, http: &Binding, json: bool) -> Option<String> {
    if !json {
        return Some("the reply is no JSON".to_owned());
    }
    if http.method != "GET" && http.method != "QUERY" {
        return Some(format!("a {} is not repeated", http.method));
    }
    if paging.max == 0 || paging.argument.is_empty() {
        return Some("it takes an argument and at least one page".to_owned());
    }
    let pointer = |pointer: &String| pointer.is_empty() || pointer.starts_with('/');
    let (next, parameter) = match &paging.kind {
        PagingKind::Cursor { next, parameter } => (Some(next), Some(parameter)),
        PagingKind::Next { next } => (Some(next), None),
        PagingKind::Page { parameter, .. } | PagingKind::Offset { parameter } => {
            (None, Some(parameter))
        }
        PagingKind::Link => (None, None),
    };
    for place in std::iter::once(&paging.items).chain(next) {
        if !pointer(place) {
            return Some(format!("`{place}` is no JSON pointer; it begins with `/`"));
        }
    }
    let declared = |name: &&String| {
        http.parameters
            .iter()
            .any(|parameter| parameter.place == Place::Query && parameter.name == **name)
    };
    let missing = parameter.filter(|name| !declared(name))?;
    Some(format!("there is no query parameter `{missing}`"))
}

fn offer_pages(operation: &mut Operation, mut paging: Paging) {
    let description = format!(
        "How many pages to gather into one result, at most {}; 1 unless given.",
        paging.max
    );
    let schema = json!({
        "type": "integer", "minimum": 1, "maximum": paging.max, "description": description});
    paging.argument = offer(operation, &paging.argument, schema);
    if let Some(http) = &mut operation.http {
        http.paging = Some(paging);
    }
}

/// Shapes the result; gives back the paths that lead nowhere.
fn keep_fields(
    operation: &mut Operation,
    mut fields: Fields,
    definitions: &std::collections::BTreeMap<String, crate::ir::Schema>,
) -> Vec<String> {
    let chosen = fields.argument.is_some();
    let mut lost = Vec::new();
    if let Some(result) = &mut operation.result {
        if fields.keep.is_empty() {
            result.0 = project::open(&result.0, definitions);
        } else {
            let mut projection = Projection::new(definitions, &fields.keep, chosen);
            result.0 = projection.of(&result.0);
            lost = projection.lost();
        }
    }
    if let Some(argument) = fields.argument.take() {
        let items = if fields.keep.is_empty() {
            json!({"type": "string", "pattern": "^/"})
        } else {
            json!({"type": "string", "enum": fields.keep})
        };
        let schema = json!({
            "type": "array", "items": items,
            "description": "Fields of the result to give back, as paths like `/items/name`; lists \
                            are passed through. All unless given."});
        fields.argument = Some(offer(operation, &argument, schema));
    }
    if let Some(http) = &mut operation.http {
        http.fields = Some(fields);
    }
    lost
}

/// Adds an argument; another name where the operation has one of that name.
fn offer(operation: &mut Operation, name: &str, schema: Value) -> String {
    let Value::Object(arguments) = &mut operation.arguments.0 else {
        return name.to_owned();
    };
    let properties = arguments.entry("properties").or_insert_with(|| json!({}));
    let Value::Object(properties) = properties else {
        return name.to_owned();
    };
    let mut free = name.to_owned();
    let mut number = 2;
    while properties.contains_key(&free) {
        free = format!("{name}_{number}");
        number += 1;
    }
    properties.insert(free.clone(), schema);
    free
}

#[cfg(test)]
mod tests;
