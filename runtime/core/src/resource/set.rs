//! Resources made of texts, bytes, files and closures.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

use super::{IntoContents, ResourceSet, UriTemplate, directory, dispatch, media};
use crate::cache::CacheHint;
use crate::completion::kept;
use crate::scopes::Scoped;
use crate::values::Values;
use crate::{BoxFuture, BuildError, Complete, Context, Failure};

/// For how long what cannot change may be kept: as long as lists.
const FIXED: CacheHint = CacheHint::private(Duration::from_secs(300));

/// A template, a variable of it, and who completes it.
type Completer = (String, String, Box<dyn Complete>);
type Reading<'a> = BoxFuture<'a, Result<ReadResourceResult, Failure>>;
type Reader = Box<dyn for<'a> Fn(&'a Context, &'a str) -> Reading<'a> + Send + Sync>;
type Lister =
    Box<dyn for<'a> Fn(&'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> + Send + Sync>;
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
    readers: HashMap<String, Single>,
    templates: Vec<ResourceTemplate>,
    families: Vec<Family>,
    completers: Vec<Completer>,
    /// What was added last.
    last: Option<Last>,
}

enum Last {
    Resource(String),
    Template,
}

/// A resource by itself.
struct Single {
    read: Reader,
    hint: Option<CacheHint>,
}

