//! `Content-Type` and `Accept`.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use super::header::only;

/// What a client takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Accept {
    /// `application/json`, by name or by a wildcard.
    pub(super) json: bool,
    /// `text/event-stream`, likewise.
    pub(super) events: bool,
    /// `application/*` or `*/*`.
    pub(super) any_application: bool,
}

/// Whether the body says that it is JSON, in UTF-8.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = only(headers, &CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(value) = value else {
        return false;
    };
    // As nearly all have it.
    if value == "application/json" {
        return true;
    }
    let mut parts = value.split(';');
    let is_json = parts.next().is_some_and(|kind| is(kind, "application/json"));
    is_json
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if is(name, "charset") => {
                is(value.trim().trim_matches('"'), "utf-8")
            }
            _ => true,
        })
}

/// Reads all `Accept` headers.
pub(super) fn accept(headers: &HeaderMap) -> Accept {
    let mut accept = Accept::default();
    for value in headers.get_all(ACCEPT) {
        // As nearly all have it.
        if value == "application/json, text/event-stream" {
            accept.json = true;
            accept.events = true;
            continue;
        }
        for range in value.to_str().unwrap_or_default().split(',') {
            accept.add(range);
        }
    }
    accept
}

impl Accept {
    fn add(&mut self, range: &str) {
        let mut parts = range.split(';');
        let kind = parts.next().unwrap_or_default();
        if parts.any(is_unwanted) {
            return;
        }
        if is(kind, "application/json") {
            self.json = true;
        } else if is(kind, "text/event-stream") || is(kind, "text/*") {
            self.events = true;
        } else if is(kind, "application/*") {
            self.json = true;
            self.any_application = true;
        } else if is(kind, "*/*") {
            *self = Self { json: true, events: true, any_application: true };
        }
    }
}

/// `q=0`, also `q=0.000`.
fn is_unwanted(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    is(name, "q") && value.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0)
}

fn is(text: &str, expected: &str) -> bool {
    text.trim_matches([' ', '\t']).eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepted(value: &'static str) -> (bool, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(value));
        let accept = accept(&headers);
        (accept.json, accept.events)
    }

    #[test]
    fn ranges_and_weights_are_understood() {
        assert_eq!(accepted("application/json, text/event-stream"), (true, true));
        assert_eq!(accepted("Application/JSON;q=0.5,text/*"), (true, true));
        assert_eq!(accepted("*/*"), (true, true));
        assert_eq!(accepted("application/*"), (true, false));
        assert_eq!(accepted("application/json, text/event-stream;q=0.0"), (true, false));
        assert_eq!(accepted("application/jsonx"), (false, false));
    }

    #[test]
    fn only_json_is_json() {
        let json = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            is_json(&headers)
        };
        assert!(json("application/json"));
        assert!(json("application/json; charset=UTF-8"));
        assert!(json("Application/Json ;profile=x"));
        assert!(!json("application/json;charset=utf-16"));
        assert!(!json("application/jsonx"));
        assert!(!json("application/json-evil"));
        assert!(!json("text/plain"));
        assert!(!is_json(&HeaderMap::new()));
    }
}
