//! The content of a successful response, by what was declared and what came.

use http::StatusCode;
use http::header::CONTENT_RANGE;
use serde_json::value::RawValue;

use super::super::descriptor::Reply;
use super::super::json::compact;
use super::super::media::{self, Kind};
use super::super::received::Received;
use super::super::stream::Stream;
use super::super::trim;
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
        let redact = |text| secrets.iter().fold(text, |text, secret| secret.redact(text));
        self.payload = match self.payload {
            Payload::Text(text) => Payload::Text(redact(text)),
            Payload::Json(json) if secrets.iter().any(|secret| secret.is_in(json.get())) => {
                let text = redact(json.get().to_owned());
                match RawValue::from_string(text) {
                    Ok(json) => Payload::Json(json),
                    Err(_) => Payload::Empty,
                }
            }
            other => other,
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
        _ => plain(stream.text()),
    };
    read.remarks.extend(stream.note());
    read
}

fn whole(declared: Reply, received: Received) -> Read {
    let content_type = received.content_type.unwrap_or_default();
    let essence = media::essence(&content_type);
    if received.body.is_empty() {
        let note = (declared != Reply::Empty && received.status.as_u16() != 204)
            .then_some("The response has no content, though the API's description promises some.");
        return Read::new(Payload::Empty, note.map(str::to_owned));
    }
    let kind =
        if essence.is_empty() { implied(declared, &received.body) } else { media::kind(&essence) };
    match kind {
        Kind::Json => json(text(received.body, "")),
        Kind::Text => {
            let text = text(received.body, &content_type);
            match declared {
                Reply::Json { .. } => mislabelled(text, &essence),
                _ => plain(text),
            }
        }
        Kind::Binary if unlabelled_json(declared, &essence, &received.body) => {
            json(text(received.body, ""))
        }
        Kind::Binary => {
            let note = matches!(declared, Reply::Json { .. } | Reply::Text).then(|| {
                format!("The response is {essence}, not what the API's description promises.")
            });
            let media_type =
                if essence.is_empty() { "application/octet-stream".to_owned() } else { essence };
            let binary = Binary { media_type, bytes: received.body };
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

/// JSON from a server that labels nothing.
fn unlabelled_json(declared: Reply, essence: &str, body: &[u8]) -> bool {
    matches!(declared, Reply::Json { .. })
        && essence == "application/octet-stream"
        && serde_json::from_slice::<&RawValue>(body).is_ok()
}

fn json(text: String) -> Read {
    match parsed(&text) {
        Some(json) => Read::new(Payload::Json(json), None),
        None => {
            let note = "The response claims to be JSON and is not; this is its text.";
            Read::new(Payload::Text(text), Some(note.to_owned()))
        }
    }
}

/// Text where JSON was promised: many servers send JSON under a wrong label.
fn mislabelled(text: String, essence: &str) -> Read {
    let looks_like_json = text.trim_start().starts_with(['{', '[']);
    match parsed(&text).filter(|_| looks_like_json) {
        Some(json) => Read::new(Payload::Json(json), None),
        None => {
            let note = format!(
                "The response is {essence}, not the JSON that the API's description promises."
            );
            Read::new(Payload::Text(text), Some(note))
        }
    }
}

fn parsed(text: &str) -> Option<Box<RawValue>> {
    serde_json::from_str::<&RawValue>(text).ok()?;
    RawValue::from_string(compact(text)).ok()
}

fn plain(text: String) -> Read {
    Read::new(Payload::Text(text), None)
}

/// The text of a body: UTF-8, or Latin-1 where it says so; a byte order mark is dropped.
fn text(body: Vec<u8>, content_type: &str) -> String {
    let latin = matches!(
        media::parameter(content_type, "charset").as_deref(),
        Some("iso-8859-1" | "latin1" | "windows-1252")
    );
    if latin {
        return body.into_iter().map(char::from).collect();
    }
    let text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
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
}
