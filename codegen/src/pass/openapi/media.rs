//! Media types: what kind of content they are, and which of several to take.

use super::super::context::{Context, kind};
use crate::code;
use crate::json::{Map, Value};
use crate::pointer::join;

/// What a media type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Json,
    Form,
    Multipart,
    Text,
    Binary,
    /// A range such as `*/*` that says nothing.
    Any,
}

/// Classifies a media type or range, parameters aside.
pub(super) fn classify(media_type: &str) -> Content {
    let essence = essence(media_type);
    match essence.as_str() {
        "application/json" | "text/json" | "application/*" => Content::Json,
        "application/x-www-form-urlencoded" => Content::Form,
        "*/*" | "*" | "" => Content::Any,
        "application/xml"
        | "application/yaml"
        | "application/x-yaml"
        | "application/javascript"
        | "application/graphql"
        | "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "application/jwt"
        | "application/sql"
        | "application/toml"
        | "application/json-seq"
        | "application/x-pem-file" => Content::Text,
        other => match other {
            _ if other.ends_with("+json") => Content::Json,
            _ if other.ends_with("+json-seq") => Content::Text,
            _ if other.starts_with("multipart/") => Content::Multipart,
            _ if other.starts_with("text/")
                || other.ends_with("+xml")
                || other.ends_with("+yaml")
                || other.ends_with("+json-seq") =>
            {
                Content::Text
            }
            _ => Content::Binary,
        },
    }
}

/// Whether a media type is a sequence of JSON texts, one on a line.
pub(super) fn is_lines(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = [
        "application/jsonl",
        "application/x-jsonlines",
        "application/jsonlines",
        "application/x-ndjson",
        "application/ndjson",
        "application/json-seq",
    ];
    known.contains(&essence.as_str()) || essence.ends_with("+json-seq")
}

/// Whether a media type is that of server-sent events.
pub(super) fn is_events(media_type: &str) -> bool {
    essence(media_type) == "text/event-stream"
}

/// Whether a media type is a sequence of items, which come one after the other.
pub(super) fn is_sequence(media_type: &str) -> bool {
    let essence = essence(media_type);
    let named = [
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-lines",
        "application/ndjson",
        "application/x-ndjson",
        "application/json-seq",
        "text/event-stream",
    ];
    named.contains(&essence.as_str()) || essence.ends_with("+json-seq")
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The members of a `content` map that can be media types, preferred first: by `rank` of their
/// content, then as the document orders them.
fn ranked<'d>(
    content: &'d Map,
    order: &[&str],
    rank: fn(Content) -> u8,
) -> Vec<(&'d str, &'d Value)> {
    let mut entries: Vec<(&str, &Value)> = content
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| !name.starts_with("x-") && !name.chars().any(char::is_control))
        .collect();
    let place = |name: &str| order.iter().position(|key| *key == name);
    entries.sort_by_key(|(name, _)| {
        // `application/json` itself before `application/vnd.example+json`.
        let exact = !name.trim().to_ascii_lowercase().starts_with("application/json");
        (rank(classify(name)), exact, place(name))
    });
    entries
}

/// The media types of a body or a response, and what the preferred one holds.
pub(super) struct Chosen<'d> {
    /// Preferred first.
    pub(super) types: Vec<&'d str>,
    /// The first, and where it stands.
    pub(super) media: Option<(&'d Map, String)>,
    /// Where they stand.
    pub(super) at: String,
}

/// Reads the `content` of a body or a response. Where there is none, it may be found where Swagger
/// 2.0 or a slip of the pen has put it.
pub(super) fn chosen<'d>(
    cx: &mut Context<'d>,
    source: &'d Map,
    at: &str,
    rank: fn(Content) -> u8,
) -> Option<Chosen<'d>> {
    let content_at = join(at, "content");
    let (entries, at) = match source.get("content") {
        Some(Value::Object(content)) => {
            (ranked(content, &cx.document.keys(&content_at), rank), content_at)
        }
        Some(other) if !other.is_null() => {
            let message = format!("`content` is {}, no object by media type", kind(other));
            cx.report(code::MALFORMED, &content_at, message);
            return None;
        }
        _ if source.contains_key("schema") => {
            let message = "`schema` belongs to a media type under `content`; JSON is assumed";
            cx.report(code::MALFORMED, &join(at, "schema"), message);
            let media = Some((source, at.to_owned()));
            return Some(Chosen { types: vec!["application/json"], media, at: at.to_owned() });
        }
        _ => {
            let mut entries = ranked(source, &cx.document.keys(at), rank);
            entries.retain(|(name, _)| name.contains('/'));
            let (first, _) = entries.first()?;
            let message =
                format!("`{first}` belongs under `content`; it is read as if it stood there");
            cx.report(code::MALFORMED, at, message);
            (entries, at.to_owned())
        }
    };
    let types = entries.iter().map(|(name, _)| *name).collect();
    let media = entries
        .first()
        .and_then(|(name, media)| cx.object(media, &join(&at, name), "a media type"));
    Some(Chosen { types, media, at })
}

/// Whether a schema of the document is about bytes or plain text, references aside.
pub(super) fn is_binary(media: &Value) -> bool {
    let schema = media.get("schema");
    let format = schema.and_then(|schema| schema.get("format")).and_then(Value::as_str);
    let kind = schema.and_then(|schema| schema.get("type")).and_then(Value::as_str);
    (kind == Some("string") && format == Some("binary")) || kind == Some("file")
}

/// Whether the schema of a media type is a string.
pub(super) fn is_text(media: &Value) -> bool {
    let kind = media.get("schema").and_then(|schema| schema.get("type"));
    kind.and_then(Value::as_str) == Some("string")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (media_type, content) in [
            ("application/json", Content::Json),
            ("application/JSON; charset=utf-8", Content::Json),
            ("application/vnd.api+json", Content::Json),
            ("application/x-www-form-urlencoded", Content::Form),
            ("multipart/form-data", Content::Multipart),
            ("text/event-stream", Content::Text),
            ("application/xml", Content::Text),
            ("image/svg+xml", Content::Text),
            ("image/png", Content::Binary),
            ("application/octet-stream", Content::Binary),
            ("*/*", Content::Any),
        ] {
            assert_eq!(classify(media_type), content, "{media_type}");
        }
    }
}
