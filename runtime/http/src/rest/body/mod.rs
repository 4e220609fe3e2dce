//! Request bodies.

mod file;
mod form;
mod multipart;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::descriptor::{Body, BodyKind};
use super::error::CallError;
use super::json::{compact, plain};
use super::media::{essence, parameter};

pub(crate) use form::pairs;

/// A body ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// Writes the body's argument in its media type.
pub(crate) fn encode(body: &Body, value: &RawValue) -> Result<Encoded, CallError> {
    let refuse = |error: serde_json::Error| CallError::refused(&body.argument, error.to_string());
    let (content_type, bytes) = match body.kind {
        BodyKind::Json => {
            (specific(&body.media_type, "application/json"), Bytes::from(compact(value.get())))
        }
        BodyKind::Form => (
            specific(&body.media_type, "application/x-www-form-urlencoded"),
            Bytes::from(form::encode(body, value)?),
        ),
        BodyKind::Multipart => multipart::encode(body, value)?,
        BodyKind::Lines => (body.media_type.clone(), Bytes::from(lines(body, value)?)),
        BodyKind::Text => {
            let text = plain(value).map_err(refuse)?;
            let content_type = specific(&body.media_type, "text/plain");
            let content_type = if text.is_ascii() { content_type } else { utf8(&content_type) };
            (content_type, Bytes::from(text))
        }
        BodyKind::Binary => {
            let text = plain(value).map_err(refuse)?;
            let file = file::read(&text).ok_or_else(|| CallError::no_base64(&body.argument))?;
            let range = essence(&body.media_type);
            let prefix = range.split('*').next().unwrap_or_default();
            let usual = file.content_type.filter(|given| essence(given).starts_with(prefix));
            let usual = usual.as_deref().unwrap_or("application/octet-stream");
            (specific(&body.media_type, usual), Bytes::from(file.bytes))
        }
    };
    Ok(Encoded { content_type, bytes })
}

/// A media type that says that its text is UTF-8, as all text that is sent.
fn utf8(media_type: &str) -> String {
    if parameter(media_type, "charset").is_some_and(|charset| charset == "utf-8") {
        return media_type.to_owned();
    }
    let is_charset = |one: &str| {
        one.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("charset"))
    };
    let kept: Vec<&str> = media_type.split(';').filter(|one| !is_charset(one)).collect();
    format!("{}; charset=utf-8", kept.join(";").trim_end())
}

/// Items as JSON text, one on a line; JSON text sequences (RFC 7464) have a mark before each.
fn lines(body: &Body, value: &RawValue) -> Result<String, CallError> {
    let items: Vec<&RawValue> = serde_json::from_str(value.get())
        .map_err(|_| CallError::refused(&body.argument, "it has to be a list"))?;
    let mark = if essence(&body.media_type).ends_with("json-seq") { "\u{1e}" } else { "" };
    Ok(items.iter().map(|item| format!("{mark}{}\n", compact(item.get()))).collect())
}

/// The declared media type, unless it is a range.
fn specific(declared: &str, otherwise: &str) -> String {
    if essence(declared).contains('*') || declared.is_empty() {
        otherwise.to_owned()
    } else {
        declared.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(body: &str, value: &str) -> Result<(String, String), CallError> {
        let body: Body = serde_json::from_str(body).unwrap();
        let value: Box<RawValue> = serde_json::from_str(value).unwrap();
        let encoded = encode(&body, &value)?;
        let text = String::from_utf8_lossy(&encoded.bytes).into_owned();
        Ok((encoded.content_type, text))
    }

    #[test]
    fn json_keeps_numbers_as_they_are_written() {
        let body = r#"{"argument":"body","mediaType":"application/vnd.x+json","kind":"json"}"#;
        let (media_type, text) =
            encoded(body, "{\"n\": 12345678901234567890123.10,\n \"a\": [1]}").unwrap();
        assert_eq!(media_type, "application/vnd.x+json");
        assert_eq!(text, r#"{"n":12345678901234567890123.10,"a":[1]}"#);
    }

    #[test]
    fn text_says_its_charset_where_it_matters() {
        let body = r#"{"argument":"body","mediaType":"text/plain","kind":"text"}"#;
        assert_eq!(
            encoded(body, r#""a\nb""#).unwrap(),
            ("text/plain".to_owned(), "a\nb".to_owned())
        );
        assert_eq!(encoded(body, r#""é""#).unwrap().0, "text/plain; charset=utf-8");
        for (declared, said) in [
            (
                "text/csv; Charset=ISO-8859-1; header=present",
                "text/csv; header=present; charset=utf-8",
            ),
            ("text/xml;charset=UTF-8", "text/xml;charset=UTF-8"),
        ] {
            let body = body.replace("text/plain", declared);
            assert_eq!(encoded(&body, r#""é""#).unwrap(), (said.to_owned(), "é".to_owned()));
            assert_eq!(encoded(&body, r#""e""#).unwrap().0, declared);
        }
    }

    #[test]
    fn sequences_have_an_item_on_each_line() {
        let body = r#"{"argument":"body","mediaType":"application/jsonl","kind":"lines"}"#;
        assert_eq!(encoded(body, "[{\"a\": 1},\n2]").unwrap().1, "{\"a\":1}\n2\n");
        assert_eq!(encoded(body, "[]").unwrap().1, "");
        assert!(encoded(body, "{}").unwrap_err().to_string().contains("`body`"));
        let marked = body.replace("jsonl", "json-seq");
        assert_eq!(encoded(&marked, "[1]").unwrap().1, "\u{1e}1\n");
    }

    #[test]
    fn binary_bodies_are_base64() {
        let body = r#"{"argument":"cover","mediaType":"image/*","kind":"binary"}"#;
        assert_eq!(
            encoded(body, r#""aGk""#).unwrap(),
            ("application/octet-stream".to_owned(), "hi".to_owned())
        );
        assert_eq!(
            encoded(body, r#""data:image/png;base64,aGk=""#).unwrap(),
            ("image/png".to_owned(), "hi".to_owned())
        );
        let page = encoded(body, r#""data:text/html,hi""#).unwrap();
        assert_eq!(page.0, "application/octet-stream");
        let error = encoded(body, r#""not base64!""#).unwrap_err();
        assert!(error.to_string().contains("`cover`"), "{error}");
    }
}
