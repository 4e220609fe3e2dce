//! Forms: what a server may ask the person at the client, and what comes back.
//!
//! A form is a flat object: its fields are text, numbers, yes or no, and choices. Describe it as
//! a struct with `#[derive(Elicit)]`, or put one together by hand with [`Form`]. Neither can make
//! a form that the protocol does not allow, and neither asks for secrets unless told that they are
//! none: those belong to URL mode, where neither client nor model sees them.
//!
//! Specification: `client/elicitation`.

mod answers;
mod check;
mod choice;
mod common;
mod error;
mod field;
mod form;
mod legacy;
mod options;
mod secret;
mod select;
#[cfg(test)]
mod tests;

use toolwright_spec::ElicitationSchema;

pub use answers::Answers;
pub use choice::Choice;
pub use error::{ElicitError, FormError};
pub use field::Field;
pub use form::Form;
pub use legacy::with_legacy_titles;
pub use options::{Flag, Number, Text};
pub use secret::is_secret;
pub use select::{Choices, Select};

/// What a form asks for. `#[derive(Elicit)]` writes it for a struct.
///
/// ```
/// use toolwright_core::elicit::{Answers, Elicit, ElicitError, Form};
/// use toolwright_spec::ElicitationSchema;
///
/// struct Guest {
///     name: String,
/// }
///
/// impl Elicit for Guest {
///     fn schema() -> ElicitationSchema {
///         Form::new().string("name", |f| f.title("Your name")).into_schema()
///     }
///
///     fn read(answers: &Answers) -> Result<Self, ElicitError> {
///         Ok(Self { name: answers.field("name")? })
///     }
/// }
///
/// let answers = Answers::from_json(r#"{"name":"Ada"}"#)?;
/// assert_eq!(answers.accept::<Guest>()?.name, "Ada");
/// let error = Answers::from_json(r#"{"name":7}"#)?.accept::<Guest>().err().unwrap();
/// assert_eq!(error.to_string(), "/name: must be text");
/// # Ok::<(), ElicitError>(())
/// ```
///
/// Specification: `client/elicitation`.
pub trait Elicit: Sized + Send {
    /// The form, as the client is shown it.
    fn schema() -> ElicitationSchema;

    /// Reads what was filled in. [`Answers::accept`] checks it against the form before.
    ///
    /// # Errors
    /// A field is missing or is not what was asked for; the text names it.
    fn read(answers: &Answers) -> Result<Self, ElicitError>;
}
