//! The whole of an [`Api`] as JSON, for `--stop-after ir` and for snapshots.

use crate::json::{Map, Value, json};

use super::{Api, Binding, Operation, Response};

/// Prints everything, including what the descriptor leaves out.
pub fn dump(api: &Api) -> Value {
    let mut out = object(serde_json::to_value(api));
    let operations = api.operations.iter().map(operation).collect();
    out.insert("operations".to_owned(), Value::Array(operations));
    let definitions =
        api.definitions.iter().map(|(name, schema)| (name.clone(), schema.0.clone())).collect();
    out.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(out)
}

fn operation(operation: &Operation) -> Value {
    let mut out = object(serde_json::to_value(operation));
    out.insert("method".to_owned(), json!(operation.method));
    out.insert("stem".to_owned(), json!(operation.stem));
    out.insert("operationId".to_owned(), json!(operation.operation_id));
    out.insert("tags".to_owned(), json!(operation.tags));
    out.insert("deprecated".to_owned(), json!(operation.deprecated));
    out.insert("arguments".to_owned(), operation.arguments.0.clone());
    out.insert("result".to_owned(), json!(operation.result));
    out.insert("pointer".to_owned(), json!(operation.pointer));
    if let Some(http) = &operation.http {
        out.insert("http".to_owned(), binding(http));
    }
    Value::Object(out)
}

fn binding(binding: &Binding) -> Value {
    let mut out = object(serde_json::to_value(binding));
    let parameters = binding
        .parameters
        .iter()
        .map(|parameter| {
            let mut out = object(serde_json::to_value(parameter));
            out.insert("schema".to_owned(), parameter.schema.0.clone());
            Value::Object(out)
        })
        .collect();
    out.insert("parameters".to_owned(), Value::Array(parameters));
    if let Some(body) = &binding.body {
        let mut inner = object(serde_json::to_value(body));
        inner.insert("schema".to_owned(), body.schema.0.clone());
        out.insert("body".to_owned(), Value::Object(inner));
    }
    let responses = binding.responses.iter().map(response).collect();
    out.insert("responses".to_owned(), Value::Array(responses));
    Value::Object(out)
}

fn response(response: &Response) -> Value {
    let mut out = object(serde_json::to_value(response));
    out.insert("schema".to_owned(), json!(response.schema));
    out.insert("example".to_owned(), json!(response.example));
    out.insert("description".to_owned(), json!(response.description));
    Value::Object(out)
}

fn object(value: serde_json::Result<Value>) -> Map<String, Value> {
    match value {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
