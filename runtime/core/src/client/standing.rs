//! What is known of a server, for as long as it holds.
//!
//! Specification: `basic/versioning`, section "Backward Compatibility with Initialization-Based
//! Versions".

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use toolwright_spec::{Revision, code};

use super::error::ClientError;
use super::exchange::Link;
use super::greeting::{Speak, discover, greet, initialize, is_modern, supported};
use super::greetings::Greeting;
use super::restore;
use super::verdict::Verdict;
use crate::era::Era;

/// After a server turned out to be what it was, it is not doubted for so long.
const CALM: Duration = Duration::from_secs(60);

/// See the module.
pub(super) struct Standing {
    speak: Speak,
    /// It answered in the way that was expected.
    proven: AtomicBool,
    /// It did not answer at all.
    doubtful: AtomicBool,
    /// Somebody is finding out, and requests have to wait.
    unsettled: AtomicBool,
    calm: Mutex<Option<Instant>>,
    turn: tokio::sync::Mutex<()>,
}

/// How a connection begins.
#[derive(Clone)]
pub(super) struct Beginning {
    pub(super) greeting: Greeting,
    pub(super) speak: Speak,
    /// Whether the server said it just now.
    pub(super) is_proven: bool,
}

/// Opens the conversation, with as few questions as `known` allows.
pub(super) async fn begin(
    link: &Link,
    speak: Speak,
    known: Option<Verdict>,
) -> Result<Beginning, ClientError> {
    let known = known.map(|verdict| verdict.greeting);
    let known = known.filter(|known| speaks(speak, known.revision));
    let greeting = match known {
        None => greet(link, speak).await,
        Some(greeting) if Era::of(greeting.revision) == Era::Stateless => {
            link.settle(greeting.revision);
            return Ok(Beginning { greeting, speak, is_proven: false });
        }
        Some(greeting) => match initialize(link, greeting.revision).await {
            Err(error) if is_refusal(&error) => greet(link, speak).await,
            opened => opened,
        },
    };
    greeting.map(|greeting| Beginning { greeting, speak, is_proven: true })
}

fn speaks(speak: Speak, revision: Revision) -> bool {
    match (speak, Era::of(revision)) {
        (Speak::Auto, _) | (Speak::Modern, Era::Stateless) | (Speak::Legacy(_), Era::Session) => {
            true
        }
        (Speak::Modern, Era::Session) | (Speak::Legacy(_), Era::Stateless) => false,
    }
}

/// Whether the server is there and does not want to be spoken to like this.
fn is_refusal(error: &ClientError) -> bool {
    match error {
        ClientError::Peer(_)
        | ClientError::Unattributed(_)
        | ClientError::InvalidResponse { .. }
        | ClientError::NoCommonRevision { .. } => true,
        ClientError::Http { status, .. } => matches!(status, 400 | 404 | 405),
        _ => false,
    }
}

