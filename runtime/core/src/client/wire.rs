//! The two tasks behind a client: one reads, one writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use toolwright_spec::{ErrorObject, ProgressNotificationParams, ProgressToken, RequestId};

use super::error::ClientError;
use super::waiting::Waiting;
use crate::error::ProtocolError;
use crate::frame::{self, Answer, Line, Lines, Message};
use crate::limits::Limits;

/// Messages on their way to the writer.
const QUEUE: usize = 64;
/// So many lines of garbage in a row are no server.
const GARBAGE: usize = 1000;

/// A connection, shared between a client and its tasks.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) waiting: Waiting,
    pub(super) limits: Limits,
    /// The server belongs to the era in which it may ask, and is owed answers.
    pub(super) answers: AtomicBool,
}

/// Starts both tasks. They end when the server closes its side, or when all senders are gone.
pub(super) fn start<R, W>(wire: &Arc<Wire>, reader: R, writer: W) -> mpsc::Sender<Vec<u8>>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let (outgoing, queue) = mpsc::channel(QUEUE);
    tokio::spawn(write(Arc::clone(wire), writer, queue));
    tokio::spawn(read(Arc::clone(wire), reader, outgoing.downgrade()));
    outgoing
}

async fn write<W: AsyncWrite + Unpin>(
    wire: Arc<Wire>,
    mut writer: W,
    mut queue: mpsc::Receiver<Vec<u8>>,
) {
    while let Some(mut bytes) = queue.recv().await {
        while let Ok(more) = queue.try_recv() {
            bytes.extend_from_slice(&more);
        }
        let written = async {
            writer.write_all(&bytes).await?;
            writer.flush().await
        };
        if let Err(error) = written.await {
            tracing::debug!(%error, "the server does not read any more");
            break;
        }
    }
    wire.waiting.close();
    // Asks the server to stop. It may have done so already.
    let _ = writer.shutdown().await;
}

async fn read<R: AsyncRead + Unpin>(
    wire: Arc<Wire>,
    mut reader: R,
    outgoing: mpsc::WeakSender<Vec<u8>>,
) {
    let mut lines = Lines::new(wire.limits.line_bytes);
    let mut garbage = 0;
    while let Ok(count @ 1..) = reader.read(lines.room()).await {
        lines.filled(count);
        while let Some(line) = lines.next() {
            if receive(&wire, &line, &outgoing) {
                garbage = 0;
            } else {
                garbage += 1;
            }
        }
        if garbage >= GARBAGE {
            tracing::error!("the server sends nothing but garbage");
            break;
        }
    }
    wire.waiting.close();
}

/// Takes in a line; whether it was a message.
fn receive(wire: &Wire, line: &Line<'_>, outgoing: &mpsc::WeakSender<Vec<u8>>) -> bool {
    let text = match line {
        Line::Text(text) => text,
        Line::TooLong(id) => {
            let what = format!("a line of more than {} bytes", wire.limits.line_bytes);
            if let Some(id) = id {
                wire.waiting.answer(id, Err(ClientError::TooLarge { what }));
            }
            return true;
        }
    };
    match frame::parse(text, &wire.limits) {
        Message::Response { id, answer } => response(wire, id.as_ref(), &answer),
        Message::Notification { method, params } => {
            if method == "notifications/progress" {
                progress(wire, params);
            }
        }
        Message::Request { id, method, .. } => request(wire, &id, &method, outgoing),
        Message::Batch(messages) if !messages.is_empty() => {
            return messages.iter().all(|message| receive(wire, &Line::Text(message), outgoing));
        }
        Message::Batch(_) | Message::Invalid { .. } | Message::Ignored => {
            tracing::debug!("a line that is no message");
            return false;
        }
    }
    true
}

fn response(wire: &Wire, id: Option<&RequestId>, answer: &Answer<'_>) {
    let answer = match answer {
        Answer::Result(text) => {
            RawValue::from_string((*text).to_owned()).map_err(ClientError::invalid)
        }
        Answer::Error(text) => match toolwright_spec::from_str::<ErrorObject>(text) {
            Ok(error) => Err(ClientError::Peer(error.into())),
            Err(error) => Err(ClientError::invalid(error.below("/error"))),
        },
        Answer::Unusable(reason) => Err(ClientError::invalid(reason)),
    };
    match (id, answer) {
        (Some(id), answer) => wire.waiting.answer(id, answer),
        (None, Err(ClientError::Peer(error))) => {
            wire.waiting.answer_only(ClientError::Unattributed(error));
        }
        (None, _) => tracing::debug!("an answer without an id"),
    }
}

fn progress(wire: &Wire, params: Option<&str>) {
    let params = params
        .and_then(|params| toolwright_spec::from_str::<ProgressNotificationParams>(params).ok());
    if let Some(ProgressToken::Number(id)) = params.map(|params| params.progress_token) {
        wire.waiting.progress(id);
    }
}

/// Servers of sessions may ask. This client offers nothing, but a ping it answers.
fn request(wire: &Wire, id: &RequestId, method: &str, outgoing: &mpsc::WeakSender<Vec<u8>>) {
    if !wire.answers.load(Ordering::Relaxed) {
        tracing::debug!(method, "a request from a server that must not send any");
        return;
    }
    let mut out = Vec::new();
    if method == "ping" {
        let _ = frame::write_result(&mut out, id, |out| {
            out.extend_from_slice(b"{}");
            Ok::<(), ProtocolError>(())
        });
    } else {
        frame::write_error(&mut out, Some(id), &ProtocolError::method_not_found(method));
    }
    if let Some(outgoing) = outgoing.upgrade() {
        // A server that asks without reading answers gets none.
        let _ = outgoing.try_send(out);
    }
}
