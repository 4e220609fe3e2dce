//! The entry points of reading.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::error::DecodeError;
use super::trail;

/// Reads a value from JSON text.
///
/// # Errors
/// The text is not JSON, has something after the value, or is not a `T`; the error names the
/// place and what was expected there.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    traced(|| serde_json::from_str(text))
}

/// Reads a value from JSON text in bytes.
///
/// # Errors
/// As [`from_str`], and if the bytes are not UTF-8.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    traced(|| serde_json::from_slice(bytes))
}

/// Reads a value from JSON text that has been checked for syntax before.
///
/// # Errors
/// As [`from_str`].
pub fn from_raw<T: DeserializeOwned>(raw: &RawValue) -> Result<T, DecodeError> {
    from_str(raw.get())
}

/// Runs `read` with a fresh trail and turns its error into ours.
pub(super) fn traced<T>(
    read: impl FnOnce() -> Result<T, serde_json::Error>,
) -> Result<T, DecodeError> {
    // A failure that was never drained, of a `T` read through serde_json directly.
    trail::take();
    read().map_err(|error| DecodeError::from_serde(&error, trail::take()))
}
