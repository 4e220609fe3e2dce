//! What a client keeps, and when it stops to believe in it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::hint::Hint;
use super::keys::{Asked, Doomed, Keys, Place};
use super::partition::Partition;
use super::store::CacheStore;
use crate::random;
use crate::watch::Change;

/// How long a store may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Things that may have changed since the last look; more stand for everything.
const DOOMED: usize = 1024;

/// The cache of one client.
pub(in crate::client) struct Keeper {
    store: Option<Arc<dyn CacheStore>>,
    /// Who the client asks for, as its builder was told.
    caller: String,
    /// Where results go of servers that cannot be told from others.
    unknown: Partition,
    /// What is to be removed, with the count at that time.
    doomed: Mutex<BTreeMap<Doomed, u64>>,
    /// Counts what was doomed: results that were asked for before are not kept.
    changes: AtomicU64,
    /// Held by whoever removes what is doomed.
    turn: tokio::sync::Mutex<()>,
}

/// Where the result of a request is kept.
pub(in crate::client) struct Spot {
    place: Place,
    keys: Keys,
    changes: u64,
}

impl Keeper {
    pub(in crate::client) fn new(store: Option<Arc<dyn CacheStore>>, caller: String) -> Self {
        let mut alone = [0; 16];
        // Where the system has no random numbers, nothing is kept that others could find.
        let store = store.filter(|_| random::fill(&mut alone).is_ok());
        Self {
            store,
            caller,
            unknown: Partition::new(&URL_SAFE_NO_PAD.encode(alone), &[]),
            doomed: Mutex::default(),
            changes: AtomicU64::new(0),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Whether anything is kept.
    pub(in crate::client) fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Where the result of a request belongs that is about to be sent.
    pub(in crate::client) fn spot(&self, asked: &Asked<'_>, partition: Option<Partition>) -> Spot {
        let partition = partition.as_ref().unwrap_or(&self.unknown);
        let place = Place::new(partition, &self.caller);
        let keys = place.keys(asked);
        Spot { place, keys, changes: self.changes.load(Ordering::Acquire) }
    }

    /// The result, if it is there and still counts.
    pub(in crate::client) async fn recall(&self, spot: &Spot) -> Option<Arc<str>> {
        let store = self.store.as_deref()?;
        let found = async {
            self.sweep(store, &spot.place).await;
            match store.get(&spot.keys.private).await {
                None => store.get(&spot.keys.public).await,
                found => found,
            }
        };
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(found) => found,
            Err(_) => {
                tracing::warn!("the cache does not answer in time");
                None
            }
        }
    }

    /// Keeps a result if it says that it may be kept, and nothing changed since it was asked for.
    pub(in crate::client) async fn keep(&self, spot: &Spot, text: &str) {
        let (Some(store), Some(hint)) = (self.store.as_deref(), Hint::read(text)) else {
            return;
        };
        let (mut here, mut not_here) = (&spot.keys.private, &spot.keys.public);
        if hint.is_public {
            std::mem::swap(&mut here, &mut not_here);
        }
        let kept = async {
            self.sweep(store, &spot.place).await;
            if self.changes.load(Ordering::Acquire) != spot.changes {
                return;
            }
            store.remove(not_here).await;
            store.put(here, text.into(), hint.ttl).await;
            if self.changes.load(Ordering::Acquire) != spot.changes {
                store.remove(here).await;
            }
        };
        if tokio::time::timeout(PATIENCE, kept).await.is_err() {
            tracing::warn!("the cache takes nothing in time");
        }
    }

    /// This changed.
    pub(in crate::client) fn changed(&self, change: &Change) {
        self.doom(Doomed::of(change));
    }

    /// Anything may have changed.
    pub(in crate::client) fn forget_all(&self) {
        self.doom([Doomed::Everything]);
    }

    fn doom(&self, more: impl IntoIterator<Item = Doomed>) {
        if self.store.is_none() {
            return;
        }
        let mut doomed = self.doomed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.changes.fetch_add(1, Ordering::AcqRel) + 1;
        doomed.extend(more.into_iter().map(|doomed| (doomed, now)));
        if doomed.len() > DOOMED {
            doomed.clear();
            doomed.insert(Doomed::Everything, now);
        }
    }

    /// Removes what is doomed. Nothing is read before that is done.
    async fn sweep(&self, store: &dyn CacheStore, place: &Place) {
        let _turn = self.turn.lock().await;
        loop {
            let first = {
                let doomed = self.doomed.lock().unwrap_or_else(PoisonError::into_inner);
                doomed.first_key_value().map(|(doomed, since)| (doomed.clone(), *since))
            };
            let Some((first, since)) = first else { return };
            store.clear(&place.doomed(&first)).await;
            let mut doomed = self.doomed.lock().unwrap_or_else(PoisonError::into_inner);
            // Doomed again meanwhile? Then it is removed again.
            if doomed.get(&first) == Some(&since) {
                doomed.remove(&first);
            }
        }
    }
}
