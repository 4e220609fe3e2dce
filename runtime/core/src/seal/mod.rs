//! What the server gives away to get it back unchanged: cursors of lists, the state of a request
//! that waits for an answer.
//!
//! It is encrypted and authenticated, and opens only where it was meant to: each text is bound to
//! a purpose and to whatever else the caller names (who, which tool, which arguments).

mod digest;
mod keys;
mod sealer;

pub(crate) use digest::digest;
pub use keys::{KeyError, Keys};
#[allow(unused_imports, reason = "asking comes to use it")]
pub(crate) use sealer::{Rejected, Sealer};
