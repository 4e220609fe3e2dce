//! As little HTTP as a client of MCP needs.

use std::collections::VecDeque;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A response that is being read.
pub(super) struct Response {
    stream: TcpStream,
    buffer: Vec<u8>,
    pub(super) status: u16,
    head: String,
    messages: VecDeque<Value>,
    /// What there is of an event.
    event: String,
}

impl Response {
    /// Sends a request whose head has no last, empty line yet, and reads the head of its response.
    pub(super) async fn to(address: &str, head: &str, body: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{head}Host: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Self {
            stream,
            buffer: Vec::new(),
            status: 0,
            head: String::new(),
            messages: VecDeque::new(),
            event: String::new(),
        };
        response.head = response.until(b"\r\n\r\n").await;
        response.status = response.head[9..12].parse().unwrap();
        response
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The next message of the body, which is JSON or a stream of events.
    pub(super) async fn message(&mut self) -> Value {
        let events = self.header("content-type") == Some("text/event-stream");
        while self.messages.is_empty() {
            if events {
                if let (_, Some(data)) = self.event().await {
                    self.messages.extend(messages(&data));
                }
            } else {
                let length = self.header("content-length").unwrap().parse().unwrap();
                while self.buffer.len() < length {
                    self.fill().await;
                }
                let body = String::from_utf8(self.buffer.clone()).unwrap();
                self.messages.extend(messages(&body));
            }
        }
        self.messages.pop_front().unwrap()
    }

    /// The kind of the next event, and its data if it has some.
    pub(super) async fn event(&mut self) -> (String, Option<String>) {
        while !self.event.contains("\n\n") {
            let size = self.until(b"\r\n").await;
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            assert!(size > 0, "the stream ended without an answer");
            while self.buffer.len() < size + 2 {
                self.fill().await;
            }
            let chunk: Vec<u8> = self.buffer.drain(..size + 2).take(size).collect();
            self.event += std::str::from_utf8(&chunk).unwrap();
        }
        let (event, rest) = self.event.split_once("\n\n").unwrap();
        let field = |name: &str| {
            let values = event.lines().filter_map(|line| line.strip_prefix(name));
            values.map(|value| value.trim_start_matches(' ')).collect::<Vec<_>>().join("\n")
        };
        let (kind, data) = (field("event:"), field("data:"));
        self.event = rest.to_owned();
        (kind, Some(data).filter(|data| !data.is_empty()))
    }

    /// Text up to and with `end`.
    async fn until(&mut self, end: &[u8]) -> String {
        loop {
            let found = self.buffer.windows(end.len()).position(|window| window == end);
            if let Some(at) = found {
                return String::from_utf8(self.buffer.drain(..at + end.len()).collect()).unwrap();
            }
            self.fill().await;
        }
    }

    async fn fill(&mut self) {
        let count = self.stream.read_buf(&mut self.buffer).await.unwrap();
        assert!(count > 0, "closed after: {}{:?}", self.head, self.buffer);
    }
}

/// One message, or those of a batch.
fn messages(text: &str) -> Vec<Value> {
    match serde_json::from_str(text).unwrap() {
        Value::Array(all) => all,
        one => vec![one],
    }
}
