//! A port that a browser comes back to, once.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::authorize::Page;
use super::error::LoginError;

/// Bytes of the head of a request.
const MOST: usize = 32 << 10;
/// How long a connection may take to say what it wants.
const SLOW: Duration = Duration::from_secs(10);
/// Connections at the same time.
const CONNECTIONS: usize = 16;
/// After somebody came with the right `state` from the wrong server, so much time is left for the
/// right one.
const GRACE: Duration = Duration::from_secs(30);

/// Where a browser is to come back to.
pub(super) struct Listener {
    listener: TcpListener,
    redirect_uri: String,
}

/// A request, and the connection on which its answer is awaited.
struct Visit {
    target: String,
    stream: TcpStream,
}

impl Listener {
    /// # Errors
    /// The system does not say which port it is.
    pub(super) fn new(listener: TcpListener) -> io::Result<Self> {
        let redirect_uri = format!("http://{}/callback", listener.local_addr()?);
        Ok(Self { listener, redirect_uri })
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The port of a redirect URI of the kind that is made here.
    pub(super) fn port_of(redirect_uri: &str) -> Option<u16> {
        redirect_uri.strip_prefix("http://127.0.0.1:")?.strip_suffix("/callback")?.parse().ok()
    }

    /// Waits for the one answer to a page. Whatever else comes is sent away and changes nothing.
    ///
    /// # Errors
    /// Nobody came in time.
    pub(super) async fn wait(&self, page: &Page, patience: Duration) -> Result<String, LoginError> {
        let mut deadline = Instant::now() + patience;
        let mut wrong = None;
        // Ends with this, and with it every connection.
        let mut reading = JoinSet::new();
        let (sender, mut visits) = mpsc::channel::<Visit>(CONNECTIONS);
        let answer = loop {
            let next = tokio::select! {
                accepted = self.listener.accept() => Err(accepted),
                Some(visit) = visits.recv() => Ok(visit),
                () = tokio::time::sleep_until(deadline) => {
                    return Err(wrong.unwrap_or(LoginError::Late));
                }
            };
            match next {
                Err(Ok((stream, _))) => {
                    while reading.try_join_next().is_some() {}
                    if reading.len() < CONNECTIONS {
                        reading.spawn(read(stream, sender.clone()));
                    }
                }
                Err(Err(error)) => {
                    tracing::debug!(%error, "a connection got lost");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Ok(visit) => match self.judge(page, &visit.target) {
                    Verdict::Answer(callback) => break (callback, visit.stream),
                    Verdict::Foreign(error) => {
                        if let Some(error) = error {
                            deadline = deadline.min(Instant::now() + GRACE);
                            wrong = Some(error);
                        }
                        reading.spawn(reply(visit.stream, &REFUSED));
                    }
                    Verdict::Nothing => drop(reading.spawn(reply(visit.stream, &UNKNOWN))),
                },
            }
        };
        let (callback, stream) = answer;
        reply(stream, if page.code(&callback).is_ok() { &DONE } else { &FAILED }).await;
        Ok(callback)
    }

    fn judge(&self, page: &Page, target: &str) -> Verdict {
        let Some(query) = target.strip_prefix("/callback?") else { return Verdict::Nothing };
        let callback = format!("{}?{query}", self.redirect_uri);
        match page.accepts(&callback) {
            Ok(()) => Verdict::Answer(callback),
            Err(error @ LoginError::MixedUp { .. }) => Verdict::Foreign(Some(error)),
            Err(_) => Verdict::Foreign(None),
        }
    }
}

enum Verdict {
    Answer(String),
    /// It belongs to another login, or to nobody; or it has the right `state`, and comes from the
    /// wrong server.
    Foreign(Option<LoginError>),
    Nothing,
}

/// Reads the head of a request.
async fn read(mut stream: TcpStream, visits: mpsc::Sender<Visit>) {
    let deadline = Instant::now() + SLOW;
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let more = timeout_at(deadline, stream.read_buf(&mut head)).await;
        if head.len() > MOST || !matches!(more, Ok(Ok(1..))) {
            return;
        }
    }
    let text = String::from_utf8_lossy(&head);
    let mut words = text.lines().next().unwrap_or_default().split(' ');
    let (method, target) = (words.next(), words.next());
    let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
    match (method, target) {
        (Some("GET"), Some(target)) if is_http => {
            let target = target.to_owned();
            // Nobody waits any more if this fails.
            let _ = visits.send(Visit { target, stream }).await;
        }
        _ => reply(stream, &UNKNOWN).await,
    }
}

/// What a browser is shown. Nothing of what it sent is in it.
struct Reply {
    status: &'static str,
    text: &'static str,
}

const DONE: Reply = Reply { status: "200 OK", text: "You are logged in. This page can be closed." };
const FAILED: Reply =
    Reply { status: "200 OK", text: "You are not logged in. This page can be closed." };
const REFUSED: Reply = Reply {
    status: "400 Bad Request",
    text: "This does not belong to the login that is under way.",
};
const UNKNOWN: Reply = Reply { status: "404 Not Found", text: "There is nothing here." };

async fn reply(mut stream: TcpStream, reply: &Reply) {
    let Reply { status, text } = reply;
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Login</title><p>{text}</p>"
    );
    let response = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Referrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\n\
         Connection: close\r\n\r\n{page}",
        page.len()
    );
    let writing = async {
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing at once could take the answer back.
        let mut rest = [0; 512];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    // The browser may be gone; the login counts.
    let _ = tokio::time::timeout(Duration::from_secs(1), writing).await;
}
