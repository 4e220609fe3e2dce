//! Requests and notifications.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::error::DecodeError;
use super::fit::Fit;
use super::read::{from_raw, from_str};

/// A request: its name, what it asks with and what it is answered with.
///
/// The implementations are the markers of [`crate::method`].
pub trait Request {
    /// Name on the wire: `tools/call`.
    const NAME: &'static str;
    /// Type of `params`.
    type Params: Payload;
    /// Type of `result`.
    type Result: Payload;
}

/// A notification: its name and what it says.
///
/// The implementations are the markers of [`crate::method`].
pub trait Notification {
    /// Name on the wire: `notifications/progress`.
    const NAME: &'static str;
    /// Type of `params`.
    type Params: Payload;
}

/// What parameters and results can do.
pub trait Payload:
    Fit + Serialize + DeserializeOwned + Debug + Clone + PartialEq + Send + Sync + 'static
{
}

impl<T> Payload for T where
    T: Fit + Serialize + DeserializeOwned + Debug + Clone + PartialEq + Send + Sync + 'static
{
}

/// Reads a method's `params`; absent ones are read as `{}`, so that a missing member is named.
pub(crate) fn decode_params<T: DeserializeOwned>(
    params: Option<&RawValue>,
) -> Result<T, DecodeError> {
    match params {
        Some(raw) => from_raw(raw),
        None => from_str("{}"),
    }
    .map_err(|error| error.below("/params"))
}
