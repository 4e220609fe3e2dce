//! What the mock answers.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::Value;
use toolwright::schema::Validator;
use toolwright_codegen::ir::{Api, Binding, Operation, Reply, Response, Schema, Status};
use toolwright_codegen::json;

use super::answer::Answer;
use super::echo::echo;
use super::problem::problem;
use super::sample::Sampler;

/// The answer to a request as described; `sent` is its body, `path` the values in its path.
pub(super) fn success(
    api: &Api,
    operation: &Operation,
    binding: &Binding,
    path: &BTreeMap<String, String>,
    sent: Option<&Value>,
) -> Answer {
    let is_success = |response: &&Response| match response.status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Range(hundreds) => hundreds == 2,
        Status::Default => true,
    };
    let response = binding.responses.iter().find(is_success);
    let status = match response.map(|response| response.status) {
        Some(Status::Code(code)) => StatusCode::from_u16(code).unwrap_or(StatusCode::OK),
        Some(_) => StatusCode::OK,
        None => StatusCode::NO_CONTENT,
    };
    let Some(response) = response.filter(|response| !response.media_types.is_empty()) else {
        return Answer { status, ..Answer::default() };
    };
    let sampler = Sampler::new(&api.definitions);
    let any = Schema::any();
    let schema = &response.schema.as_ref().unwrap_or(&any).0;
    let plain = candidates(response, schema, &sampler);
    let echoed = plain.iter().cloned().map(|mut value| {
        echo(&mut value, schema, &sampler, path, sent);
        value
    });
    let mut all: Vec<Value> = echoed.chain(plain.iter().cloned()).collect();
    let promise = Promise::of(operation);
    let best = all.iter().position(|value| promise.is_kept_by(value)).unwrap_or(0);
    written(response, status, all.swap_remove(best))
}

/// The declared 404, or a plain one.
pub(super) fn not_found(api: &Api, binding: &Binding) -> Answer {
    let declared = binding
        .responses
        .iter()
        .find(|response| matches!(response.status, Status::Code(404) | Status::Range(4)))
        .filter(|response| !response.media_types.is_empty());
    let Some(response) = declared else {
        return problem(StatusCode::NOT_FOUND, "There is nothing under this path.");
    };
    let sampler = Sampler::new(&api.definitions);
    let any = Schema::any();
    let schema = &response.schema.as_ref().unwrap_or(&any).0;
    let value = candidates(response, schema, &sampler).swap_remove(0);
    written(response, StatusCode::NOT_FOUND, value)
}

/// Bodies to choose from, the best first; never empty.
fn candidates(response: &Response, schema: &json::Value, sampler: &Sampler<'_>) -> Vec<Value> {
    let mut values = Vec::new();
    if let Some(example) = &response.example {
        // Some documents have their examples as text.
        let parsed = example.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let compound = parsed.filter(|value| value.is_object() || value.is_array());
        values.extend(compound);
        values.push(example.into());
    }
    values.push(sampler.value(schema));
    values
}

/// What the tool says about its structured result.
struct Promise {
    validator: Option<Validator>,
    wrapped: bool,
}

impl Promise {
    fn of(operation: &Operation) -> Self {
        let schema = operation.output_schema.as_ref();
        Self {
            validator: schema.and_then(|schema| Validator::new(schema.as_str()).ok()),
            wrapped: operation.reply == (Reply::Json { wrapped: true }),
        }
    }

    fn is_kept_by(&self, value: &Value) -> bool {
        let Some(validator) = &self.validator else {
            return true;
        };
        if self.wrapped {
            return validator.validate_value(&serde_json::json!({ "result": value })).is_ok();
        }
        validator.validate_value(value).is_ok()
    }
}

fn written(response: &Response, status: StatusCode, value: Value) -> Answer {
    let declared = response.media_types.first().map_or("*/*", String::as_str);
    let media_type = match declared.contains('*') {
        false => declared,
        true if value.is_object() || value.is_array() => "application/json",
        true => "application/octet-stream",
    };
    let body = bytes(media_type, value);
    Answer { status, media_type: media_type.to_owned(), body, ..Answer::default() }
}

/// JSON as such, images as an image, anything else as text.
fn bytes(media_type: &str, value: Value) -> Vec<u8> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence == "application/json" || essence.ends_with("+json") {
        return value.to_string().into_bytes();
    }
    if essence.starts_with("image/") && essence != "image/svg+xml" {
        return PNG.to_vec();
    }
    match value {
        Value::String(text) => text.into_bytes(),
        Value::Null => b"mock".to_vec(),
        other => other.to_string().into_bytes(),
    }
}

/// An image of one grey pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00,
    0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];
