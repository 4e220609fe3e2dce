//! Change notices on their way to whoever listens.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolwright_spec::{RequestId, SubscriptionFilter};

use super::error::ClientError;
use crate::watch::Change;

/// Notices that may wait; further ones are told as a gap.
const WAITING: usize = 1024;

/// What a [`Subscription`](super::Subscription) brings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// This is not as it was.
    Changed(Change),
    /// Notices may have been missed, since the connection was lost for a while or too many came:
    /// anything that is listened to may have changed.
    Missed,
}

/// Notices for one listener, each kept once.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) wanted: SubscriptionFilter,
    /// The request that opened the stream; 0 where there is none.
    id: AtomicI64,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Notice>,
    acknowledged: Option<SubscriptionFilter>,
    end: Option<Result<(), ClientError>>,
}

impl Feed {
    pub(super) fn new(wanted: SubscriptionFilter) -> Self {
        Self { wanted, id: AtomicI64::new(0), state: Mutex::default(), changed: Notify::new() }
    }

    /// The request with this id opens the stream.
    pub(super) fn opens(&self, id: i64) {
        self.id.store(id, Ordering::Relaxed);
    }

    pub(super) fn push(&self, notice: Notice) {
        let mut state = self.lock();
        if state.waiting.contains(&notice) {
            return;
        }
        if state.waiting.len() >= WAITING {
            // A gap says all that the others would.
            state.waiting.clear();
            state.waiting.push_back(Notice::Missed);
        } else {
            state.waiting.push_back(notice);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// The server agreed; whether it had done so before, and something may have been missed.
    pub(super) fn acknowledge(&self, filter: SubscriptionFilter) -> bool {
        let again = self.lock().acknowledged.replace(filter).is_some();
        if again {
            self.push(Notice::Missed);
        }
        self.changed.notify_one();
        again
    }

    /// Nothing more will come. The first reason counts.
    pub(super) fn end(&self, end: Result<(), ClientError>) {
        self.lock().end.get_or_insert(end);
        self.changed.notify_one();
    }

    /// What the server agreed to tell.
    pub(super) fn acknowledged(&self) -> Option<SubscriptionFilter> {
        self.lock().acknowledged.clone()
    }

    /// Waits until the server has agreed, or will not.
    pub(super) async fn begun(&self) -> Result<SubscriptionFilter, ClientError> {
        loop {
            {
                let state = self.lock();
                match (&state.acknowledged, &state.end) {
                    (Some(filter), _) => return Ok(filter.clone()),
                    (None, Some(Err(error))) => return Err(error.clone()),
                    (None, Some(Ok(()))) => {
                        return Err(ClientError::invalid("it ended before it was acknowledged"));
                    }
                    (None, None) => {}
                }
            }
            self.changed.notified().await;
        }
    }

    /// The next notice; after the last one, how it ended, once.
    pub(super) async fn next(&self) -> Option<Result<Notice, ClientError>> {
        loop {
            {
                let mut state = self.lock();
                if let Some(notice) = state.waiting.pop_front() {
                    return Some(Ok(notice));
                }
                match &state.end {
                    Some(Ok(())) => return None,
                    Some(Err(error)) => {
                        let error = error.clone();
                        state.end = Some(Ok(()));
                        return Some(Err(error));
                    }
                    None => {}
                }
            }
            self.changed.notified().await;
        }
    }

    fn wants(&self, change: &Change) -> bool {
        let wanted = &self.wanted;
        match change {
            Change::Tools => wanted.tools_list_changed == Some(true),
            Change::Prompts => wanted.prompts_list_changed == Some(true),
            Change::Resources => wanted.resources_list_changed == Some(true),
            // It may be a part of what was asked for.
            Change::Resource(_) => wanted.resource_subscriptions.is_some(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All listeners of a client.
#[derive(Debug, Default)]
pub(super) struct Feeds(Mutex<Vec<Arc<Feed>>>);

impl Feeds {
    pub(super) fn add(&self, feed: &Arc<Feed>) {
        self.lock().push(Arc::clone(feed));
    }

    pub(super) fn remove(&self, feed: &Arc<Feed>) {
        self.lock().retain(|known| !Arc::ptr_eq(known, feed));
    }

    /// Whether anybody listens for this resource.
    pub(super) fn want(&self, uri: &str) -> bool {
        self.lock().iter().any(|feed| {
            let uris = feed.wanted.resource_subscriptions.iter().flatten();
            uris.into_iter().any(|wanted| wanted == uri)
        })
    }

    /// All resources that somebody listens for.
    pub(super) fn uris(&self) -> BTreeSet<String> {
        let feeds = self.lock();
        let wanted = feeds.iter().filter_map(|feed| feed.wanted.resource_subscriptions.as_ref());
        wanted.flatten().cloned().collect()
    }

    /// Everybody may have missed something.
    pub(super) fn missed(&self) {
        for feed in self.lock().iter() {
            feed.push(Notice::Missed);
        }
    }

    /// A change in a session: for everybody who wants to know.
    pub(super) fn tell(&self, change: &Change) {
        for feed in self.lock().iter().filter(|feed| feed.wants(change)) {
            feed.push(Notice::Changed(change.clone()));
        }
    }

    /// A change on one stream.
    pub(super) fn tell_one(&self, id: &RequestId, change: Change) {
        match self.find(id) {
            Some(feed) if feed.wants(&change) => feed.push(Notice::Changed(change)),
            _ => tracing::debug!(%id, "a notice that nobody asked for"),
        }
    }

    /// The server agreed to tell; whether it had done so before.
    pub(super) fn acknowledge(&self, id: &RequestId, filter: SubscriptionFilter) -> bool {
        self.find(id).is_some_and(|feed| feed.acknowledge(filter))
    }

    /// Whether a request opened a stream.
    pub(super) fn has(&self, id: &RequestId) -> bool {
        self.find(id).is_some()
    }

    /// The connection is gone.
    pub(super) fn close(&self, error: &ClientError) {
        for feed in self.lock().iter() {
            feed.end(Err(error.clone()));
        }
    }

    fn find(&self, id: &RequestId) -> Option<Arc<Feed>> {
        let number = match id {
            RequestId::Number(number) => *number,
            RequestId::String(text) => text.parse().ok()?,
            _ => return None,
        };
        let feeds = self.lock();
        feeds.iter().find(|feed| feed.id.load(Ordering::Relaxed) == number).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Feed>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
