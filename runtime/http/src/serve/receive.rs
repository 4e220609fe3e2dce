//! Reads the body of a request, within its limits.

use std::future::{self, Future};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http::StatusCode;
use http_body::Body;
use tokio::time::{Instant, timeout_at};

use super::limits::Limits;
use super::refusal::Refusal;

/// Over which time the rate is measured.
const WINDOW: Duration = Duration::from_secs(10);

/// Reads the body to its end.
pub(super) async fn receive<B: Body>(body: B, limits: &Limits) -> Result<Bytes, Refusal> {
    let mut body = pin!(body);
    let mut pace = None;
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let mut coming = pin!(next(body.as_mut()));
        // Most bodies are there with their heads, and need neither a clock nor a timer.
        let arrived = match future::poll_fn(|cx| Poll::Ready(coming.as_mut().poll(cx))).await {
            Poll::Ready(arrived) => Ok(arrived),
            Poll::Pending => {
                let pace =
                    pace.get_or_insert_with(|| Pace::new(limits, rest.len().max(first.len())));
                timeout_at(pace.next_check(), coming).await
            }
        };
        let mut data = match arrived {
            Ok(Some(Ok(data))) => data,
            Ok(None) if rest.is_empty() => return Ok(first),
            Ok(None) => return Ok(rest.freeze()),
            Ok(Some(Err(_))) => {
                let message = "the body is not what its headers announce";
                return Err(Refusal::new(StatusCode::BAD_REQUEST, message).closing());
            }
            Err(_) if pace.as_mut().is_some_and(Pace::is_kept) => continue,
            Err(_) => {
                let message = "the body took too long to arrive";
                return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message).closing());
            }
        };
        let size = data.remaining();
        if first.len().max(rest.len()) + size > limits.body_bytes {
            return Err(Refusal::too_large(limits.body_bytes));
        }
        if let Some(pace) = &mut pace {
            pace.count(size);
        }
        // One piece, the usual case, is not copied.
        if first.is_empty() {
            first = data.copy_to_bytes(size);
            continue;
        }
        if rest.is_empty() {
            rest.extend_from_slice(&first);
        }
        rest.extend_from_slice(&data.copy_to_bytes(size));
    }
}

/// The next data; trailers are skipped.
async fn next<B: Body>(mut body: Pin<&mut B>) -> Option<Result<B::Data, B::Error>> {
    loop {
        match future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Whether the body comes fast enough.
struct Pace {
    end: Instant,
    window: Instant,
    /// Bytes of this window.
    bytes: usize,
    least: usize,
}

impl Pace {
    /// Begins with so many bytes that came without having been waited for.
    fn new(limits: &Limits, bytes: usize) -> Self {
        let now = Instant::now();
        let least = limits.body_rate.saturating_mul(WINDOW.as_secs() as usize);
        Self { end: now + limits.body_time, window: now + WINDOW, bytes, least }
    }

    fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    fn next_check(&self) -> Instant {
        self.end.min(self.window)
    }

    /// At a check: whether to go on, in a new window.
    fn is_kept(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.end || self.bytes < self.least {
            return false;
        }
        self.bytes = 0;
        self.window = now + WINDOW;
        true
    }
}
