//! How servers stop, and what they say about it.

use std::time::Duration;

use serde_json::json;
use toolwright_core::ServeError;
use toolwright_http::serve::Limits;

use super::support::{Reply, Site, Wire, modern};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: 10.1.2.3:8000\r\n\r\n";

fn call(name: &str, ms: u64) -> Vec<u8> {
    modern(1, "tools/call", json!({ "name": name, "arguments": { "ms": ms } }))
}

async fn ask(wire: &mut Wire, request: &[u8]) -> Reply {
    wire.write(request).await;
    wire.reply().await
}

#[tokio::test]
async fn the_health_route_says_whether_it_serves() {
    let site = Site::start_with(|runner| runner.health("/healthz")).await;
    let mut wire = site.connect().await;
    let reply = ask(&mut wire, HEALTH).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "ok\n"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let get = String::from_utf8(HEALTH.to_vec()).unwrap();
    wire.write(get.replace("GET", "HEAD").as_bytes()).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    let mut other = site.connect().await;
    let reply = ask(&mut other, get.replace("GET", "POST").as_bytes()).await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD")));
    // Nothing else is there for any host.
    let reply = ask(&mut other, get.replace("/healthz", "/mcp").as_bytes()).await;
    assert_eq!(reply.status, 403);
    let without = Site::start().await;
    let local = get.replace("10.1.2.3:8000", "localhost");
    assert_eq!(without.send(local.as_bytes()).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn load_balancers_are_told_in_time() {
    let mut limits = Limits::default();
    limits.stop_notice = Duration::from_secs(3600);
    let configure =
        |runner: toolwright_http::serve::Runner| runner.health("/healthz").limits(limits);
    let site = Site::start_with(configure).await;
    let mut kept = site.connect().await;
    assert_eq!(ask(&mut kept, &call("echo", 0)).await.header("connection"), None);
    let address = site.address;
    let stopping = tokio::spawn(site.stop());
    // New connections are taken, and told.
    loop {
        let mut probe = Wire::connect(address).await;
        let reply = ask(&mut probe, HEALTH).await;
        if reply.status == 503 {
            assert_eq!(
                (reply.text().as_str(), reply.header("connection")),
                ("stopping\n", Some("close"))
            );
            assert!(probe.is_closed().await);
            break;
        }
        assert_eq!(reply.status, 200);
        tokio::task::yield_now().await;
    }
    // Requests on kept connections are still served, for the last time.
    let reply = ask(&mut kept, &call("echo", 0)).await;
    assert_eq!((reply.status, reply.header("connection")), (200, Some("close")));
    assert!(kept.is_closed().await);
    stopping.abort();
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_requests_finish() {
    let site = Site::start().await;
    let mut idle = site.connect().await;
    idle.write(&call("echo", 0)).await;
    assert_eq!(idle.reply().await.status, 200);
    let _silent = site.connect().await;
    let mut busy = site.connect().await;
    busy.write(&call("slow", 300)).await;
    site.wait(|counts| &counts.began, 1).await;
    let address = site.address;
    let stopped = tokio::spawn(site.stop());
    let reply = busy.reply().await;
    assert_eq!(reply.json()["result"]["content"][0]["text"], "slept");
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(busy.is_closed().await);
    assert!(idle.is_closed().await);
    stopped.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn stopping_has_an_end() {
    let site = Site::start().await;
    let mut busy = site.connect().await;
    busy.write(&call("slow", 600_000)).await;
    site.wait(|counts| &counts.began, 1).await;
    let counts = std::sync::Arc::clone(&site.counts);
    let stopped = site.stop().await;
    assert!(matches!(stopped, Err(ServeError::Unfinished { requests: 1 })), "{stopped:?}");
    assert!(busy.is_closed().await);
    assert_eq!(counts.dropped.load(std::sync::atomic::Ordering::SeqCst), 1);
}
