//! The whole of an [`Api`] as JSON, for `--stop-after ir` and for snapshots.

use serde::Serialize;

use crate::json::{Map, Value, json};

use super::{Api, Binding, Operation, Response, Schema};

/// Prints everything, including what the descriptor leaves out.
pub fn dump(api: &Api) -> Value {
    let mut out = object(api);
    let operations = api.operations.iter().map(operation).collect();
    out.insert("operations", Value::Array(operations));
    let definitions =
        api.definitions.iter().map(|(name, schema)| (name.clone(), schema.0.clone())).collect();
    out.insert("definitions", Value::Object(definitions));
    Value::Object(out)
}

fn operation(operation: &Operation) -> Value {
    let mut out = object(operation);
    out.insert("method", json!(operation.method));
    out.insert("stem", json!(operation.stem));
    out.insert("operationId", json!(operation.operation_id));
    out.insert("tags", json!(operation.tags));
    out.insert("deprecated", json!(operation.deprecated));
    out.insert("arguments", operation.arguments.0.clone());
    out.insert("result", schema(operation.result.as_ref()));
    out.insert("pointer", json!(operation.pointer));
    if let Some(http) = &operation.http {
        out.insert("http", binding(http));
    }
    Value::Object(out)
}

fn binding(binding: &Binding) -> Value {
    let mut out = object(binding);
    let parameters = binding
        .parameters
        .iter()
        .map(|parameter| {
            let mut out = object(parameter);
            out.insert("schema", parameter.schema.0.clone());
            Value::Object(out)
        })
        .collect();
    out.insert("parameters", Value::Array(parameters));
    if let Some(body) = &binding.body {
        let mut inner = object(body);
        inner.insert("schema", body.schema.0.clone());
        out.insert("body", Value::Object(inner));
    }
    let responses = binding.responses.iter().map(response).collect();
    out.insert("responses", Value::Array(responses));
    Value::Object(out)
}

fn response(response: &Response) -> Value {
    let mut out = object(response);
    out.insert("schema", schema(response.schema.as_ref()));
    out.insert("example", json!(response.example));
    out.insert("description", json!(response.description));
    Value::Object(out)
}

fn schema(schema: Option<&Schema>) -> Value {
    schema.map_or(Value::Null, |schema| schema.0.clone())
}

fn object(value: &impl Serialize) -> Map {
    match serde_json::to_value(value).map(Value::from) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
