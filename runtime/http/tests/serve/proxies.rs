//! Proxies in front of the server, and who only claims to be one.

use serde_json::{Value, json};

use super::support::{Reply, Site, message, mirrored, raw};

/// A request for a host, as a proxy on this machine passes it on.
async fn passed_on(site: &Site, host: &str, headers: &str) -> Reply {
    let params = json!({ "name": "echo" });
    let usual = super::support::USUAL.replace("localhost", host);
    let head = format!("{usual}{}{headers}", mirrored("tools/call", &params));
    site.send(&raw(&head, message(1, "tools/call", params).as_bytes())).await
}

fn reason(reply: &Reply) -> String {
    let Value::String(text) = reply.json()["error"]["message"].take() else {
        panic!("no error: {reply:?}");
    };
    text
}

#[tokio::test]
async fn a_trusted_proxy_says_which_host_was_asked_for() {
    let configure = |network: &'static str| {
        Site::start_with(move |runner| runner.host("mcp.example.com").trusted_proxy(network))
    };
    for network in ["127.0.0.1", "127.0.0.0/8"] {
        let site = configure(network).await;
        for headers in [
            "X-Forwarded-Host: mcp.example.com\r\n",
            "Forwarded: for=192.0.2.1;host=\"mcp.example.com:443\";proto=https\r\n",
            "Forwarded: host=evil.example, for=192.0.2.1;host=mcp.example.com\r\n",
            "X-Forwarded-Host: MCP.example.com\r\nOrigin: https://mcp.example.com\r\n",
        ] {
            let reply = passed_on(&site, "backend:8000", headers).await;
            assert_eq!(reply.status, 200, "{headers}: {}", reply.text());
        }
        for (headers, status) in [
            ("X-Forwarded-Host: evil.example.com\r\n", 403),
            ("Forwarded: host=mcp.example.com, host=evil.example.com\r\n", 403),
            ("X-Forwarded-Host: mcp.example.com\r\nOrigin: https://evil.example\r\n", 403),
            ("X-Forwarded-Host: a b\r\n", 400),
            ("X-Forwarded-Host: mcp.example.com\r\nForwarded: host=other\r\n", 400),
            ("", 403),
        ] {
            let reply = passed_on(&site, "backend:8000", headers).await;
            assert_eq!(reply.status, status, "{headers}");
        }
        // What the proxy says hides no host that was asked for besides.
        let reply = passed_on(&site, "mcp.example.com", "X-Forwarded-Host: evil\r\n").await;
        assert_eq!(reply.status, 403);
        assert_eq!(passed_on(&site, "mcp.example.com", "").await.status, 200);
    }
}

#[tokio::test]
async fn who_is_no_proxy_is_not_believed() {
    let other = Site::start_with(|runner| runner.trusted_proxy("192.0.2.0/24")).await;
    for site in [Site::start().await, other] {
        for headers in
            ["X-Forwarded-Host: localhost\r\n", "Forwarded: for=127.0.0.1;host=localhost\r\n"]
        {
            let reply = passed_on(&site, "evil.example.com", headers).await;
            assert_eq!(reply.status, 403, "{headers}");
            let reason = reason(&reply);
            assert!(reason.contains(".host(\"evil.example.com\")"), "{reason}");
            assert!(reason.contains(".trusted_proxy(\"127.0.0.1\")"), "{reason}");
        }
        let reply = passed_on(&site, "localhost", "X-Forwarded-Host: evil.example.com\r\n").await;
        assert_eq!(reply.status, 200);
        let unasked = reason(&passed_on(&site, "evil.example.com", "").await);
        assert!(!unasked.contains("proxy"), "{unasked}");
    }
}
