//! One request, asked in every revision.

use serde_json::{Value, json};
use toolwright_core::Server;

use crate::support::{Peer, connect};

pub(crate) const OLD: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// A connection to a server, in one revision.
pub(crate) struct Asker {
    revision: &'static str,
    peer: Peer,
}

/// One connection per revision, the stateless one last.
pub(crate) async fn askers(server: impl Fn() -> Server) -> Vec<Asker> {
    let mut askers = Vec::new();
    for revision in OLD {
        let mut peer = connect(server());
        peer.initialize(revision).await;
        askers.push(Asker { revision, peer });
    }
    askers.push(Asker { revision: "2026-07-28", peer: connect(server()) });
    askers
}

impl Asker {
    pub(crate) fn revision(&self) -> &'static str {
        self.revision
    }

    pub(crate) fn is_modern(&self) -> bool {
        self.revision == "2026-07-28"
    }

    /// The answer to a request.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        if self.is_modern() {
            self.peer.modern(1.into(), method, params).await;
        } else {
            let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
            self.peer.line(&request.to_string()).await;
        }
        let answer = self.peer.next().await;
        assert_eq!(answer["id"], 1, "{answer}");
        let marked = answer["result"]["resultType"] == "complete"
            && answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"].is_object();
        assert_eq!(marked, self.is_modern() && answer["error"].is_null(), "{answer}");
        answer
    }

    /// Takes in all notifications that are on their way.
    pub(crate) async fn settle(&mut self) {
        let request = json!({ "jsonrpc": "2.0", "id": "settle", "method": "ping", "params": {} });
        self.peer.line(&request.to_string()).await;
        while self.peer.next().await["id"] != "settle" {}
    }

    /// The next message, which has to be a notification.
    pub(crate) async fn notice(&mut self) -> Value {
        let notice = self.peer.next().await;
        assert!(notice["method"].is_string() && notice["id"].is_null(), "{notice}");
        notice
    }

    /// The code of the error that a request is answered with; 0 for a result.
    pub(crate) async fn code(&mut self, method: &str, params: Value) -> i64 {
        self.ask(method, params).await["error"]["code"].as_i64().unwrap_or_default()
    }
}
