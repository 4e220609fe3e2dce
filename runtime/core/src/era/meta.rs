//! The `_meta` of a request, looked at as far as needed.

use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::{LoggingLevel, ProgressToken};

use super::decode;
use crate::context::Verbosity;
use crate::error::ProtocolError;

/// The members that the protocol defines, unread.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta<'a> {
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    pub(super) version: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientInfo")]
    pub(super) client: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientCapabilities")]
    pub(super) capabilities: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/logLevel")]
    log_level: Option<&'a RawValue>,
    #[serde(borrow, rename = "progressToken")]
    token: Option<&'a RawValue>,
}

impl<'a> Meta<'a> {
    pub(super) fn read(raw: Option<&'a RawValue>) -> Result<Self, ProtocolError> {
        match raw {
            None => Ok(Self::default()),
            Some(raw) if raw.get().starts_with('{') => serde_json::from_str(raw.get())
                .map_err(|error| ProtocolError::invalid_params(format!("in `_meta`: {error}"))),
            Some(_) => Err(ProtocolError::invalid_params("`_meta` must be an object")),
        }
    }

    /// Whether the request describes itself, even if not completely.
    pub(super) fn is_modern(&self) -> bool {
        self.version.is_some() || self.client.is_some() || self.capabilities.is_some()
    }

    pub(super) fn progress_token(&self) -> Result<Option<ProgressToken>, ProtocolError> {
        self.token.map(|token| decode(token, "/params/_meta/progressToken")).transpose()
    }

    /// Which log messages the request wants, of itself alone.
    ///
    /// Specification: `server/utilities/logging`.
    pub(super) fn verbosity(&self) -> Result<Verbosity, ProtocolError> {
        let Some(level) = self.log_level else {
            return Ok(Verbosity::Silent);
        };
        decode::<LoggingLevel>(level, "/params/_meta/io.modelcontextprotocol~1logLevel")
            .map(Verbosity::From)
    }
}
