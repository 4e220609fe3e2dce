//! What a handler knows about the request it serves.

mod allowance;
mod asker;
mod asking;
mod cancel;
mod client_ip;
mod common;
mod extensions;
mod filters;
mod granted;
mod handover;
mod jobs;
mod journal;
mod log;
mod logging;
mod outbox;
mod peer;
mod place;
mod principal;
mod progress;
mod questions;
mod redact;
mod scope;
mod server;
mod state;
mod trace;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use toolwright_spec::{ClientCapabilities, Implementation, RequestId, Revision};

pub use extensions::Extensions;
pub(crate) use filters::Filters;
pub use principal::Principal;
pub use state::NoState;
pub use trace::TraceContext;

pub(crate) use asker::{Asker, Asking};
pub(crate) use common::{Common, Consumed};
pub(crate) use journal::{Answer, Journal, Open};
pub(crate) use log::Verbosity;
pub(crate) use outbox::Outbox;
pub(crate) use peer::Peer;
pub(crate) use scope::{Admitted, Scope};
pub(crate) use state::States;

use crate::visibility::Item;
use crate::watch::Publisher;
use cancel::Cancel;
use handover::Handover;
use log::Log;
use place::Place;
use progress::Progress;

/// The request being served: who asks, in which revision, and the ways to say something
/// before the answer.
///
/// Cloning is cheap, and a clone may outlive the handler: work that was spawned sees there that
/// the request is over.
#[derive(Clone)]
pub struct Context(Arc<Inner>, Option<Arc<Place>>);

struct Inner {
    scope: Scope,
    progress: Option<Progress>,
    log: Option<Log>,
    cancel: Cancel,
    handover: Handover,
    /// Set when nothing that is asked can be answered any more.
    over: Cancel,
    /// Made when something is asked, or when answers come with the request.
    journal: OnceLock<Box<Journal>>,
    /// Whoever has to look when something is asked.
    driver: Mutex<Option<Waker>>,
    /// Whether somebody has.
    driven: AtomicBool,
    trace: OnceLock<Box<TraceContext>>,
}

/// Who sends a request, as the era that admitted it found out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Caller {
    pub(crate) revision: Revision,
    pub(crate) client: Option<Implementation>,
    pub(crate) capabilities: ClientCapabilities,
}

impl Context {
    pub(crate) fn new(mut scope: Scope) -> Self {
        let per_second = scope.common.limits.progress_per_second;
        let revision = scope.admitted.caller.revision;
        let progress = scope.admitted.token.take();
        let progress = progress
            .map(|token| Progress::new(token, revision, Arc::clone(&scope.outbox), per_second));
        let logs = scope.common.logs && scope.admitted.logs != Verbosity::Silent;
        let log = logs.then(|| Log::new(Arc::clone(&scope.outbox), &scope.common.limits));
        let inner = Inner {
            scope,
            progress,
            log,
            cancel: Cancel::default(),
            handover: Handover::default(),
            over: Cancel::default(),
            journal: OnceLock::new(),
            driver: Mutex::new(None),
            driven: AtomicBool::new(false),
            trace: OnceLock::new(),
        };
        Self(Arc::new(inner), None)
    }

    /// A context without a peer, for tests of handlers: the latest revision, no progress, never
    /// cancelled.
    #[must_use]
    pub fn detached() -> Self {
        Self::new(Scope::detached())
    }

    /// Whether the caller sees an item, as [`Server::visibility`](crate::Server::visibility) has
    /// it. The server asks by itself for what it lists; sets that show or run something else have
    /// to ask. A set under a prefix asks by its own names; whoever hides things sees the ones that
    /// clients see.
    ///
    /// ```
    /// use toolwright_core::Context;
    /// use toolwright_core::visibility::Item;
    ///
    /// let cx = Context::detached();
    /// assert!(cx.shows(&Item::Resource("shop://hours")), "nobody said that it is hidden");
    /// ```
    #[must_use]
    pub fn shows(&self, item: &Item<'_>) -> bool {
        let filters = &self.0.scope.common.filters;
        match &self.1 {
            _ if filters.is_empty() => true,
            None => filters.shows(self, item),
            Some(place) => place.ask(item, |item| filters.shows(&self.outermost(), item)),
        }
    }

    /// Reports how far the work is, usually from 0.0 to 1.0. See [`Context::progress_of`].
    pub async fn progress(&self, done: f64) {
        self.report(done, None, None).await;
    }

    /// Reports that `done` of `total` is finished, with a few words for people.
    ///
    /// Nothing happens if the caller did not ask for progress, or if `done` is not more than it
    /// was before. Frequent reports are coalesced. Waits while the peer is slower than the
    /// handler.
    ///
    /// Specification: `basic/patterns/progress`.
    pub async fn progress_of(&self, done: f64, total: f64, message: &str) {
        self.report(done, Some(total), Some(message)).await;
    }

