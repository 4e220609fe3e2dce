//! What can be wrong with forms and answers.

/// An answer is not what the form asks for.
///
/// The text names the field and what was expected, never the value: that is the person's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ElicitError {
    /// The answers are no object of texts, numbers, booleans and lists of texts.
    #[error("the answers are not those of a form: {0}")]
    Content(String),
    /// A field that has to be filled in is not.
    #[error("/{field}: is missing")]
    Missing {
        /// Name of the field.
        field: String,
    },
    /// A field has another value than was asked for.
    #[error("/{field}: must be {expected}")]
    Field {
        /// Name of the field.
        field: String,
        /// What it should be, as in "must be …".
        expected: String,
    },
}

impl ElicitError {
    pub(super) fn missing(field: &str) -> Self {
        Self::Missing { field: field.to_owned() }
    }

    pub(super) fn field(field: &str, expected: impl Into<String>) -> Self {
        Self::Field { field: field.to_owned(), expected: expected.into() }
    }

    /// Name of the field, if it is about one.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Content(_) => None,
            Self::Missing { field } | Self::Field { field, .. } => Some(field),
        }
    }
}

/// A form that must not be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// A field is named like a secret.
    #[error(
        "the field `{field}` is named like a secret, which a form must not ask for: ask in URL \
         mode, or say `not_a_secret` if it is none"
    )]
    Secret {
        /// Name of the field.
        field: String,
    },
    /// Two fields have one name.
    #[error("there are two fields called `{field}`")]
    Duplicate {
        /// Name of the fields.
        field: String,
    },
    /// Nothing can be filled in that is allowed.
    #[error("the field `{field}` allows nothing: its lower bound is above the upper one")]
    Empty {
        /// Name of the field.
        field: String,
    },
    /// There is nothing to choose from.
    #[error("the field `{field}` has no options to choose from")]
    NoOptions {
        /// Name of the field.
        field: String,
    },
}
