//! The transports, each as a way to send a message and a way to get the next.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;
use toolwright::http::Serve;
use toolwright_tests::everything;

use super::http::Response;

/// Which transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Lines,
    StreamableHttp,
    HttpSse,
}

/// A connection of a client to our server with everything.
pub(super) enum Line {
    Lines(BufReader<ReadHalf<DuplexStream>>, WriteHalf<DuplexStream>),
    StreamableHttp(Box<Site>),
    HttpSse { site: Box<Site>, target: String },
}

/// A server over HTTP, and the response that is being read.
pub(super) struct Site {
    address: String,
    /// Headers of every request, once they are known.
    headers: String,
    response: Option<Response>,
    task: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    pub(super) async fn open(transport: Transport) -> Self {
        match transport {
            Transport::Lines => {
                let (ours, theirs) = tokio::io::duplex(64 * 1024);
                let (reader, writer) = tokio::io::split(theirs);
                tokio::spawn(everything::server().serve(reader, writer));
                let (reader, writer) = tokio::io::split(ours);
                Self::Lines(BufReader::new(reader), writer)
            }
            Transport::StreamableHttp => Self::StreamableHttp(Box::new(Site::start().await)),
            Transport::HttpSse => {
                let mut site = Site::start().await;
                let get = "GET /sse HTTP/1.1\r\nAccept: text/event-stream\r\n";
                let mut stream = Response::to(&site.address, get, "").await;
                let (kind, target) = stream.event().await;
                assert_eq!(kind, "endpoint");
                site.response = Some(stream);
                Self::HttpSse { site: Box::new(site), target: target.unwrap() }
            }
        }
    }

    /// Sends a message, or a batch of them.
    pub(super) async fn send(&mut self, message: &Value) {
        match self {
            Self::Lines(_, writer) => {
                writer.write_all(format!("{message}\n").as_bytes()).await.unwrap();
            }
            Self::StreamableHttp(site) => site.post(message).await,
            Self::HttpSse { site, target } => {
                let head = format!("POST {target} HTTP/1.1\r\nContent-Type: application/json\r\n");
                let response = Response::to(&site.address, &head, &message.to_string()).await;
                assert_eq!(response.status, 202);
            }
        }
    }

    /// The next message of the server.
    pub(super) async fn next(&mut self) -> Value {
        match self {
            Self::Lines(reader, _) => {
                let mut line = String::new();
                reader.read_line(&mut line).await.unwrap();
                serde_json::from_str(&line).unwrap()
            }
            Self::StreamableHttp(site) | Self::HttpSse { site, .. } => {
                site.response.as_mut().unwrap().message().await
            }
        }
    }
}

impl Site {
    async fn start() -> Self {
        let server = everything::server().http("127.0.0.1:0").http_sse("/sse", "/messages");
        let bound = server.bind().await.unwrap();
        let address = bound.address().to_string();
        let task = tokio::spawn(async {
            bound.run().await.unwrap();
        });
        Self { address, headers: String::new(), response: None, task }
    }

    async fn post(&mut self, message: &Value) {
        let head = format!(
            "POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n{}{}",
            self.headers,
            mirrored(message)
        );
        let response = Response::to(&self.address, &head, &message.to_string()).await;
        if let Some(session) = response.header("mcp-session-id") {
            self.headers = format!("Mcp-Session-Id: {session}\r\n");
        }
        if response.status == 202 {
            return;
        }
        self.response = Some(response);
    }
}

/// Headers that say what the message says, where its revision wants that.
fn mirrored(message: &Value) -> String {
    let params = &message["params"];
    let Some(revision) = params["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str() else {
        return String::new();
    };
    let method = message["method"].as_str().unwrap_or_default();
    let name = params["name"].as_str().or(params["uri"].as_str());
    let name = name.map(|name| format!("Mcp-Name: {name}\r\n")).unwrap_or_default();
    let value =
        params["arguments"]["value"].as_str().filter(|_| params["name"] == "test_custom_header");
    let value = value.map(|value| format!("Mcp-Param-Value: {value}\r\n")).unwrap_or_default();
    format!("MCP-Protocol-Version: {revision}\r\nMcp-Method: {method}\r\n{name}{value}")
}
