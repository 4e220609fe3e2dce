//! Request bodies.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::context::Context;
use super::super::schema::normalise;
use super::super::text::SCHEMA_LIMIT;
use super::media::{Content, classify, is_binary, is_text, ranked};
use super::parameter::named_style;
use crate::code;
use crate::ir::{Body, BodyKind, Encoding, Schema, Style};
use crate::pointer::join;

/// The body of an operation in its preferred media type.
pub(super) fn read<'d>(
    cx: &mut Context<'d>,
    operation: &'d Map<String, Value>,
    at: &str,
) -> Option<Body> {
    let value = operation.get("requestBody")?;
    let (source, at) = cx.object(value, &join(at, "requestBody"), "a request body")?;
    let content_at = join(&at, "content");
    let content = match source.get("content") {
        Some(Value::Object(content)) => content,
        _ => {
            cx.report(code::MALFORMED, &at, "the request body has no `content`; it is left out");
            return None;
        }
    };
    let document = cx.document;
    let entries = ranked(content, &document.keys(&content_at), rank);
    let Some(&(media_type, media)) = entries.first() else {
        cx.report(
            code::MALFORMED,
            &content_at,
            "the request body has no media type; it is left out",
        );
        return None;
    };
    if entries.len() > 1 {
        let others: Vec<&str> = entries.iter().skip(1).map(|(name, _)| *name).collect();
        let message = format!("the body is sent as {media_type}, not as {}", others.join(", "));
        cx.report(code::BODY, &content_at, message);
    }
    let media_at = join(&content_at, media_type);
    let (media, media_at) =
        cx.object(media, &media_at, "a media type").unwrap_or((source, media_at));
    let kind = kind(media_type, &Value::Object(media.clone()));
    let mut schema = schema(cx, media, kind, media_type, &media_at);
    describe(cx, source, &mut schema, &at);
    let encoding = match kind {
        BodyKind::Form | BodyKind::Multipart => encoding(media, kind),
        _ => BTreeMap::new(),
    };
    Some(Body {
        argument: "body".to_owned(),
        media_type: concrete(media_type, kind),
        kind,
        required: source.get("required") == Some(&Value::Bool(true)),
        encoding,
        schema: Schema(schema),
    })
}

fn rank(content: Content) -> u8 {
    match content {
        Content::Json => 0,
        Content::Form => 1,
        Content::Multipart => 2,
        Content::Text => 3,
        Content::Binary => 4,
        Content::Any => 5,
    }
}

fn kind(media_type: &str, media: &Value) -> BodyKind {
    match classify(media_type) {
        Content::Json if is_binary(media) => BodyKind::Binary,
        Content::Json => BodyKind::Json,
        Content::Form => BodyKind::Form,
        Content::Multipart => BodyKind::Multipart,
        Content::Text => BodyKind::Text,
        Content::Binary => BodyKind::Binary,
        Content::Any if is_binary(media) => BodyKind::Binary,
        Content::Any if is_text(media) => BodyKind::Text,
        Content::Any => BodyKind::Json,
    }
}

/// The media type to send: ranges are no media types.
fn concrete(media_type: &str, kind: BodyKind) -> String {
    if !media_type.contains('*') && media_type.contains('/') {
        return media_type.trim().to_owned();
    }
    match kind {
        BodyKind::Json => "application/json",
        BodyKind::Form => "application/x-www-form-urlencoded",
        BodyKind::Multipart => "multipart/form-data",
        BodyKind::Text => "text/plain",
        BodyKind::Binary => "application/octet-stream",
    }
    .to_owned()
}

fn schema(
    cx: &mut Context<'_>,
    media: &Map<String, Value>,
    kind: BodyKind,
    media_type: &str,
    at: &str,
) -> Value {
    let declared = media.get("schema").or_else(|| media.get("itemSchema"));
    match (kind, declared) {
        (BodyKind::Binary, _) => json!({"type": "string", "contentEncoding": "base64"}),
        (BodyKind::Text, _) => json!({"type": "string", "contentMediaType": media_type}),
        (_, Some(schema)) => normalise(cx, schema, &join(at, "schema"), ""),
        (BodyKind::Json, None) => json!({}),
        (BodyKind::Form | BodyKind::Multipart, None) => json!({"type": "object"}),
    }
}

fn describe(cx: &mut Context<'_>, source: &Map<String, Value>, schema: &mut Value, at: &str) {
    let Some(text) = source.get("description").and_then(Value::as_str) else {
        return;
    };
    let text = cx.text(text, SCHEMA_LIMIT, &join(at, "description"));
    if let Value::Object(members) = schema
        && !text.is_empty()
        && !members.contains_key("description")
    {
        members.insert("description".to_owned(), Value::String(text));
    }
}

fn encoding(media: &Map<String, Value>, kind: BodyKind) -> BTreeMap<String, Encoding> {
    let declared = media.get("encoding").and_then(Value::as_object);
    let mut encoding = BTreeMap::new();
    for (name, value) in declared.into_iter().flatten() {
        let Value::Object(value) = value else {
            continue;
        };
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
        encoding.insert(
            name.clone(),
            Encoding {
                // Style rules out a content type in forms (OpenAPI 3.1, Encoding Object).
                content_type: content_type.filter(|_| kind == BodyKind::Multipart || !styled),
                style,
                explode: explode.unwrap_or(style == Style::Form),
                base64: false,
            },
        );
    }
    encoding
}
