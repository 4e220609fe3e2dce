//! Replies as tool results.

use serde_json::value::RawValue;
use toolwright_core::{IntoToolResult, ToolError};
use toolwright_spec::{
    AudioContent, BlobResourceContents, CallToolResult, ContentBlock, EmbeddedResource,
    ImageContent, RawJson, ResourceContents, TextContent,
};

use super::base64;
use super::descriptor::Reply;
use super::reply::{Binary, Payload, Read};

/// The result of an untyped call.
///
/// JSON becomes `structuredContent` and text where the description promises JSON, else text.
pub(crate) fn result(declared: Reply, read: Read) -> CallToolResult {
    let mut content = Vec::new();
    let mut structured = None;
    match read.payload {
        Payload::Empty => content.push(text("Done; the reply has no content.")),
        Payload::Text(reply) => content.push(text(&reply)),
        Payload::Binary(binary) => content.push(block(&binary)),
        Payload::Json(json) => {
            structured = self::structured(declared, &json);
            content.push(text(structured.as_ref().map_or(json.get(), RawJson::as_str)));
        }
    }
    if let Some(note) = read.note {
        content.push(text(&note));
    }
    let result = CallToolResult::new(content);
    match structured {
        Some(structured) => result.with_structured_content(structured),
        None => result,
    }
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

/// Images and sound as such, other bytes as a resource.
fn block(binary: &Binary) -> ContentBlock {
    let data = base64::encode(&binary.bytes);
    let media_type = binary.media_type.as_str();
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(declared: Reply, payload: Payload) -> serde_json::Value {
        let result = result(declared, Read { payload, note: None });
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
        assert_eq!(
            block("application/pdf"),
            json!({"type": "resource", "resource": {"uri": "urn:toolwright:reply",
                   "blob": "aGk=", "mimeType": "application/pdf"}})
        );
    }
}
