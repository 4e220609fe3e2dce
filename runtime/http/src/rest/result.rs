//! Replies as tool results.

use serde_json::value::RawValue;
use toolwright_core::{IntoToolResult, ToolError};
use toolwright_spec::{
    AudioContent, BlobResourceContents, CallToolResult, ContentBlock, EmbeddedResource,
    ImageContent, RawJson, ResourceContents, ResultMetaObject, TextContent,
};

use super::base64;
use super::descriptor::Reply;
use super::json::depth;
use super::media::{self, Kind};
use super::promise::Promise;
use super::reply::{Binary, Payload, Read};

/// Holds what is odd about a reply, in the `_meta` of a result.
const WARNINGS: &str = "io.toolwright/warnings";

/// Levels of structured content: readers have bounds, and a message around it has levels as well.
const DEPTH: usize = 100;

/// The result of an untyped call, and what is odd about it.
///
/// JSON becomes `structuredContent` and text where the description promises JSON, else text.
/// What breaks that promise is passed on as an error: clients drop a result without the
/// structured content that its tool's `outputSchema` describes, but show errors to the model.
pub(crate) fn result(
    declared: Reply,
    promise: &Promise,
    read: Read,
) -> (CallToolResult, Vec<String>) {
    let mut warnings = Vec::from_iter(read.note);
    let mut structured = None;
    let block = match read.payload {
        Payload::Empty => text("Done; the reply has no content."),
        Payload::Text(reply) => text(&reply),
        Payload::Binary(binary) => block(&binary),
        Payload::Json(json) => {
            structured = self::structured(declared, &json);
            text(structured.as_ref().map_or(json.get(), RawJson::as_str))
        }
    };
    if structured.as_ref().is_some_and(|json| depth(json.as_str()) > DEPTH) {
        warnings.push(format!(
            "The reply nests deeper than {DEPTH} levels, which many clients don't read."
        ));
        structured = None;
    }
    if let Some(json) = &structured
        && let Some(how) = promise.broken_by(json.as_raw())
    {
        warnings.push(format!("The reply does not fit its description:{how}"));
        structured = None;
    }
    let broken = promise.is_made() && structured.is_none();
    let reassurance = "The call itself succeeded; do not repeat it for what follows.";
    let notes = broken.then_some(reassurance).into_iter();
    let notes = notes.chain(warnings.iter().chain(&read.remarks).map(String::as_str));
    let mut content: Vec<ContentBlock> = notes.map(text).collect();
    content.push(block);
    let mut result = CallToolResult::new(content);
    if !warnings.is_empty() {
        let mut meta = ResultMetaObject::new();
        meta.extra.insert(WARNINGS, warnings.clone());
        result = result.with_meta(meta);
    }
    let result = match structured {
        Some(structured) => result.with_structured_content(structured),
        None if broken => result.with_is_error(true),
        None => result,
    };
    (result, warnings)
}

impl IntoToolResult for Binary {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        Ok(CallToolResult::new(vec![block(&self)]))
    }
}

/// A structured result is always an object.
fn structured(declared: Reply, json: &RawValue) -> Option<RawJson> {
    match declared {
        Reply::Json { wrapped: true } => {
            RawJson::new(format!("{{\"result\":{}}}", json.get())).ok()
        }
        Reply::Json { wrapped: false } if json.get().starts_with('{') => Some(RawJson::from(json)),
        _ => None,
    }
}

fn text(text: &str) -> ContentBlock {
    ContentBlock::from(TextContent::new(text))
}

/// Images and sound as such, what is text as text, other bytes as a resource.
fn block(binary: &Binary) -> ContentBlock {
    if let Some(shown) = textual(binary) {
        return text(shown);
    }
    let data = base64::encode(&binary.bytes);
    let media_type = image(&binary.bytes).unwrap_or(match binary.media_type.as_str() {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        other => other,
    });
    if media_type.starts_with("image/") {
        ContentBlock::from(ImageContent::new(data, media_type))
    } else if media_type.starts_with("audio/") {
        ContentBlock::from(AudioContent::new(data, media_type))
    } else {
        let blob = BlobResourceContents::new("urn:toolwright:reply", data);
        let blob = ResourceContents::from(blob.with_mime_type(media_type));
        ContentBlock::from(EmbeddedResource::new(blob))
    }
}

/// The text of bytes that are one, by their label or in spite of it: a page that is called a picture
/// is none, and hosts fail at it.
fn textual(binary: &Binary) -> Option<&str> {
    let shown = std::str::from_utf8(&binary.bytes).ok()?;
    let is_picture =
        ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&&*binary.media_type);
    let is_page = || is_picture && shown.trim_start().starts_with(['<', '{']);
    (media::kind(&binary.media_type) != Kind::Binary || is_page()).then_some(shown)
}

