//! Which members of multipart bodies are files: arguments carry them as base64.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::walk::reference;
use crate::ir::{Api, Body, BodyKind, Encoding, Schema};

/// Marks the files of every multipart body, and says in their schemas that they are base64.
pub(crate) fn mark(api: &mut Api) {
    for operation in &mut api.operations {
        let body = operation.http.as_mut().and_then(|http| http.body.as_mut());
        if let Some(body) = body.filter(|body| body.kind == BodyKind::Multipart) {
            mark_body(body, &api.definitions);
            mark_items(body, &api.definitions);
        }
    }
}

fn mark_body(body: &mut Body, definitions: &BTreeMap<String, Schema>) {
    let properties = members(&body.schema.0, definitions, 8)
        .and_then(|members| members.get("properties").and_then(Value::as_object).cloned());
    for (name, schema) in properties.into_iter().flatten() {
        let declared =
            body.encoding.get(name.as_str()).and_then(|encoding| encoding.content_type.clone());
        let Some(content_type) = file(&schema, definitions, declared.as_deref(), 8) else {
            continue;
        };
        file_of(body.encoding.entry(name.into()).or_default(), content_type);
    }
}

/// Likewise for a body whose parts are the items of an array.
fn mark_items(body: &mut Body, definitions: &BTreeMap<String, Schema>) {
    let Some(members) = members(&body.schema.0, definitions, 8) else {
        return;
    };
    let prefix = members.get("prefixItems").and_then(Value::as_array);
    for (index, schema) in prefix.into_iter().flatten().enumerate() {
        let declared = body.prefix_encoding.get(index).or(body.item_encoding.as_ref());
        let declared = declared.and_then(|encoding| encoding.content_type.clone());
        if let Some(content_type) = file(schema, definitions, declared.as_deref(), 8) {
            let usual = body.item_encoding.clone().unwrap_or_default();
            while body.prefix_encoding.len() <= index {
                body.prefix_encoding.push(usual.clone());
            }
            if let Some(encoding) = body.prefix_encoding.get_mut(index) {
                file_of(encoding, content_type);
            }
        }
    }
    if let Some(items) = members.get("items") {
        let declared = body.item_encoding.as_ref();
        let declared = declared.and_then(|encoding| encoding.content_type.clone());
        if let Some(content_type) = file(items, definitions, declared.as_deref(), 8) {
            file_of(body.item_encoding.get_or_insert_default(), content_type);
        }
    }
}

fn file_of(encoding: &mut Encoding, content_type: String) {
    encoding.base64 = true;
    encoding.content_type.get_or_insert(content_type);
}

fn members(schema: &Value, definitions: &BTreeMap<String, Schema>, hops: u8) -> Option<Map> {
    let own = schema.as_object()?;
    match reference(own) {
        Some(name) => members(&definitions.get(name)?.0, definitions, hops.checked_sub(1)?),
        None => Some(own.clone()),
    }
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
