//! The two routes of revision 2024-11-05.

use http::request::Parts;
use http::{StatusCode, Uri};
use toolwright_core::ProtocolError;
use toolwright_core::context::{Extensions, Principal};

use super::body::Body;
use super::duplex::line;
use super::guard::Guarded;
use super::receive::receive;
use super::refusal::Refusal;
use super::reply;
use super::respond;
use super::shared::Shared;
use super::source::Source;

/// Opens a stream. Who opens it is who sends its messages, with the same scopes, for as long as it
/// lasts.
pub(super) fn open(shared: &Shared, head: &Parts) -> Result<http::Response<Body>, Refusal> {
    let path = shared.message_path.as_deref().unwrap_or_default();
    let mut caller = head.extensions.get::<Extensions>().cloned().unwrap_or_default();
    let owner = head.extensions.get::<Principal>();
    if let Some(principal) = owner {
        caller.insert(principal.clone());
    }
    let stream = shared.duplexes.open(&shared.service, path, owner, caller);
    let stream = stream.ok_or_else(|| {
        let error = ProtocolError::internal("there are too many streams: come back later");
        Refusal::busy(None, error)
    })?;
    let source = Source::Duplex(Box::new(stream));
    Ok(respond::events(None, source, shared.limits.keep_alive))
}

/// Takes in a message for a stream.
pub(super) async fn message<B: http_body::Body>(
    shared: &Shared,
    request: Guarded<B>,
) -> Result<http::Response<Body>, Refusal> {
    let (head, body) = request.into_parts();
    let gone = || {
        let text = "there is no such stream for this caller and these scopes: open one first";
        Refusal::new(StatusCode::NOT_FOUND, text)
    };
    let asks = head.extensions.get::<Principal>();
    let stream = session(&head.uri).and_then(|id| shared.duplexes.find(id, asks));
    let stream = stream.ok_or_else(gone)?;
    let body = receive(body, &shared.limits).await?;
    stream.send(line(&body)).await.map_err(|_| gone())?;
    Ok(reply::empty(StatusCode::ACCEPTED))
}

fn session(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("session_id="))
}
