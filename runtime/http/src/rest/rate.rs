//! So many requests in a second, no more.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A token bucket: full at first, filled evenly. Who finds it empty waits.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Rate {
    /// So many in a second, at least one; all of them may come at once.
    pub(crate) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        let bucket = Bucket { tokens: per_second, filled: Instant::now() };
        Self { per_second, bucket: Mutex::new(bucket) }
    }

    /// Waits until there is one, and takes it. Dropping the future takes none.
    pub(crate) async fn take(&self) {
        while let Err(wait) = self.try_take() {
            tokio::time::sleep(wait).await;
        }
    }

    fn try_take(&self) -> Result<(), Duration> {
        let now = Instant::now();
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + passed * self.per_second).min(self.per_second);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            // A little more, so that rounding does not wake anybody in vain.
            let missing = (1.0 - bucket.tokens) / self.per_second;
            return Err(Duration::from_secs_f64(missing) + Duration::from_millis(1));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_comes_too_early_waits() {
        let (rate, start) = (Rate::new(4), Instant::now());
        for _ in 0..4 {
            rate.take().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..4 {
            rate.take().await;
        }
        let took = start.elapsed();
        assert!((1000..1100).contains(&took.as_millis()), "{took:?}");
    }
}