impl Standing {
    pub(super) fn new(speak: Speak, is_proven: bool) -> Self {
        Self {
            speak,
            proven: AtomicBool::new(is_proven),
            doubtful: AtomicBool::new(false),
            unsettled: AtomicBool::new(false),
            calm: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// A request was answered.
    pub(super) fn prove(&self) {
        if !self.proven.load(Ordering::Relaxed) {
            self.proven.store(true, Ordering::Relaxed);
        }
    }

    /// Waits while somebody finds out what the server speaks, and finds it out if it has been
    /// silent.
    pub(super) async fn settled(&self, link: &Link) {
        if self.doubtful.load(Ordering::Relaxed) && self.doubtful.swap(false, Ordering::Relaxed) {
            let silent = ClientError::Timeout { after: link.shared.limits.request_idle };
            // It may be silent again; the request will tell.
            let _ = self.find_out(link, link.shared.greetings.count(), silent).await;
        }
        if self.unsettled.load(Ordering::Acquire) {
            drop(self.turn.lock().await);
        }
    }

    /// Whether an error may mean that the server is not what it was taken for.
    pub(super) fn doubts(&self, link: &Link, error: &ClientError) -> bool {
        let is_stateless = !link.shared.may_ask();
        let is_proven = self.proven.load(Ordering::Relaxed);
        match error {
            ClientError::Peer(told) if supported(told).is_some() => true,
            _ if self.speak != Speak::Auto || self.is_calm() => false,
            ClientError::Timeout { .. } if is_stateless && !is_proven => {
                self.doubtful.store(true, Ordering::Relaxed);
                false
            }
            ClientError::Peer(told) | ClientError::Unattributed(told) => {
                // No server of this era says these of a request that is as it should be.
                let is_odd = matches!(told.code(), code::INVALID_REQUEST | -32000);
                is_stateless && (is_odd || !is_proven && !is_modern(error))
            }
            ClientError::Http { status: 404 | 405, .. } => true,
            ClientError::Http { status: 400, .. } => is_stateless,
            _ => false,
        }
    }

    fn is_calm(&self) -> bool {
        let calm = self.calm.lock().unwrap_or_else(PoisonError::into_inner);
        calm.is_some_and(|until| Instant::now() < until)
    }

    /// Gets to know the server anew after `error`, unless somebody did since it had said `before`
    /// what it is. `Ok` if the request is worth another try.
    ///
    /// # Errors
    /// It is not: what to tell the caller.
    pub(super) async fn find_out(
        &self,
        link: &Link,
        before: usize,
        error: ClientError,
    ) -> Result<(), ClientError> {
        let _turn = self.turn.lock().await;
        let greetings = &link.shared.greetings;
        if greetings.count() != before {
            return Ok(());
        }
        let is_silence = matches!(error, ClientError::Timeout { .. });
        if greetings.are_too_many() || !(is_silence || self.doubts(link, &error)) {
            return Err(error);
        }
        let Some(old) = link.shared.revision() else { return Err(error) };
        let mut unsettled = Unsettled::new(self, link, old);
        let found = match &error {
            ClientError::Peer(told) => match supported(told) {
                Some(supported) => self.agree(link, supported).await.map_err(Some),
                None => greet(link, self.speak).await.map_err(|_| None),
            },
            _ => greet(link, self.speak).await.map_err(|_| None),
        };
        match found {
            Ok(greeting) => {
                unsettled.revision = greeting.revision;
                self.take(link, greeting, old, error)
            }
            Err(told) => Err(told.unwrap_or(error)),
        }
    }

    /// Takes what was found out; whether the request that failed is worth another try.
    fn take(
        &self,
        link: &Link,
        greeting: Greeting,
        old: Revision,
        error: ClientError,
    ) -> Result<(), ClientError> {
        let revision = greeting.revision;
        self.prove();
        let named_ours = matches!(&error, ClientError::Peer(told) if supported(told).is_some());
        let in_session = Era::of(revision) == Era::Session;
        tracing::info!(%old, new = %revision, %error, "the server was asked anew what it speaks");
        if link.knows(&greeting) {
            link.shared.keeper.forget_all();
        }
        if in_session {
            restore::start(&link.shared);
        } else if Era::of(old) == Era::Session {
            let reason = "the server has no sessions any more; listen again".to_owned();
            link.shared.feeds.close(&ClientError::StreamLost { reason });
        }
        if revision != old || named_ours || in_session {
            return Ok(());
        }
        *self.calm.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + CALM);
        Err(error)
    }

    /// Chooses one of the revisions that the server speaks.
    async fn agree(&self, link: &Link, supported: Vec<String>) -> Result<Greeting, ClientError> {
        let known = link.shared.greetings.last();
        let stateless = Era::Stateless.newest_of(&supported);
        let stateless = stateless.filter(|revision| speaks(self.speak, *revision));
        let session = Era::Session.newest_of(&supported);
        let session = session.filter(|revision| speaks(self.speak, *revision));
        match (stateless, session) {
            (Some(revision), _) => match known {
                Some(known) if Era::of(known.revision) == Era::Stateless => {
                    Ok(Greeting { revision, ..known.clone() })
                }
                _ => discover(link, revision).await,
            },
            (None, Some(revision)) => initialize(link, revision).await,
            (None, None) => Err(ClientError::NoCommonRevision { supported }),
        }
    }
}

/// While this is there, requests wait; at its end, this revision is spoken.
struct Unsettled<'a> {
    standing: &'a Standing,
    link: &'a Link,
    revision: Revision,
}

impl<'a> Unsettled<'a> {
    fn new(standing: &'a Standing, link: &'a Link, revision: Revision) -> Self {
        standing.unsettled.store(true, Ordering::Release);
        Self { standing, link, revision }
    }
}

impl Drop for Unsettled<'_> {
    fn drop(&mut self) {
        self.link.settle(self.revision);
        self.standing.unsettled.store(false, Ordering::Release);
    }
}

impl Link {
    /// This is how the server presents itself; whether that is news.
    pub(super) fn knows(&self, greeting: &Greeting) -> bool {
        let mut server = self.shared.server.write().unwrap_or_else(PoisonError::into_inner);
        server.clone_from(&greeting.info);
        drop(server);
        self.shared.greetings.push(greeting)
    }
}
