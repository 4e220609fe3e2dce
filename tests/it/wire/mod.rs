//! Every message of a scripted conversation, in every revision and over every transport, held
//! against the official schema of that revision.

mod http;
mod judge;
mod line;
mod script;

use serde_json::{Value, json};

use judge::Judge;
use line::{Line, Transport};
use script::Step;

/// Types that every conversation has to show.
const COMMON: &[&str] = &[
    "CallToolResult",
    "CompleteResult",
    "GetPromptResult",
    "ListPromptsResult",
    "ListResourceTemplatesResult",
    "ListResourcesResult",
    "ListToolsResult",
    "LoggingMessageNotification",
    "ProgressNotification",
    "ReadResourceResult",
];

/// What clients are told of changes.
const CHANGES: &[&str] = &[
    "PromptListChangedNotification",
    "ResourceUpdatedNotification",
    "ToolListChangedNotification",
];

#[tokio::test]
async fn revision_2024_11_05() {
    session("2024-11-05", Transport::Lines).await;
    session("2024-11-05", Transport::HttpSse).await;
}

#[tokio::test]
async fn revision_2025_03_26() {
    session("2025-03-26", Transport::Lines).await;
    session("2025-03-26", Transport::StreamableHttp).await;
}

#[tokio::test]
async fn revision_2025_06_18() {
    session("2025-06-18", Transport::Lines).await;
    session("2025-06-18", Transport::StreamableHttp).await;
}

#[tokio::test]
async fn revision_2025_11_25() {
    session("2025-11-25", Transport::Lines).await;
    session("2025-11-25", Transport::StreamableHttp).await;
}

#[tokio::test]
async fn revision_2026_07_28() {
    for transport in [Transport::Lines, Transport::StreamableHttp] {
        let mut client = Client::new("2026-07-28", transport).await;
        for step in script::stateless().into_iter().chain(script::common()).chain(script::newer()) {
            client.take(step).await;
        }
        client.has_seen(&["DiscoverResult", "InputRequiredResult"]);
        client.has_seen(COMMON);
    }
}

/// Changes as they are told since 2026-07-28: on a request that stays open.
#[tokio::test]
async fn a_subscription_of_2026_07_28() {
    let mut client = Client::new("2026-07-28", Transport::Lines).await;
    let wanted = json!({ "toolsListChanged": true, "promptsListChanged": true,
        "resourceSubscriptions": ["test://watched-resource"] });
    let params = json!({ "_meta": client.meta(), "notifications": wanted });
    let listen =
        json!({ "jsonrpc": "2.0", "id": 900, "method": "subscriptions/listen", "params": params });
    client.line.send(&listen).await;
    client.judge.message(&client.line.next().await, "subscriptions/listen");
    client.has_seen(&["SubscriptionsAcknowledgedNotification"]);
    for step in script::changes().into_iter().filter(|step| step.method == "tools/call") {
        client.take(step).await;
    }
    client.has_seen(CHANGES);
}

/// Batches are a thing of one revision.
#[tokio::test]
async fn a_batch_of_2025_03_26() {
    for transport in [Transport::Lines, Transport::StreamableHttp] {
        let mut client = Client::new("2025-03-26", transport).await;
        client.initialize().await;
        let request =
            |id: u32, method: &str| json!({ "jsonrpc": "2.0", "id": id, "method": method });
        client.line.send(&json!([request(7, "ping"), request(8, "prompts/list")])).await;
        let mut answers = Vec::new();
        while answers.len() < 2 {
            match client.line.next().await {
                Value::Array(batch) => answers.extend(batch),
                one => answers.push(one),
            }
        }
        answers.sort_by_key(|answer| answer["id"].as_u64());
        client.judge.message(&answers[0], "ping");
        client.judge.message(&answers[1], "prompts/list");
    }
}

/// A whole conversation of the session era.
async fn session(revision: &'static str, transport: Transport) {
    let mut client = Client::new(revision, transport).await;
    client.initialize().await;
    for step in script::session().into_iter().chain(script::common()) {
        client.take(step).await;
    }
    client.has_seen(&[
        "InitializeResult",
        "EmptyResult",
        "CreateMessageRequest",
        "ListRootsRequest",
    ]);
    if revision >= "2025-06-18" {
        for step in script::newer() {
            client.take(step).await;
        }
        client.has_seen(&["ElicitRequest"]);
    }
}

fn capabilities() -> Value {
    json!({ "roots": {}, "sampling": {}, "elicitation": {} })
}

/// A client that believes nothing.
struct Client {
    revision: &'static str,
    transport: Transport,
    line: Line,
    judge: Judge,
    sent: u64,
}

impl Client {
    async fn new(revision: &'static str, transport: Transport) -> Self {
        let line = Line::open(transport).await;
        Self { revision, transport, line, judge: Judge::new(revision), sent: 0 }
    }

    async fn initialize(&mut self) {
        let params = json!({
            "protocolVersion": self.revision,
            "capabilities": capabilities(),
            "clientInfo": { "name": "test", "version": "1" },
        });
        let answer = self.ask("initialize", params).await;
        assert_eq!(answer["result"]["protocolVersion"], self.revision, "{answer}");
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        self.line.send(&initialized).await;
    }

    async fn take(&mut self, step: Step) {
        let what =
            format!("{} {:?}: {} {}", self.revision, self.transport, step.method, step.params);
        let answer = self.ask(step.method, step.params).await;
        match answer["error"]["code"].as_i64() {
            Some(code) => assert!(step.errors.contains(&code), "{what}: {answer}"),
            None => assert!(step.errors.is_empty(), "{what}: {answer}"),
        }
    }

    /// The answer to a request; everything that comes until then is judged.
    async fn ask(&mut self, method: &str, mut params: Value) -> Value {
        self.sent += 1;
        if self.revision == "2026-07-28" {
            let token = params["_meta"]["progressToken"].take();
            params["_meta"] = self.meta();
            if !token.is_null() {
                params["_meta"]["progressToken"] = token;
            }
        }
        let request =
            json!({ "jsonrpc": "2.0", "id": self.sent, "method": method, "params": params });
        self.line.send(&request).await;
        loop {
            let message = self.line.next().await;
            self.judge.message(&message, method);
            if message["method"].is_null() {
                assert_eq!(message["id"], self.sent, "{message}");
                return message;
            }
            if !message["id"].is_null() {
                let result = script::reply(&message);
                let reply = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
                self.line.send(&reply).await;
            }
        }
    }

    /// What a request that stands alone says of itself.
    fn meta(&self) -> Value {
        json!({
            "io.modelcontextprotocol/protocolVersion": self.revision,
            "io.modelcontextprotocol/clientCapabilities": capabilities(),
            "io.modelcontextprotocol/logLevel": "debug",
        })
    }

    fn has_seen(&self, types: &[&str]) {
        for name in types {
            assert!(self.judge.seen.contains(*name), "no {name} in {:?}", self.judge.seen);
        }
    }
}
