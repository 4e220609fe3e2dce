//! Reads what cannot be polled, in a thread of its own.

use std::fs::File;
use std::io::{self, Read};
use std::task::{Context, Poll, ready};

use tokio::io::ReadBuf;
use tokio::sync::mpsc;

const CHUNK: usize = 64 * 1024;

/// The end that is read from. The thread ends at the end of the file, or with the process: unlike
/// tokio's own it does not keep the runtime from shutting down.
pub(super) struct Reader {
    chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
    current: Vec<u8>,
    taken: usize,
}

impl Reader {
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        let (sender, chunks) = mpsc::channel(1);
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = file.read(&mut chunk).map(|count| {
                    chunk.truncate(count);
                    chunk
                });
                let over = read.as_ref().map_or(true, Vec::is_empty);
                if sender.blocking_send(read).is_err() || over {
                    return;
                }
            }
        })?;
        Ok(Self { chunks, current: Vec::new(), taken: 0 })
    }

    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.taken >= self.current.len() {
            match ready!(self.chunks.poll_recv(cx)) {
                Some(chunk) => self.current = chunk?,
                None => return Poll::Ready(Ok(())),
            }
            self.taken = 0;
        }
        let rest = self.current.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..count).unwrap_or_default());
        self.taken += count;
        Poll::Ready(Ok(()))
    }
}
