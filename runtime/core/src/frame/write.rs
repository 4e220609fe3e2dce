//! Messages as lines.

use std::io;
use std::ops::Range;

use serde::Serialize;
use toolwright_spec::RequestId;

use crate::error::ProtocolError;

/// Appends a request.
pub(crate) fn write_request(
    out: &mut Vec<u8>,
    id: &RequestId,
    method: &str,
    params: &impl Serialize,
) {
    line(out, |out| {
        out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
        serde_json::to_writer(&mut *out, id)?;
        method_and_params(out, method, params)
    });
}

/// Appends a request whose parameters, an object, are appended by `params`; says where they stand.
pub(crate) fn write_call(
    out: &mut Vec<u8>,
    id: i64,
    method: &str,
    params: impl FnOnce(&mut Vec<u8>),
) -> Range<usize> {
    let start = out.len();
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    write_id(out, &RequestId::Number(id));
    out.extend_from_slice(b",\"method\":");
    // A string can always be written.
    let _ = serde_json::to_writer(&mut *out, method);
    out.extend_from_slice(b",\"params\":");
    let from = out.len();
    params(out);
    let written = from..out.len();
    out.push(b'}');
    on_one_line(out, start);
    out.push(b'\n');
    written
}

/// Appends a notification.
pub(crate) fn write_notification(out: &mut Vec<u8>, method: &str, params: &impl Serialize) {
    line(out, |out| {
        out.extend_from_slice(b"{\"jsonrpc\":\"2.0\"");
        method_and_params(out, method, params)
    });
}

/// Appends a response whose result, a JSON value on one line, is appended by `result`.
///
/// # Errors
/// Those of `result`; nothing is appended then.
pub(crate) fn write_result<E>(
    out: &mut Vec<u8>,
    id: &RequestId,
    result: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.len();
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    write_id(out, id);
    out.extend_from_slice(b",\"result\":");
    if let Err(error) = result(out) {
        out.truncate(start);
        return Err(error);
    }
    on_one_line(out, start);
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// Appends an error response; without an id where none could be read.
pub(crate) fn write_error(out: &mut Vec<u8>, id: Option<&RequestId>, error: &ProtocolError) {
    #[derive(Serialize)]
    struct Object<'a> {
        code: i64,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a toolwright_spec::RawJson>,
    }
    line(out, |out| {
        out.extend_from_slice(b"{\"jsonrpc\":\"2.0\"");
        if let Some(id) = id {
            out.extend_from_slice(b",\"id\":");
            write_id(out, id);
        }
        out.extend_from_slice(b",\"error\":");
        let object = Object { code: error.code(), message: error.message(), data: error.data() };
        serde_json::to_writer(&mut *out, &object)?;
        out.push(b'}');
        Ok(())
    });
}

/// More was written than may be.
#[derive(Debug, thiserror::Error)]
#[error("larger than {0} bytes")]
pub(crate) struct TooLarge(pub(crate) usize);

/// Appends `value` as JSON if it takes at most `limit` bytes.
///
/// # Errors
/// It is larger, or cannot be written as JSON. Something may have been appended.
pub(crate) fn write_bounded(
    out: &mut Vec<u8>,
    value: &impl Serialize,
    limit: usize,
) -> serde_json::Result<()> {
    serde_json::to_writer(Bounded { out, left: limit, limit }, value)
}

struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
    limit: usize,
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or_else(|| io::Error::other(TooLarge(self.limit)))?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Integers are nearly all ids there are.
fn write_id(out: &mut Vec<u8>, id: &RequestId) {
    // A string or an integer can always be written.
    let _ = match id {
        RequestId::Number(number) => serde_json::to_writer(out, number),
        _ => serde_json::to_writer(out, id),
    };
}

fn method_and_params(
    out: &mut Vec<u8>,
    method: &str,
    params: &impl Serialize,
) -> serde_json::Result<()> {
    out.extend_from_slice(b",\"method\":");
    serde_json::to_writer(&mut *out, method)?;
    out.extend_from_slice(b",\"params\":");
    serde_json::to_writer(&mut *out, params)?;
    out.push(b'}');
    Ok(())
}

/// Raw JSON of users may have line ends between its tokens, the only place where JSON has them.
fn on_one_line(out: &mut [u8], start: usize) {
    let message = out.get_mut(start..).unwrap_or_default();
    if memchr::memchr2(b'\n', b'\r', message).is_some() {
        for byte in message.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
    }
}

/// A whole line or nothing.
fn line(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>) {
    let start = out.len();
    match write(out) {
        Ok(()) => {
            on_one_line(out, start);
            out.push(b'\n');
        }
        Err(error) => {
            tracing::error!(%error, "a message could not be written as JSON");
            out.truncate(start);
        }
    }
}
