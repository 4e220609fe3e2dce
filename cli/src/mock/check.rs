//! Whether a request is one that the description allows.

use std::collections::BTreeMap;

use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use toolwright_codegen::ir::{Binding, Body, BodyKind, Parameter, Place, Style};
use toolwright_codegen::json;

use super::answer::Answer;
use super::judge::{Judge, readings};
use super::problem::problem;
use super::sample::Sampler;

/// A received request.
pub(super) struct Received<'a> {
    /// The values in its path.
    pub(super) path: &'a BTreeMap<String, String>,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The body as JSON where it is an object that can be echoed, or the answer to a request that
/// is not as described.
pub(super) fn check(
    binding: &Binding,
    received: &Received<'_>,
    sampler: &Sampler<'_>,
    judge: &Judge,
) -> Result<Option<Value>, Answer> {
    for parameter in binding.parameters.iter().filter(|parameter| parameter.required) {
        if !is_there(parameter, received, sampler) {
            let place = match parameter.place {
                Place::Path => continue,
                Place::Query | Place::Querystring => "query parameter",
                Place::Header => "header",
                Place::Cookie => "cookie",
            };
            let detail = format!("The {place} `{}` is missing.", parameter.name);
            return Err(problem(StatusCode::BAD_REQUEST, &detail));
        }
    }
    for parameter in &binding.parameters {
        let Some(text) = scalar(parameter, received, sampler) else { continue };
        if let Some(refusal) = judge.refusal(&parameter.argument, &readings(&text)) {
            let detail = format!("The parameter `{}` is not valid: {refusal}.", parameter.name);
            return Err(problem(StatusCode::BAD_REQUEST, &detail));
        }
    }
    let Some(body) = &binding.body else {
        return Ok(None);
    };
    if received.body.is_empty() {
        let empty_is_fine =
            !body.required || matches!(body.kind, BodyKind::Text | BodyKind::Binary);
        return if empty_is_fine {
            Ok(None)
        } else {
            Err(problem(StatusCode::BAD_REQUEST, "The body is missing."))
        };
    }
    content(body, received, judge)
}

fn is_there(parameter: &Parameter, received: &Received<'_>, sampler: &Sampler<'_>) -> bool {
    let name = parameter.name.as_str();
    match parameter.place {
        Place::Path => true,
        Place::Header => received.headers.contains_key(name),
        Place::Cookie => cookies(received.headers).any(|cookie| cookie == name),
        Place::Querystring => !received.query.is_empty(),
        Place::Query => {
            let deep = format!("{name}[");
            pairs(received.query).any(|(key, _)| key == name || key.starts_with(&deep))
                // Empty lists and objects leave no trace, and exploded ones not under this name.
                || !is_scalar(parameter, sampler)
        }
    }
}

/// The text of a parameter that is a single value, where it is there.
fn scalar(parameter: &Parameter, received: &Received<'_>, sampler: &Sampler<'_>) -> Option<String> {
    if !is_scalar(parameter, sampler) || parameter.json {
        return None;
    }
    let name = parameter.name.as_str();
    match parameter.place {
        Place::Path if parameter.style == Style::Simple => received.path.get(name).cloned(),
        Place::Query => pairs(received.query).find(|(key, _)| key == name).map(|(_, value)| value),
        Place::Header => Some(received.headers.get(name)?.to_str().ok()?.to_owned()),
        Place::Path | Place::Cookie | Place::Querystring => None,
    }
}

fn is_scalar(parameter: &Parameter, sampler: &Sampler<'_>) -> bool {
    let schema = sampler.resolved(&parameter.schema.0);
    let scalar = ["string", "integer", "number", "boolean"];
    schema.get("type").and_then(json::Value::as_str).is_some_and(|name| scalar.contains(&name))
}

/// Names and values of a query string or form.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| {
            percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
        };
        (decoded(name), decoded(value))
    })
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(COOKIE).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.split('=').next())
        .map(str::trim)
}

fn content(body: &Body, received: &Received<'_>, judge: &Judge) -> Result<Option<Value>, Answer> {
    let sent = received
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !same_media_type(&body.media_type, sent) {
        let detail = format!("The body has to be {}.", body.media_type);
        return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail));
    }
    match body.kind {
        BodyKind::Json => {
            let refused = |detail: String| problem(StatusCode::BAD_REQUEST, &detail);
            let value: Value = serde_json::from_slice(received.body)
                .map_err(|error| refused(format!("The body is no JSON: {error}.")))?;
            match judge.refusal(&body.argument, std::slice::from_ref(&value)) {
                Some(refusal) => Err(refused(format!("The body is not valid: {refusal}."))),
                None => Ok(Some(value)),
            }
        }
        BodyKind::Form => Ok(Some(form(body, &String::from_utf8_lossy(received.body)))),
        BodyKind::Text => {
            Ok(Some(Value::String(String::from_utf8_lossy(received.body).into_owned())))
        }
        BodyKind::Lines | BodyKind::Multipart | BodyKind::Binary => Ok(None),
    }
}

fn same_media_type(declared: &str, sent: &str) -> bool {
    let essence =
        |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (declared, sent) = (essence(declared), essence(sent));
    match declared.split_once('*') {
        Some((prefix, _)) => sent.starts_with(prefix) || !sent.is_empty(),
        None => declared == sent,
    }
}

/// A form as an object; what reads as a number or boolean is one.
fn form(body: &Body, text: &str) -> Value {
    let mut object = serde_json::Map::new();
    for (name, text) in pairs(text) {
        let kind = body.schema.0.pointer(&format!("/properties/{name}/type"));
        let is_list = kind.is_some_and(|kind| kind == "array");
        let value = match serde_json::from_str(&text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
            _ => Value::String(text),
        };
        match object.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            _ if is_list => {
                object.insert(name, Value::Array(vec![value]));
            }
            _ => {
                object.insert(name, value);
            }
        }
    }
    Value::Object(object)
}
