//! Which members of multipart bodies are files: arguments carry them as base64.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::walk::reference;
use crate::ir::{Api, Body, BodyKind, Encoding, Schema, Style};

/// Marks the files of every multipart body, and says in their schemas that they are base64.
pub(crate) fn mark(api: &mut Api) {
    for operation in &mut api.operations {
        let body = operation.http.as_mut().and_then(|http| http.body.as_mut());
        if let Some(body) = body.filter(|body| body.kind == BodyKind::Multipart) {
            mark_body(body, &api.definitions);
        }
    }
}

fn mark_body(body: &mut Body, definitions: &BTreeMap<String, Schema>) {
    let Some(members) = properties(&body.schema.0, definitions, 8) else {
        return;
    };
    for (name, schema) in members {
        let declared = body.encoding.get(&name).and_then(|encoding| encoding.content_type.clone());
        let Some(content_type) = file(&schema, definitions, declared.as_deref(), 8) else {
            continue;
        };
        let encoding = body.encoding.entry(name).or_insert(Encoding {
            content_type: None,
            style: Style::Form,
            explode: true,
            base64: false,
        });
        encoding.base64 = true;
        encoding.content_type.get_or_insert(content_type);
    }
}

fn properties(
    schema: &Value,
    definitions: &BTreeMap<String, Schema>,
    hops: u8,
) -> Option<Map<String, Value>> {
    let members = schema.as_object()?;
    if let Some(name) = reference(members) {
        return properties(&definitions.get(name)?.0, definitions, hops.checked_sub(1)?);
    }
    members.get("properties")?.as_object().cloned()
}

/// The media type of a member that is a file, or a list of files.
fn file(
    schema: &Value,
    definitions: &BTreeMap<String, Schema>,
    declared: Option<&str>,
    hops: u8,
) -> Option<String> {
    let hops = hops.checked_sub(1)?;
    let members = schema.as_object()?;
    if let Some(name) = reference(members) {
        return file(&definitions.get(name)?.0, definitions, declared, hops);
    }
    let text = |key: &str| members.get(key).and_then(Value::as_str);
    if let Some(items) = members.get("items") {
        return file(items, definitions, declared, hops);
    }
    let octets = "application/octet-stream".to_owned();
    if text("format") == Some("binary") {
        return Some(declared.map_or(octets, str::to_owned));
    }
    // OpenAPI 3.1: a media type without an encoding is that of raw bytes.
    let media_type =
        text("contentMediaType").or(declared).filter(|_| text("contentEncoding").is_none())?;
    let kind = members.get("type").unwrap_or(&Value::Null);
    let bytes = is_bytes(media_type) && (kind == &json!("string") || kind.is_null());
    bytes.then(|| media_type.to_owned())
}

fn is_bytes(media_type: &str) -> bool {
    let essence = media_type.to_ascii_lowercase();
    ["image/", "audio/", "video/", "font/"].iter().any(|kind| essence.starts_with(kind))
        || ["octet-stream", "pdf", "zip", "gzip", "msword", "officedocument"]
            .iter()
            .any(|part| essence.contains(part))
}
