//! What is said about replies: pages to gather, fields to keep. Offers the arguments that go with
//! it, and makes the promised schema fit.

mod project;

use crate::json::{Value, json};

use super::context::Context;
use super::selection::Selection;
use crate::ir::{Api, Fields, Operation, Paging, Reply};
use project::Projection;

/// Offers the arguments of `paging` and applies the `fields` of every binding, which are taken away
/// where they cannot work.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api, selection: &Selection<'_>) {
    for operation in &mut api.operations {
        let json = matches!(operation.reply, Reply::Json { .. });
        let Some(http) = &mut operation.http else { continue };
        let paging = http.paging.take();
        let fields = http.fields.take();
        if let Some(paging) = paging {
            offer_pages(operation, paging);
        }
        let Some(fields) = fields else { continue };
        let wrong = fields.keep.iter().find(|path| !path.starts_with('/'));
        let messages = match wrong {
            Some(path) => vec![format!("the field `{path}` does not begin with `/`")],
            None if !json => vec!["no fields are kept: the reply is no JSON".to_owned()],
            None => {
                let lost = keep_fields(operation, fields, &api.definitions);
                let message = |path| format!("the reply has no field `{path}` to keep");
                lost.into_iter().map(message).collect()
            }
        };
        let place = selection.place_of_fields(&operation.pointer);
        for message in messages {
            cx.refusals.add(place, operation, message);
        }
    }
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
    arguments.insert_new("properties", || json!({}));
    let Some(Value::Object(properties)) = arguments.get_mut("properties") else {
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
