//! Curation: tools get the names, texts, hints and parameters that were asked for.

mod fate;
mod kept;
mod member;
mod pages;
mod parameter;
mod resource;

use crate::json::Value;

use super::context::Context;
use super::selection::{Said, Selection};
use super::text::{self, TOOL_LIMIT};
use super::walk::{children_mut, operation_schemas_mut};
use crate::code;
use crate::curate::EXTENSION;
use crate::ir::{Api, Operation};
use crate::select::ToolRule;
pub(crate) use resource::resources;

/// Applies what is said of every operation, and takes `x-mcp` out of all schemas: what is hidden
/// there is written by the server only from here on.
pub(crate) fn apply(cx: &mut Context<'_>, api: &mut Api, selection: &mut Selection<'_>) {
    let mut operations = std::mem::take(&mut api.operations);
    for operation in &mut operations {
        let mut said = selection.take(&operation.pointer);
        name(operation, &said, selection);
        texts(cx, operation, &said.rule);
        hints(operation, &said.rule);
        operation.scopes = said.rule.scopes.clone().unwrap_or_default();
        pages::apply(cx, operation, (&mut said.rule, &api.definitions));
        parameter::apply(cx, operation, (&said, &api.definitions), selection);
        selection.put(&operation.pointer, said);
    }
    api.operations = operations;
    if cx.curated {
        for schema in api.definitions.values_mut() {
            take_out(&mut schema.0);
        }
        operation_schemas_mut(api, &mut |schema, _| take_out(schema));
    }
}

/// The option first, then the name that is given, then the group's prefix.
fn name(operation: &mut Operation, said: &Said, selection: &mut Selection<'_>) {
    let own = operation.name.clone();
    let id = operation.operation_id.clone().unwrap_or_else(|| own.clone());
    let renamed = selection.renamed(&id).or_else(|| selection.renamed(&own));
    operation.name = match (renamed, &said.rule.name, said.group.as_deref()) {
        (Some(name), _, _) => name.to_owned(),
        (None, Some(name), _) => name.clone(),
        (None, None, Some(group)) if !group.is_empty() => {
            format!("{}_{own}", group.trim_end_matches('_'))
        }
        _ => own,
    };
}

fn texts(cx: &mut Context<'_>, operation: &mut Operation, rule: &ToolRule) {
    if let Some(title) = rule.title.as_deref() {
        operation.title = text::title(title, 200);
        if operation.title.is_none() && !title.is_empty() {
            let message = format!("the title `{title}` is longer than 200 characters");
            cx.report(code::CURATION, &operation.pointer, message);
        }
    }
    if let Some(description) = &rule.description {
        let description = cx.text(description, TOOL_LIMIT, &operation.pointer);
        operation.description = Some(description).filter(|text| !text.is_empty());
    }
}

fn hints(operation: &mut Operation, rule: &ToolRule) {
    let hints = &mut operation.annotations;
    hints.read_only_hint = rule.read_only.or(hints.read_only_hint);
    hints.destructive_hint = rule.destructive.or(hints.destructive_hint);
    hints.idempotent_hint = rule.idempotent.or(hints.idempotent_hint);
    hints.open_world_hint = rule.open_world.or(hints.open_world_hint);
}

fn take_out(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if let Some(rule) = members.remove(EXTENSION)
        && kept::hides(&rule)
    {
        members.remove("writeOnly");
        members.insert("readOnly", Value::Bool(true));
    }
    children_mut(members, &mut take_out);
}

#[cfg(test)]
mod tests;
