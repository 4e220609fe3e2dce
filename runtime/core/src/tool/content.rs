//! Content blocks made of text and bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use toolwright_spec::{
    AudioContent, BlobResourceContents, ContentBlock, EmbeddedResource, ImageContent, TextContent,
};

/// Text.
pub fn text(text: impl Into<String>) -> ContentBlock {
    TextContent::new(text).into()
}

/// An image: its bytes and media type, such as `image/png`.
pub fn image(bytes: impl AsRef<[u8]>, media_type: impl Into<String>) -> ContentBlock {
    ImageContent::new(STANDARD.encode(bytes), media_type).into()
}

/// A recording: its bytes and media type, such as `audio/wav`.
pub fn audio(bytes: impl AsRef<[u8]>, media_type: impl Into<String>) -> ContentBlock {
    AudioContent::new(STANDARD.encode(bytes), media_type).into()
}

/// Any other bytes, as an embedded resource with a URI that says where they belong.
pub fn blob(
    uri: impl Into<String>,
    bytes: impl AsRef<[u8]>,
    media_type: impl Into<String>,
) -> ContentBlock {
    let contents =
        BlobResourceContents::new(uri, STANDARD.encode(bytes)).with_mime_type(media_type);
    EmbeddedResource::new(contents).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_as_base64() {
        let told = serde_json::to_value([
            image([0, 255], "image/png"),
            audio(b"ab", "audio/wav"),
            blob("file:///a", "abc", "application/zip"),
        ])
        .unwrap();
        assert_eq!(told[0]["data"], "AP8=");
        assert_eq!(told[0]["mimeType"], "image/png");
        assert_eq!(told[1]["type"], "audio");
        assert_eq!(told[2]["resource"]["blob"], "YWJj");
    }
}
