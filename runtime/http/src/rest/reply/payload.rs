//! The content of a successful response, by what was declared and what came.

use http::StatusCode;
use http::header::CONTENT_RANGE;
use serde_json::value::RawValue;

use super::super::descriptor::Reply;
use super::super::json::compact;
use super::super::media::{self, Kind};
use super::super::received::Received;
use super::super::redact::{redact_json, redact_text};
use super::super::stream::Stream;
use super::super::text::{self, Text};
use super::super::trim;
use super::headers;
use crate::secret::Secret;

/// Bytes with their media type, as an upstream sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// Media type without parameters, lower case; `application/octet-stream` if none was sent.
    pub media_type: String,
    /// The bytes, at most [`Limits::reply`](super::super::Limits::reply) of them.
    pub bytes: Vec<u8>,
}

/// What came.
#[derive(Debug)]
pub(crate) enum Payload {
    /// No content.
    Empty,
    /// JSON without white space between its tokens, so that it fits on one line.
    Json(Box<RawValue>),
    Text(String),
    Binary(Binary),
}

/// What came, and what is to be said about it.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) payload: Payload,
    /// That it isn't what the description of the API promises.
    pub(crate) note: Option<String>,
    /// What else there is to say: that it is a part, for instance.
    pub(crate) remarks: Vec<String>,
}

impl Read {
    pub(crate) fn new(payload: Payload, note: Option<String>) -> Self {
        Self { payload, note, remarks: Vec::new() }
    }

    /// Cuts what is too long for a model.
    pub(crate) fn trim(&mut self, limit: usize) {
        let remark = match &mut self.payload {
            Payload::Json(json) => trim::json(json, limit).map(|(short, remark)| {
                *json = short;
                remark
            }),
            Payload::Text(text) => trim::text(text, limit).map(|(short, remark)| {
                *text = short;
                remark
            }),
            Payload::Empty | Payload::Binary(_) => None,
        };
        self.remarks.extend(remark);
    }
}

impl Read {
    /// The same without secrets that the service repeats, for example in links to further pages.
    pub(crate) fn without(mut self, secrets: &[Secret]) -> Self {
        let remarks = std::mem::take(&mut self.remarks);
        self.remarks = remarks.into_iter().map(|text| redact_text(text, secrets)).collect();
        self.payload = match self.payload {
            Payload::Text(text) => Payload::Text(redact_text(text, secrets)),
            Payload::Json(json) => {
                let shown = redact_json(json.get(), secrets);
                let shown = shown.and_then(|text| RawValue::from_string(text).ok());
                Payload::Json(shown.unwrap_or(json))
            }
            Payload::Binary(Binary { media_type, bytes }) => {
                let is_told = |text: &str| secrets.iter().any(|secret| secret.is_in(text));
                let bytes = match std::str::from_utf8(&bytes) {
                    Ok(text) if is_told(text) => redact_text(text.to_owned(), secrets).into_bytes(),
                    _ => bytes,
                };
                Payload::Binary(Binary { media_type, bytes })
            }
            Payload::Empty => Payload::Empty,
        };
        self
    }
}

/// Reads a successful response. Lenient: the media type that came counts, and what isn't what
/// it claims to be is passed on as text, with a note.
///
/// Items of an event stream are the events themselves if `events`.
pub(crate) fn read(declared: Reply, events: bool, received: Received) -> Read {
    if let Some(stream) = &received.stream {
        return folded(declared, events, stream);
    }
    let range = received.headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    let remark = range.filter(|_| received.status == StatusCode::PARTIAL_CONTENT).map(|range| {
        let range: String = range.chars().take(80).collect();
        format!("This is a part of the content: {range}.")
    });
    let mut read = whole(declared, received);
    read.remarks.extend(remark);
    read
}

fn folded(declared: Reply, events: bool, stream: &Stream) -> Read {
    let mut read = match (declared, RawValue::from_string(stream.json(events))) {
        (Reply::Json { .. }, Ok(json)) => Read::new(Payload::Json(json), None),
        _ if stream.is_empty() => Read::new(Payload::Empty, None),
        _ => Read::new(Payload::Text(stream.text()), None),
    };
    read.remarks.extend(stream.note());
    read
}