/// Resources under one template.
struct Family {
    /// `None` if it is none; the server that it is added to says so.
    template: Option<UriTemplate>,
    read: TemplateReader,
    list: Option<Lister>,
    hint: Option<CacheHint>,
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
        self.add(resource, read, None);
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
        self.add(resource, read, None);
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
        self.families.push(Family { template: parsed, read, list: None, hint: None });
        self.templates.push(template);
        self.last = Some(Last::Template);
        self
    }

    /// Suggests values for a variable of the template that was added last.
    #[must_use]
    pub fn complete(
        mut self,
        variable: impl Into<String>,
        complete: impl Complete + 'static,
    ) -> Self {
        let template = self.templates.last().map(|template| template.uri_template.clone());
        let template = template.unwrap_or_default();
        self.completers.push((template, variable.into(), Box::new(complete)));
        self
    }

    /// Lists resources that the template added last makes. They are found out for each list anew,
    /// and stand behind what is listed for good.
    ///
    /// They may take [scopes](crate::scopes) by themselves, and so they are asked for as well
    /// before a resource is read or subscribed to that is not listed for good. Who asks for one
    /// that is not among them, of a template that makes some that take scopes, needs the scopes of
    /// all those: it may be one of them under another URI.
    ///
    /// ```
    /// use toolwright_core::{Context, Failure, Resources};
    /// use toolwright_spec::{Resource, ResourceTemplate};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Page {
    ///     number: usize,
    /// }
    ///
    /// let pages = Resources::new()
    ///     .template(ResourceTemplate::new("page", "book://pages/{number}"), |_cx, page: Page| async move {
    ///         ["cover", "preface"].get(page.number).copied().ok_or_else(Failure::not_found)
    ///     })
    ///     .instances(|_cx| async {
    ///         let page = |number| Resource::new(format!("page {number}"), format!("book://pages/{number}"));
    ///         Ok((0..2).map(page).collect())
    ///     });
    /// ```
    #[must_use]
    pub fn instances<R>(mut self, list: impl Fn(Context) -> R + Send + Sync + 'static) -> Self
    where
        R: Future<Output = Result<Vec<Resource>, Failure>> + Send + 'static,
    {
        if let Some(family) = self.families.last_mut() {
            family.list = Some(Box::new(move |cx| Box::pin(list(cx.clone()))));
        }
        self
    }

    /// Says for how long the resource or template that was added last may be kept by clients, and
    /// by whom. What a closure says itself, in a [`ReadResourceResult`], counts for more.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use toolwright_core::Resources;
    /// use toolwright_core::cache::CacheHint;
    /// use toolwright_spec::Resource;
    ///
    /// let hours = Resources::new()
    ///     .text(Resource::new("hours", "shop://hours"), "9 to 5")
    ///     .cache(CacheHint::public(Duration::from_secs(3600)));
    /// ```
    #[must_use]
    pub fn cache(mut self, hint: CacheHint) -> Self {
        match &self.last {
            None => {}
            Some(Last::Resource(uri)) => {
                if let Some(single) = self.readers.get_mut(uri) {
                    single.hint = Some(hint);
                }
            }
            Some(Last::Template) => {
                if let Some(family) = self.families.last_mut() {
                    family.hint = Some(hint);
                }
            }
        }
        self
    }

    /// Takes only callers with all of these [scopes](crate::scopes) to the resource or template
    /// that was added last. Those of a template hold for all that it makes, but for resources that
    /// are listed by themselves.
    ///
    /// ```
    /// use toolwright_core::Resources;
    /// use toolwright_spec::Resource;
    ///
    /// let plans = Resources::new()
    ///     .text(Resource::new("plans", "shop://plans"), "Grow.")
    ///     .scopes(["shop:plan"]);
    /// ```
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        match &self.last {
            None => {}
            Some(Last::Resource(uri)) => {
                let mut resources = self.resources.iter_mut().rev();
                if let Some(resource) = resources.find(|resource| resource.uri == *uri) {
                    resource.add_scopes(scopes);
                }
            }
            Some(Last::Template) => {
                if let Some(template) = self.templates.last_mut() {
                    template.add_scopes(scopes);
                }
            }
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
            Box::pin(async move { contents })
        });
        self.add(resource, read, Some(FIXED));
        self
    }

    fn add(&mut self, resource: Resource, read: Reader, hint: Option<CacheHint>) {
        self.last = Some(Last::Resource(resource.uri.clone()));
        self.readers.insert(resource.uri.clone(), Single { read, hint });
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
        if let Some(single) = self.readers.get(uri) {
            return hinted((single.read)(cx, uri), single.hint);
        }
        for family in &self.families {
            let variables = family.template.as_ref().and_then(|template| template.matches(uri));
            if let Some(variables) = variables {
                return hinted((family.read)(cx, uri, &variables), family.hint);
            }
        }
        Box::pin(async { Err(Failure::not_found()) })
    }

    fn has_instances(&self) -> bool {
        self.families.iter().any(|family| family.list.is_some())
    }

    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for list in self.families.iter().filter_map(|family| family.list.as_ref()) {
                all.extend(list(cx).await?);
            }
            Ok(all)
        })
    }

    fn check(&self) -> Result<(), BuildError> {
        for (text, name, _) in &self.completers {
            let templates = self.templates.iter().zip(&self.families);
            let mut found = templates.filter(|(known, _)| known.uri_template == *text);
            let template = found.next().and_then(|(_, family)| family.template.as_ref());
            let mut names = template.into_iter().flat_map(UriTemplate::variables);
            if !names.any(|known| known == name) {
                return Err(BuildError::NothingToComplete {
                    name: name.clone(),
                    owner: format!("the template `{text}`"),
                    known: variables(template),
                });
            }
        }
        Ok(())
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        let mut completers = self.completers.iter();
        let found = completers.find(|(of, name, _)| of == template && name == variable);
        found.map(|(_, _, completer)| kept(&**completer))
    }
}

/// A template's variables, in words.
fn variables(template: Option<&UriTemplate>) -> String {
    let names: Vec<&str> = template.into_iter().flat_map(UriTemplate::variables).collect();
    match names.as_slice() {
        [] => "it has no variables".to_owned(),
        names => format!("its variables are {}", names.join(", ")),
    }
}

/// The result of a reading, with what is known of keeping it.
fn hinted(reading: Reading<'_>, hint: Option<CacheHint>) -> Reading<'_> {
    let Some(hint) = hint else {
        return reading;
    };
    Box::pin(async move {
        let mut result = reading.await?;
        hint.fill(&mut result);
        Ok(result)
    })
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uris = self.resources.iter().map(|resource| &resource.uri);
        let templates = self.templates.iter().map(|template| &template.uri_template);
        f.debug_tuple("Resources").field(&uris.chain(templates).collect::<Vec<_>>()).finish()
    }
}
