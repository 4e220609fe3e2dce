//! What a server's process writes to standard error: its end is kept, its lines are passed on.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is kept.
const TAIL: usize = 64 * 1024;
/// Longer lines are passed on in pieces.
const LONGEST: usize = 8 * 1024;

/// Who wants to see the lines.
#[derive(Clone)]
pub(super) struct OnLine(Arc<dyn Fn(&str) + Send + Sync>);

impl OnLine {
    pub(super) fn new(handler: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(handler))
    }

    fn call(&self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        // The process must be read on, or it stands still.
        if catch_unwind(AssertUnwindSafe(|| (self.0)(&line))).is_err() {
            tracing::error!("the handler of a server's standard error panicked");
        }
    }
}

impl fmt::Debug for OnLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnLine").finish_non_exhaustive()
    }
}

/// The end of what was written.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<u8>>>);

impl Tail {
    pub(super) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (front, back) = bytes.as_slices();
        String::from_utf8_lossy(&[front, back].concat()).into_owned()
    }

    fn push(&self, bytes: &[u8]) {
        let mut tail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(bytes);
        let excess = tail.len().saturating_sub(TAIL);
        tail.drain(..excess);
    }
}

/// Reads until the end, however much it is.
pub(super) async fn drain(mut pipe: impl AsyncRead + Unpin, tail: Tail, on_line: Option<OnLine>) {
    let mut chunk = vec![0; 8 * 1024];
    let mut line = Vec::new();
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let bytes = chunk.get(..count).unwrap_or_default();
        tail.push(bytes);
        if let Some(on_line) = &on_line {
            split(&mut line, bytes, on_line);
        }
    }
    if let Some(on_line) = on_line
        && !line.is_empty()
    {
        on_line.call(&line);
    }
}

/// Passes on every line that is whole now; the rest stays in `line`.
fn split(line: &mut Vec<u8>, bytes: &[u8], on_line: &OnLine) {
    for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
        line.extend_from_slice(piece);
        if line.ends_with(b"\n") {
            let end = line.trim_ascii_end().len();
            on_line.call(line.get(..end).unwrap_or_default());
            line.clear();
        } else if line.len() >= LONGEST {
            let end = whole(line);
            on_line.call(line.get(..end).unwrap_or_default());
            line.drain(..end);
        }
    }
}

/// How much of a piece can go without splitting a character.
fn whole(piece: &[u8]) -> usize {
    match str::from_utf8(piece) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => piece.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(input: &[u8]) -> (Vec<String>, String) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let tail = Tail::default();
        let into = Arc::clone(&seen);
        let on_line = OnLine::new(move |line| {
            into.lock().unwrap().push(line.to_owned());
            assert_ne!(line, "panic", "as it says");
        });
        drain(input, tail.clone(), Some(on_line)).await;
        let seen = seen.lock().unwrap().clone();
        (seen, tail.text())
    }

    #[tokio::test]
    async fn lines_are_passed_on_even_if_their_handler_panics() {
        let (seen, tail) = lines(b"one\r\n\npanic\nlast").await;
        assert_eq!(seen, ["one", "", "panic", "last"]);
        assert_eq!(tail, "one\r\n\npanic\nlast");
    }

    #[tokio::test]
    async fn endless_lines_come_in_pieces_and_only_the_end_is_kept() {
        let text = "ä".repeat(100_000);
        let (seen, tail) = lines(text.as_bytes()).await;
        assert_eq!(seen.concat(), text, "no character is split");
        assert!(seen.iter().all(|piece| piece.len() <= 2 * LONGEST));
        assert_eq!(tail.len(), TAIL);
    }
}
