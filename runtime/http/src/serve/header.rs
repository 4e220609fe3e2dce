//! Headers, looked at one by one.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The value of a header that occurs exactly once.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// What a header says, as far as it can be read.
pub(super) fn first<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    // What is no text matches nothing, which is all there is to know about it.
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}
