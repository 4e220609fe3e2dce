//! What reading a resource may give.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use toolwright_spec::{
    BlobResourceContents, ReadResourceResult, ResourceContents, TextResourceContents,
};

use crate::Failure;

/// Contents of a resource: text (`String`, `&str`), bytes (`Vec<u8>`, `&[u8]`), finished
/// [`ReadResourceResult`]s, or a `Result` of one of these.
#[diagnostic::on_unimplemented(
    message = "a resource can't return `{Self}`",
    note = "return text, bytes, `ReadResourceResult`, or a `Result` of these"
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
