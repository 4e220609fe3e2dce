//! A server with tools that behave in every way there is, and a client that sends bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toolwright_core::elicit::Form;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, ServeError, Server, ToolError};
use toolwright_http::serve::{Runner, Serve};
use toolwright_spec::{JsonSchema, Tool};

/// How many handlers began, ended, and were dropped before.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) began: AtomicUsize,
    pub(crate) ended: AtomicUsize,
    pub(crate) dropped: AtomicUsize,
}

struct Running(Arc<Counts>, bool);

impl Running {
    fn new(counts: &Arc<Counts>) -> Self {
        counts.began.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(counts), false)
    }

    fn end(mut self) {
        self.1 = true;
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn tools(counts: &Arc<Counts>) -> FnTools {
    let tool = |name: &str, properties: Value| {
        let schema = json!({ "type": "object", "properties": properties });
        Tool::new(name, JsonSchema::from(schema))
    };
    let (slow, report) = (Arc::clone(counts), Arc::clone(counts));
    let flooding = Arc::clone(counts);
    FnTools::new()
        .with(
            tool("echo", json!({ "text": { "type": "string" } })),
            |_, arguments: Value| async move {
                arguments["text"].as_str().unwrap_or("nothing").to_owned()
            },
        )
        .with(
            tool(
                "region",
                json!({
                    "region": { "type": "string", "x-mcp-header": "Region" },
                    "count": { "type": "integer", "x-mcp-header": "Count" },
                }),
            ),
            |_, arguments: Value| async move { arguments.to_string() },
        )
        .with(tool("slow", json!({ "ms": { "type": "integer" } })), move |_, arguments: Value| {
            let running = Running::new(&slow);
            async move {
                let ms = arguments["ms"].as_u64().unwrap_or(50);
                tokio::time::sleep(Duration::from_millis(ms)).await;
                running.end();
                "slept".to_owned()
            }
        })
        .with(
            tool("report", json!({ "ms": { "type": "integer" } })),
            move |cx, arguments: Value| {
                let running = Running::new(&report);
                async move {
                    let ms = arguments["ms"].as_u64().unwrap_or(5);
                    for done in 1..=3 {
                        cx.progress_of(f64::from(done), 3.0, "working").await;
                        tokio::time::sleep(Duration::from_millis(ms)).await;
                    }
                    running.end();
                    "reported".to_owned()
                }
            },
        )
        .with(tool("ask", json!({})), ask)
        .with(tool("polled", json!({ "ms": { "type": "integer" } })), polled)
        .with(tool("flood", json!({})), move |cx, _: Value| flood(cx, Running::new(&flooding)))
        .with(tool("large", json!({})), |_, _: Value| async move { "x".repeat(8 << 20) })
        .with(tool("panic", json!({})), |_, arguments: Value| async move {
            assert!(arguments.is_null(), "on purpose");
            String::new()
        })
}

/// Says more than anybody keeps for who does not listen, and never ends.
async fn flood(cx: Context, running: Running) -> String {
    let message = "x".repeat(1 << 20);
    for done in 1.. {
        cx.progress_of(f64::from(done), 1e9, &message).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    running.end();
    String::new()
}

/// Asks the user for a name.
async fn ask(cx: Context, _: Value) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    let name: String = cx.elicit_form("name", "Name?", form).await?.field("name")?;
    Ok(format!("Hello, {name}!"))
}

/// Lets go of who waits, before and after it says something.
async fn polled(cx: Context, arguments: Value) -> String {
    let ms = arguments["ms"].as_u64().unwrap_or(5);
    for done in 1..=2 {
        cx.close_stream(Duration::from_millis(ms));
        tokio::time::sleep(Duration::from_millis(ms)).await;
        cx.progress(f64::from(done)).await;
    }
    cx.close_stream(Duration::from_millis(ms));
    tokio::time::sleep(Duration::from_millis(ms)).await;
    "polled".to_owned()
}

/// A running server.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) counts: Arc<Counts>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::start_with(|runner| runner).await
    }

    pub(crate) async fn start_with(configure: impl FnOnce(Runner) -> Runner) -> Self {
        Self::serve(|server| server, configure).await
    }

    /// A server that has more than tools.
    pub(crate) async fn serve(
        add: impl FnOnce(Server) -> Server,
        configure: impl FnOnce(Runner) -> Runner,
    ) -> Self {
        let counts = Arc::default();
        let server = add(Server::new("site", "1.0.0").tools(tools(&counts)));
        let bound = configure(server.http("127.0.0.1:0")).bind().await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = bound.address();
        let task = tokio::spawn(bound.serve_until(async {
            let _ = stopped.await;
        }));
        Self { address, counts, stop, task }
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire::connect(self.address).await
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn send(&self, request: &[u8]) -> Reply {
        let mut wire = self.connect().await;
        wire.write(request).await;
        wire.reply().await
    }

    /// A modern request, as a well-behaved client sends it.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Reply {
        self.send(&modern(1, method, params)).await
    }

    pub(crate) async fn still_serves(&self, after: &str) {
        let reply = self.call("tools/call", json!({ "name": "echo" })).await;
        assert_eq!(reply.status, 200, "after {after}: {}", reply.text());
    }

    pub(crate) async fn stop(self) -> Result<(), ServeError> {
        let _ = self.stop.send(());
        self.task.await.unwrap()
    }

    /// Waits until `count` is `expected`.
    pub(crate) async fn wait(&self, count: impl Fn(&Counts) -> &AtomicUsize, expected: usize) {
        for _ in 0..1000 {
            if count(&self.counts).load(Ordering::SeqCst) == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("never {expected}: {:?}", self.counts);
    }
}

