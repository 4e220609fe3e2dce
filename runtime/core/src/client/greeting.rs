//! Finding out which era a server belongs to, and opening the conversation.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toolwright_spec::{
    DiscoverResult, Fit, InitializeRequestParams, InitializeResult, Revision, code,
};

use super::cache;
use super::error::ClientError;
use super::exchange::{Link, Options, Question};
use super::greetings::Greeting;
use crate::era::Era;
use crate::error::ProtocolError;

/// Which revisions a client speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Speak {
    /// Whatever the server speaks: ask with `server/discover`, fall back to `initialize`.
    #[default]
    Auto,
    /// Only revisions without sessions, since 2026-07-28.
    Modern,
    /// Open a session, offering this revision, 2025-11-25 or older.
    Legacy(Revision),
}

impl Speak {
    /// A session, offering the newest revision that has them.
    #[must_use]
    pub fn newest_session() -> Option<Self> {
        Era::Session.newest().map(Self::Legacy)
    }
}

/// Opens the conversation.
///
/// Specification: `basic/transports/stdio`, section "Backward Compatibility".
pub(super) async fn greet(link: &Link, speak: Speak) -> Result<Greeting, ClientError> {
    let revision = match speak {
        Speak::Legacy(revision) => return initialize(link, revision).await,
        Speak::Auto | Speak::Modern => Revision::LATEST,
    };
    match discover(link, revision).await {
        Ok(greeting) => Ok(greeting),
        // Which error it is does not matter, and there may be none.
        Err(error) if speak == Speak::Auto && !is_modern(&error) => fall_back(link, error).await,
        Err(error) => Err(error),
    }
}

/// Takes the server for one with sessions, since discovery ended like this.
async fn fall_back(link: &Link, error: ClientError) -> Result<Greeting, ClientError> {
    let Some(revision) = Era::Session.newest() else {
        return Err(error);
    };
    let opened = initialize(link, revision).await;
    match (&opened, error) {
        // It was silent because it had not started yet, and has no sessions.
        (Err(ClientError::Peer(_)), ClientError::Timeout { .. }) => {
            discover(link, Revision::LATEST).await.or(opened)
        }
        _ => opened,
    }
}

pub(super) async fn discover(link: &Link, revision: Revision) -> Result<Greeting, ClientError> {
    let first = ask(link, revision).await;
    let supported = match &first {
        Ok(result) => Some(result.supported_versions.clone()),
        Err(ClientError::Peer(error)) => supported(error),
        Err(_) => None,
    };
    let Some(supported) = supported else {
        return first.and_then(|result| greeting(result, revision));
    };
    match (first, Era::Stateless.newest_of(&supported)) {
        (Ok(result), Some(common)) => {
            link.settle(common);
            greeting(result, common)
        }
        // Once, even if it names the same one again.
        (Err(_), Some(common)) => greeting(ask(link, common).await?, common),
        _ => Err(ClientError::NoCommonRevision { supported }),
    }
}

async fn ask(link: &Link, revision: Revision) -> Result<DiscoverResult, ClientError> {
    link.settle(revision);
    request(link, "server/discover", "{}", link.shared.limits.discover).await
}

fn greeting(result: DiscoverResult, revision: Revision) -> Result<Greeting, ClientError> {
    let info = result.meta.and_then(|meta| meta.server_info).map(|info| Arc::new(*info));
    Ok(Greeting {
        revision,
        info,
        capabilities: result.capabilities,
        instructions: result.instructions,
    })
}

/// Opens a session.
///
/// Specification: 2025-11-25, `basic/lifecycle`.
pub(super) async fn initialize(link: &Link, revision: Revision) -> Result<Greeting, ClientError> {
    link.settle(revision);
    let capabilities = link.shared.handlers.capabilities(revision);
    let info = link.shared.info.clone();
    let params = InitializeRequestParams::new(revision.as_str(), capabilities, info);
    let params = params.fit(revision).map_err(ClientError::arguments)?;
    let params = serde_json::to_string(&params).map_err(ClientError::arguments)?;
    let idle = link.shared.limits.request_idle;
    let result: InitializeResult = request(link, "initialize", &params, idle).await?;
    let agreed = result.protocol_version.parse::<Revision>().ok();
    let Some(revision) = agreed.filter(|revision| Era::of(*revision) == Era::Session) else {
        return Err(ClientError::NoCommonRevision { supported: vec![result.protocol_version] });
    };
    link.settle(revision);
    link.notify("notifications/initialized", &serde_json::Map::new()).await?;
    Ok(Greeting {
        revision,
        info: Some(Arc::new(result.server_info)),
        capabilities: result.capabilities,
        instructions: result.instructions,
    })
}

async fn request<T: DeserializeOwned>(
    link: &Link,
    method: &str,
    params: &str,
    idle: Duration,
) -> Result<T, ClientError> {
    let mut options = Options { idle: Some(idle), ..Options::default() };
    let question = Question { method, params, more: "" };
    let answer = link.exchange(question, &mut options).await?;
    let result = toolwright_spec::from_str(&answer).or_else(|error| {
        let mended = cache::mended(&answer).ok_or(error)?;
        toolwright_spec::from_str(&mended)
    });
    result.map_err(|error| ClientError::invalid(error.below("/result")))
}

/// Whether only a server of the newer kind fails like this.
pub(super) fn is_modern(error: &ClientError) -> bool {
    match error {
        ClientError::Peer(error) => matches!(
            error.code(),
            code::UNSUPPORTED_PROTOCOL_VERSION
                | code::MISSING_REQUIRED_CLIENT_CAPABILITY
                | code::HEADER_MISMATCH
        ),
        // It names revisions of both kinds, or only ones with a session.
        ClientError::NoCommonRevision { supported } => Era::Session.newest_of(supported).is_none(),
        // Another attempt would fail like this one.
        ClientError::Closed { .. }
        | ClientError::Garbage { .. }
        | ClientError::Connect { .. }
        | ClientError::Redirected { .. }
        | ClientError::Unauthorized { .. } => true,
        ClientError::Http { status, .. } => !matches!(status, 400 | 404 | 405),
        _ => false,
    }
}

/// The revisions that the server speaks, if it says so because it does not speak ours.
pub(super) fn supported(error: &ProtocolError) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Data {
        supported: Vec<String>,
    }
    if error.code() != code::UNSUPPORTED_PROTOCOL_VERSION {
        return None;
    }
    error.data()?.parse::<Data>().ok().map(|data| data.supported)
}