fn whole(declared: Reply, received: Received) -> Read {
    let content_type = received.content_type.unwrap_or_default();
    let essence = media::essence(&content_type);
    let body = received.body;
    if body.is_empty() {
        let is_meant = matches!(received.status.as_u16(), 204 | 205);
        let note = (declared != Reply::Empty && !is_meant)
            .then_some("The response has no content, though the API's description promises some.");
        let mut read = Read::new(Payload::Empty, note.map(str::to_owned));
        read.remarks.extend(headers::told(&received.headers));
        return read;
    }
    let kind = if essence.is_empty() { implied(declared, &body) } else { media::kind(&essence) };
    match kind {
        Kind::Json => json(text::read(body, &content_type, true)),
        Kind::Text => {
            let text = text::read(body, &content_type, false);
            match declared {
                Reply::Json { .. } => mislabelled(text, &essence),
                _ => plain(text),
            }
        }
        Kind::Binary if is_unlabelled_json(declared, &essence, &body) => {
            json(text::read(body, &content_type, true))
        }
        Kind::Binary if is_unlabelled_text(declared, &essence, &body) => {
            plain(text::read(body, &content_type, false))
        }
        Kind::Binary => {
            let note = matches!(declared, Reply::Json { .. } | Reply::Text).then(|| {
                format!("The response is {essence}, not what the API's description promises.")
            });
            let media_type =
                if essence.is_empty() { "application/octet-stream".to_owned() } else { essence };
            let binary = Binary { media_type, bytes: body };
            Read::new(Payload::Binary(binary), note)
        }
    }
}

/// How to read a body without media type.
fn implied(declared: Reply, body: &[u8]) -> Kind {
    match declared {
        Reply::Json { .. } => Kind::Json,
        Reply::Binary => Kind::Binary,
        Reply::Empty | Reply::Text if std::str::from_utf8(body).is_ok() => Kind::Text,
        Reply::Empty | Reply::Text => Kind::Binary,
    }
}

/// JSON from a server that labels nothing, or with a name of its own.
fn is_unlabelled_json(declared: Reply, essence: &str, body: &[u8]) -> bool {
    matches!(declared, Reply::Json { .. })
        && !is_seen_or_heard(essence)
        && serde_json::from_slice::<&RawValue>(body).is_ok()
}

/// Text of a media type that does not say that it is one, where the description promises text.
fn is_unlabelled_text(declared: Reply, essence: &str, body: &[u8]) -> bool {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c');
    declared == Reply::Text
        && (essence == "image/svg+xml" || !is_seen_or_heard(essence))
        && essence != "application/pdf"
        && std::str::from_utf8(body).is_ok_and(|text| !text.contains(is_control))
}

fn is_seen_or_heard(essence: &str) -> bool {
    ["image/", "audio/", "video/", "font/"].iter().any(|kind| essence.starts_with(kind))
}

fn json(Text { text, remark }: Text) -> Read {
    let mut read = match parsed(&text) {
        Some(json) => Read::new(Payload::Json(json), None),
        None => {
            let note = "The response claims to be JSON and is not; this is its text.";
            Read::new(Payload::Text(text), Some(note.to_owned()))
        }
    };
    read.remarks.extend(remark);
    read
}

/// Text where JSON was promised: many servers send JSON under a wrong label.
fn mislabelled(text: Text, essence: &str) -> Read {
    let looks_like_json = text.text.trim_start().starts_with(['{', '[']);
    if looks_like_json && parsed(&text.text).is_some() {
        return json(text);
    }
    let mut read = plain(text);
    let note =
        format!("The response is {essence}, not the JSON that the API's description promises.");
    read.note = Some(note);
    read
}

fn parsed(text: &str) -> Option<Box<RawValue>> {
    serde_json::from_str::<&RawValue>(text).ok()?;
    RawValue::from_string(compact(text)).ok()
}

