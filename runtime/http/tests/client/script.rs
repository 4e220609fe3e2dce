//! A server that says what the test wants.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A server by hand. Every connection is on its own; requests come out in the order in which they
/// arrive.
pub(crate) struct Script {
    pub(crate) address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Exchange>,
}

/// A request, and the connection on which it waits for its response.
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Value,
    stream: TcpStream,
    requests: mpsc::UnboundedSender<Exchange>,
}

impl Script {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(read(stream, sender.clone()));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Exchange {
        self.requests.recv().await.unwrap()
    }

    /// The next request that carries this JSON-RPC method.
    pub(crate) async fn expect(&mut self, method: &str) -> Exchange {
        let exchange = self.next().await;
        assert_eq!(exchange.body["method"], method, "{}", exchange.body);
        exchange
    }
}

impl Exchange {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Sends a whole response with more headers, each with its line end.
    pub(crate) async fn reply(mut self, status: u16, headers: &str, body: &str) {
        let length = body.len();
        let text =
            format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        self.stream.write_all(text.as_bytes()).await.unwrap();
        tokio::spawn(read(self.stream, self.requests));
    }

    pub(crate) async fn json(self, status: u16, body: &Value) {
        self.reply(status, "Content-Type: application/json\r\n", &body.to_string()).await;
    }

    /// The connection, for what is no response.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// Answers with a result.
    pub(crate) async fn result(self, result: Value) {
        let body = json!({ "jsonrpc": "2.0", "id": self.body["id"], "result": result });
        self.json(200, &body).await;
    }

    /// Begins a stream of events and says so much of it.
    pub(crate) async fn events(mut self, events: &str) -> TcpStream {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        self.stream.write_all(format!("{head}{events}").as_bytes()).await.unwrap();
        self.stream
    }

    pub(crate) async fn discovered(self) {
        self.result(json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
            "capabilities": { "tools": {} } }))
            .await;
    }

    /// Opens a session.
    pub(crate) async fn initialized(self, session: &str) {
        let body = json!({ "jsonrpc": "2.0", "id": self.body["id"], "result": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "serverInfo": { "name": "script", "version": "0" } } });
        let headers = format!("Content-Type: application/json\r\nMcp-Session-Id: {session}\r\n");
        self.reply(200, &headers, &body.to_string()).await;
    }
}

async fn read(mut stream: TcpStream, requests: mpsc::UnboundedSender<Exchange>) {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match stream.read_buf(&mut bytes).await {
            Ok(1..) => {}
            _ => return,
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head + 4 + length {
        if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
            return;
        }
    }
    let body = serde_json::from_slice(&bytes[head + 4..]).unwrap_or_default();
    let sender = requests.clone();
    let _ = sender.send(Exchange { method, path, headers, body, stream, requests });
}
