//! Results in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::store::CacheStore;
use crate::BoxFuture;

/// Results that are kept.
const ENTRIES: usize = 1024;
/// Bytes of all of them, with their keys.
const BYTES: usize = 16 * 1024 * 1024;

/// Keeps results in memory, as every client does unless it is told otherwise: at most 1,024 of
/// them and 16 MiB altogether. What was not used for longest makes room.
///
/// ```
/// use std::sync::Arc;
///
/// use toolwright_core::Client;
/// use toolwright_core::client::MemoryCache;
///
/// // One for all clients of a program.
/// let cache = Arc::new(MemoryCache::new().entries(10_000).bytes(64 << 20));
/// let builder = Client::builder().cache(Arc::clone(&cache));
/// ```
pub struct MemoryCache {
    most_entries: usize,
    most_bytes: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    bytes: usize,
    /// Counts uses, to tell which was longest ago.
    now: u64,
}

struct Entry {
    value: Arc<str>,
    until: Instant,
    used: u64,
}

impl MemoryCache {
    /// With the usual bounds.
    #[must_use]
    pub fn new() -> Self {
        Self { most_entries: ENTRIES, most_bytes: BYTES, state: Mutex::default() }
    }

    /// Other than 1,024 results at most.
    #[must_use]
    pub fn entries(mut self, most: usize) -> Self {
        self.most_entries = most;
        self
    }

    /// Other than 16 MiB at most. One result may have half of it.
    #[must_use]
    pub fn bytes(mut self, most: usize) -> Self {
        self.most_bytes = most;
        self
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert(&self, key: &str, value: Arc<str>, ttl: Duration) {
        let size = size(key, &value);
        let mut state = self.lock();
        state.remove(key);
        if size > self.most_bytes / 2 || self.most_entries == 0 {
            return;
        }
        if state.entries.len() >= self.most_entries || state.bytes + size > self.most_bytes {
            state.drop_expired();
        }
        while state.entries.len() >= self.most_entries || state.bytes + size > self.most_bytes {
            let oldest = state.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            state.remove(&oldest);
        }
        state.now += 1;
        state.bytes += size;
        let entry = Entry { value, until: Instant::now() + ttl, used: state.now };
        state.entries.insert(key.to_owned(), entry);
    }
}

impl Default for MemoryCache {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn get(&mut self, key: &str) -> Option<Arc<str>> {
        self.now += 1;
        let entry = self.entries.get_mut(key)?;
        if entry.until <= Instant::now() {
            self.remove(key);
            return None;
        }
        entry.used = self.now;
        Some(Arc::clone(&entry.value))
    }

    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes = self.bytes.saturating_sub(size(key, &entry.value));
        }
    }

    fn retain(&mut self, keep: impl Fn(&str, &Entry) -> bool) {
        let bytes = &mut self.bytes;
        self.entries.retain(|key, entry| {
            let keeps = keep(key, entry);
            if !keeps {
                *bytes = bytes.saturating_sub(size(key, &entry.value));
            }
            keeps
        });
    }

    fn drop_expired(&mut self) {
        let now = Instant::now();
        self.retain(|_, entry| entry.until > now);
    }
}

impl CacheStore for MemoryCache {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<str>>> {
        Box::pin(async move { self.lock().get(key) })
    }

    fn put<'a>(&'a self, key: &'a str, value: Arc<str>, ttl: Duration) -> BoxFuture<'a, ()> {
        Box::pin(async move { self.insert(key, value, ttl) })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move { self.lock().remove(key) })
    }

    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(async move { self.lock().retain(|key, _| !key.starts_with(prefix)) })
    }
}

impl fmt::Debug for MemoryCache {
    /// How much there is, and nothing of what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("MemoryCache")
            .field("entries", &state.entries.len())
            .field("bytes", &state.bytes)
            .finish_non_exhaustive()
    }
}

fn size(key: &str, value: &str) -> usize {
    key.len() + value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    async fn put(cache: &MemoryCache, key: &str, value: &str) {
        cache.put(key, value.into(), MINUTE).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_used_for_longest_makes_room() {
        let cache = MemoryCache::new().entries(2).bytes(100);
        put(&cache, "a", "1").await;
        put(&cache, "b", "2").await;
        assert_eq!(cache.get("a").await.as_deref(), Some("1"));
        put(&cache, "c", "3").await;
        assert_eq!(cache.get("b").await, None);
        put(&cache, "c", &"x".repeat(49)).await;
        assert!(cache.get("a").await.is_some() && cache.get("c").await.is_some());
        put(&cache, "d", &"x".repeat(49)).await;
        assert_eq!(cache.get("a").await, None, "a and d are too many");
        put(&cache, "d", &"x".repeat(50)).await;
        assert_eq!(cache.get("d").await, None, "more than half of all");
        assert_eq!(cache.lock().bytes, 50);
        cache.clear("").await;
        assert_eq!(cache.lock().bytes, 0);
        assert!(cache.lock().entries.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn time_passes_and_prefixes_are_dropped() {
        let cache = MemoryCache::new().entries(2);
        cache.put("old", "1".into(), Duration::from_millis(10)).await;
        put(&cache, "tools/a", "2").await;
        tokio::time::advance(Duration::from_millis(9)).await;
        assert!(cache.get("old").await.is_some());
        tokio::time::advance(Duration::from_millis(1)).await;
        put(&cache, "tool", "3").await;
        assert!(cache.get("tools/a").await.is_some(), "what is over goes first");
        assert_eq!(cache.get("old").await, None);
        cache.clear("tools/").await;
        assert!(cache.get("tools/a").await.is_none() && cache.get("tool").await.is_some());
        cache.remove("tool").await;
        assert_eq!(format!("{cache:?}"), "MemoryCache { entries: 0, bytes: 0, .. }");
    }
}
