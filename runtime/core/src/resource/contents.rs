//! What reading a resource may give.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use toolwright_spec::{
    BlobResourceContents, ReadResourceResult, ResourceContents, TextResourceContents,
};

use crate::Failure;
use crate::tool::Json;

/// Contents of a resource: text (`String`, `&str`), bytes (`Vec<u8>`, `&[u8]`), [`Json`] (text with
/// the media type `application/json`), [`ResourceContents`] or several of them, a finished
/// [`ReadResourceResult`], or a `Result` of one of these.
///
/// ```
/// use toolwright_core::Json;
/// use toolwright_core::resource::IntoContents;
///
/// let result = Json([1, 2]).into_contents("shop://stock", None)?;
/// let told = serde_json::to_value(&result.contents[0]).unwrap();
/// assert_eq!((&told["text"], &told["mimeType"]), (&"[1,2]".into(), &"application/json".into()));
/// # Ok::<(), toolwright_core::Failure>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a resource can't return `{Self}`",
    note = "return text, bytes, `Json`, `ResourceContents`, or a `Result` of these"
)]
pub trait IntoContents {
    /// The result of reading `uri`, whose media type is known to be this one, if it is.
    ///
    /// # Errors
    /// What reading failed with.
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure>;
}

impl IntoContents for &str {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        let mut contents = TextResourceContents::new(uri, self);
        contents.mime_type = media.map(str::to_owned);
        Ok(ReadResourceResult::new([ResourceContents::Text(contents)]))
    }
}

impl IntoContents for String {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        self.as_str().into_contents(uri, media)
    }
}

impl IntoContents for &[u8] {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        let mut contents = BlobResourceContents::new(uri, STANDARD.encode(self));
        contents.mime_type = media.map(str::to_owned);
        Ok(ReadResourceResult::new([ResourceContents::Blob(contents)]))
    }
}

impl IntoContents for Vec<u8> {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        self.as_slice().into_contents(uri, media)
    }
}

impl<const LENGTH: usize> IntoContents for &[u8; LENGTH] {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        self.as_slice().into_contents(uri, media)
    }
}

impl<T: Serialize> IntoContents for Json<T> {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        let text = serde_json::to_string(&self.0)?;
        text.into_contents(uri, media.or(Some("application/json")))
    }
}

impl IntoContents for ResourceContents {
    fn into_contents(self, _: &str, _: Option<&str>) -> Result<ReadResourceResult, Failure> {
        Ok(ReadResourceResult::new([self]))
    }
}

impl IntoContents for Vec<ResourceContents> {
    fn into_contents(self, _: &str, _: Option<&str>) -> Result<ReadResourceResult, Failure> {
        Ok(ReadResourceResult::new(self))
    }
}

impl IntoContents for ReadResourceResult {
    fn into_contents(self, _: &str, _: Option<&str>) -> Result<ReadResourceResult, Failure> {
        Ok(self)
    }
}

impl<T: IntoContents, E: Into<Failure>> IntoContents for Result<T, E> {
    fn into_contents(self, uri: &str, media: Option<&str>) -> Result<ReadResourceResult, Failure> {
        self.map_err(Into::into)?.into_contents(uri, media)
    }
}
