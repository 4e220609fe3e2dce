//! The standard streams where descriptors cannot be moved about. Stray prints are not diverted
//! here.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

/// Starts reading standard input.
pub(super) fn claim() -> io::Result<(Input, Output)> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::Builder::new().name("stdin".into()).spawn(move || {
        loop {
            let mut line = String::new();
            let over = !io::stdin().read_line(&mut line).is_ok_and(|count| count > 0);
            if over || sender.blocking_send(line.into_bytes()).is_err() {
                return;
            }
        }
    })?;
    Ok((Input { lines, current: Vec::new() }, Output))
}

/// Where messages come from.
pub(super) struct Input {
    lines: mpsc::Receiver<Vec<u8>>,
    current: Vec<u8>,
}

/// Where messages go.
pub(super) struct Output;

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.current.is_empty() {
            match self.lines.poll_recv(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(line) => self.current = line.unwrap_or_default(),
            }
        }
        let count = self.current.len().min(buffer.remaining());
        let taken: Vec<u8> = self.current.drain(..count).collect();
        buffer.put_slice(&taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(io::stdout().write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(io::stdout().flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