/// One end of a connection.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn code(&self) -> Option<i64> {
        self.json()["error"]["code"].as_i64()
    }

    /// The messages of a stream of events.
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.header("content-type"), Some("text/event-stream"), "{}", self.text());
        let text = self.text();
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).unwrap()).collect()
    }
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), buffer: Vec::new() }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        // The server may have closed already.
        let _ = self.stream.write_all(bytes).await;
    }

    pub(crate) async fn half_close(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next response, to its end.
    pub(crate) async fn reply(&mut self) -> Reply {
        let reply = self.head().await.unwrap_or_else(|| panic!("closed without a response"));
        self.rest(reply).await
    }

    /// The head of the next response; `None` if the server closed the connection.
    pub(crate) async fn head(&mut self) -> Option<Reply> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if !self.fill().await {
                return None;
            }
        };
        let head = String::from_utf8(self.buffer.drain(..end + 4).collect()).unwrap();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        });
        Some(Reply { status, headers: headers.collect(), body: Vec::new() })
    }

    pub(crate) async fn rest(&mut self, mut reply: Reply) -> Reply {
        if reply.status == 204 {
        } else if let Some(length) = reply.header("content-length") {
            let length: usize = length.parse().unwrap();
            while self.buffer.len() < length {
                assert!(self.fill().await, "closed in the body");
            }
            reply.body = self.buffer.drain(..length).collect();
        } else if reply.header("transfer-encoding").is_some() {
            while let Some(chunk) = self.chunk().await {
                reply.body.extend(chunk);
            }
        }
        reply
    }

    /// The next chunk of a body; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                break end;
            }
            assert!(self.fill().await, "closed between chunks");
        };
        let size = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let size = usize::from_str_radix(&size, 16).unwrap();
        while self.buffer.len() < end + 2 + size + 2 {
            assert!(self.fill().await, "closed in a chunk");
        }
        let chunk = self.buffer[end + 2..end + 2 + size].to_vec();
        self.buffer.drain(..end + 2 + size + 2);
        (size > 0).then_some(chunk)
    }

    /// Whether the server closes the connection before it says anything more.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.buffer.is_empty() && !self.fill().await
    }

    async fn fill(&mut self) -> bool {
        let read =
            tokio::time::timeout(Duration::from_secs(3600), self.stream.read_buf(&mut self.buffer));
        matches!(read.await.expect("the server says nothing"), Ok(count) if count > 0)
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The request line and the headers that every well-behaved client sends.
pub(crate) const USUAL: &str = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n\
    Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";

/// A request with these headers besides the usual ones.
pub(crate) fn post(headers: &str, body: &str) -> Vec<u8> {
    raw(&format!("{USUAL}{headers}"), body.as_bytes())
}

/// A request with this head, whose lines end with CR LF.
pub(crate) fn raw(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{head}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    bytes
}

/// The body of a modern request.
pub(crate) fn message(id: u32, method: &str, mut params: Value) -> String {
    let meta = &mut params["_meta"];
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28".into();
    meta["io.modelcontextprotocol/clientInfo"] = json!({ "name": "test", "version": "1" });
    let capabilities = &mut meta["io.modelcontextprotocol/clientCapabilities"];
    if capabilities.is_null() {
        *capabilities = json!({});
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

/// The headers of a modern request.
pub(crate) fn mirrored(method: &str, params: &Value) -> String {
    let name = params["name"].as_str().map(|name| format!("Mcp-Name: {name}\r\n"));
    let name = name.unwrap_or_default();
    format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}")
}

/// A modern request.
pub(crate) fn modern(id: u32, method: &str, params: Value) -> Vec<u8> {
    let headers = mirrored(method, &params);
    post(&headers, &message(id, method, params))
}
