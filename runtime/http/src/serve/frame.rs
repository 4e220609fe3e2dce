//! Server-Sent Events, written.

use std::time::Duration;

use bytes::Bytes;
use toolwright_core::server::transport::Event;

/// When a client that lost a stream had better come back.
pub(super) const RETRY: Duration = Duration::from_secs(1);

/// The messages of an event, each JSON on one line.
pub(super) fn messages(event: &Event) -> impl Iterator<Item = &[u8]> {
    let lines = match event {
        Event::Notices(lines) => lines.as_slice(),
        Event::Answer(answer) => answer.text.as_slice(),
        Event::Pause(_) => &[],
    };
    lines.split(|byte| *byte == b'\n').filter(|message| !message.is_empty())
}

/// One message, with an id to resume at if there is one.
pub(super) fn event(id: Option<&str>, message: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(message.len() + 64);
    write(&mut out, id, message);
    out.into()
}

/// Several messages.
pub(super) fn events(event: &Event) -> Bytes {
    let mut out = Vec::new();
    for message in messages(event) {
        out.reserve(message.len() + 64);
        write(&mut out, None, message);
    }
    out.into()
}

/// An event that only says where to resume, and when.
pub(super) fn empty(id: &str, retry: Duration) -> Bytes {
    format!("id: {id}\nretry: {}\ndata:\n\n", retry.as_millis()).into()
}

/// Says where messages go.
pub(super) fn endpoint(uri: &str) -> Bytes {
    format!("event: endpoint\ndata: {uri}\n\n").into()
}

/// Nothing but a sign of life.
pub(super) fn comment() -> Bytes {
    Bytes::from_static(b":\n\n")
}

fn write(out: &mut Vec<u8>, id: Option<&str>, message: &[u8]) {
    if let Some(id) = id {
        out.extend_from_slice(b"id: ");
        out.extend_from_slice(id.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"event: message\ndata: ");
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n");
}
