//! Content blocks of every kind, for tools and prompts.
//!
//! ```
//! use toolwright_core::tool::content;
//! use toolwright_spec::{Annotations, PromptMessage, Role};
//!
//! let png = [0x89, b'P', b'N', b'G'];
//! let blocks = [
//!     content::text("The map, as of today:"),
//!     content::image(png, "image/png")
//!         .with_annotations(Annotations::new().with_audience([Role::User]).with_priority(1.0)),
//!     content::audio(b"RIFF", "audio/wav"),
//!     content::resource("shop://hours", "nine to six", "text/plain"),
//!     content::blob("shop://map.zip", b"PK", "application/zip"),
//!     content::link("hours", "shop://hours"),
//! ];
//! let said = PromptMessage::user(blocks[0].clone());
//! ```
//!
//! What an older client has no word for reaches it in words that it has: a link as text, a
//! recording as an embedded resource.
//!
//! Specification: `server/tools`, section "Tool Result".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use toolwright_spec::{
    AudioContent, BlobResourceContents, ContentBlock, EmbeddedResource, ImageContent, ResourceLink,
    TextContent, TextResourceContents,
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

/// Text with a media type, as an embedded resource with a URI that says where it belongs. The
/// URI need not be one of the server's resources.
pub fn resource(
    uri: impl Into<String>,
    text: impl Into<String>,
    media_type: impl Into<String>,
) -> ContentBlock {
    EmbeddedResource::new(TextResourceContents::new(uri, text).with_mime_type(media_type)).into()
}

/// A link to a resource, which the client may read if it wants: a name and the URI. For more than
/// that make a [`ResourceLink`], which converts into a [`ContentBlock`].
pub fn link(name: impl Into<String>, uri: impl Into<String>) -> ContentBlock {
    ResourceLink::new(name, uri).into()
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
    use toolwright_spec::Annotations;

    use super::*;

    #[test]
    fn bytes_travel_as_base64() {
        let told = serde_json::to_value([
            image([0, 255], "image/png"),
            audio(b"ab", "audio/wav"),
            blob("file:///a", "abc", "application/zip"),
            resource("file:///b", "abc", "text/plain"),
            link("c", "file:///c"),
        ])
        .unwrap();
        assert_eq!(told[0]["data"], "AP8=");
        assert_eq!(told[0]["mimeType"], "image/png");
        assert_eq!(told[1]["type"], "audio");
        assert_eq!(told[2]["resource"]["blob"], "YWJj");
        assert_eq!(told[3]["resource"]["text"], "abc");
        assert_eq!(told[3]["resource"]["mimeType"], "text/plain");
        assert_eq!(
            (&told[4]["type"], &told[4]["uri"]),
            (&"resource_link".into(), &"file:///c".into())
        );
    }

    #[test]
    fn every_kind_can_be_annotated() {
        let blocks = [
            text("a"),
            image("a", "image/png"),
            audio("a", "audio/wav"),
            blob("file:///a", "a", "a/b"),
            link("a", "file:///a"),
        ];
        for block in blocks {
            let block = block.with_annotations(Annotations::new().with_priority(0.5));
            assert_eq!(serde_json::to_value(block).unwrap()["annotations"]["priority"], 0.5);
        }
    }
}
