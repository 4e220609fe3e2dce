//! Asking the client while its request is served: a form or a page for its user, its model, its
//! roots.
//!
//! The methods are those of [`Context`](crate::Context): `elicit`, `elicit_form`,
//! `elicit_url`, `sample`, `roots`, and `once` for effects. Each takes a key, which names the question (or the effect)
//! within the request.
//!
//! Tools, prompts and resources can ask; what else is given a context (middleware, completion) can
//! do so in sessions only.
//!
//! # What a handler has to know
//! In a session (revisions up to 2025-11-25) a question is sent while the handler waits. Since
//! 2026-07-28 a request that needs an answer ends with its questions, and the client repeats it
//! with the answers. The handler then runs **again from its beginning**, and gets at once what it
//! was answered before. So, for both:
//!
//! - What is done before a question is done again. Put effects behind the last question, or into
//!   [`Context::once`](crate::Context::once).
//! - What a question says must be the same each time: a question with other words is another
//!   question, and the answer does not count for it. Compute what may change in `once`.
//! - A handler is dropped as soon as it waits for answers. Questions that it asks at the same time
//!   (with `join!`) are put to the client together.
//!
//! What a client brings back is sealed: it can be neither read nor changed, and counts only for the
//! same caller, method, tool, prompt or resource, and arguments, for
//! [`Limits::state_ttl`](crate::Limits::state_ttl). It can be brought back twice, though: to rule
//! that out, see [`ConsumedStates`].

mod consumed;
mod error;
mod question;
mod sampling;
mod url;

pub use consumed::{ConsumedStates, MemoryStates};
pub use error::{AskError, Unsupported};

pub(crate) use error::Told;
pub(crate) use question::{
    Digest, Question, Reading, read_form, read_roots, read_sample, read_url,
};
