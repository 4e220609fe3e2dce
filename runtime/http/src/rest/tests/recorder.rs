//! A loopback server that keeps what it receives, byte for byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes over and over until nobody listens.
    Flood(Vec<u8>, Vec<u8>),
    /// Sends these bytes and waits for the next request on the same connection.
    Kept(Vec<u8>),
    /// Sends these bytes and then nothing, until the other side leaves.
    Stall(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Never answers.
    Hang,
}

impl Answer {
    /// A response with a body.
    pub(super) fn new(status: &str, content_type: &str, body: &str) -> Self {
        Self::head(status, &format!("Content-Type: {content_type}\r\n"), body)
    }

    /// A response with headers of its own.
    pub(super) fn head(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                .into_bytes(),
        )
    }
}

/// The server.
pub(super) struct Recorder {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    left: Arc<Notify>,
}

impl Recorder {
    /// Listens on a free port; every request gets `answer`.
    pub(super) async fn start(answer: Answer) -> Self {
        Self::script(vec![answer]).await
    }

    /// Each request gets the next answer; those beyond the last get that one.
    pub(super) async fn script(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, connections) = (Arc::clone(&requests), Arc::new(AtomicUsize::new(0)));
        let (count, answers) = (Arc::clone(&connections), Arc::new(answers));
        let left = Arc::new(Notify::new());
        let leaving = Arc::clone(&left);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let serving = Serving {
                    answers: Arc::clone(&answers),
                    kept: Arc::clone(&kept),
                    left: Arc::clone(&leaving),
                };
                tokio::spawn(serving.serve(stream));
            }
        });
        Self { url, requests, connections, left }
    }

    /// How many connections were opened.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Waits until a client leaves in the middle of a [`Answer::Stall`].
    pub(super) async fn left(&self) {
        self.left.notified().await;
    }

    /// All requests so far, whole.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// What all connections share.
struct Serving {
    answers: Arc<Vec<Answer>>,
    kept: Arc<Mutex<Vec<String>>>,
    left: Arc<Notify>,
}

impl Serving {
    async fn serve(self, mut stream: TcpStream) {
        let Self { answers, kept, left } = self;
        loop {
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            while !is_whole(&request) {
                match stream.read(&mut chunk).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => request.extend_from_slice(&chunk[..count]),
                }
            }
            let answer = {
                let mut kept = kept.lock().unwrap();
                kept.push(String::from_utf8_lossy(&request).into_owned());
                answers[(kept.len() - 1).min(answers.len() - 1)].clone()
            };
            match answer {
                Answer::Bytes(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    return;
                }
                Answer::Flood(head, chunk) => {
                    if stream.write_all(&head).await.is_ok() {
                        while stream.write_all(&chunk).await.is_ok() {}
                    }
                    return;
                }
                Answer::Kept(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Answer::Stall(bytes) => {
                    stream.write_all(&bytes).await.unwrap();
                    // Nothing more comes but the end.
                    let _ = stream.read(&mut chunk).await;
                    left.notify_one();
                    return;
                }
                Answer::Reset(bytes) => {
                    stream.write_all(&bytes).await.unwrap();
                    stream.set_zero_linger().unwrap();
                    return;
                }
                Answer::Hang => std::future::pending().await,
            }
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    body.len() >= length
}
