//! Prompts: texts with gaps, which a server fills and a client's user picks.
//!
//! [`Prompts`] makes them of closures, with arguments that are a struct. Write a [`PromptSet`] by
//! hand for anything else.

#[doc(hidden)]
pub mod dispatch;

mod call;
mod dynamic;
mod messages;
mod missing;
mod set;

use std::sync::Arc;

use toolwright_spec::{GetPromptResult, Prompt};

pub use call::PromptCall;
pub use dynamic::DynamicPrompts;
pub use messages::IntoMessages;
pub use set::Prompts;

pub(crate) use missing::prompt_not_found;

use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set of prompts that can be added to a server.
///
/// Specification: `server/prompts`.
pub trait PromptSet: Send + Sync + 'static {
    /// Definitions in list order; asked when the server is built, and again when the set says that
    /// they changed ([`PromptSet::changes`]).
    fn prompts(&self) -> Vec<Prompt>;

    /// Fills the prompt at [`PromptCall::index`]. Arguments that it requires are there.
    ///
    /// Dropping the future cancels the request.
    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>>;

    /// Who suggests values for an argument of the prompt at `index`. This must not change while
    /// the list does not.
    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        let _ = (index, argument);
        None
    }

    /// Finds faults that the list does not show; asked when the server is built.
    ///
    /// # Errors
    /// The set was put together wrongly.
    fn check(&self) -> Result<(), BuildError> {
        Ok(())
    }

    /// What tells that the list is not as it was; nothing if it never changes. Asked once, when
    /// the server is built.
    fn changes(&self) -> Vec<Changes> {
        Vec::new()
    }

    /// The set as it is now, if it can be had separately. A set that changes and has none goes by
    /// [`PromptCall::name`], not by index, and completes nothing.
    fn snapshot(&self) -> Option<Arc<dyn PromptSet>> {
        None
    }
}
