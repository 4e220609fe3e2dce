//! What a client says of the extensions it speaks.

use serde::de::DeserializeOwned;
use toolwright_spec::{ClientCapabilities, Map, Object};

use crate::context::Context;
use crate::error::ProtocolError;

impl Context {
    /// What the client set for an extension: nothing if it does not speak it, or if what it says
    /// cannot be read. A stateless request says so for itself, a session once.
    ///
    /// ```
    /// # use toolwright_core::Context;
    /// #[derive(serde::Deserialize)]
    /// #[serde(rename_all = "camelCase")]
    /// struct Ui {
    ///     mime_types: Vec<String>,
    /// }
    ///
    /// fn shows_apps(cx: &Context) -> bool {
    ///     cx.client_extension::<Ui>("io.modelcontextprotocol/ui")
    ///         .is_some_and(|ui| ui.mime_types.iter().any(|mime| mime == "text/html;profile=mcp-app"))
    /// }
    /// # assert!(!shows_apps(&Context::detached()));
    /// ```
    #[must_use]
    pub fn client_extension<S: DeserializeOwned>(&self, identifier: &str) -> Option<S> {
        let settings = self.extension_settings(identifier)?;
        match serde_json::from_value(settings.clone().into()) {
            Ok(settings) => Some(settings),
            Err(error) => {
                tracing::debug!(identifier, %error, "settings of an extension that make no sense");
                None
            }
        }
    }

    /// Whether the client speaks an extension.
    #[must_use]
    pub fn speaks(&self, identifier: &str) -> bool {
        self.extension_settings(identifier).is_some()
    }

    /// Refuses the request unless the client speaks an extension: for a tool that can do nothing
    /// without it, [`ToolError::protocol`](crate::ToolError::protocol) passes the error on.
    ///
    /// # Errors
    /// -32021, naming the extension.
    pub fn require_extension(&self, identifier: &str) -> Result<(), ProtocolError> {
        if self.speaks(identifier) {
            return Ok(());
        }
        let mut extensions = Map::new();
        extensions.insert(identifier, Object::new());
        let required = ClientCapabilities::new().with_extensions(extensions);
        Err(ProtocolError::missing_capability(&required))
    }

    fn extension_settings(&self, identifier: &str) -> Option<&Object> {
        self.client_capabilities().extensions.as_ref()?.get(identifier)
    }
}
