//! What the tests share: a server with tools that behave in every way there is, and both ends of
//! a connection by hand.
#![allow(dead_code, reason = "each test binary uses a part")]

#[cfg(unix)]
pub(crate) mod shell;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;
use toolwright_core::tool::{ToolCall, ToolError, ToolSet};
use toolwright_core::{BoxFuture, Client, Context, Limits, ServeError, Server};
use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema, RawJson, TextContent, Tool};

/// Tools that behave and misbehave.
#[derive(Default)]
pub(crate) struct Tools {
    /// How many handlers were dropped before they were done.
    pub(crate) dropped: Arc<AtomicUsize>,
}

const NAMES: [&str; 11] = [
    "echo",
    "integer",
    "sleep",
    "panic",
    "panic_in_drop",
    "hang",
    "large",
    "progress",
    "broken",
    "fail",
    "pretty",
];

impl ToolSet for Tools {
    fn tools(&self) -> Vec<Tool> {
        let tool = |name: &&str| {
            let schema = match *name {
                "echo" => json!({ "type": "object", "properties": { "text": { "type": "string" } },
                    "required": ["text"] }),
                "integer" => {
                    json!({ "type": "object", "properties": { "n": { "type": "integer" } },
                    "required": ["n"] })
                }
                _ => json!({ "type": "object" }),
            };
            let tool = Tool::new(*name, JsonSchema::from(schema));
            if *name == "broken" {
                let output = json!({ "type": "object", "required": ["x"] });
                return tool.with_output_schema(JsonSchema::from(output));
            }
            tool
        };
        NAMES.iter().map(tool).collect()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let arguments: Value = serde_json::from_str(call.arguments().get())?;
            match call.name() {
                "echo" => Ok(text(arguments["text"].as_str().unwrap_or_default())),
                "integer" => {
                    #[derive(serde::Deserialize)]
                    struct Arguments {
                        n: i64,
                    }
                    Ok(text(&call.parse::<Arguments>()?.n.to_string()))
                }
                "sleep" => {
                    let ms = arguments["ms"].as_u64().unwrap_or(50);
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    Ok(text("slept"))
                }
                "panic" => {
                    tokio::task::yield_now().await;
                    panic!("canary")
                }
                "panic_in_drop" => {
                    let _guard = PanicInDrop;
                    Ok(text("never seen"))
                }
                "hang" => {
                    let _guard = Dropped(Arc::clone(&self.dropped));
                    std::future::pending::<()>().await;
                    Ok(text("never seen"))
                }
                "large" => Ok(text(&"x".repeat(20 * 1024 * 1024))),
                "progress" => {
                    for (done, note) in [(1.0, "a"), (1.0, "b"), (0.5, "c"), (2.0, "d")] {
                        cx.progress_of(done, 3.0, note).await;
                        tokio::task::yield_now().await;
                    }
                    let later = cx.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(30)).await;
                        later.progress_of(3.0, 3.0, "too late").await;
                    });
                    Ok(text("done"))
                }
                "broken" => Ok(text("").with_structured_content(raw(r#"{"secret":"canary"}"#))),
                "pretty" => Ok(text("").with_structured_content(raw("{\n \"a\":\r\n [1,\n2]\n}"))),
                _ => Err(ToolError::from(std::io::Error::other("canary"))),
            }
        })
    }
}

struct PanicInDrop;

impl Drop for PanicInDrop {
    fn drop(&mut self) {
        panic!("canary in drop");
    }
}

struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn text(text: &str) -> CallToolResult {
    CallToolResult::new(vec![ContentBlock::Text(TextContent::new(text))])
}

fn raw(text: &str) -> RawJson {
    RawJson::new(text).unwrap()
}

/// A server with all of [`Tools`].
pub(crate) fn server() -> Server {
    Server::new("test", "1.0.0").tools(Tools::default())
}

/// A server at the other end of a stream, and the client's end of it.
pub(crate) struct Peer {
    reader: BufReader<ReadHalf<DuplexStream>>,
    writer: WriteHalf<DuplexStream>,
    task: JoinHandle<Result<(), ServeError>>,
}

/// Serves `server` in a task.
pub(crate) fn connect(server: Server) -> Peer {
    let (here, there) = tokio::io::duplex(1 << 20);
    let (input, output) = tokio::io::split(there);
    let task = tokio::spawn(server.serve(input, output));
    let (reader, writer) = tokio::io::split(here);
    Peer { reader: BufReader::new(reader), writer, task }
}

