//! What was found out of a server, to be remembered.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toolwright_spec::{Implementation, Revision, ServerCapabilities};

use super::greetings::Greeting;
use super::transport::Carrier;

/// What a client found out of a server when it connected: which revision it speaks, over what,
/// and what it says of itself. Saved, for example as JSON, and given to
/// [`ClientBuilder::known`](super::ClientBuilder::known), it spares the next connection to find
/// out again: without sessions nothing is sent before the first call, with sessions only the
/// handshake is.
///
/// It belongs to one address or command, and has no secrets in it. What the server says of itself
/// is as trustworthy as the server.
///
/// ```
/// use toolwright_core::client::Verdict;
/// use toolwright_core::{Client, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = || Server::new("shop", "1.0.0");
/// let client = Client::in_memory(server()).await?;
/// let saved = serde_json::to_string(&client.verdict())?;
///
/// // Another day:
/// let verdict: Verdict = serde_json::from_str(&saved)?;
/// assert_eq!(verdict.revision().as_str(), "2026-07-28");
/// let client = Client::builder().known(verdict).in_memory(server()).await?;
/// assert_eq!(client.server_info().map(|info| &*info.name), Some("shop"));
/// # Ok(())
/// # }
/// ```
///
/// Specification: `basic/versioning`, section "Backward Compatibility with Initialization-Based
/// Versions".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Verdict {
    pub(super) greeting: Greeting,
    pub(super) carrier: Carrier,
}

impl Verdict {
    /// The revision that both sides speak.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.greeting.revision
    }

    /// What carries the connection.
    #[must_use]
    pub fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// What the server calls itself, if it says so.
    #[must_use]
    pub fn server_info(&self) -> Option<&Implementation> {
        self.greeting.info.as_deref()
    }

    /// What the server can do.
    #[must_use]
    pub fn server_capabilities(&self) -> &ServerCapabilities {
        &self.greeting.capabilities
    }

    /// How to use the server, written for the model.
    #[must_use]
    pub fn instructions(&self) -> Option<&str> {
        self.greeting.instructions.as_deref()
    }
}

/// A verdict as it is saved.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    revision: String,
    carrier: Carrier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server_info: Option<Implementation>,
    capabilities: ServerCapabilities,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instructions: Option<String>,
}

impl From<Verdict> for Written {
    fn from(verdict: Verdict) -> Self {
        let Verdict { greeting, carrier } = verdict;
        Self {
            revision: greeting.revision.as_str().to_owned(),
            carrier,
            server_info: greeting.info.map(Arc::unwrap_or_clone),
            capabilities: greeting.capabilities,
            instructions: greeting.instructions,
        }
    }
}

impl TryFrom<Written> for Verdict {
    type Error = toolwright_spec::UnknownRevision;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let greeting = Greeting {
            revision: written.revision.parse()?,
            info: written.server_info.map(Arc::new),
            capabilities: written.capabilities,
            instructions: written.instructions,
        };
        Ok(Self { greeting, carrier: written.carrier })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn verdicts_are_saved_and_read() {
        let saved = json!({ "revision": "2025-06-18", "carrier": "streamable-http",
            "serverInfo": { "name": "shop", "version": "1", "more": 1 },
            "capabilities": { "tools": { "listChanged": true }, "experimental": { "x": {} } },
            "instructions": "buy" });
        let verdict: Verdict = serde_json::from_value(saved.clone()).unwrap();
        assert_eq!(verdict.revision(), Revision::V2025_06_18);
        assert_eq!(verdict.carrier(), Carrier::StreamableHttp);
        assert_eq!(serde_json::to_value(&verdict).unwrap(), saved);
        let strange = json!({ "revision": "2026-07-28", "carrier": "pigeon", "capabilities": {} });
        let verdict: Verdict = serde_json::from_value(strange).unwrap();
        assert_eq!((verdict.carrier(), verdict.server_info()), (Carrier::Other, None));
        let unknown = json!({ "revision": "1999-01-01", "carrier": "stream", "capabilities": {} });
        let error = serde_json::from_value::<Verdict>(unknown).unwrap_err().to_string();
        assert!(error.contains("1999-01-01") && error.contains("2026-07-28"), "{error}");
    }
}
