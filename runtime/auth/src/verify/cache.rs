//! What was found out of tokens, for a short time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::error::VerifyError;
use super::verified::Verified;
use crate::jose::sha256;

/// Tokens that are remembered.
const MOST: usize = 1024;
/// How long anything is remembered.
const LONGEST: Duration = Duration::from_secs(3600);
/// How long a refusal is remembered.
const REFUSED: Duration = Duration::from_secs(10);

/// By what an answer is found: digests of a resource and a token, so that tokens are kept nowhere.
pub(super) type Name = [[u8; 32]; 2];

/// The name of the answer to a token that was presented to a resource.
pub(super) fn name(resource: &str, token: &str) -> Name {
    [resource, token].map(|text| sha256(text.as_bytes()))
}

/// Answers by their names.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<Name, Entry>>);

#[derive(Debug)]
struct Entry {
    answer: Result<Verified, VerifyError>,
    until: Instant,
}

impl Cache {
    pub(super) fn find(&self, name: &Name) -> Option<Result<Verified, VerifyError>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(name)?;
        (Instant::now() < entry.until).then(|| entry.answer.clone())
    }

    /// Keeps an answer for so long, or until the token ends.
    pub(super) fn keep(&self, name: Name, answer: &Result<Verified, VerifyError>, ttl: Duration) {
        let ttl = match answer {
            Ok(verified) => verified.expires().map_or(ttl, |at| {
                ttl.min(at.duration_since(std::time::SystemTime::now()).unwrap_or_default())
            }),
            Err(VerifyError::Unavailable(_)) => return,
            Err(_) => ttl.min(REFUSED),
        };
        if ttl.is_zero() {
            return;
        }
        let ttl = ttl.min(LONGEST);
        let now = Instant::now();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, entry| now < entry.until);
        }
        if entries.len() >= MOST {
            // Strangers' nonsense goes before what is good; what ends soonest goes first.
            let order = |entry: &Entry| (entry.answer.is_ok(), entry.until);
            let first = entries.iter().min_by_key(|(_, entry)| order(entry)).map(|(key, _)| *key);
            first.map(|key| entries.remove(&key));
        }
        let entry = Entry { answer: answer.clone(), until: now + ttl };
        entries.insert(name, entry);
    }
}

#[cfg(test)]
mod tests {
    use toolwright_core::context::Principal;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn answers_are_kept_for_a_while_and_bounded() {
        let cache = Cache::default();
        let name = |token: &str| name("resource", token);
        let ttl = Duration::from_secs(30);
        let ann = Ok(Verified::new(Principal::new("issuer", "ann")));
        cache.keep(name("ann"), &ann, ttl);
        let unavailable = Err(VerifyError::Unavailable("x".into()));
        cache.keep(name("later"), &unavailable, ttl);
        assert_eq!(cache.find(&name("later")), None);
        for token in 0..3 * MOST {
            cache.keep(name(&token.to_string()), &Err(VerifyError::Unknown), ttl);
        }
        assert_eq!(cache.0.lock().unwrap().len(), MOST);
        assert_eq!(cache.find(&name("ann")), Some(ann));
        tokio::time::advance(REFUSED).await;
        assert_eq!(cache.find(&name(&(3 * MOST - 1).to_string())), None);
        tokio::time::advance(ttl).await;
        assert_eq!(cache.find(&name("ann")), None);
        let over = Verified::new(Principal::new("issuer", "bob"));
        cache.keep(name("bob"), &Ok(over.expires_at(std::time::UNIX_EPOCH)), ttl);
        assert_eq!(cache.find(&name("bob")), None);
    }

    #[test]
    fn names_are_unambiguous() {
        assert_ne!(name("https://a.example/x", "y"), name("https://a.example/", "xy"));
        assert_eq!(name("a", "b"), name("a", "b"));
    }
}
