//! Proofs that were used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::jose::sha256;
use crate::verify::VerifyError;

/// Between two looks at what can be forgotten.
const SWEEP: Duration = Duration::from_secs(30);

/// Remembers proofs as long as they could be used again, and no more than it has room for.
pub(super) struct Replay {
    capacity: usize,
    used: Mutex<Used>,
}

struct Used {
    until: HashMap<[u8; 32], Instant>,
    swept: Instant,
}

impl Replay {
    pub(super) fn new(capacity: usize) -> Self {
        let used = Used { until: HashMap::new(), swept: Instant::now() };
        Self { capacity, used: Mutex::new(used) }
    }

    /// Notes a proof of a key for so long.
    ///
    /// # Errors
    /// It was noted before, or there is no room.
    pub(super) fn once(&self, key: &str, id: &str, left: Duration) -> Result<(), VerifyError> {
        let name = sha256(format!("{key}.{id}").as_bytes());
        let now = Instant::now();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.until.len() >= self.capacity || now - used.swept >= SWEEP {
            used.until.retain(|_, until| now <= *until);
            used.swept = now;
        }
        if used.until.get(&name).is_some_and(|until| now <= *until) {
            return Err(VerifyError::Proof("it was used before"));
        }
        if used.until.len() >= self.capacity {
            return Err(VerifyError::Unavailable("too many DPoP proofs at once".into()));
        }
        used.until.insert(name, now + left);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn proofs_are_used_once_and_forgotten_later() {
        let replay = Replay::new(2);
        let left = Duration::from_secs(60);
        assert_eq!(replay.once("key", "a", left), Ok(()));
        assert!(matches!(replay.once("key", "a", left), Err(VerifyError::Proof(_))));
        assert_eq!(replay.once("other", "a", left), Ok(()));
        assert!(matches!(replay.once("key", "b", left), Err(VerifyError::Unavailable(_))));
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(replay.once("key", "b", left), Ok(()));
        assert_eq!(replay.used.lock().unwrap().until.len(), 1);
    }
}
