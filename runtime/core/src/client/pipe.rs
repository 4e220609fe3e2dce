//! A stream of bytes as a transport: one message per line, a task that reads and one that writes.
//!
//! Specification: `basic/transports/stdio`.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use super::error::ClientError;
use super::inbox::Inbox;
use super::transport::{Carrier, Outgoing, Transport};
use crate::BoxFuture;
use crate::frame::{Line, Lines};

/// Messages on their way to the writer.
const QUEUE: usize = 64;

/// What is done when the server does not read or write any more.
pub(super) type AtEnd = Arc<dyn Fn(&ClientError) + Send + Sync>;

/// The way to a server's input.
#[derive(Debug)]
pub(super) struct Pipe {
    /// `None` once the client does not send any more.
    outgoing: Mutex<Option<mpsc::Sender<Vec<u8>>>>,
}

impl Pipe {
    /// Starts both tasks. They end when the server closes its side, and when the pipe is closed
    /// or dropped. The end of the server is that of the client.
    pub(super) fn start<R, W>(inbox: Inbox, reader: R, writer: W) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let closing = inbox.clone();
        Self::start_with(inbox, reader, writer, Arc::new(move |error| closing.close(error)))
    }

    /// As [`Self::start`], for servers whose end is something else.
    pub(super) fn start_with<R, W>(inbox: Inbox, reader: R, writer: W, at_end: AtEnd) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (outgoing, queue) = mpsc::channel(QUEUE);
        tokio::spawn(write(Arc::clone(&at_end), writer, queue));
        tokio::spawn(read(inbox, at_end, reader));
        Self { outgoing: Mutex::new(Some(outgoing)) }
    }

    fn sender(&self) -> Option<mpsc::Sender<Vec<u8>>> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn queue(&self, message: Vec<u8>) -> Result<(), ClientError> {
        let sender = self.sender().ok_or_else(ClientError::closed)?;
        sender.send(message).await.map_err(|_| ClientError::closed())
    }
}

impl Transport for Pipe {
    fn request<'a>(&'a self, request: &'a Outgoing) -> BoxFuture<'a, Result<(), ClientError>> {
        Box::pin(self.queue(request.line().to_vec()))
    }

    fn send(&self, message: Vec<u8>) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(self.queue(message))
    }

    fn offer(&self, message: Vec<u8>) {
        if let Some(sender) = self.sender()
            && sender.try_send(message).is_err()
        {
            tracing::debug!("a message was left out: the server does not read");
        }
    }

    fn carrier(&self) -> Carrier {
        Carrier::Stream
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        *self.outgoing.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Box::pin(async {})
    }
}

async fn write<W: AsyncWrite + Unpin>(
    at_end: AtEnd,
    mut writer: W,
    mut queue: mpsc::Receiver<Vec<u8>>,
) {
    let end = End(Some(at_end));
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
    drop(end);
    // Asks the server to stop. It may have done so already.
    let _ = writer.shutdown().await;
}

async fn read<R: AsyncRead + Unpin>(inbox: Inbox, at_end: AtEnd, mut reader: R) {
    let mut ended = End(Some(at_end));
    let mut lines = Lines::new(inbox.limits().line_bytes);
    let end = loop {
        let Ok(count @ 1..) = reader.read(lines.room()).await else {
            break ClientError::closed();
        };
        lines.filled(count);
        let mut fatal = None;
        while let Some(line) = lines.next() {
            fatal = fatal.or(inbox.line(&line).err());
        }
        if let Some(error) = fatal {
            tracing::error!(%error, "this is no server");
            break error;
        }
    };
    ended.with(&end);
}

/// However a task ends, be it with its runtime or in a panic, nobody waits for it for ever.
struct End(Option<AtEnd>);

impl End {
    fn with(&mut self, error: &ClientError) {
        if let Some(at_end) = self.0.take() {
            at_end(error);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.with(&ClientError::closed());
    }
}

impl Inbox {
    /// Takes in a line; an error if the server is none.
    fn line(&self, line: &Line<'_>) -> Result<(), ClientError> {
        let shared = &self.0;
        match line {
            Line::Text(text) if self.receive(text) => shared.garbage.message(),
            Line::Text(text) => shared.garbage.line(text)?,
            Line::TooLong(id) => {
                let what = format!("a line of more than {} bytes", shared.limits.line_bytes);
                if let Some(id) = id {
                    shared.waiting.answer(id, Err(ClientError::TooLarge { what }));
                }
            }
        }
        Ok(())
    }
}
