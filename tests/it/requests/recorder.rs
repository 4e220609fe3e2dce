//! An upstream on a real socket that keeps what it receives.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What it answers: JSON, and more lines for the head.
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Makes an answer of a request as it is shown.
type Answer = fn(&str) -> Reply;

/// The upstream.
pub(crate) struct Recorder {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// One that answers with an empty object.
    pub(crate) async fn start() -> Self {
        Self::answering(|_| Reply { head: String::new(), body: "{}".to_owned() }).await
    }

    pub(crate) async fn answering(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), answer));
            }
        });
        Self { url, requests }
    }

    /// What came since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Vec<String>>>, answer: Answer) {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
    let request = shown(&String::from_utf8(request).unwrap());
    let Reply { head, body } = answer(&request);
    kept.lock().unwrap().push(request);
    let usual = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let answer = format!("{usual}{head}content-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// The request without what is the same in all: version, host, length, agent and `accept: */*`. The
/// boundary of a multipart body is `B`, and its line ends are short.
fn shown(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let mut out = lines.next().unwrap().trim_end_matches(" HTTP/1.1").replace("/api/", "/");
    let usual = ["host: ", "content-length: ", "user-agent: toolwright/", "accept: */*"];
    for line in lines.filter(|line| !usual.iter().any(|one| line.starts_with(one))) {
        out.push('\n');
        out.push_str(line);
    }
    let mut body = body.to_owned();
    if let Some((_, boundary)) = out.clone().split_once("boundary=") {
        let boundary = boundary.lines().next().unwrap_or_default();
        out = out.replace(boundary, "B");
        body = body.replace(boundary, "B").replace("\r\n", "\n");
    }
    if body.is_empty() { out } else { format!("{out}\n\n{body}") }
}
