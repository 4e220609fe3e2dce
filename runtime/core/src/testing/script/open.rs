//! How a conversation begins, and what always gets an answer.

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

use super::run::{Player, method};
use crate::testing::mismatch::Mismatch;
use crate::testing::transcript::Side;

impl<R: AsyncRead + Send + Unpin, W: AsyncWrite + Send + Unpin> Player<R, W> {
    pub(super) async fn open(&mut self) -> Result<(), Mismatch> {
        match self.role {
            Side::Client if self.script.is_session() => self.initialize().await,
            Side::Client => Ok(()),
            Side::Server => self.welcome().await,
        }
    }

    async fn initialize(&mut self) -> Result<(), Mismatch> {
        let params = json!({
            "protocolVersion": self.script.revision.as_str(),
            "capabilities": self.capabilities(),
            "clientInfo": { "name": "script", "version": "0" },
        });
        self.request("initialize", params).await?;
        let answer = self.next().await?;
        self.asked.clear();
        if answer.pointer("/result/protocolVersion").and_then(Value::as_str)
            != Some(self.script.revision.as_str())
        {
            return Err(self.expected_not(&answer.to_string()));
        }
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await
    }

    /// Lets a client in. One that knows the server already may begin at once.
    async fn welcome(&mut self) -> Result<(), Mismatch> {
        loop {
            let message = self.next().await?;
            let method = method(&message).unwrap_or_default();
            if self.script.is_session() {
                if method == "notifications/initialized" {
                    return Ok(());
                }
                if message.get("id").is_some() && !self.answer(&message).await? {
                    return Err(self.refuse(&message).await);
                }
            } else if method == "server/discover" {
                return self.answer(&message).await.map(|_| ());
            } else {
                self.early.push_back(message);
                return Ok(());
            }
        }
    }

    /// Answers a request that may come at any time; whether it is one.
    pub(super) async fn answer(&mut self, request: &Value) -> Result<bool, Mismatch> {
        let method = method(request).unwrap_or_default();
        let id = request.get("id");
        let mut always = self.script.standing.iter();
        let result = always.find(|(name, _)| name == method).map(|(_, result)| result.clone());
        let message = match (result.or_else(|| self.greeting(method)), method) {
            (Some(result), _) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            (None, "server/discover" | "initialize") if self.greets() => {
                let error = json!({ "code": -32601, "message": "not in this revision" });
                json!({ "jsonrpc": "2.0", "id": id, "error": error })
            }
            _ => return Ok(false),
        };
        self.send(&message).await.map(|()| true)
    }

    fn greets(&self) -> bool {
        self.script.opens && self.role == Side::Server
    }

    fn greeting(&self, method: &str) -> Option<Value> {
        let revision = self.script.revision.as_str();
        let info = json!({ "name": "script", "version": "0" });
        match (method, self.script.is_session()) {
            _ if !self.greets() => None,
            ("initialize", true) => Some(json!({
                "protocolVersion": revision, "serverInfo": info,
                "capabilities": self.capabilities(),
            })),
            ("server/discover", false) => Some(json!({
                "resultType": "complete", "supportedVersions": [revision],
                "capabilities": self.capabilities(),
                "_meta": { "io.modelcontextprotocol/serverInfo": info },
            })),
            _ => None,
        }
    }

    fn capabilities(&self) -> Value {
        self.script.capabilities.clone().unwrap_or_else(|| match self.role {
            Side::Client => json!({}),
            Side::Server => json!({
                "tools": {}, "resources": {}, "prompts": {}, "completions": {},
            }),
        })
    }

    /// Parameters with what every request of a client says since there are no sessions.
    pub(super) fn described(&self, mut params: Value) -> Value {
        if self.role == Side::Server || self.script.is_session() || !self.script.opens {
            return params;
        }
        let Some(members) = params.as_object_mut() else { return params };
        let meta = members.entry("_meta").or_insert_with(|| json!({}));
        if let Some(meta) = meta.as_object_mut() {
            let ours = [
                ("protocolVersion", json!(self.script.revision.as_str())),
                ("clientInfo", json!({ "name": "script", "version": "0" })),
                ("clientCapabilities", self.capabilities()),
            ];
            for (name, value) in ours {
                meta.entry(format!("io.modelcontextprotocol/{name}")).or_insert(value);
            }
        }
        params
    }
}
