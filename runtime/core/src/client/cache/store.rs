//! The seam between a client and where it keeps results.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::BoxFuture;

/// Keeps results of servers, so that they need not be asked for again.
///
/// [`MemoryCache`](super::MemoryCache) is one; others may be shared by processes. Keys are opaque
/// ASCII text of less than 256 bytes, in which servers, callers and parameters appear as digests
/// only. Values are JSON, and may be private: what a store has in it is worth as much protection
/// as what its servers say.
///
/// A store that fails says so to nobody: what it cannot read is not there. One that takes longer
/// than two seconds counts as failed.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
/// use std::time::{Duration, Instant};
///
/// use toolwright_core::client::CacheStore;
/// use toolwright_core::{BoxFuture, Client, Server};
///
/// /// Without bounds, and therefore for examples only.
/// #[derive(Debug, Default)]
/// struct Shelf(Mutex<BTreeMap<String, (Arc<str>, Instant)>>);
///
/// impl CacheStore for Shelf {
///     fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<str>>> {
///         let found = self.0.lock().unwrap().get(key).cloned();
///         let found = found.filter(|(_, until)| *until > Instant::now());
///         Box::pin(async { found.map(|(value, _)| value) })
///     }
///
///     fn put<'a>(&'a self, key: &'a str, value: Arc<str>, ttl: Duration) -> BoxFuture<'a, ()> {
///         self.0.lock().unwrap().insert(key.to_owned(), (value, Instant::now() + ttl));
///         Box::pin(async {})
///     }
///
///     fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
///         self.0.lock().unwrap().remove(key);
///         Box::pin(async {})
///     }
///
///     fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, ()> {
///         self.0.lock().unwrap().retain(|key, _| !key.starts_with(prefix));
///         Box::pin(async {})
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// let client = Client::builder()
///     .cache(Shelf::default())
///     .in_memory(Server::new("shop", "1.0.0"))
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait CacheStore: fmt::Debug + Send + Sync + 'static {
    /// What was put under this key, if its time is not over.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<str>>>;

    /// Keeps a value for at most `ttl`, which is never more than 24 hours. It replaces what was
    /// there.
    fn put<'a>(&'a self, key: &'a str, value: Arc<str>, ttl: Duration) -> BoxFuture<'a, ()>;

    /// Drops what is under this key.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()>;

    /// Drops everything under keys that begin like this.
    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, ()>;
}

/// One store for several clients.
impl<T: CacheStore + ?Sized> CacheStore for Arc<T> {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<str>>> {
        (**self).get(key)
    }

    fn put<'a>(&'a self, key: &'a str, value: Arc<str>, ttl: Duration) -> BoxFuture<'a, ()> {
        (**self).put(key, value, ttl)
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        (**self).remove(key)
    }

    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, ()> {
        (**self).clear(prefix)
    }
}
