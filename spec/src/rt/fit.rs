//! Making a value fit a revision.

use std::fmt;

use serde_json::Value;

use crate::Revision;

use super::Object;
use super::map::Map;
use super::one_or_many::OneOrMany;
use super::raw::RawJson;
use super::trail::escape;
use super::wire::{Encoded, Wire};

/// A value that can be made to fit any revision of the protocol.
pub trait Fit: Sized {
    /// Makes the value one that a peer of `revision` understands: drops members that the
    /// revision does not have and supplies those it requires, where there is a neutral value for
    /// them. Unknown members ([`super::Extra`]) stay.
    ///
    /// # Errors
    /// An alternative is in use that the revision cannot express, such as audio content before
    /// 2025-03-26.
    fn fit(mut self, revision: Revision) -> Result<Self, FitError> {
        self.adapt(revision)?;
        Ok(self)
    }

    /// [`Fit::fit`] in place. A value that failed may have been changed in part.
    ///
    /// # Errors
    /// As [`Fit::fit`].
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        let _ = revision;
        Ok(())
    }
}

impl<T: Fit> Fit for Box<T> {
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        T::adapt(self, revision)
    }
}

impl<T: Fit> Fit for Vec<T> {
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        for (index, item) in self.iter_mut().enumerate() {
            item.adapt(revision).map_err(|error| error.at(index))?;
        }
        Ok(())
    }
}

impl<T: Fit> Fit for Map<T> {
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        for (name, value) in self.iter_mut() {
            value.adapt(revision).map_err(|error| error.at(name))?;
        }
        Ok(())
    }
}

impl<T: Fit> Fit for OneOrMany<T> {
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        match self {
            Self::One(value) => value.adapt(revision),
            Self::Many(values) => values.adapt(revision),
        }
    }
}

impl<T: Fit> Fit for Option<T> {
    fn adapt(&mut self, revision: Revision) -> Result<(), FitError> {
        self.as_mut().map_or(Ok(()), |value| value.adapt(revision))
    }
}

/// Free JSON is the user's.
impl Fit for Object {}

/// A member whose type a revision widened, brought back to what it was before.
#[allow(dead_code, reason = "which of them generated code needs depends on the model")]
pub(crate) trait Narrow {
    /// To the only one of its values; `false` if there are more, or none.
    fn to_one(&mut self) -> bool {
        false
    }

    /// Whether it is an object.
    fn to_object(&mut self) -> bool {
        false
    }
}

impl<T> Narrow for OneOrMany<T> {
    fn to_one(&mut self) -> bool {
        if let Self::Many(values) = self
            && values.len() == 1
            && let Some(value) = values.pop()
        {
            *self = Self::One(value);
        }
        matches!(self, Self::One(_))
    }
}

impl Narrow for RawJson {
    fn to_object(&mut self) -> bool {
        self.is_object()
    }
}

impl Narrow for Value {
    fn to_object(&mut self) -> bool {
        self.is_object()
    }
}

/// The value that a revision requires, from JSON text in generated code.
pub(crate) fn supply<T: Wire>(json: &str) -> Option<T> {
    T::decode(&mut serde_json::Deserializer::from_str(json)).ok()
}

/// The same object as another alternative of its union.
pub(crate) fn recast<T: Wire, U: Wire>(value: &T) -> Option<U> {
    let text = serde_json::to_string(&Encoded(value)).ok()?;
    supply(&text)
}

/// [`Fit`] for types that are alike in all revisions.
macro_rules! unchanging {
    ($($name:ident),* $(,)?) => {
        $(impl $crate::rt::Fit for $name {})*
    };
}

pub(crate) use unchanging;

/// [`Fit::adapt`] of a member.
pub(crate) fn adapt<T: Fit>(name: &str, value: &mut T, revision: Revision) -> Result<(), FitError> {
    value.adapt(revision).map_err(|error| error.at(name))
}

/// A value uses an alternative that a revision of the protocol does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitError {
    /// Innermost last.
    pointer: String,
    what: &'static str,
    revision: Revision,
}

impl FitError {
    pub(crate) fn new(what: &'static str, revision: Revision) -> Self {
        Self { pointer: String::new(), what, revision }
    }

    pub(crate) fn at(mut self, segment: impl fmt::Display) -> Self {
        let segment = escape(&segment.to_string());
        self.pointer.insert_str(0, &segment);
        self.pointer.insert(0, '/');
        self
    }

    /// JSON pointer to the alternative.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The alternative: `ContentBlock::Audio`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The revision that does not have it.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the root" } else { &self.pointer };
        write!(f, "at {place}: {} does not exist in revision {}", self.what, self.revision)
    }
}

impl std::error::Error for FitError {}