fn plain(Text { text, remark }: Text) -> Read {
    let mut read = Read::new(Payload::Text(text), None);
    read.remarks.extend(remark);
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(declared: Reply, content_type: &str, body: &[u8]) -> Read {
        let received = Received {
            status: StatusCode::OK,
            headers: http::HeaderMap::new(),
            content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
            body: body.to_vec(),
            ..Received::default()
        };
        read(declared, false, received)
    }

    const JSON: Reply = Reply::Json { wrapped: false };

    #[test]
    fn json_keeps_its_digits_and_loses_its_line_breaks() {
        for content_type in ["application/json", "application/hal+json;v=1", "text/plain", ""] {
            let read = came(JSON, content_type, b"\xef\xbb\xbf{\n \"n\": 1.10\r\n}");
            match read.payload {
                Payload::Json(json) => assert_eq!(json.get(), r#"{"n":1.10}"#),
                other => panic!("{content_type}: {other:?}"),
            }
            assert_eq!(read.note, None);
        }
    }

    #[test]
    fn what_is_no_json_is_text_with_a_note() {
        for (content_type, body) in [
            ("application/json", &b"<html>oops"[..]),
            ("application/json", b"{\"a\":"),
            ("text/html", b"<html>"),
        ] {
            let read = came(JSON, content_type, body);
            assert!(matches!(read.payload, Payload::Text(_)), "{content_type}");
            assert!(read.note.unwrap().contains("JSON"));
        }
    }

    #[test]
    fn bytes_keep_their_media_type() {
        let read = came(Reply::Binary, "Image/PNG; x=y", b"\x89PNG");
        match read.payload {
            Payload::Binary(binary) => assert_eq!(binary.media_type, "image/png"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(came(Reply::Binary, "", b"\xff").payload, Payload::Binary(_)));
    }

    #[test]
    fn json_without_a_label_is_json() {
        let read = came(JSON, "application/octet-stream", b"[1]");
        assert!(matches!(read.payload, Payload::Json(_)));
        let read = came(JSON, "application/octet-stream", b"\x00\x01");
        assert!(matches!(read.payload, Payload::Binary(_)));
    }

    #[test]
    fn text_is_decoded() {
        match came(Reply::Text, "text/plain; charset=ISO-8859-1", b"caf\xe9").payload {
            Payload::Text(text) => assert_eq!(text, "café"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(came(Reply::Empty, "", b"").payload, Payload::Empty));
        assert!(came(JSON, "", b"").note.is_some());
    }

    #[test]
    fn labels_of_all_kinds_are_forgiven() {
        for (declared, essence, body, is_text) in [
            (JSON, "application/x-json", &b"{}"[..], false),
            (JSON, "application/vnd.shop.v2", b"{}", false),
            (Reply::Text, "application/jwt", b"a.b.c", true),
            (Reply::Text, "application/x-custom", b"a b\n", true),
            (Reply::Text, "image/svg+xml", b"<svg/>", true),
            (Reply::Binary, "application/sql", b"select 1", true),
        ] {
            let read = came(declared, essence, body);
            assert_eq!(read.note, None, "{essence}");
            let found = matches!(read.payload, Payload::Text(_));
            assert_eq!(found, is_text, "{essence}: {:?}", read.payload);
            assert!(!matches!(read.payload, Payload::Binary(_)), "{essence}");
        }
        for (declared, essence, body) in [
            (JSON, "image/png", &b"1"[..]),
            (Reply::Text, "application/x-custom", b"\0"),
            (Reply::Text, "image/png", b"a"),
            (Reply::Text, "application/pdf", b"%PDF"),
            (Reply::Binary, "image/svg+xml", b"<svg/>"),
        ] {
            let read = came(declared, essence, body);
            assert!(matches!(read.payload, Payload::Binary(_)), "{essence}");
        }
    }

    #[test]
    fn secrets_that_come_back_are_left_out_and_nothing_else() {
        let secrets = [Secret::new("1234567")];
        let shown = |content_type: &str, body: &str| match came(JSON, content_type, body.as_bytes())
            .without(&secrets)
            .payload
        {
            Payload::Json(json) => json.get().to_owned(),
            Payload::Binary(binary) => String::from_utf8(binary.bytes).unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            shown("application/json", r#"{"shop":1234567,"url":"?k=1234567"}"#),
            r#"{"shop":"[redacted]","url":"?k=[redacted]"}"#
        );
        assert_eq!(shown("image/svg+xml", "<a>1234567</a>"), "<a>[redacted]</a>");
    }
}
