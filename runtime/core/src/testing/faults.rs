//! Streams with faults.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// What is read from the stream below at once.
const CHUNK: usize = 4096;

/// What goes wrong on a stream of bytes. The same seed goes wrong in the same way.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::Server;
/// use toolwright_core::testing::{Faults, Pair};
///
/// # async fn run() -> toolwright_core::Result<()> {
/// // Every message twice, in pieces of at most 7 bytes, each up to 5 ms late.
/// let faults = Faults::seeded(42).twice(1.0).pieces(7).delays(Duration::from_millis(5));
/// let pair = Pair::of(Server::new("shop", "1.0.0")).to_client(faults);
/// let (client, _) = pair.connect().await?;
/// client.discover().await?;
///
/// // The connection is lost within the first answer.
/// let pair = Pair::of(Server::new("shop", "1.0.0")).to_client(Faults::seeded(1).cut_at(20));
/// assert!(pair.connect().await.is_err());
/// # Ok(())
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() { run().await.unwrap() }
/// ```
#[derive(Debug, Clone)]
pub struct Faults {
    random: Random,
    cut: Option<u64>,
    is_reset: bool,
    longest: Duration,
    pieces: usize,
    twice: f64,
}

impl Faults {
    /// Nothing goes wrong, until it is said what does.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            random: Random(seed),
            cut: None,
            is_reset: false,
            longest: Duration::ZERO,
            pieces: usize::MAX,
            twice: 0.0,
        }
    }

    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::seeded(0)
    }

    /// After so many bytes, the stream is at its end for who reads, and broken for who writes.
    #[must_use]
    pub fn cut_at(mut self, offset: u64) -> Self {
        (self.cut, self.is_reset) = (Some(offset), false);
        self
    }

    /// After so many bytes, the connection is reset.
    #[must_use]
    pub fn reset_at(mut self, offset: u64) -> Self {
        (self.cut, self.is_reset) = (Some(offset), true);
        self
    }

    /// Each piece comes up to so much later, by tokio's clock.
    #[must_use]
    pub fn delays(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Pieces of 1 to `most` bytes, as slow readers and small packets have them.
    #[must_use]
    pub fn pieces(mut self, most: usize) -> Self {
        self.pieces = most.max(1);
        self
    }

    /// So many of the lines, from 0 to 1, are read twice. It does nothing where one writes.
    #[must_use]
    pub fn twice(mut self, share: f64) -> Self {
        self.twice = share;
        self
    }

    /// A reader with these faults.
    pub fn reader<R: AsyncRead + Unpin>(self, inner: R) -> FaultyReader<R> {
        let (line, ready) = (Vec::new(), VecDeque::new());
        FaultyReader { inner, flow: Flow::new(self), line, ready, ended: false }
    }

    /// A writer with these faults.
    pub fn writer<W: AsyncWrite + Unpin>(self, inner: W) -> FaultyWriter<W> {
        FaultyWriter { inner, flow: Flow::new(self) }
    }
}

/// A reader with faults: [`Faults::reader`].
#[derive(Debug)]
pub struct FaultyReader<R> {
    inner: R,
    flow: Flow,
    /// The line that is not over, if lines matter.
    line: Vec<u8>,
    /// What may be read.
    ready: VecDeque<u8>,
    ended: bool,
}

impl<R> FaultyReader<R> {
    /// Takes in bytes; some lines twice.
    fn stage(&mut self, bytes: &[u8]) {
        if self.flow.faults.twice <= 0.0 {
            self.ready.extend(bytes);
            return;
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.ready.extend(&self.line);
                if self.flow.faults.random.share() < self.flow.faults.twice {
                    self.ready.extend(&self.line);
                }
                self.line.clear();
            }
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for FaultyReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.flow.is_cut() {
            return Poll::Ready(self.flow.end());
        }
        while self.ready.is_empty() && !self.ended {
            let mut chunk = [0; CHUNK];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                self.ended = true;
                let rest = std::mem::take(&mut self.line);
                self.ready.extend(rest);
            }
            self.stage(chunk.filled());
        }
        if self.ready.is_empty() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.flow.poll_delay(cx));
        let most = self.ready.len().min(buffer.remaining());
        let count = self.flow.piece(most);
        let piece: Vec<u8> = self.ready.drain(..count).collect();
        buffer.put_slice(&piece);
        self.flow.passed(count);
        Poll::Ready(Ok(()))
    }
}

/// A writer with faults: [`Faults::writer`].
#[derive(Debug)]
pub struct FaultyWriter<W> {
    inner: W,
    flow: Flow,
}

impl<W: AsyncWrite + Unpin> AsyncWrite for FaultyWriter<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.flow.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        ready!(self.flow.poll_delay(cx));
        let count = self.flow.piece(bytes.len());
        let bytes = bytes.get(..count).unwrap_or_default();
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.flow.passed(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// How bytes go by.
#[derive(Debug)]
struct Flow {
    faults: Faults,
    passed: u64,
    delay: Option<Pin<Box<Sleep>>>,
}

impl Flow {
    fn new(faults: Faults) -> Self {
        Self { faults, passed: 0, delay: None }
    }

    fn is_cut(&self) -> bool {
        self.faults.cut.is_some_and(|cut| self.passed >= cut)
    }

    /// What a reader sees at the cut.
    fn end(&self) -> io::Result<()> {
        if self.faults.is_reset { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }

    /// Waits before a piece, once.
    fn poll_delay(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.faults.longest.is_zero() {
            return Poll::Ready(());
        }
        let Faults { random, longest, .. } = &mut self.faults;
        let delay = self
            .delay
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(longest.mul_f64(random.share()))));
        ready!(delay.as_mut().poll(cx));
        self.delay = None;
        Poll::Ready(())
    }

    /// How many of `most` bytes go by now.
    fn piece(&mut self, most: usize) -> usize {
        let most = most.min(self.faults.random.up_to(self.faults.pieces));
        let left = self.faults.cut.map_or(u64::MAX, |cut| cut.saturating_sub(self.passed));
        most.min(usize::try_from(left).unwrap_or(usize::MAX))
    }

    fn passed(&mut self, count: usize) {
        self.passed += count as u64;
    }
}

/// Numbers that look random; `SplitMix64`.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from((self.next() >> 32) as u32) / f64::from(u32::MAX)
    }

    /// From 1 to `most`.
    fn up_to(&mut self, most: usize) -> usize {
        if most == usize::MAX {
            return most;
        }
        1 + usize::try_from(self.next() % most as u64).unwrap_or_default()
    }
}
