//! Resources made of texts, bytes, files and closures.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

use super::{IntoContents, ResourceSet, UriTemplate, directory, dispatch, media};
use crate::completion::kept;
use crate::values::Values;
use crate::{BoxFuture, Complete, Context, Failure};

/// For how long what cannot change may be reused, in milliseconds: as long as lists.
const TTL_MS: i64 = 300_000;

/// A template, a variable of it, and who completes it.
type Completer = (String, String, Box<dyn Complete>);
type Reading<'a> = BoxFuture<'a, Result<ReadResourceResult, Failure>>;
type Reader = Box<dyn for<'a> Fn(&'a Context, &'a str) -> Reading<'a> + Send + Sync>;
type TemplateReader =
    Box<dyn for<'a> Fn(&'a Context, &'a str, &Values) -> Reading<'a> + Send + Sync>;

/// A set of resources, put together piece by piece.
///
/// ```
/// use toolwright_core::resource::{ResourceSet, Resources};
/// use toolwright_core::{Context, Failure};
/// use toolwright_spec::{Resource, ResourceTemplate};
///
/// #[derive(serde::Deserialize)]
/// struct Page {
///     number: usize,
/// }
///
/// let book = Resources::new()
///     .text(Resource::new("title", "book://title"), "Solaris")
///     .template(ResourceTemplate::new("page", "book://pages/{number}"), |_cx, page: Page| async move {
///         ["cover", "preface"].get(page.number).copied().ok_or_else(Failure::not_found)
///     });
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let cx = Context::detached();
/// assert!(book.read(&cx, "book://pages/1").await.is_ok());
/// assert!(book.read(&cx, "book://pages/2").await.unwrap_err().is_not_found());
/// # });
/// ```
#[derive(Default)]
pub struct Resources {
    resources: Vec<Resource>,
    readers: HashMap<String, Reader>,
    templates: Vec<ResourceTemplate>,
    families: Vec<Family>,
    completers: Vec<Completer>,
}

/// Resources under one template.
struct Family {
    /// `None` if it is none; the server that it is added to says so.
    template: Option<UriTemplate>,
    read: TemplateReader,
}

impl Resources {
    /// No resources yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text that never changes.
    #[must_use]
    pub fn text(self, mut resource: Resource, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        resource.size = resource.size.or_else(|| i64::try_from(text.len()).ok());
        self.fixed(resource, move |uri, media| text.into_contents(uri, media))
    }

    /// Adds bytes that never change.
    #[must_use]
    pub fn bytes(self, mut resource: Resource, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        resource.size = resource.size.or_else(|| i64::try_from(bytes.len()).ok());
        self.fixed(resource, move |uri, media| bytes.into_contents(uri, media))
    }

    /// Adds a file, which is read each time. The path is yours: no client has a say in it.
    #[must_use]
    pub fn file(mut self, mut resource: Resource, path: impl Into<PathBuf>) -> Self {
        let path: Arc<PathBuf> = Arc::new(path.into());
        if resource.mime_type.is_none() {
            resource.mime_type = media::of(&path).map(str::to_owned);
        }
        let media = resource.mime_type.clone();
        let read: Reader = Box::new(move |_, uri| {
            let (path, media) = (Arc::clone(&path), media.clone());
            Box::pin(async move {
                let bytes = tokio::task::spawn_blocking(move || std::fs::read(&*path)).await??;
                directory::contents(bytes, uri, media.as_deref())
            })
        });
        self.add(resource, read);
        self
    }

    /// Adds a resource whose contents a closure finds out, each time anew.
    #[must_use]
    pub fn resource<R, T>(
        mut self,
        resource: Resource,
        read: impl Fn(Context) -> R + Send + Sync + 'static,
    ) -> Self
    where
        R: Future<Output = T> + Send + 'static,
        T: IntoContents,
    {
        let media = resource.mime_type.clone();
        let read: Reader = Box::new(move |cx, uri| {
            let (reading, media) = (read(cx.clone()), media.clone());
            Box::pin(async move { reading.await.into_contents(uri, media.as_deref()) })
        });
        self.add(resource, read);
        self
    }

    /// Adds all resources whose URI a template makes; the closure is given its variables, as a
    /// struct with a member for each, or as a map. See [`UriTemplate`] for what a template may
    /// contain.
    #[must_use]
    pub fn template<V, R, T>(
        mut self,
        template: ResourceTemplate,
        read: impl Fn(Context, V) -> R + Send + Sync + 'static,
    ) -> Self
    where
        V: DeserializeOwned,
        R: Future<Output = T> + Send + 'static,
        T: IntoContents,
    {
        let media = template.mime_type.clone();
        let read: TemplateReader = Box::new(move |cx, uri, variables| {
            let reading =
                dispatch::variables(variables).map(|variables| read(cx.clone(), variables));
            let media = media.clone();
            Box::pin(async move { reading?.await.into_contents(uri, media.as_deref()) })
        });
        let parsed = UriTemplate::new(&template.uri_template).ok();
        self.families.push(Family { template: parsed, read });
        self.templates.push(template);
        self
    }

    /// Suggests values for a variable of the template that was added last.
    #[must_use]
    pub fn complete(
        mut self,
        variable: impl Into<String>,
        complete: impl Complete + 'static,
    ) -> Self {
        if let Some(template) = self.templates.last() {
            let template = template.uri_template.clone();
            self.completers.push((template, variable.into(), Box::new(complete)));
        }
        self
    }

    fn fixed(
        mut self,
        resource: Resource,
        contents: impl Fn(&str, Option<&str>) -> Result<ReadResourceResult, Failure>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let media = resource.mime_type.clone();
        let read: Reader = Box::new(move |_, uri| {
            let contents = contents(uri, media.as_deref());
            Box::pin(async move { Ok(contents?.with_ttl_ms(TTL_MS)) })
        });
        self.add(resource, read);
        self
    }

    fn add(&mut self, resource: Resource, read: Reader) {
        self.readers.insert(resource.uri.clone(), read);
        self.resources.push(resource);
    }
}

impl ResourceSet for Resources {
    fn resources(&self) -> Vec<Resource> {
        self.resources.clone()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        self.templates.clone()
    }

    fn read<'a>(&'a self, cx: &'a Context, uri: &'a str) -> Reading<'a> {
        if let Some(read) = self.readers.get(uri) {
            return read(cx, uri);
        }
        for family in &self.families {
            let variables = family.template.as_ref().and_then(|template| template.matches(uri));
            if let Some(variables) = variables {
                return (family.read)(cx, uri, &variables);
            }
        }
        Box::pin(async { Err(Failure::not_found()) })
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        let mut completers = self.completers.iter();
        let found = completers.find(|(of, name, _)| of == template && name == variable);
        found.map(|(_, _, completer)| kept(&**completer))
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uris = self.resources.iter().map(|resource| &resource.uri);
        let templates = self.templates.iter().map(|template| &template.uri_template);
        f.debug_tuple("Resources").field(&uris.chain(templates).collect::<Vec<_>>()).finish()
    }
}
