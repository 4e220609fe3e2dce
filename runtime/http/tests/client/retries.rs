//! Calls that failed on the way: which are made again, how often, and when.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use toolwright_core::client::{Backoff, Speak, Unreachable};
use toolwright_core::{BoxFuture, Client, ClientError};
use toolwright_http::client::{ConnectWith, Http};
use toolwright_spec::Revision;

use crate::script::Script;

fn quick() -> Backoff {
    Backoff::new().first(Duration::from_millis(1))
}

/// A client in one of the eras.
async fn connected(speak: Speak, backoff: Backoff) -> (Script, Client) {
    let mut script = Script::start().await;
    let url = script.url();
    let builder = Client::builder().era(speak).backoff(backoff);
    let client = tokio::spawn(async move { builder.connect(&url).await });
    if speak == Speak::Modern {
        script.expect("server/discover").await.discovered().await;
    } else {
        script.expect("initialize").await.initialized("s1").await;
        script.expect("notifications/initialized").await.reply(202, "", "").await;
        script.next().await.reply(405, "", "").await;
    }
    (script, client.await.unwrap().unwrap())
}

const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

#[tokio::test]
async fn reads_are_made_again_in_both_eras() {
    for speak in ERAS {
        let (mut script, client) = connected(speak, quick()).await;
        let listing = tokio::spawn(async move { client.list_tools().await });
        let first = script.expect("tools/list").await;
        let id = first.body["id"].clone();
        first.reply(503, "Retry-After: 0\r\n", "busy").await;
        let second = script.expect("tools/list").await;
        assert_ne!(second.body["id"], id);
        drop(second);
        script.expect("tools/list").await.result(json!({ "tools": [] })).await;
        assert!(listing.await.unwrap().unwrap().is_empty());
    }
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_error_is_told() {
    let (mut script, client) = connected(Speak::Modern, quick().repetitions(1)).await;
    let reading = tokio::spawn(client.read_resource("a://b").into_future());
    for status in [502, 504] {
        script.expect("resources/read").await.reply(status, "", "").await;
    }
    assert!(matches!(reading.await.unwrap(), Err(ClientError::Http { status: 504, .. })));
}

#[tokio::test]
async fn tools_are_called_again_only_where_that_is_allowed() {
    for speak in ERAS {
        let (mut script, client) = connected(speak, quick()).await;
        let calling = tokio::spawn(client.call("x", &()).into_future());
        let request = script.expect("tools/call").await;
        request.reply(429, "Retry-After: 7\r\n", r#"{"jsonrpc":"2.0"}"#).await;
        let Err(ClientError::Http { status, retry_after, .. }) = calling.await.unwrap() else {
            panic!()
        };
        assert_eq!((status, retry_after), (429, Some(Duration::from_secs(7))));
        let calling = tokio::spawn(client.call("x", &()).idempotent().into_future());
        drop(script.expect("tools/call").await);
        script.expect("tools/call").await.reply(429, "", "").await;
        script.expect("tools/call").await.result(json!({ "content": [] })).await;
        calling.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn hints_of_tools_count_where_they_are_trusted() {
    for trusts in [true, false] {
        let backoff = if trusts { quick().trust_hints() } else { quick() };
        let (mut script, client) = connected(Speak::Modern, backoff).await;
        let listing = tokio::spawn({
            let client = client.clone();
            async move { client.list_tools().await }
        });
        let tool = |name: &str, hints| json!({ "name": name, "inputSchema": { "type": "object" }, "annotations": hints });
        let tools = [
            tool("reads", json!({ "readOnlyHint": true })),
            tool("sets", json!({ "idempotentHint": true })),
            tool("adds", json!({ "readOnlyHint": false, "idempotentHint": false })),
        ];
        script.expect("tools/list").await.result(json!({ "tools": tools })).await;
        listing.await.unwrap().unwrap();
        for (name, is_safe) in [("reads", true), ("sets", true), ("adds", false), ("new", false)] {
            let calling = tokio::spawn(client.call(name, &()).into_future());
            script.expect("tools/call").await.reply(503, "", "").await;
            if is_safe && trusts {
                script.expect("tools/call").await.result(json!({ "content": [] })).await;
            }
            assert_eq!(calling.await.unwrap().is_ok(), is_safe && trusts, "{name}");
        }
    }
}

#[tokio::test]
async fn a_server_that_wants_more_time_than_the_call_has_is_an_error_at_once() {
    let (mut script, client) = connected(Speak::Modern, quick()).await;
    for headers in ["Retry-After: 3600\r\n", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n"] {
        let reading = tokio::spawn(client.read_resource("a://b").into_future());
        script.expect("resources/read").await.reply(429, headers, "").await;
        let Err(ClientError::Http { retry_after: Some(wanted), .. }) = reading.await.unwrap()
        else {
            panic!()
        };
        assert!(wanted >= Duration::from_secs(3600));
    }
}

/// Refuses connections for a while.
#[derive(Clone)]
struct Refusing {
    to: SocketAddr,
    left: Arc<AtomicUsize>,
    kind: io::ErrorKind,
}

impl tower_service::Service<http::Uri> for Refusing {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let refuses =
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        let (to, kind) = (self.to, self.kind);
        Box::pin(async move {
            if refuses.is_ok() {
                return Err(kind.into());
            }
            TcpStream::connect(to).await.map(TokioIo::new)
        })
    }
}

#[tokio::test]
async fn what_was_never_sent_is_sent_again_whatever_it_is() {
    for (kind, why) in [
        (io::ErrorKind::ConnectionRefused, Unreachable::Refused),
        (io::ErrorKind::NetworkDown, Unreachable::Other),
    ] {
        let mut script = Script::start().await;
        let left = Arc::new(AtomicUsize::new(0));
        let connector = Refusing { to: script.address, left: Arc::clone(&left), kind };
        let http = Http::new("http://localhost/mcp").with_connector(connector);
        let client = tokio::spawn(Client::builder().backoff(quick()).connect_http(http));
        let discover = script.expect("server/discover").await;
        let body = json!({ "jsonrpc": "2.0", "id": discover.body["id"], "result": {
            "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {} } });
        // So that every call opens a connection.
        let last = "Content-Type: application/json\r\nConnection: close\r\n";
        discover.reply(200, last, &body.to_string()).await;
        let client = client.await.unwrap().unwrap();
        for refusals in [2, 3] {
            left.store(refusals, Ordering::SeqCst);
            let calling = tokio::spawn(client.call("x", &()).into_future());
            if refusals == 2 {
                let request = script.expect("tools/call").await;
                let body = json!({ "jsonrpc": "2.0", "id": request.body["id"],
                    "result": { "content": [] } });
                request.reply(200, last, &body.to_string()).await;
                calling.await.unwrap().unwrap();
            } else {
                let Err(ClientError::Connect { why: told, .. }) = calling.await.unwrap() else {
                    panic!()
                };
                assert_eq!(told, why);
            }
        }
    }
}
