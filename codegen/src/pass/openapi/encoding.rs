//! Encoding Objects: how forms, multipart bodies and whole query strings write their parts.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::ir::{Encoding, Style};

/// What `encoding` of a media type says of each member. In multipart bodies a content type counts
/// beside a style, elsewhere a style rules it out (OpenAPI 3.1, Encoding Object).
pub(super) fn by_name(media: &Map<String, Value>, multipart: bool) -> BTreeMap<String, Encoding> {
    let declared = media.get("encoding").and_then(Value::as_object);
    let read = |(name, value): (&String, &Value)| Some((name.clone(), one(value, multipart)?));
    declared.into_iter().flatten().filter_map(read).collect()
}

/// What `prefixEncoding` says of the first items of an array (OpenAPI 3.2).
pub(super) fn of_prefix(media: &Map<String, Value>) -> Vec<Encoding> {
    let declared = media.get("prefixEncoding").and_then(Value::as_array);
    declared.into_iter().flatten().map(|value| one(value, true).unwrap_or_default()).collect()
}

/// What `itemEncoding` says of the other items (OpenAPI 3.2).
pub(super) fn of_items(media: &Map<String, Value>) -> Option<Encoding> {
    one(media.get("itemEncoding")?, true)
}

fn one(value: &Value, multipart: bool) -> Option<Encoding> {
    let value = value.as_object()?;
    let style = value.get("style").and_then(Value::as_str).and_then(named_style);
    let explode = value.get("explode").and_then(Value::as_bool);
    let content_type = value
        .get("contentType")
        .and_then(Value::as_str)
        // A list of media types lets the sender choose.
        .and_then(|list| list.split(',').next())
        .map(|first| first.trim().to_owned())
        .filter(|first| !first.is_empty() && !first.chars().any(char::is_control));
    let styled = style.is_some() || explode.is_some() || value.contains_key("allowReserved");
    let style = style.unwrap_or(Style::Form);
    Some(Encoding {
        content_type: content_type.filter(|_| multipart || !styled),
        style,
        explode: explode.unwrap_or(style == Style::Form),
        allow_reserved: value.get("allowReserved") == Some(&Value::Bool(true)),
        base64: false,
    })
}

/// A style by its name in OpenAPI.
pub(super) fn named_style(name: &str) -> Option<Style> {
    Some(match name {
        "matrix" => Style::Matrix,
        "label" => Style::Label,
        "simple" => Style::Simple,
        "form" => Style::Form,
        "cookie" => Style::Cookie,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}
