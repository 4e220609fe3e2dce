//! The stream on which a server with sessions says what belongs to no request.
//!
//! Specification: 2025-11-25, `basic/transports`, section "Listening for Messages from the
//! Server".

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::HeaderMap;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use toolwright_core::ClientError;

use super::headers::SESSION;
use super::site::{Body, Events};
use super::way::{PAUSE, Way};

/// The longest wait after failures.
const LONGEST: Duration = Duration::from_secs(60);

/// How long connecting waits for the server to begin the stream. Some begin it with what they have
/// to say first.
const BEGIN: Duration = Duration::from_secs(1);

/// Listens in a task until the server does not offer the stream, or the task is aborted. The
/// second value waits for the stream to begin: what servers say before that is lost with some.
pub(super) fn start(way: Arc<Way>) -> (AbortHandle, impl Future<Output = ()>) {
    let (began, begins) = oneshot::channel();
    let task = tokio::spawn(listen(way, began)).abort_handle();
    let begins = async {
        // Whether it began, was refused, or takes its time: the session goes on.
        let _ = tokio::time::timeout(BEGIN, begins).await;
    };
    (task, begins)
}

async fn listen(way: Arc<Way>, began: oneshot::Sender<()>) {
    let mut last: Option<String> = None;
    let mut pause = PAUSE;
    let mut began = Some(began);
    let mut session = way.session.number();
    // Whether the server may have said something that nobody heard.
    let mut deaf = false;
    // Whether this session had a stream.
    let mut heard = false;
    loop {
        let now = way.session.number();
        if now != session {
            // Another session, which knows nothing of what the one before said, and whose client
            // is told that it may have missed something.
            (session, last, deaf, heard) = (now, None, false, false);
        }
        let opened = open(&way, last.as_deref()).await;
        if let Some(began) = began.take() {
            // Nobody may be waiting any more.
            let _ = began.send(());
        }
        let wait = match opened {
            Ok(mut events) => {
                pause = PAUSE;
                heard = true;
                if std::mem::take(&mut deaf) && last.is_none() {
                    way.inbox.missed();
                }
                first_of(drain(&way, &mut events), way.session.beyond(session)).await;
                last = events.last_id().map(str::to_owned).or(last);
                deaf = true;
                events.retry().unwrap_or(PAUSE)
            }
            Err(error) if may_pass(&way, &error) => {
                let wait = pause;
                pause = (pause * 2).min(LONGEST);
                wait
            }
            Err(ClientError::Http { status: 404, .. }) if last.take().is_some() => continue,
            // Where there was a stream, it is the session that is gone.
            Err(ClientError::Http { status: 404, .. }) if heard => {
                way.session.lost(session);
                match way.reopen(session).await {
                    Ok(()) => continue,
                    Err(error) => return tracing::debug!(%error, "there is no other session"),
                }
            }
            Err(error) => {
                tracing::debug!(%error, "the server has no stream to listen on");
                return;
            }
        };
        first_of(tokio::time::sleep(wait), way.session.beyond(session)).await;
    }
}

/// Whether the stream may be had later.
fn may_pass(way: &Way, error: &ClientError) -> bool {
    match error {
        ClientError::Connect { .. } | ClientError::StreamLost { .. } => true,
        // A request may bring other credentials.
        ClientError::Unauthorized { .. } => way.site.authorizer.is_some(),
        _ => false,
    }
}

/// Waits for whichever comes first.
async fn first_of(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|cx| match one.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => other.as_mut().poll(cx),
    })
    .await;
}

async fn open(way: &Way, last: Option<&str>) -> Result<Events, ClientError> {
    if let Some(last) = last {
        return way.resume(last).await;
    }
    let headers: HeaderMap = way.session.headers();
    let response = way.site.listen(&way.site.url, &headers).await?;
    if headers.contains_key(SESSION) && response.status() == http::StatusCode::NOT_FOUND {
        return Err(ClientError::Http { status: 404, body: String::new(), retry_after: None });
    }
    match way.site.open(response).await? {
        Body::Events(events) => Ok(events),
        _ => Err(ClientError::Http { status: 405, body: String::new(), retry_after: None }),
    }
}

async fn drain(way: &Way, events: &mut Events) {
    loop {
        match events.next().await {
            Ok(more) if !more.is_empty() => {
                for event in more.iter().filter(|event| event.kind == "message") {
                    way.inbox.receive(event.data.as_bytes());
                }
            }
            Ok(_) => return,
            Err(error) => {
                tracing::debug!(%error, "the stream to listen on broke off");
                return;
            }
        }
    }
}
