//! Pages of other origins: what browsers are told.

use serde_json::json;

use super::support::{Reply, Site, post, raw};

const ORIGIN: &str = "Origin: https://app.example.com\r\n";
const ALLOW: &str = "access-control-allow-origin";

async fn site() -> Site {
    Site::start_with(|runner| runner.origin("https://app.example.com")).await
}

fn preflight(path: &str, headers: &str) -> Vec<u8> {
    raw(
        &format!(
            "OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\
             Access-Control-Request-Method: POST\r\n"
        ),
        b"",
    )
}

fn cors(reply: &Reply) -> Vec<&str> {
    let names = reply.headers.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.starts_with("access-control-")).collect()
}

#[tokio::test]
async fn preflights_are_answered() {
    let site = site().await;
    let asked = "Access-Control-Request-Headers: mcp-param-region,x-other, Mcp-Param-Count\r\n";
    let reply = site.send(&preflight("/mcp", &format!("{ORIGIN}{asked}"))).await;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(reply.header(ALLOW), Some("https://app.example.com"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("POST, GET, DELETE"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    let allowed = reply.header("access-control-allow-headers").unwrap();
    let allowed: Vec<_> = allowed.split(", ").collect();
    for name in [
        "content-type",
        "authorization",
        "accept",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-session-id",
        "last-event-id",
        "mcp-param-region",
        "mcp-param-count",
    ] {
        assert!(allowed.contains(&name), "{name}: {allowed:?}");
    }
    assert!(!allowed.contains(&"x-other"));
    let reply = site.send(&preflight("/elsewhere", ORIGIN)).await;
    assert_eq!(reply.status, 404);
    site.still_serves("preflights").await;
}

#[tokio::test]
async fn pages_read_answers_and_refusals_of_both_eras() {
    let site = site().await;
    let body = super::support::message(1, "tools/call", json!({ "name": "echo" }));
    let headers = super::support::mirrored("tools/call", &json!({ "name": "echo" }));
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "page", "version": "1" } });
    let initialize =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }).to_string();
    for (status, request) in [
        (200, post(&format!("{ORIGIN}{headers}"), &body)),
        (400, post(ORIGIN, &body)),
        (200, post(ORIGIN, &initialize)),
        (404, post(&format!("{ORIGIN}Mcp-Session-Id: {}\r\n", "A".repeat(32)), &initialize)),
        (413, raw(&format!("{}{ORIGIN}", super::support::USUAL), &vec![b' '; (4 << 20) + 1])),
    ] {
        let reply = site.send(&request).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        assert_eq!(reply.header(ALLOW), Some("https://app.example.com"), "{status}");
        assert_eq!(reply.header("vary"), Some("origin"));
        let exposed = reply.header("access-control-expose-headers").unwrap();
        assert!(exposed.contains("Mcp-Session-Id") && exposed.contains("WWW-Authenticate"));
    }
}

#[tokio::test]
async fn nobody_else_is_told_anything() {
    let site = site().await;
    for (origin, status) in [
        ("", 405),
        ("Origin: https://evil.example.com\r\n", 403),
        ("Origin: http://app.example.com\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: https://app.example.com\r\nOrigin: https://app.example.com\r\n", 403),
        ("Origin: http://localhost\r\n", 405),
    ] {
        let reply = site.send(&preflight("/mcp", origin)).await;
        assert_eq!(reply.status, status, "{origin}");
        assert_eq!(cors(&reply), [""; 0], "{origin}");
        // Caches must not give this answer to a page that may have another one.
        assert_eq!(reply.header("vary"), Some("origin"));
    }
    let silent = Site::start().await;
    let reply = silent.send(&preflight("/mcp", "Origin: http://localhost:3000\r\n")).await;
    assert_eq!((reply.status, cors(&reply)), (405, vec![]));
    assert_eq!(reply.header("vary"), None);
    silent.still_serves("preflights").await;
}

#[tokio::test]
async fn preflights_are_bounded() {
    let site = site().await;
    let many: Vec<_> = (0..1000).map(|number| format!("mcp-param-{number}")).collect();
    let asked = format!("{ORIGIN}Access-Control-Request-Headers: {}\r\n", many.join(","));
    let reply = site.send(&preflight("/mcp", &asked)).await;
    assert_eq!(reply.status, 204);
    assert!(reply.header("access-control-allow-headers").unwrap().len() < 2000);
    let odd =
        format!("{ORIGIN}Access-Control-Request-Headers: mcp-param-a b, mcp-param-\u{e4}\r\n");
    let reply = site.send(&preflight("/mcp", &odd)).await;
    assert_eq!(reply.status, 204);
    assert!(!reply.header("access-control-allow-headers").unwrap().contains("mcp-param"));
    site.still_serves("a long preflight").await;
}
