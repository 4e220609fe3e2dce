//! What the server calls itself.

use toolwright_spec::Implementation;

/// The server's name and version, also as the text that results carry.
#[derive(Debug)]
pub(crate) struct Identity {
    info: Implementation,
    /// `"_meta":{…}` with the identity, for results that have none of their own.
    meta: String,
}

impl Identity {
    pub(super) fn new(info: Implementation) -> Self {
        let meta = serde_json::json!({ "io.modelcontextprotocol/serverInfo": info });
        Self { info, meta: format!("\"_meta\":{meta}") }
    }

    pub(crate) fn info(&self) -> &Implementation {
        &self.info
    }

    pub(super) fn meta(&self) -> &str {
        &self.meta
    }
}
