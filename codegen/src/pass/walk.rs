//! Visits the schemas inside a schema, never the data in it.

use crate::json::{Map, Value};

use crate::ir::Api;

/// Calls `visit` with every schema directly inside `schema`.
pub(crate) fn children<'v>(schema: &'v Map, visit: &mut dyn FnMut(&'v Value)) {
    for (key, value) in schema {
        match (key.as_str(), value) {
            (
                "properties" | "patternProperties" | "dependentSchemas" | "$defs",
                Value::Object(map),
            ) => {
                map.values().for_each(&mut *visit);
            }
            ("prefixItems" | "allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                list.iter().for_each(&mut *visit);
            }
            (name, value) if is_single(name) => visit(value),
            _ => {}
        }
    }
}

/// Likewise, to change them. What is not changed stays shared.
pub(crate) fn children_mut(schema: &mut Map, visit: &mut dyn FnMut(&mut Value)) {
    keywords_mut(schema, &mut |_, child| visit(child));
}

/// Likewise, with the keyword that each schema stands under.
pub(crate) fn keywords_mut(schema: &mut Map, visit: &mut dyn FnMut(&str, &mut Value)) {
    schema.update(|key, value| match (key, value) {
        ("properties" | "patternProperties" | "dependentSchemas" | "$defs", Value::Object(map)) => {
            map.update(|_, child| visit(key, child))
        }
        ("prefixItems" | "allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
            list.update(|child| visit(key, child));
        }
        (name, value) if is_single(name) => visit(key, value),
        _ => {}
    });
}

/// Calls `visit` with the definition named by every reference in `schema`.
pub(crate) fn references<'v>(schema: &'v Value, visit: &mut dyn FnMut(&'v str)) {
    if let Value::Object(members) = schema {
        if let Some(name) = reference(members) {
            visit(name);
        }
        children(members, &mut |child| references(child, visit));
    }
}

/// Calls `visit` with every schema that operations hold themselves, and the operation's pointer.
pub(crate) fn operation_schemas_mut(api: &mut Api, visit: &mut dyn FnMut(&mut Value, &str)) {
    for operation in &mut api.operations {
        let at = &operation.pointer;
        visit(&mut operation.arguments.0, at);
        if let Some(result) = &mut operation.result {
            visit(&mut result.0, at);
        }
        let Some(http) = &mut operation.http else {
            continue;
        };
        for parameter in &mut http.parameters {
            visit(&mut parameter.schema.0, at);
        }
        if let Some(body) = &mut http.body {
            visit(&mut body.schema.0, at);
        }
        for response in &mut http.responses {
            if let Some(schema) = &mut response.schema {
                visit(&mut schema.0, at);
            }
        }
    }
}

/// The definition that a schema refers to.
pub(crate) fn reference(schema: &Map) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

fn is_single(keyword: &str) -> bool {
    matches!(
        keyword,
        "items"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
    )
}
