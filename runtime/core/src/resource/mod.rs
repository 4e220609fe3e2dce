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
mod dynamic;
mod media;
mod set;
mod template;

use std::sync::Arc;

use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

pub use contents::IntoContents;
pub use directory::Directory;
pub use dynamic::DynamicResources;
pub use set::Resources;
pub use template::{TemplateError, UriTemplate};

pub(crate) use crate::uri::is_uri;

use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set of resources that can be added to a server.
///
/// Specification: `server/resources`.
pub trait ResourceSet: Send + Sync + 'static {
    /// Resources in list order; asked when the server is built, and again when the set says that
    /// they changed ([`ResourceSet::changes`]).
    fn resources(&self) -> Vec<Resource>;

    /// Templates of URIs under which there is more, in list order; asked when the
    /// resources are.
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

    /// Who suggests values for a variable of one of the templates. This must not change while the
    /// lists do not.
    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        let _ = (template, variable);
        None
    }

    /// Whether [`ResourceSet::instances`] has to be asked.
    fn has_instances(&self) -> bool {
        false
    }

    /// Resources that are found out for each list anew: instances of templates, or whatever
    /// depends on the caller. They stand behind all others, best always in the same order. Asked
    /// also before what is not listed for good is read or subscribed to, for the scopes that they
    /// take.
    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        let _ = cx;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Finds faults that the lists do not show; asked when the server is built.
    ///
    /// # Errors
    /// The set was put together wrongly.
    fn check(&self) -> Result<(), BuildError> {
        Ok(())
    }

    /// What tells that the lists are not as they were; nothing if they never change. Asked once,
    /// when the server is built.
    fn changes(&self) -> Vec<Changes> {
        Vec::new()
    }

    /// The set as it is now, if it can be had separately. A set that changes and has none
    /// completes nothing.
    fn snapshot(&self) -> Option<Arc<dyn ResourceSet>> {
        None
    }
}
