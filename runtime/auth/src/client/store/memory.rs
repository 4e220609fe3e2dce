//! What lasts as long as the process.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use toolwright_core::BoxFuture;
use toolwright_http::Secret;

use super::{StoreError, StoreKey, TokenStore};

/// Keeps everything in memory, as long as it lives. Cheap to clone; clones share what they keep.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    records: HashMap<StoreKey, Secret>,
    turns: HashMap<StoreKey, Arc<tokio::sync::Mutex<()>>>,
}

impl MemoryStore {
    /// One with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<Secret>, StoreError>> {
        Box::pin(async { Ok(self.state().records.get(key).cloned()) })
    }

    fn compare_and_swap<'a>(
        &'a self,
        key: &'a StoreKey,
        seen: Option<&'a Secret>,
        new: &'a Secret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let records = &mut self.state().records;
            let is_same = records.get(key) == seen;
            if is_same {
                records.insert(key.clone(), new.clone());
            }
            Ok(is_same)
        })
    }

    fn delete<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async {
            self.state().records.remove(key);
            Ok(())
        })
    }

    fn lock<'a>(
        &'a self,
        key: &'a StoreKey,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, StoreError>> {
        let turn = Arc::clone(self.state().turns.entry(key.clone()).or_default());
        Box::pin(async { Ok(Box::new(turn.lock_owned().await) as Box<dyn Any + Send>) })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
