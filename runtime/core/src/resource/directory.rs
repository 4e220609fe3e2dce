//! A folder as resources.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

use super::{IntoContents, ResourceSet, UriTemplate, confined, media};
use crate::{BoxFuture, Context, Failure};

/// Largest file that is read unless another limit is set, in bytes: 8 MiB.
const LARGEST: u64 = 8 * 1024 * 1024;

/// The files below a folder, as a template: `{base}{+path}`.
///
/// Each is read when it is asked for; UTF-8 is sent as text, anything else as bytes. Nothing
/// outside of the folder can be read: `..`, absolute paths, encoded separators and symbolic links
/// (even those that stay inside) lead to nothing. Files are not listed one by one.
///
/// ```
/// use toolwright_core::resource::{Directory, ResourceSet};
///
/// let manual = Directory::new("manual", "manual://pages/", "/usr/share/doc/shop");
/// assert_eq!(manual.templates()[0].uri_template, "manual://pages/{+path}");
/// ```
#[derive(Debug, Clone)]
pub struct Directory {
    definition: ResourceTemplate,
    template: Option<UriTemplate>,
    root: Arc<Path>,
    largest: u64,
    without_hidden: bool,
}

impl Directory {
    /// The files below `root`, under URIs that begin with `base`, which ends with a slash.
    pub fn new(name: impl Into<String>, base: &str, root: impl Into<PathBuf>) -> Self {
        let template = format!("{base}{{+path}}");
        Self {
            template: UriTemplate::new(&template).ok(),
            definition: ResourceTemplate::new(name, template),
            root: root.into().into(),
            largest: LARGEST,
            without_hidden: false,
        }
    }

    /// Says what is in there.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.definition = self.definition.with_description(description);
        self
    }

    /// Leaves out what is hidden: files and folders whose names begin with a dot.
    #[must_use]
    pub fn without_hidden(mut self) -> Self {
        self.without_hidden = true;
        self
    }

    /// Another size, in bytes, beyond which files are refused.
    #[must_use]
    pub fn largest(mut self, bytes: u64) -> Self {
        self.largest = bytes;
        self
    }
}

impl ResourceSet for Directory {
    fn resources(&self) -> Vec<Resource> {
        Vec::new()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        vec![self.definition.clone()]
    }

    fn read<'a>(
        &'a self,
        _: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        Box::pin(async move {
            let variables = self.template.as_ref().and_then(|template| template.matches(uri));
            let path = variables.into_iter().flatten().next().map(|(_, value)| value);
            let path = path.ok_or_else(Failure::not_found)?;
            if self.without_hidden && path.split('/').any(|name| name.starts_with('.')) {
                return Err(Failure::not_found());
            }
            let media = media::of(Path::new(&path));
            let (root, largest) = (Arc::clone(&self.root), self.largest);
            let read = tokio::task::spawn_blocking(move || confined::read(&root, &path, largest));
            contents(read.await??, uri, media)
        })
    }
}

/// Text if it is text.
pub(super) fn contents(
    bytes: Vec<u8>,
    uri: &str,
    media: Option<&str>,
) -> Result<ReadResourceResult, Failure> {
    match String::from_utf8(bytes) {
        Ok(text) => text.into_contents(uri, media),
        Err(error) => error.into_bytes().into_contents(uri, media),
    }
}
