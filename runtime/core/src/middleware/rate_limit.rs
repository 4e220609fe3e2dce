//! So many in a time, no more.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::busy::retry_after;
use super::{Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;

/// How many callers are told apart at a time; those beyond share one allowance.
const CALLERS: usize = 10_000;
/// The code of a refusal, after the status that HTTP has for it.
const TOO_MANY: i64 = 429;

type Key = dyn Fn(&Context) -> String + Send + Sync;

/// Bounds how many requests a caller may send in a time (a token bucket). Those beyond are refused
/// with the code 429 and `retryAfterMs`.
///
/// Callers are told apart by their [verified identity](Context::principal); without one, by their
/// connection or session. Requests over HTTP that stand alone have neither: they are told apart by
/// the [address](Context::client_ip) that they come from, of which only the first 64 bits count if
/// it is of IPv6. Behind a proxy that is the proxy's, and all clients share one allowance, until the
/// proxy is configured as trusted. So do all whose address is unknown: an application that mounts the
/// HTTP service and accepts connections itself has to say who the peer is. [`RateLimit::by`] tells
/// them apart in any other way.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::Server;
/// use toolwright_core::middleware::RateLimit;
///
/// let limit = RateLimit::new(100, Duration::from_secs(60)).burst(20);
/// let server = Server::new("shop", "1.0.0").middleware(limit);
/// # server.build().unwrap();
/// ```
pub struct RateLimit {
    per_second: f64,
    burst: f64,
    key: Box<Key>,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    by_key: HashMap<Box<str>, Bucket>,
    shared: Bucket,
    swept: Instant,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl RateLimit {
    /// So many requests in a time; all of them may come at once, unless [`RateLimit::burst`] says
    /// otherwise. At least one, in at least a millisecond.
    #[must_use]
    pub fn new(requests: u32, time: Duration) -> Self {
        let (requests, now) = (f64::from(requests.max(1)), Instant::now());
        let per_second = requests / time.max(Duration::from_millis(1)).as_secs_f64();
        let full = Bucket { tokens: requests, filled: now };
        let buckets = Buckets { by_key: HashMap::new(), shared: full, swept: now };
        Self { per_second, burst: requests, key: Box::new(caller), buckets: Mutex::new(buckets) }
    }

    /// So many may come at once, at least one.
    #[must_use]
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = f64::from(requests.max(1));
        self
    }

    /// Tells callers apart by a text, such as the tenant that they belong to.
    #[must_use]
    pub fn by(mut self, key: impl Fn(&Context) -> String + Send + Sync + 'static) -> Self {
        self.key = Box::new(key);
        self
    }

    /// Takes one, or says how long to wait for it.
    fn take(&self, key: &str) -> Result<(), Duration> {
        let now = Instant::now();
        let full = Bucket { tokens: self.burst, filled: now };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.by_key.contains_key(key) {
            self.make_room(&mut buckets, now);
        }
        let buckets = &mut *buckets;
        let has_room = buckets.by_key.len() < CALLERS;
        let bucket = match buckets.by_key.get_mut(key) {
            Some(bucket) => bucket,
            None if has_room => buckets.by_key.entry(key.into()).or_insert(full),
            None => &mut buckets.shared,
        };
        bucket.tokens = self.tokens(bucket, now);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.tokens) / self.per_second));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    /// Forgets those that have their whole allowance again, if there are too many; not all the
    /// time, so that a flood of callers does not make each of them expensive.
    fn make_room(&self, buckets: &mut Buckets, now: Instant) {
        let is_time = now.saturating_duration_since(buckets.swept) >= Duration::from_secs(1);
        if buckets.by_key.len() >= CALLERS && is_time {
            buckets.swept = now;
            buckets.by_key.retain(|_, bucket| self.tokens(bucket, now) < self.burst);
        }
    }

    fn tokens(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        (bucket.tokens + passed * self.per_second).min(self.burst)
    }
}

impl Middleware for RateLimit {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        if let Err(wait) = self.take(&(self.key)(cx)) {
            let error = ProtocolError::new(TOO_MANY, "too many requests: come back later");
            return Box::pin(async move { Err(retry_after(error, wait)) });
        }
        next.run(cx, request)
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("per_second", &self.per_second)
            .field("burst", &self.burst)
            .finish_non_exhaustive()
    }
}

/// Who somebody is, as far as is known.
fn caller(cx: &Context) -> String {
    match (cx.principal_key(), cx.lone_network()) {
        ("", Some(network)) => format!("network {network}"),
        ("", None) => format!("connection {:p}", Arc::as_ptr(&cx.scope().peer)),
        (key, _) => format!("principal {key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tokens_come_back_with_time() {
        let limit = RateLimit::new(2, Duration::from_secs(1));
        assert_eq!(limit.take("a"), Ok(()));
        assert_eq!(limit.take("a"), Ok(()));
        assert_eq!(limit.take("a"), Err(Duration::from_millis(500)));
        assert_eq!(limit.take("b"), Ok(()));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(limit.take("a"), Ok(()));
        assert!(limit.take("a").is_err());
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!([(); 3].map(|()| limit.take("a").is_ok()), [true, true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_are_bounded() {
        let limit = RateLimit::new(1, Duration::from_secs(10));
        for caller in 0..CALLERS {
            assert_eq!(limit.take(&caller.to_string()), Ok(()));
        }
        assert_eq!(limit.take("one more"), Ok(()));
        assert!(limit.take("and another").is_err());
        assert_eq!(limit.buckets.lock().unwrap().by_key.len(), CALLERS);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(limit.take("and another"), Ok(()));
        assert_eq!(limit.buckets.lock().unwrap().by_key.len(), 1);
    }
}
