//! Proofs that were used.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::jose::sha256;
use crate::verify::VerifyError;

/// Between two looks at what can be forgotten.
const SWEEP: Duration = Duration::from_secs(30);
/// The same where there is no room: a look costs time.
const SWEEP_FULL: Duration = Duration::from_secs(1);
/// How many keys it takes to use all room.
const SHARES: usize = 16;

/// Remembers proofs as long as they could be used again, and no more than it has room for. No key
/// gets more than its share, so that its holder cannot shut others out.
pub(super) struct Replay {
    capacity: usize,
    used: Mutex<Used>,
}

struct Used {
    /// Until when the proofs of each key are remembered; none is empty after a look.
    keys: HashMap<[u8; 32], HashMap<[u8; 32], Instant>>,
    /// All of them.
    count: usize,
    swept: Instant,
}

impl Replay {
    pub(super) fn new(capacity: usize) -> Self {
        let used = Used { keys: HashMap::new(), count: 0, swept: Instant::now() };
        Self { capacity, used: Mutex::new(used) }
    }

    /// Notes a proof of a key for so long.
    ///
    /// # Errors
    /// It was noted before, or there is no room for any, or for more of this key.
    pub(super) fn once(&self, key: &str, id: &str, left: Duration) -> Result<(), VerifyError> {
        let [key, id] = [key, id].map(|text| sha256(text.as_bytes()));
        let share = (self.capacity / SHARES).max(1);
        let now = Instant::now();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = used.count >= self.capacity || used.of(&key) >= share;
        if now - used.swept >= if is_full { SWEEP_FULL } else { SWEEP } {
            used.sweep(now);
        }
        let noted = used.keys.get(&key).and_then(|proofs| proofs.get(&id));
        if noted.is_some_and(|until| now <= *until) {
            return Err(VerifyError::Proof("it was used before"));
        }
        if used.count >= self.capacity {
            return Err(VerifyError::Unavailable("too many DPoP proofs at once".into()));
        }
        if used.of(&key) >= share {
            return Err(VerifyError::Unavailable("too many DPoP proofs of one key at once".into()));
        }
        let is_new = used.keys.entry(key).or_default().insert(id, now + left).is_none();
        used.count += usize::from(is_new);
        Ok(())
    }
}

impl Used {
    /// How many there are of a key.
    fn of(&self, key: &[u8; 32]) -> usize {
        self.keys.get(key).map_or(0, HashMap::len)
    }

    /// Forgets what cannot be used again.
    fn sweep(&mut self, now: Instant) {
        self.keys.retain(|_, proofs| {
            proofs.retain(|_, until| now <= *until);
            !proofs.is_empty()
        });
        self.count = self.keys.values().map(HashMap::len).sum();
        self.swept = now;
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
        let used = replay.used.lock().unwrap();
        assert_eq!((used.keys.len(), used.count), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn no_key_shuts_out_the_others() {
        let replay = Replay::new(4 * SHARES);
        let left = Duration::from_secs(10);
        let mut taken = 0;
        while replay.once("greedy", &taken.to_string(), left).is_ok() {
            taken += 1;
        }
        assert_eq!(taken, 4);
        assert_eq!(replay.once("modest", "0", 2 * left), Ok(()));
        // Nothing is lost for that, and nothing is taken twice.
        for (key, id) in [("greedy", "0"), ("greedy", "3"), ("modest", "0")] {
            assert!(matches!(replay.once(key, id, left), Err(VerifyError::Proof(_))), "{key} {id}");
        }
        tokio::time::advance(left + SWEEP_FULL).await;
        assert_eq!(replay.once("greedy", "more", left), Ok(()));
        assert_eq!(replay.used.lock().unwrap().count, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_no_look_for_every_proof_without_room() {
        let replay = Replay::new(1);
        let left = Duration::from_secs(60);
        assert_eq!(replay.once("key", "a", left), Ok(()));
        let looked = || replay.used.lock().unwrap().swept;
        for looks in [false, true, false, true] {
            let before = looked();
            tokio::time::advance(SWEEP_FULL / 2).await;
            assert!(replay.once("key", "b", left).is_err());
            assert_eq!(looked() > before, looks);
        }
    }
}
