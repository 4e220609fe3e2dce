//! The way back from a failure to the root, collected while the error unwinds.
//!
//! serde's errors carry no path, and ours has to be the deserializer's own type. So a failing
//! member pushes its name here on the way up, and the entry points drain it. Reading without a
//! failure never comes by.

use std::cell::RefCell;
use std::fmt;

use serde::de;

/// Longer trails come from failures that nobody drained; JSON nests 128 levels at most.
const LONGEST: usize = 256;

thread_local! {
    static TRAIL: RefCell<Trail> = const { RefCell::new(Trail { segments: Vec::new(), problem: None }) };
}

/// What is known about the failure under way on this thread.
#[derive(Default)]
pub(super) struct Trail {
    /// Member names and indices, innermost first.
    pub(super) segments: Vec<String>,
    /// What went wrong, where our own code found it.
    pub(super) problem: Option<Problem>,
}

impl Trail {
    /// The JSON pointer to where it failed; empty for the root.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in self.segments.iter().rev() {
            pointer.push('/');
            pointer.push_str(&escape(segment));
        }
        pointer
    }
}

/// A member's name as it stands in a JSON pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A failure that our own code finds, as opposed to serde's "invalid type".
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Problem {
    /// A required member is not there.
    Missing(String),
    /// A member occurs twice.
    Duplicate(String),
    /// Something else stands where `expected` should.
    Mismatch {
        /// What should stand there.
        expected: String,
        /// What does.
        found: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing member `{name}`"),
            Self::Duplicate(name) => write!(f, "member `{name}` occurs twice"),
            Self::Mismatch { expected, found } => write!(f, "expected {expected}, found {found}"),
        }
    }
}

/// Starts a failure.
#[cold]
pub(super) fn fail<E: de::Error>(problem: Problem) -> E {
    let error = E::custom(&problem);
    with(|trail| *trail = Trail { segments: Vec::new(), problem: Some(problem) });
    error
}

/// Starts a failure because something unexpected stands here.
#[cold]
pub(super) fn mismatch<E: de::Error>(expected: impl Into<String>, found: impl fmt::Display) -> E {
    fail(Problem::Mismatch { expected: expected.into(), found: found.to_string() })
}

/// Adds one step to the failure under way and hands `error` back.
#[cold]
pub(super) fn at<E>(segment: impl Into<String>, error: E) -> E {
    with(|trail| {
        if trail.segments.len() >= LONGEST {
            trail.segments.clear();
        }
        trail.segments.push(segment.into());
    });
    error
}

/// Takes the trail and leaves an empty one.
pub(super) fn take() -> Trail {
    let mut taken = Trail::default();
    with(|trail| taken = std::mem::take(trail));
    taken
}

fn with(act: impl FnOnce(&mut Trail)) {
    TRAIL.with(|trail| {
        if let Ok(mut trail) = trail.try_borrow_mut() {
            act(&mut trail);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_its_segments() {
        let trail = Trail { segments: vec!["a/b".into(), "0".into(), "~".into()], problem: None };
        assert_eq!(trail.pointer(), "/~0/0/a~1b");
    }

    #[test]
    fn an_undrained_trail_stays_short() {
        take();
        for _ in 0..10_000 {
            at("x", ());
        }
        assert!(take().segments.len() <= LONGEST);
    }
}