impl Peer {
    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn line(&mut self, line: &str) {
        self.bytes(format!("{line}\n").as_bytes()).await;
    }

    /// The next line, which has to be a message.
    pub(crate) async fn next(&mut self) -> Value {
        let line = self.next_text().await;
        let message: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// The next line, which has to be an array of messages.
    pub(crate) async fn next_batch(&mut self) -> Vec<Value> {
        serde_json::from_str(&self.next_text().await).unwrap()
    }

    /// The next line.
    pub(crate) async fn next_text(&mut self) -> String {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line);
        let read = tokio::time::timeout(Duration::from_secs(20), read).await;
        assert!(read.expect("an answer in time").unwrap() > 0, "the server is gone");
        line
    }

    /// Closes the client's side; what the server still sends, and how it ends.
    pub(crate) async fn finish(mut self) -> (Vec<Value>, Result<(), ServeError>) {
        self.writer.shutdown().await.unwrap();
        let end = self.task.await.unwrap();
        let mut rest = String::new();
        self.reader.read_to_string(&mut rest).await.unwrap();
        (rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), end)
    }

    /// Opens a session.
    pub(crate) async fn initialize(&mut self, revision: &str) -> Value {
        self.line(
            &json!({ "jsonrpc": "2.0", "id": "init", "method": "initialize", "params": {
            "protocolVersion": revision, "capabilities": {},
            "clientInfo": { "name": "test", "version": "0" } } })
            .to_string(),
        )
        .await;
        let answer = self.next().await;
        self.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        answer
    }

    /// A request that describes itself.
    pub(crate) async fn modern(&mut self, id: Value, method: &str, params: Value) {
        self.line(&modern(id, method, params).to_string()).await;
    }

    pub(crate) async fn call(&mut self, id: i64, tool: &str, arguments: Value) {
        let params = json!({ "name": tool, "arguments": arguments });
        self.modern(id.into(), "tools/call", params).await;
    }
}

/// A request with the description that every modern one has.
pub(crate) fn modern(id: Value, method: &str, mut params: Value) -> Value {
    let meta = params["_meta"].take();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for (name, value) in meta.as_object().into_iter().flatten() {
        params["_meta"][name] = value.clone();
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// The limits, changed.
pub(crate) fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// A server by hand.
pub(crate) struct FakeServer {
    reader: BufReader<ReadHalf<DuplexStream>>,
    writer: WriteHalf<DuplexStream>,
}

impl FakeServer {
    pub(crate) fn new() -> (Self, ReadHalf<DuplexStream>, WriteHalf<DuplexStream>) {
        let (here, there) = tokio::io::duplex(1 << 20);
        let (reader, writer) = tokio::io::split(here);
        let (input, output) = tokio::io::split(there);
        (Self { reader: BufReader::new(reader), writer }, input, output)
    }

    /// A modern one that a client has met.
    pub(crate) async fn connected() -> (Self, Client) {
        let (mut server, reader, writer) = Self::new();
        let client = tokio::spawn(Client::over(reader, writer));
        let discover = server.next().await;
        server
            .send(&json!({ "jsonrpc": "2.0", "id": discover["id"], "result": {
                "resultType": "complete", "supportedVersions": ["2026-07-28"],
                "capabilities": { "tools": {} } } }))
            .await;
        (server, client.await.unwrap().unwrap())
    }

    pub(crate) async fn accept(&mut self, initialize: &Value, revision: &str) {
        self.send(&json!({ "jsonrpc": "2.0", "id": initialize["id"], "result": {
            "protocolVersion": revision, "capabilities": {},
            "serverInfo": { "name": "fake", "version": "0" } } }))
            .await;
    }

    pub(crate) async fn next(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.reader.read_line(&mut line).await.unwrap() > 0, "the client is gone");
        serde_json::from_str(&line).unwrap()
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.line(&message.to_string()).await;
    }

    pub(crate) async fn line(&mut self, line: &str) {
        self.bytes(format!("{line}\n").as_bytes()).await;
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).await.unwrap();
    }

    /// Whether the client closed its side.
    pub(crate) async fn ended(&mut self) -> bool {
        self.reader.read_line(&mut String::new()).await.unwrap() == 0
    }
}
