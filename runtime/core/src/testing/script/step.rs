//! The steps of a script.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use serde_json::Value;

/// One step, and where it was written.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: &'static Location<'static>,
    pub(super) action: Action,
}

#[derive(Debug)]
pub(super) enum Action {
    Expect(Expected),
    Say(Said),
    Wait(Duration),
    /// There is nothing more to do.
    End(Ears),
    /// The script is wrong here; how it should be.
    Fault(String),
}

/// What happens after the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ears {
    /// What always gets an answer gets it; other requests are not in the script.
    Open,
    /// Everything is read, nothing answered.
    Deaf,
    /// Nothing is read.
    Shut,
    /// The connection is closed.
    Gone,
}

/// A message that is waited for.
pub(super) struct Expected {
    pub(super) kind: Kind,
    pub(super) with: Option<Value>,
    pub(super) check: Option<Check>,
}

/// Panics if the value is wrong.
pub(super) type Check = Box<dyn FnOnce(&Value) + Send>;

#[derive(Debug)]
pub(super) enum Kind {
    /// A request or a notification.
    Method(String),
    Result,
    Error(i64),
}

/// A message that is sent.
#[derive(Debug)]
pub(super) enum Said {
    Reply { to: Option<usize>, result: Value },
    Error(Value),
    Notification { method: String, params: Value },
    Request { method: String, params: Value },
    Raw(String),
    Bytes(Vec<u8>),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Method(method) => write!(f, "`{method}`")?,
            Kind::Result => f.write_str("a result")?,
            Kind::Error(code) => write!(f, "the error {code}")?,
        }
        match &self.with {
            Some(with) => write!(f, " with {with}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
