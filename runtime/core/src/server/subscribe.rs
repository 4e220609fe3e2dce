//! `resources/subscribe` and `resources/unsubscribe`, which sessions have.

use serde_json::value::RawValue;

use super::listen::refuse;
use super::resources::uri;
use crate::context::Context;
use crate::era;
use crate::error::ProtocolError;
use crate::scopes::Scopes;

/// The resource to subscribe to. Only one that is listed, or that a template has, can be.
///
/// Specification: as [`subscribe`].
pub(super) fn wanted(
    has: impl Fn(&str) -> bool,
    cx: &Context,
    params: Option<&RawValue>,
) -> Result<String, ProtocolError> {
    let uri = uri(params)?;
    if !has(&uri) {
        return Err(era::resource_not_found(cx.revision(), &uri));
    }
    Ok(uri)
}

/// From now on the session is told when the resource changes; each time, whoever listens then has
/// to have the scopes that it takes.
///
/// Specification: 2025-11-25, `server/resources`, section "Subscriptions".
pub(super) fn subscribe(cx: &Context, uri: &str, scopes: Scopes) -> Result<(), ProtocolError> {
    cx.require(&scopes)?;
    let scope = cx.scope();
    let session = scope.peer.audience.session().ok_or_else(|| {
        ProtocolError::invalid_request("there is no session: send `initialize` first")
    })?;
    session.watch(uri, scopes, scope.common.limits.subscribed_uris).map_err(refuse)
}

/// The session is told no more. That it was before is not asked for.
///
/// Specification: as [`subscribe`].
pub(super) fn unsubscribe(cx: &Context, params: Option<&RawValue>) -> Result<(), ProtocolError> {
    let uri = uri(params)?;
    if let Some(session) = cx.scope().peer.audience.session() {
        session.unwatch(&uri);
    }
    Ok(())
}
