//! Request bodies.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::super::context::Context;
use super::super::schema::{normalise, truth};
use super::super::text::SCHEMA_LIMIT;
use super::encoding;
use super::media::{Chosen, Content, chosen, classify, is_binary, is_lines, is_text};
use crate::code;
use crate::ir::{Body, BodyKind, Schema};
use crate::pointer::join;

/// The body of an operation in its preferred media type.
pub(super) fn read<'d>(cx: &mut Context<'d>, operation: &'d Map, at: &str) -> Option<Body> {
    let value = operation.get("requestBody")?;
    let (source, at) = cx.object(value, &join(at, "requestBody"), "a request body")?;
    let Some(Chosen { types, media, at: content_at }) = chosen(cx, source, &at, rank) else {
        cx.report(code::MALFORMED, &at, "the request body has no `content`; it is left out");
        return None;
    };
    let Some((&media_type, others)) = types.split_first() else {
        cx.report(
            code::MALFORMED,
            &content_at,
            "the request body has no media type; it is left out",
        );
        return None;
    };
    if !others.is_empty() {
        let message = format!("the body is sent as {media_type}, not as {}", others.join(", "));
        cx.report(code::BODY, &content_at, message);
    }
    let (media, media_at) = media.unwrap_or_else(|| (source, join(&content_at, media_type)));
    let kind = kind(media_type, &Value::Object(media.clone()));
    let mut schema = schema(cx, media, kind, media_type, &media_at);
    describe(cx, source, &mut schema, &at);
    let multipart = kind == BodyKind::Multipart;
    let encoding = match kind {
        BodyKind::Form | BodyKind::Multipart => encoding::by_name(cx, media, multipart, &media_at),
        _ => BTreeMap::new(),
    };
    let (prefix_encoding, item_encoding) = match multipart {
        true => {
            let prefix = encoding::of_prefix(cx, media, &media_at);
            (prefix, encoding::of_items(cx, media, &media_at))
        }
        false => (Vec::new(), None),
    };
    Some(Body {
        argument: "body".to_owned(),
        media_type: concrete(media_type, kind),
        kind,
        required: source.get("required").and_then(truth) == Some(true),
        encoding,
        prefix_encoding,
        item_encoding,
        preset: None,
        presets: BTreeMap::new(),
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
    let list = media.get("itemSchema").is_some()
        || media.pointer("/schema/type").and_then(Value::as_str) == Some("array");
    match classify(media_type) {
        Content::Text | Content::Json if is_lines(media_type) && list => BodyKind::Lines,
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

/// The media type to send: ranges are no media types, but for bytes.
fn concrete(media_type: &str, kind: BodyKind) -> String {
    // The caller may say which media type of a range their bytes are of.
    let range = kind == BodyKind::Binary && media_type.contains("/*");
    if (range || !media_type.contains('*')) && media_type.contains('/') {
        return media_type.trim().to_owned();
    }
    match kind {
        BodyKind::Json => "application/json",
        BodyKind::Form => "application/x-www-form-urlencoded",
        BodyKind::Multipart => "multipart/form-data",
        BodyKind::Lines => "application/jsonl",
        BodyKind::Text => "text/plain",
        BodyKind::Binary => "application/octet-stream",
    }
    .to_owned()
}

fn schema(cx: &mut Context<'_>, media: &Map, kind: BodyKind, media_type: &str, at: &str) -> Value {
    let whole = media.get("schema");
    // What there are many of makes an array of the whole (OpenAPI 3.2).
    let items = media.get("itemSchema").filter(|_| whole.is_none());
    match (kind, whole) {
        (BodyKind::Binary, _) => json!({"type": "string", "contentEncoding": "base64"}),
        (BodyKind::Text, _) => json!({"type": "string", "contentMediaType": media_type}),
        (_, Some(schema)) => normalise(cx, schema, &join(at, "schema"), ""),
        (_, None) if items.is_some() => {
            let items = items.unwrap_or(&Value::Null);
            let items = normalise(cx, items, &join(at, "itemSchema"), "");
            json!({"type": "array", "items": items})
        }
        (BodyKind::Json, None) => json!({}),
        (BodyKind::Lines, None) => json!({"type": "array"}),
        (BodyKind::Form | BodyKind::Multipart, None) => json!({"type": "object"}),
    }
}

fn describe(cx: &mut Context<'_>, source: &Map, schema: &mut Value, at: &str) {
    let Some(text) = source.get("description").and_then(Value::as_str) else {
        return;
    };
    let text = cx.text(text, SCHEMA_LIMIT, &join(at, "description"));
    if let Value::Object(members) = schema
        && !text.is_empty()
        && !members.contains_key("description")
    {
        members.insert("description", text);
    }
}
