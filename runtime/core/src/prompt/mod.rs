//! Prompts: texts with gaps, which a server fills and a client's user picks.
//!
//! [`Prompts`] makes them of closures, with arguments that are a struct. Write a [`PromptSet`] by
//! hand for anything else.

#[doc(hidden)]
pub mod dispatch;

mod call;
mod messages;
mod set;

use toolwright_spec::{GetPromptResult, Prompt};

pub use call::PromptCall;
pub use messages::IntoMessages;
pub use set::Prompts;

use crate::{BoxFuture, Complete, Context, Failure};

/// A set of prompts that can be added to a server.
///
/// Specification: `server/prompts`.
pub trait PromptSet: Send + Sync + 'static {
    /// Definitions in list order; asked once, when the server is built.
    fn prompts(&self) -> Vec<Prompt>;

    /// Fills the prompt at [`PromptCall::index`]. Arguments that it requires are there.
    ///
    /// Dropping the future cancels the request.
    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>>;

    /// Who suggests values for an argument of the prompt at `index`. This must not change once
    /// the server is built.
    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        let _ = (index, argument);
        None
    }
}
