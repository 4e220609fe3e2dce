//! The same client against our server, with sessions and without.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use toolwright_core::client::{ClientBuilder, Notice, Speak};
use toolwright_core::tool::FnTools;
use toolwright_core::watch::{Change, Publisher};
use toolwright_core::{Client, ClientError, Server};
use toolwright_http::client::{Connect, ConnectWith};
use toolwright_http::serve::Serve;
use toolwright_spec::{JsonSchema, Revision, SubscriptionFilter, Tool};

struct Site {
    url: String,
    old: String,
    dropped: mpsc::UnboundedReceiver<()>,
    publisher: Publisher,
    _stop: oneshot::Sender<()>,
}

struct Dropped(mpsc::UnboundedSender<()>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

fn tool(name: &str, properties: Value) -> Tool {
    Tool::new(name, JsonSchema::from(json!({ "type": "object", "properties": properties })))
}

async fn site() -> Site {
    let (sender, dropped) = mpsc::unbounded_channel();
    let tools = FnTools::new()
        .with(tool("echo", json!({ "text": { "type": "string" } })), |_, given: Value| async move {
            given["text"].as_str().unwrap_or_default().to_owned()
        })
        .with(
            tool("region", json!({ "region": { "type": "string", "x-mcp-header": "Region" } })),
            |_, given: Value| async move { given["region"].as_str().unwrap_or("none").to_owned() },
        )
        .with(tool("steps", json!({})), |cx, _: Value| async move {
            for step in 1..=3 {
                cx.progress_of(f64::from(step), 3.0, "working").await;
            }
            "done".to_owned()
        })
        .with(tool("hang", json!({})), move |cx, _: Value| {
            let dropped = Dropped(sender.clone());
            async move {
                let _dropped = dropped;
                cx.progress(1.0).await;
                std::future::pending::<()>().await;
                String::new()
            }
        });
    let mut server = Server::new("site", "1.0.0").tools(tools);
    let publisher = server.publisher();
    let bound = server.http("127.0.0.1:0").http_sse("/sse", "/messages").bind().await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let url = bound.url();
    let old = format!("http://{}/sse", bound.address());
    tokio::spawn(bound.serve_until(async {
        let _ = stopped.await;
    }));
    Site { url, old, dropped, publisher, _stop: stop }
}

fn speaks() -> Vec<(Speak, Revision)> {
    let legacy = |revision| (Speak::Legacy(revision), revision);
    vec![
        (Speak::Auto, Revision::V2026_07_28),
        legacy(Revision::V2025_11_25),
        legacy(Revision::V2025_06_18),
        legacy(Revision::V2025_03_26),
    ]
}

fn builder(speak: Speak) -> ClientBuilder {
    Client::builder().era(speak)
}

fn text(result: &toolwright_spec::CallToolResult) -> &str {
    result.content[0].as_text().unwrap()
}

#[tokio::test]
async fn every_era_is_spoken() {
    let site = site().await;
    for (speak, revision) in speaks() {
        let client = builder(speak).connect(&site.url).await.unwrap();
        assert_eq!(client.revision(), revision);
        assert_eq!(client.server_info().unwrap().name, "site");
        assert_eq!(client.list_tools().await.unwrap().len(), 4);
        let calls = (0..50).map(|number| {
            let arguments = json!({ "text": format!("ä {number}") });
            tokio::spawn(client.call("echo", &arguments).into_future())
        });
        for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(text(&call.await.unwrap().unwrap()), format!("ä {number}"));
        }
        let Err(ClientError::Peer(error)) = client.call("nothing", &()).await else { panic!() };
        assert_eq!(error.code(), -32602);
        client.ping().await.unwrap();
        client.shutdown().await;
    }
    assert_eq!(Client::connect(&site.url).await.unwrap().revision(), Revision::V2026_07_28);
}

#[tokio::test]
async fn progress_arrives_before_the_answer() {
    let site = site().await;
    for (speak, revision) in speaks() {
        let client = builder(speak).connect(&site.url).await.unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let call = client.call("steps", &()).on_progress(move |report| {
            assert_eq!(report.total, Some(3.0));
            counted.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(text(&call.await.unwrap()), "done");
        assert_eq!(count.load(Ordering::SeqCst), 3, "{revision}");
    }
}

#[tokio::test]
async fn a_dropped_call_ends_its_handler() {
    let mut site = site().await;
    for (speak, _) in speaks() {
        let client = builder(speak).connect(&site.url).await.unwrap();
        let (began, begins) = oneshot::channel();
        let mut began = Some(began);
        let call = client.call("hang", &()).on_progress(move |_| {
            let _ = began.take().map(|began| began.send(()));
        });
        let call = tokio::spawn(call.into_future());
        begins.await.unwrap();
        call.abort();
        let dropped = tokio::time::timeout(Duration::from_secs(10), site.dropped.recv());
        dropped.await.expect("the handler ends").unwrap();
        assert_eq!(text(&client.call("echo", &json!({ "text": "x" })).await.unwrap()), "x");
    }
}

#[tokio::test]
async fn annotated_arguments_go_into_headers() {
    let site = site().await;
    let client = Client::connect(&site.url).await.unwrap();
    // The tools were not listed: the server refuses, the client looks them up and calls again.
    let result = client.call("region", &json!({ "region": " ä" })).await.unwrap();
    assert_eq!(text(&result), " ä");
    let result = client.call("region", &json!({ "region": null })).await;
    assert!(result.is_ok());
}

#[tokio::test]
async fn the_oldest_transport_is_found() {
    let site = site().await;
    let client = Client::connect(&site.old).await.unwrap();
    let call = client.call("echo", &json!({ "text": "old" }));
    assert_eq!(text(&call.await.unwrap()), "old");
    assert_eq!(text(&client.call("steps", &()).await.unwrap()), "done");
    client.shutdown().await;
}

#[tokio::test]
async fn changes_are_heard() {
    let site = site().await;
    for speak in [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)] {
        let client = builder(speak).connect(&site.url).await.unwrap();
        let filter = SubscriptionFilter::new().with_tools_list_changed(true);
        let mut changes = client.listen(filter).await.unwrap();
        site.publisher.tools_changed();
        assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Changed(Change::Tools));
        client.shutdown().await;
    }
}
