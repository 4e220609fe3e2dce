//! Resources: what a server has to be read, under URIs.
//!
//! [`Resources`] collects texts, bytes, files, closures, and whole families of resources behind a
//! [`UriTemplate`]; [`Directory`] offers the files below a folder. Write a [`ResourceSet`] by hand
//! for anything else.

#[doc(hidden)]
pub mod dispatch;

mod confined;
mod contents;
mod directory;
mod media;
mod set;
mod template;

use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

pub use contents::IntoContents;
pub use directory::Directory;
pub use set::Resources;
pub use template::{TemplateError, UriTemplate};

pub(crate) use crate::uri::is_uri;

use crate::{BoxFuture, Complete, Context, Failure};

/// A set of resources that can be added to a server.
///
/// Specification: `server/resources`.
pub trait ResourceSet: Send + Sync + 'static {
    /// Resources in list order; asked once, when the server is built.
    fn resources(&self) -> Vec<Resource>;

    /// Templates of URIs under which there is more, in list order; asked once, when the server is
    /// built.
    fn templates(&self) -> Vec<ResourceTemplate> {
        Vec::new()
    }

    /// Reads a resource. The URI is one, but need not belong to this set: what a set does not
    /// have is [`Failure::not_found`], and the next set is asked.
    ///
    /// Dropping the future cancels the request.
    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>>;

    /// Who suggests values for a variable of one of the templates. This must not change once the
    /// server is built.
    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        let _ = (template, variable);
        None
    }
}
