//! Tools without arguments, by what they return.

use serde_json::Value;
use toolwright::spec::{ContentBlock, EmbeddedResource, TextResourceContents};
use toolwright::tool::{FnTools, content};

use super::media::{PNG, WAV};
use super::plain;

pub(super) fn tools() -> FnTools {
    FnTools::new()
        .with(plain("test_simple_text", "Returns text"), |_, _: Value| async {
            "This is a simple text response for testing."
        })
        .with(plain("test_image_content", "Returns an image"), |_, _: Value| async {
            content::image(PNG, "image/png")
        })
        .with(plain("test_audio_content", "Returns a recording"), |_, _: Value| async {
            content::audio(WAV, "audio/wav")
        })
        .with(plain("test_embedded_resource", "Returns a resource"), |_, _: Value| async {
            let text = "This is an embedded resource content.";
            resource("test://embedded-resource", "text/plain", text)
        })
        .with(plain("test_multiple_content_types", "Returns all kinds"), |_, _: Value| async {
            let data = r#"{"test":"data","value":123}"#;
            vec![
                content::text("Multiple content types test:"),
                content::image(PNG, "image/png"),
                resource("test://mixed-content-resource", "application/json", data),
            ]
        })
}

/// Text as an embedded resource.
pub(super) fn resource(uri: &str, media_type: &str, text: &str) -> ContentBlock {
    EmbeddedResource::new(TextResourceContents::new(uri, text).with_mime_type(media_type)).into()
}
