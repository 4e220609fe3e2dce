//! Which states of requests have been used.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::{BoxFuture, wall};

/// Most states that are remembered; beyond, none is taken until some have expired.
const MOST: usize = 100_000;

/// Remembers which states were brought back, so that none counts twice.
///
/// A client holds the state of its request between two rounds, and can send an old one again: what
/// [`Context::once`](crate::Context::once) did after it would be done again. With a store, a state
/// counts once. The price is that a client which lost the response to a retry has to start the
/// request anew.
///
/// What else counts once can be kept in the same store, such as the DPoP proofs of
/// `toolwright::auth::dpop::Checker`: its ids begin in ways of their own.
///
/// [`Server::single_use_states`](crate::Server::single_use_states) keeps them in memory; implement
/// this where several processes serve the same clients, and see
/// [`Server::consumed_states`](crate::Server::consumed_states).
///
/// Specification: `basic/patterns/mrtr`, section "Server Requirements".
pub trait ConsumedStates: Send + Sync + 'static {
    /// Marks a state as used; whether it was unused until now. Of several calls with one id, also
    /// at the same time, only one may get `true`. After `expires` the id may be forgotten.
    ///
    /// # Errors
    /// The store cannot tell; the request fails then.
    fn consume<'a>(
        &'a self,
        id: &'a str,
        expires: SystemTime,
    ) -> BoxFuture<'a, Result<bool, Box<dyn std::error::Error + Send + Sync>>>;
}

/// States that one process has seen.
#[derive(Default)]
pub struct MemoryStates(Mutex<HashMap<String, SystemTime>>);

impl MemoryStates {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn consume_at(&self, id: &str, expires: SystemTime, now: SystemTime) -> Result<bool, Full> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if states.len() >= MOST {
            states.retain(|_, expires| *expires >= now);
        }
        if states.contains_key(id) {
            return Ok(false);
        }
        if states.len() >= MOST {
            return Err(Full);
        }
        states.insert(id.to_owned(), expires);
        Ok(true)
    }
}

impl ConsumedStates for MemoryStates {
    fn consume<'a>(
        &'a self,
        id: &'a str,
        expires: SystemTime,
    ) -> BoxFuture<'a, Result<bool, Box<dyn std::error::Error + Send + Sync>>> {
        let fresh = self.consume_at(id, expires, wall::now());
        Box::pin(async move { fresh.map_err(Into::into) })
    }
}

impl fmt::Debug for MemoryStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStates").finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("there are {MOST} states that have not expired")]
struct Full;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_state_counts_once() {
        let (states, now) = (MemoryStates::new(), SystemTime::now());
        assert!(states.consume_at("a", now, now).unwrap());
        assert!(!states.consume_at("a", now, now).unwrap());
        assert!(states.consume_at("b", now, now).unwrap());
    }

    #[test]
    fn what_has_expired_makes_room() {
        let (states, now) = (MemoryStates::new(), SystemTime::now());
        for number in 0..MOST {
            assert!(states.consume_at(&number.to_string(), now, now).unwrap());
        }
        assert!(states.consume_at("more", now, now).is_err());
        assert!(!states.consume_at("0", now, now).unwrap());
        assert!(states.consume_at("more", now, now + Duration::from_secs(1)).unwrap());
    }
}
