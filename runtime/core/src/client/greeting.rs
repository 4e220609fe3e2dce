//! Finding out which era a server belongs to, and opening the conversation.

use serde::{Deserialize, Serialize};
use toolwright_spec::{
    ClientCapabilities, DiscoverResult, Implementation, InitializeResult, Revision,
    ServerCapabilities, code,
};

use super::error::ClientError;
use super::requests::Requests;
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
    pub(super) fn newest_session() -> Option<Self> {
        Era::Session.newest().map(Self::Legacy)
    }
}

/// What a server says of itself.
#[derive(Debug, Clone)]
pub(super) struct Greeting {
    pub(super) revision: Revision,
    pub(super) info: Option<Implementation>,
    pub(super) capabilities: ServerCapabilities,
    pub(super) instructions: Option<String>,
}

/// Opens the conversation.
///
/// Specification: `basic/transports/stdio`, section "Backward Compatibility".
pub(super) async fn greet(requests: &mut Requests, speak: Speak) -> Result<Greeting, ClientError> {
    let revision = match speak {
        Speak::Legacy(revision) => return initialize(requests, revision).await,
        Speak::Auto | Speak::Modern => Revision::LATEST,
    };
    match discover(requests, revision).await {
        Ok(greeting) => Ok(greeting),
        // Which error it is does not matter, and there may be none.
        Err(error) if speak == Speak::Auto && !is_modern(&error) => match Era::Session.newest() {
            Some(revision) => initialize(requests, revision).await,
            None => Err(error),
        },
        Err(error) => Err(error),
    }
}

async fn discover(requests: &mut Requests, revision: Revision) -> Result<Greeting, ClientError> {
    let first = ask(requests, revision).await;
    let supported = match &first {
        Ok(result) => Some(result.supported_versions.clone()),
        Err(ClientError::Peer(error)) => supported(error),
        Err(_) => None,
    };
    let Some(supported) = supported else {
        return first.and_then(|result| greeting(result, revision));
    };
    let common = Era::Stateless.newest_of(&supported);
    match (first, common) {
        (Ok(result), Some(common)) => {
            requests.settle(common);
            greeting(result, common)
        }
        (Err(_), Some(common)) if common != revision => {
            greeting(ask(requests, common).await?, common)
        }
        _ => Err(ClientError::NoCommonRevision { supported }),
    }
}

async fn ask(requests: &mut Requests, revision: Revision) -> Result<DiscoverResult, ClientError> {
    #[derive(Serialize)]
    struct Params {}
    requests.settle(revision);
    let limit = requests.wire.limits.discover;
    requests.request("server/discover", &Params {}, limit).await
}

fn greeting(result: DiscoverResult, revision: Revision) -> Result<Greeting, ClientError> {
    let info = result.meta.and_then(|meta| meta.server_info).map(|info| *info);
    Ok(Greeting {
        revision,
        info,
        capabilities: result.capabilities,
        instructions: result.instructions,
    })
}

async fn initialize(requests: &mut Requests, revision: Revision) -> Result<Greeting, ClientError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Params<'a> {
        protocol_version: &'a str,
        capabilities: ClientCapabilities,
        client_info: &'a Implementation,
    }
    requests.settle(revision);
    let info = requests.info.clone();
    let params = Params {
        protocol_version: revision.as_str(),
        capabilities: ClientCapabilities::default(),
        client_info: &info,
    };
    let idle = requests.wire.limits.request_idle;
    let result: InitializeResult = requests.request("initialize", &params, idle).await?;
    let agreed = result.protocol_version.parse::<Revision>().ok();
    let Some(revision) = agreed.filter(|revision| Era::of(*revision) == Era::Session) else {
        return Err(ClientError::NoCommonRevision { supported: vec![result.protocol_version] });
    };
    requests.notify("notifications/initialized").await?;
    Ok(Greeting {
        revision,
        info: Some(result.server_info),
        capabilities: result.capabilities,
        instructions: result.instructions,
    })
}

/// Whether only a server of the newer kind fails like this.
fn is_modern(error: &ClientError) -> bool {
    match error {
        ClientError::Peer(error) => matches!(
            error.code(),
            code::UNSUPPORTED_PROTOCOL_VERSION | code::MISSING_REQUIRED_CLIENT_CAPABILITY
        ),
        // It names revisions of both kinds, or only ones with a session.
        ClientError::NoCommonRevision { supported } => Era::Session.newest_of(supported).is_none(),
        ClientError::Closed { .. } => true,
        _ => false,
    }
}

fn supported(error: &ProtocolError) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Data {
        supported: Vec<String>,
    }
    if error.code() != code::UNSUPPORTED_PROTOCOL_VERSION {
        return None;
    }
    error.data()?.parse::<Data>().ok().map(|data| data.supported)
}
