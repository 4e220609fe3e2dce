//! What the headers of a response without content say: where what was made is, or all that an answer
//! to `HEAD` has to say.

use http::header::{HeaderMap, HeaderName};

/// Headers that say something of what was asked for.
const NAMES: [&str; 8] = [
    "location",
    "etag",
    "last-modified",
    "content-length",
    "content-type",
    "accept-ranges",
    "allow",
    "link",
];
/// Bytes of them all that are shown.
const SHOWN: usize = 1 << 10;

/// The headers that tell something, if there are any.
pub(super) fn told(headers: &HeaderMap) -> Option<String> {
    let is_empty = headers.get("content-length").is_none_or(|length| length == "0");
    let is_told = |name: &HeaderName| {
        let name = name.as_str();
        let is_of_content = matches!(name, "content-length" | "content-type");
        // Listings say how much there is in headers of their own.
        let is_count = name.starts_with("x-") && (name.contains("count") || name.contains("total"));
        is_count || (NAMES.contains(&name) && !(is_of_content && is_empty))
    };
    let mut lines = String::new();
    for (name, value) in headers.iter().filter(|(name, _)| is_told(name)) {
        let Ok(value) = value.to_str() else { continue };
        if lines.len() + name.as_str().len() + value.len() < SHOWN {
            lines.push_str(&format!("\n{name}: {value}"));
        }
    }
    (!lines.is_empty()).then(|| format!("Its headers say:{lines}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let value = |text: &'static str| text.parse().unwrap();
        told(&headers.iter().map(|(name, text)| (name.parse().unwrap(), value(text))).collect())
    }

    #[test]
    fn what_was_made_is_found() {
        let made = of(&[("location", "/x/7"), ("set-cookie", "a=b"), ("content-length", "0")]);
        assert_eq!(made.as_deref(), Some("Its headers say:\nlocation: /x/7"));
        assert_eq!(of(&[("content-type", "text/plain"), ("server", "x")]), None);
        let head = of(&[("content-length", "7"), ("x-total-count", "3"), ("date", "today")]);
        assert_eq!(head.as_deref(), Some("Its headers say:\ncontent-length: 7\nx-total-count: 3"));
        assert_eq!(of(&[("location", "x".repeat(2000).leak())]), None);
    }
}