/// The media type of a picture of the usual formats, by how it begins.
fn image(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(declared: Reply, payload: Payload) -> serde_json::Value {
        let result = result(declared, &Promise::default(), Read::new(payload, None)).0;
        serde_json::to_value(result).unwrap()
    }

    fn json(text: &str) -> Payload {
        Payload::Json(RawValue::from_string(text.to_owned()).unwrap())
    }

    #[test]
    fn json_is_structured_and_text() {
        let object = sent(Reply::Json { wrapped: false }, json(r#"{"n":1.50}"#));
        assert_eq!(object["structuredContent"], json!({"n": 1.5}));
        assert_eq!(object["content"][0]["text"], r#"{"n":1.50}"#);
        let list = sent(Reply::Json { wrapped: true }, json("[1]"));
        assert_eq!(list["structuredContent"], json!({"result": [1]}));
        let other = sent(Reply::Json { wrapped: false }, json("[1]"));
        assert_eq!(other.get("structuredContent"), None);
        assert_eq!(other["content"][0]["text"], "[1]");
        let undeclared = sent(Reply::Text, json("{}"));
        assert_eq!(undeclared.get("structuredContent"), None);
    }

    #[test]
    fn a_broken_promise_is_an_error_that_shows_the_reply() {
        let schema = RawValue::from_string(r#"{"type":"object","required":["id"]}"#.to_owned());
        let promise = Promise::new(Some(schema.unwrap()));
        let sent = |payload| {
            let read = Read::new(payload, None);
            serde_json::to_value(result(Reply::Json { wrapped: false }, &promise, read).0).unwrap()
        };
        let broken = sent(json(r#"{"n":1}"#));
        assert_eq!(broken["isError"], true);
        assert_eq!(broken.get("structuredContent"), None);
        assert!(broken["content"][0]["text"].as_str().unwrap().contains("succeeded"));
        assert!(broken["content"][1]["text"].as_str().unwrap().contains("\"id\""));
        assert_eq!(broken["content"][2]["text"], r#"{"n":1}"#);
        assert_eq!(sent(Payload::Empty)["isError"], true);
        assert_eq!(sent(json(r#"{"id":1}"#)).get("isError"), None);
    }

    #[test]
    fn bytes_are_blocks_by_media_type() {
        let block = |media_type: &str| {
            let binary = Binary { media_type: media_type.to_owned(), bytes: b"hi".to_vec() };
            sent(Reply::Binary, Payload::Binary(binary))["content"][0].clone()
        };
        assert_eq!(
            block("image/png"),
            json!({"type": "image", "data": "aGk=", "mimeType": "image/png"})
        );
        assert_eq!(block("audio/mpeg")["type"], "audio");
        assert_eq!(block("application/json"), json!({"type": "text", "text": "hi"}));
        assert_eq!(
            block("application/pdf"),
            json!({"type": "resource", "resource": {"uri": "urn:toolwright:reply",
                   "blob": "aGk=", "mimeType": "application/pdf"}})
        );
    }

    #[test]
    fn what_nests_too_deep_for_clients_is_text() {
        let nested =
            |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        let object = Reply::Json { wrapped: false };
        assert!(sent(object, json(&nested(99))).get("structuredContent").is_some());
        let deep = sent(object, json(&nested(100)));
        assert_eq!(deep.get("structuredContent"), None);
        assert!(deep["content"][0]["text"].as_str().unwrap().contains("deeper"));
        assert_eq!(deep["content"][1]["text"], nested(100));
    }

    #[test]
    fn pictures_are_what_they_are_and_not_what_they_are_called() {
        let block = |media_type: &str, bytes: &[u8]| {
            let binary = Binary { media_type: media_type.to_owned(), bytes: bytes.to_vec() };
            let block = sent(Reply::Binary, Payload::Binary(binary))["content"][0].clone();
            let mime = block["mimeType"].as_str().unwrap_or_default().to_owned();
            (block["type"].as_str().unwrap().to_owned(), mime)
        };
        let webp = b"RIFF\0\0\0\0WEBPVP8 ";
        for (media_type, bytes, kind, mime) in [
            ("application/octet-stream", &b"\x89PNG\r\n\x1a\n\0"[..], "image", "image/png"),
            ("image/png", b"\xff\xd8\xff\xe0", "image", "image/jpeg"),
            ("image/jpg", b"hi", "image", "image/jpeg"),
            ("image/*", webp, "image", "image/webp"),
            ("image/png", b" <html>", "text", ""),
            ("image/gif", b"{\"error\":1}", "text", ""),
            ("image/svg+xml", b"<svg/>", "image", "image/svg+xml"),
            ("video/mp4", b"\0", "resource", ""),
        ] {
            assert_eq!(
                block(media_type, bytes),
                (kind.to_owned(), mime.to_owned()),
                "{media_type}"
            );
        }
    }
}
