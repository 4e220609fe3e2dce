//! A server that answers as it is told to, and keeps every byte that it was sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// See the module. Gone when dropped.
pub(crate) struct Recorder {
    pub(crate) origin: String,
    bytes: Arc<Mutex<Vec<u8>>>,
    serving: JoinHandle<()>,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    head: String,
    pub(crate) body: Vec<u8>,
}

/// What it is answered with: status, headers with their line ends, body.
pub(crate) struct Answer(pub(crate) u16, pub(crate) String, pub(crate) String);

type Answering = dyn Fn(&Seen) -> Answer + Send + Sync;

impl Recorder {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let bytes = Arc::default();
        let (kept, answer) = (Arc::clone(&bytes), Arc::new(answer) as Arc<Answering>);
        let serving = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&kept), Arc::clone(&answer)));
            }
        });
        Self { origin, bytes, serving }
    }

    /// One that has nothing.
    pub(crate) async fn silent() -> Self {
        Self::start(|_| Answer(404, String::new(), String::new())).await
    }

    /// Whether nobody ever said anything to it.
    pub(crate) fn is_untouched(&self) -> bool {
        self.bytes.lock().unwrap().is_empty()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Vec<u8>>>, answer: Arc<Answering>) {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if !more(&mut stream, &mut bytes, &kept).await {
                return;
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let mut seen = Seen { path, head, body: Vec::new() };
        let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
        while bytes.len() < end + 4 + length {
            if !more(&mut stream, &mut bytes, &kept).await {
                return;
            }
        }
        seen.body = bytes[end + 4..end + 4 + length].to_vec();
        bytes.drain(..end + 4 + length);
        let Answer(status, headers, body) = answer(&seen);
        let length = body.len();
        let text =
            format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>, kept: &Mutex<Vec<u8>>) -> bool {
    let before = bytes.len();
    let read = stream.read_buf(bytes).await.unwrap_or_default();
    kept.lock().unwrap().extend_from_slice(&bytes[before..]);
    read > 0
}
