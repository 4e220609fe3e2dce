//! A client that answers questions, whichever way they come.

use serde_json::{Value, json};
use toolwright_core::Server;

use crate::support::{Peer, connect};

/// Revisions that can ask for everything but URLs, and all of that.
pub(crate) const REVISIONS: [&str; 3] = ["2025-06-18", "2025-11-25", "2026-07-28"];

/// A connection, and what was asked on it.
pub(crate) struct Client {
    pub(crate) peer: Peer,
    pub(crate) revision: &'static str,
    capabilities: Value,
    last: i64,
    /// All questions: `method` and `params`.
    pub(crate) asked: Vec<Value>,
    /// How often the last request was sent.
    pub(crate) rounds: usize,
}

/// All that a client can say of itself here.
pub(crate) fn everything() -> Value {
    json!({
        "elicitation": { "form": {}, "url": {} },
        "sampling": { "tools": {}, "context": {} },
        "roots": {},
    })
}

/// One client per revision, the stateless one last.
pub(crate) async fn clients(server: impl Fn() -> Server, capabilities: Value) -> Vec<Client> {
    let mut clients = Vec::new();
    for revision in REVISIONS {
        clients.push(Client::new(server(), revision, capabilities.clone()).await);
    }
    clients
}

impl Client {
    pub(crate) async fn new(server: Server, revision: &'static str, capabilities: Value) -> Self {
        let peer = connect(server);
        let mut client =
            Self { peer, revision, capabilities, last: 0, asked: Vec::new(), rounds: 0 };
        if !client.is_modern() {
            let params = json!({ "protocolVersion": revision, "capabilities": client.capabilities,
                "clientInfo": { "name": "test", "version": "0" } });
            client.send("initialize", params).await;
            client.peer.next().await;
            client.notify("notifications/initialized", json!({})).await;
        }
        client
    }

    /// The stateless one.
    pub(crate) async fn modern(server: Server) -> Self {
        Self::new(server, "2026-07-28", everything()).await
    }

    /// One of the newest sessions.
    pub(crate) async fn session(server: Server) -> Self {
        Self::new(server, "2025-11-25", everything()).await
    }

    pub(crate) fn is_modern(&self) -> bool {
        self.revision == "2026-07-28"
    }

    /// The answer to a request, once its questions are answered.
    pub(crate) async fn request(
        &mut self,
        method: &str,
        params: Value,
        mut answer: impl FnMut(&Value) -> Value,
    ) -> Value {
        self.rounds = 0;
        let mut params = params;
        loop {
            let id = self.send(method, params.clone()).await;
            self.rounds += 1;
            let response = self.response(&id, &mut answer).await;
            let result = &response["result"];
            if result["resultType"] != "input_required" {
                return response;
            }
            assert!(self.is_modern() && result.get("ttlMs").is_none(), "{response}");
            assert!(result["_meta"]["io.modelcontextprotocol/serverInfo"].is_object());
            params["requestState"] = result["requestState"].clone();
            params["inputResponses"] = json!({});
            for (key, question) in result["inputRequests"].as_object().unwrap() {
                self.asked.push(question.clone());
                params["inputResponses"][key] = answer(question);
            }
        }
    }

    /// The response of this id. Questions that come before are answered.
    async fn response(&mut self, id: &Value, answer: &mut impl FnMut(&Value) -> Value) -> Value {
        loop {
            let mut message = self.peer.next().await;
            if message["id"] == *id && message.get("method").is_none() {
                return message;
            }
            assert!(!self.is_modern(), "asked without a session: {message}");
            let id = message["id"].take();
            let question = json!({ "method": message["method"], "params": message["params"] });
            let result = answer(&question);
            self.asked.push(question);
            self.respond(&id, json!({ "result": result })).await;
        }
    }

    /// Calls a tool.
    pub(crate) async fn call(&mut self, tool: &str, answer: impl FnMut(&Value) -> Value) -> Value {
        self.request("tools/call", json!({ "name": tool, "arguments": {} }), answer).await
    }

    /// Sends a request and waits for what comes next.
    pub(crate) async fn one(&mut self, method: &str, params: Value) -> Value {
        self.send(method, params).await;
        self.peer.next().await
    }

    /// Sends a request; its id.
    pub(crate) async fn send(&mut self, method: &str, mut params: Value) -> Value {
        self.last += 1;
        if self.is_modern() {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.revision,
                "io.modelcontextprotocol/clientCapabilities": self.capabilities,
            });
        }
        let id = json!(self.last);
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.peer.line(&request.to_string()).await;
        id
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.peer.line(&message.to_string()).await;
    }

    /// Answers a request of the server.
    pub(crate) async fn respond(&mut self, id: &Value, mut answer: Value) {
        answer["jsonrpc"] = "2.0".into();
        answer["id"] = id.clone();
        self.peer.line(&answer.to_string()).await;
    }
}

/// The text of a tool's result.
pub(crate) fn text(response: &Value) -> &str {
    response["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{response}"))
}

/// A form that was filled in.
pub(crate) fn accept(content: Value) -> Value {
    json!({ "action": "accept", "content": content })
}
