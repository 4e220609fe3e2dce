//! The headers that mirror a request: `MCP-Protocol-Version`, `Mcp-Method`, `Mcp-Name`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName};
use serde_json::value::RawValue;
use toolwright_core::ProtocolError;
use toolwright_core::server::transport::Mirrored;
use toolwright_spec::code;

use super::header::first;

pub(super) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// What `Mcp-Name` has to be, for methods that have it.
pub(super) fn name<'a>(method: &str, mirrored: &Mirrored<'a>) -> Option<Cow<'a, str>> {
    let value = match method {
        "tools/call" | "prompts/get" => mirrored.name,
        "resources/read" => mirrored.uri,
        "tasks/get" | "tasks/update" | "tasks/cancel" => mirrored.task,
        _ => None,
    };
    string(value?)
}

/// Checks `MCP-Protocol-Version` against the version in the body.
///
/// # Errors
/// -32020: it is missing, differs, or occurs twice.
pub(super) fn check_version(headers: &HeaderMap, version: &str) -> Result<(), ProtocolError> {
    check(headers, &VERSION, "MCP-Protocol-Version", version, false)
}

/// Checks `Mcp-Method` and `Mcp-Name`.
///
/// # Errors
/// As [`check_version`].
pub(super) fn check_request(
    headers: &HeaderMap,
    method: &str,
    name: Option<&str>,
) -> Result<(), ProtocolError> {
    check(headers, &METHOD, "Mcp-Method", method, false)?;
    name.map_or(Ok(()), |name| check(headers, &NAME, "Mcp-Name", name, true))
}

/// Checks `Mcp-Method` of a notification, which may go without.
///
/// # Errors
/// As [`check_version`].
pub(super) fn check_notification(headers: &HeaderMap, method: &str) -> Result<(), ProtocolError> {
    if headers.contains_key(METHOD) {
        check(headers, &METHOD, "Mcp-Method", method, false)?;
    }
    Ok(())
}

/// The value of a header that may be encoded, if it is there exactly once and legal.
///
/// # Errors
/// -32020.
pub(super) fn value<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    shown: &str,
) -> Result<Cow<'a, str>, ProtocolError> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        let many = if headers.contains_key(name) { "occurs twice" } else { "is missing" };
        return Err(mismatch(format!("the header {shown} {many}")));
    };
    let text = value.to_str().ok();
    let text = text.ok_or_else(|| mismatch(format!("the header {shown} is not plain ASCII")))?;
    decoded(text)
        .ok_or_else(|| mismatch(format!("the header {shown} is not Base64 of UTF-8 inside")))
}

/// -32020.
pub(super) fn mismatch(message: impl Into<String>) -> ProtocolError {
    ProtocolError::new(code::HEADER_MISMATCH, message)
}

/// A JSON string's text.
pub(super) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let inner = value.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(value.get()).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

fn check(
    headers: &HeaderMap,
    name: &HeaderName,
    shown: &str,
    expected: &str,
    encoded: bool,
) -> Result<(), ProtocolError> {
    // The usual case first: there once, and the same.
    let mut values = headers.get_all(name).iter();
    let same = values.next().is_some_and(|value| value == expected) && values.next().is_none();
    if same && !(encoded && expected.starts_with(PREFIX)) {
        return Ok(());
    }
    let found = value(headers, name, shown)?;
    let plain = first(headers, name).unwrap_or_default();
    if encoded && found == expected {
        return Ok(());
    }
    Err(mismatch(format!(
        "the header {shown} is `{}`, the body has `{}`",
        cut(plain),
        cut(expected)
    )))
}

const PREFIX: &str = "=?base64?";
const SUFFIX: &str = "?=";

/// A value as it is, or what the Base64 in it says. `None` if that is not legal.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim_matches([' ', '\t']);
    let Some(inner) = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)) else {
        return Some(Cow::Borrowed(text));
    };
    String::from_utf8(STANDARD.decode(inner).ok()?).ok().map(Cow::Owned)
}

fn cut(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn named(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(METHOD, HeaderValue::from_static("tools/call"));
        headers.insert(NAME, HeaderValue::from_str(value).unwrap());
        headers
    }

    fn agrees(value: &str, name: &str) -> bool {
        check_request(&named(value), "tools/call", Some(name)).is_ok()
    }

    #[test]
    fn names_are_decoded_before_they_are_compared() {
        assert!(agrees("add", "add"));
        assert!(agrees("=?base64?YWRk?=", "add"));
        assert!(agrees("=?base64?w6TDtg==?=", "äö"));
        assert!(agrees("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", "=?base64?literal?="));
        assert!(!agrees("=?base64?literal?=", "=?base64?literal?="));
        assert!(!agrees("=?BASE64?YWRk?=", "add"));
        assert!(!agrees("=?base64?YWR?=", "add"));
        assert!(!agrees("Add", "add"));
    }

    #[test]
    fn missing_and_double_headers_are_mismatches() {
        let mut headers = named("add");
        headers.append(NAME, HeaderValue::from_static("add"));
        let error = check_request(&headers, "tools/call", Some("add")).unwrap_err();
        assert_eq!((error.code(), error.message()), (-32020, "the header Mcp-Name occurs twice"));
        headers.remove(METHOD);
        let error = check_request(&headers, "tools/call", None).unwrap_err();
        assert_eq!(error.message(), "the header Mcp-Method is missing");
    }
}
