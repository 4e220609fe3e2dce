//! The stream on which a server with sessions says what belongs to no request.
//!
//! Specification: 2025-11-25, `basic/transports`, section "Listening for Messages from the
//! Server".

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use toolwright_core::ClientError;

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
    loop {
        let opened = open(&way, last.as_deref()).await;
        if let Some(began) = began.take() {
            // Nobody may be waiting any more.
            let _ = began.send(());
        }
        match opened {
            Ok(mut events) => {
                pause = PAUSE;
                drain(&way, &mut events).await;
                last = events.last_id().map(str::to_owned).or(last);
                tokio::time::sleep(events.retry().unwrap_or(PAUSE)).await;
            }
            Err(ClientError::Connect { .. } | ClientError::StreamLost { .. }) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST);
            }
            Err(ClientError::Http { status: 404, .. }) if last.take().is_some() => {}
            Err(error) => {
                tracing::debug!(%error, "the server has no stream to listen on");
                return;
            }
        }
    }
}

async fn open(way: &Way, last: Option<&str>) -> Result<Events, ClientError> {
    if let Some(last) = last {
        return way.resume(last).await;
    }
    let headers: HeaderMap = way.session.headers();
    let response = way.site.listen(&way.site.url, &headers).await?;
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