    /// Lets the connection go that waits for this request, while the handler goes on: the client
    /// comes back for the answer `after` this time. For work that takes minutes, so that nobody
    /// has to hold a connection open.
    ///
    /// Nothing happens where the client cannot come back: that takes Streamable HTTP and a
    /// session in revision 2025-11-25.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use toolwright_core::Context;
    ///
    /// async fn report(cx: Context) -> String {
    ///     cx.close_stream(Duration::from_secs(30));
    ///     // ... a minute of work ...
    ///     "done".to_owned()
    /// }
    /// ```
    ///
    /// Specification: 2025-11-25, `basic/transports`, section "Sending Messages to the Server".
    pub fn close_stream(&self, after: Duration) {
        self.0.scope.outbox.pause(after);
    }

    /// What the transport, or what stands in front of it, knows of the request: a value that it put
    /// into the request's [`Extensions`]. Over HTTP, the head of the request is one of them.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.scope.extensions.find()
    }

    /// Who sends the request, if that was verified. What a client says of itself is
    /// [`Context::client_info`].
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.extension()
    }

    /// A text to bind what belongs to somebody to: [`Principal::key`], or the empty text for
    /// everybody whose identity nobody verified.
    #[must_use]
    pub fn principal_key(&self) -> &str {
        self.principal().map_or("", Principal::key)
    }

    /// Completes when the request is over without this handler having answered it: the client
    /// cancelled it or went away, or the server stops. The handler's own future is dropped then,
    /// so this is for work that was spawned, with a clone of the context.
    pub async fn cancelled(&self) {
        self.0.cancel.wait().await;
    }

    /// Whether [`Context::cancelled`] would complete at once.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancel.is_set()
    }

    /// The id of the request; unique among the connection's requests in flight, no more.
    #[must_use]
    pub fn request_id(&self) -> &RequestId {
        &self.0.scope.id
    }

    /// What the client calls itself. For display only: nobody checks it.
    #[must_use]
    pub fn client_info(&self) -> Option<&Implementation> {
        self.caller().client.as_ref()
    }

    /// What the client says it can do.
    #[must_use]
    pub fn client_capabilities(&self) -> &ClientCapabilities {
        &self.caller().capabilities
    }

    /// The revision of the protocol that this request is served under.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.caller().revision
    }

    /// Tells all clients of the server that something changed. They hear of it if the server has
    /// [subscriptions](crate::Server::subscriptions).
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        let mounted = self.1.as_ref().and_then(|place| place.hub.as_ref());
        Publisher::new(Arc::clone(mounted.unwrap_or(&self.0.scope.common.hub)))
    }

    /// The trace that the caller works in, if it says so and the server has the middleware
    /// [`Trace`](crate::middleware::Trace).
    #[must_use]
    pub fn trace_context(&self) -> Option<&TraceContext> {
        self.0.trace.get().map(|trace| &**trace)
    }

    pub(crate) fn set_trace_context(&self, trace: TraceContext) {
        let _ = self.0.trace.set(Box::new(trace));
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.scope.admitted.caller
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// What was asked and answered; made if there is nothing yet.
    pub(crate) fn journal(&self) -> &Journal {
        self.0.journal.get_or_init(Box::default)
    }

    /// What was asked and answered, if anything was.
    pub(crate) fn known_journal(&self) -> Option<&Journal> {
        self.0.journal.get().map(|journal| &**journal)
    }

    /// From here on somebody looks what is asked, or no longer does.
    pub(crate) fn set_driven(&self, driven: bool) {
        self.0.driven.store(driven, Ordering::Release);
    }

    /// Whether somebody looks what is asked.
    pub(crate) fn is_driven(&self) -> bool {
        self.0.driven.load(Ordering::Acquire)
    }

    /// Whom to wake when a question is to be presented or an effect has run.
    pub(crate) fn set_driver(&self, waker: &Waker) {
        let mut driver = self.0.driver.lock().unwrap_or_else(PoisonError::into_inner);
        if !driver.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *driver = Some(waker.clone());
        }
    }

    pub(crate) fn wake_driver(&self) {
        let driver = self.0.driver.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(driver) = driver {
            driver.wake();
        }
    }

    /// What is asked from here on, or still waits, gets no answer.
    pub(crate) fn end_asking(&self) {
        self.0.over.set();
    }

    pub(crate) async fn report(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        if let Some(progress) = &self.0.progress {
            progress.report(done, total, message).await;
        }
    }

    /// The answer is about to be sent: what was held back of the progress goes out first, nothing
    /// afterwards.
    pub(crate) fn finish(&self) {
        if let Some(progress) = &self.0.progress {
            progress.finish();
        }
        self.end_asking();
        if let Some(log) = &self.0.log {
            log.finish();
        }
    }

    /// There will be no answer.
    pub(crate) fn cancel(&self) {
        if let Some(progress) = &self.0.progress {
            progress.silence();
        }
        if let Some(log) = &self.0.log {
            log.silence();
        }
        self.0.cancel.set();
        self.end_asking();
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.0.scope.id)
            .field("revision", &self.caller().revision)
            .finish_non_exhaustive()
    }
}
