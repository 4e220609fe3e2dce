//! Responses.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

/// A response, whole.
pub(super) type Reply = Response<Vec<u8>>;

/// An error, as the token endpoint tells it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: String,
    pub(super) nonce: Option<String>,
}

impl Refusal {
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        let status = if error == "invalid_client" { 401 } else { 400 };
        Self { status, error, description: description.into(), nonce: None }
    }

    pub(super) fn reply(&self) -> Reply {
        let object = json!({"error": self.error, "error_description": self.description});
        let mut reply = json(self.status, &object);
        if let Some(nonce) = &self.nonce {
            set(&mut reply, HeaderName::from_static("dpop-nonce"), nonce);
        }
        reply
    }
}

/// An object, not to be kept.
pub(super) fn json(status: u16, object: &Value) -> Reply {
    let mut reply = body(status, "application/json", object.to_string());
    set(&mut reply, CACHE_CONTROL, "no-store");
    reply
}

pub(super) fn body(status: u16, media: &str, body: String) -> Reply {
    let mut reply = Response::new(body.into_bytes());
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    set(&mut reply, CONTENT_TYPE, media);
    reply
}

pub(super) fn redirect(status: u16, to: &str) -> Reply {
    let mut reply = body(status, "text/plain", String::new());
    set(&mut reply, LOCATION, to);
    reply
}

pub(super) fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// Replaces members, or removes those that are `null`.
pub(super) fn replace(object: &mut Value, by: &Map<String, Value>) {
    let Some(object) = object.as_object_mut() else { return };
    for (name, value) in by {
        match value {
            Value::Null => drop(object.remove(name)),
            _ => drop(object.insert(name.clone(), value.clone())),
        }
    }
}
