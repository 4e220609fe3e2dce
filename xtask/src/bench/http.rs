//! Calls over Streamable HTTP.

use std::io::{Error, Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Era;
use super::report::Cost;
use super::server::{Kind, Server};

const ECHO: &str = r#""name":"echo","arguments":{"text":"0123456789abcdef0123456789abcdef"}"#;
const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"0"}}}"#;
const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"0"},"io.modelcontextprotocol/clientCapabilities":{}}"#;

/// Calls echo for some time, with so many connections that each wait for their answer.
pub(super) fn calls(
    folder: &Path,
    kind: Kind,
    era: Era,
    in_flight: usize,
    time: Duration,
) -> Result<Cost> {
    let site = Site::start(folder, kind, 0)?;
    let (headers, params) = match era {
        Era::Session => (site.session()?, ECHO.to_owned()),
        Era::Stateless => (modern("tools/call", "Mcp-Name: echo\r\n"), format!("{META},{ECHO}")),
    };
    site.measure(|id| request(id, &headers, "tools/call", &params), in_flight, time)
}

/// Lists 1,000 tools for some time, one of which is echo.
pub(super) fn lists(folder: &Path, kind: Kind, time: Duration) -> Result<Cost> {
    let site = Site::start(folder, kind, 999)?;
    site.measure(|id| request(id, &modern("tools/list", ""), "tools/list", META), 16, time)
}

/// What a session costs that nobody uses, in KiB.
#[expect(clippy::cast_precision_loss, reason = "a few thousands")]
pub(super) fn session(folder: &Path, kind: Kind, count: usize) -> Result<f64> {
    let site = Site::start(folder, kind, 0)?;
    for _ in 0..100 {
        site.session()?;
    }
    let before = site.server.memory()?;
    for _ in 0..count {
        site.session()?;
    }
    Ok((site.server.memory()? - before) / count as f64)
}

/// A running server.
pub(super) struct Site {
    server: Server,
    pub(super) port: u16,
}

impl Site {
    pub(super) fn start(folder: &Path, kind: Kind, tools: usize) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Server::start(folder, kind, &["http", &port.to_string()], tools)?;
        let site = Self { server, port };
        let patience = Instant::now();
        while site.connect().is_err() {
            if patience.elapsed() > Duration::from_secs(10) {
                return Err(Error::other(format!("{} does not listen", kind.name())));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(site)
    }

    fn connect(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        Ok(stream)
    }

    /// Headers for requests of a new session.
    fn session(&self) -> Result<String> {
        let mut stream = self.connect()?;
        let head = exchange(&mut stream, &post("", HELLO), &mut Vec::new())?;
        let id = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("mcp-session-id").then(|| value.to_owned())
        });
        // A bare server has no sessions.
        let headers = id.map(|id| format!("Mcp-Session-Id: {id}\r\n")).unwrap_or_default();
        let headers = format!("{headers}MCP-Protocol-Version: 2025-11-25\r\n");
        let ready = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        exchange(&mut stream, &post(&headers, ready), &mut Vec::new())?;
        Ok(headers)
    }

    /// `request` makes the request of a connection, whose id has to be its own: requests of one
    /// session are told apart by it.
    fn measure(
        &self,
        request: impl Fn(usize) -> Vec<u8>,
        in_flight: usize,
        time: Duration,
    ) -> Result<Cost> {
        let (calls, slowest) = (AtomicU64::new(0), AtomicU64::new(0));
        let streams: Result<Vec<_>> =
            (0..in_flight).map(|id| Ok((self.connect()?, request(id)))).collect();
        // What is made once is not counted.
        let mut stream = self.connect()?;
        for _ in 0..20 {
            exchange(&mut stream, &request(0), &mut Vec::new())?;
        }
        let (before, start) = (self.server.cpu()?, Instant::now());
        std::thread::scope(|scope| {
            let (calls, slowest) = (&calls, &slowest);
            let workers: Vec<_> = streams?
                .into_iter()
                .map(|(stream, request)| {
                    scope.spawn(move || work(stream, &request, start + time, calls, slowest))
                })
                .collect();
            let gone = |_| Error::other("a worker panicked");
            workers.into_iter().try_for_each(|worker| worker.join().map_err(gone)?)
        })?;
        Ok(Cost {
            calls: calls.into_inner(),
            cpu: self.server.cpu()?.saturating_sub(before),
            time: start.elapsed(),
            slowest: Duration::from_micros(slowest.into_inner()),
        })
    }
}

/// Sends the request again and again.
fn work(
    mut stream: TcpStream,
    request: &[u8],
    end: Instant,
    calls: &AtomicU64,
    slowest: &AtomicU64,
) -> Result<()> {
    let mut buffer = Vec::new();
    while Instant::now() < end {
        let asked = Instant::now();
        let head = exchange(&mut stream, request, &mut buffer)?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(Error::other(head));
        }
        calls.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        slowest.fetch_max(micros, Ordering::Relaxed);
    }
    Ok(())
}

/// The head of the response, whose body is read and forgotten.
fn exchange(stream: &mut TcpStream, request: &[u8], buffer: &mut Vec<u8>) -> Result<String> {
    stream.write_all(request)?;
    buffer.clear();
    let mut chunk = [0; 1 << 16];
    let mut head = None;
    loop {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Err(Error::other("the server closed the connection"));
        }
        buffer.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if head.is_none() {
            let end = buffer.windows(4).position(|window| window == b"\r\n\r\n");
            head = end.map(|end| {
                let text = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default());
                (text.into_owned(), end + 4)
            });
        }
        if let Some((text, start)) = &head
            && is_whole(text, buffer.get(*start..).unwrap_or_default())
        {
            return Ok(text.clone());
        }
    }
}

fn is_whole(head: &str, body: &[u8]) -> bool {
    let field = |name: &str| {
        head.lines().find_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        })
    };
    match field("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        None if field("transfer-encoding").is_some() => body.ends_with(b"0\r\n\r\n"),
        None => true,
    }
}

fn modern(method: &str, name: &str) -> String {
    format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}")
}

fn request(id: usize, headers: &str, method: &str, params: &str) -> Vec<u8> {
    let body =
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params}}}}}"#);
    post(headers, &body)
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
