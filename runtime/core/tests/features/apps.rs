//! Tools with pages.

use serde_json::json;
use toolwright_core::apps::{App, Csp, EXTENSION, only_for_page, with_page};
use toolwright_core::tool::FnTools;
use toolwright_core::{BuildError, Server};
use toolwright_spec::{JsonSchema, Tool};

use crate::both::askers;

const PAGE: &str = "ui://shop/sales";
const HTML: &str = "<!doctype html><p>Sales</p>";

fn tools() -> FnTools {
    let tool = |name: &str| Tool::new(name, JsonSchema::empty_object());
    FnTools::new()
        .with(with_page(tool("sales"), PAGE), |_, (): ()| async { "12 books" })
        .with(only_for_page(tool("refresh"), PAGE), |_, (): ()| async { "13 books" })
}

fn server() -> Server {
    let csp = Csp::new().connect("https://api.example.com").resource("https://*.example.com");
    let app = App::new(PAGE, "sales", HTML).csp(csp).permission("camera").prefers_border(true);
    Server::new("shop", "1").app(app).tools(tools())
}

#[tokio::test]
async fn pages_are_resources_that_tools_name() {
    let ui = json!({
        "prefersBorder": true, "permissions": { "camera": {} },
        "csp": { "connectDomains": ["https://api.example.com"],
            "resourceDomains": ["https://*.example.com"] },
    });
    for mut asker in askers(server).await {
        let has_meta = asker.revision() >= "2025-06-18";
        let read = asker.ask("resources/read", json!({ "uri": PAGE })).await;
        let contents = &read["result"]["contents"][0];
        assert_eq!((&contents["text"], &contents["uri"]), (&json!(HTML), &json!(PAGE)));
        assert_eq!(contents["mimeType"], "text/html;profile=mcp-app");
        let list = asker.ask("resources/list", json!({})).await;
        let listed = &list["result"]["resources"][0];
        assert_eq!(listed["mimeType"], "text/html;profile=mcp-app");
        let tools = asker.ask("tools/list", json!({})).await;
        if has_meta {
            assert_eq!(contents["_meta"]["ui"], ui);
            assert_eq!(listed["_meta"]["ui"], ui);
            let tools = &tools["result"]["tools"];
            assert_eq!(tools[0]["_meta"]["ui"], json!({ "resourceUri": PAGE }));
            let hidden = json!({ "resourceUri": PAGE, "visibility": ["app"] });
            assert_eq!(tools[1]["_meta"]["ui"], hidden);
        }
        // Those who show no pages get something, too.
        let called = asker.ask("tools/call", json!({ "name": "sales" })).await;
        assert_eq!(called["result"]["content"][0]["text"], "12 books");
        if asker.is_modern() {
            let told = asker.ask("server/discover", json!({})).await;
            assert_eq!(told["result"]["capabilities"]["extensions"], json!({ EXTENSION: {} }));
        }
    }
}

#[test]
fn pages_that_cannot_be_shown_are_refused_at_build() {
    let page = |uri| App::new(uri, "page", HTML);
    for server in [
        Server::new("x", "1").tools(tools()),
        Server::new("x", "1").tools(tools()).app(page("ui://shop/other")),
        Server::new("x", "1").app(page("https://shop.example/sales")),
        Server::new("x", "1").app(page("ui://")),
        Server::new("x", "1").app(page(PAGE).csp(Csp::new().frame("https://a.b; script-src *"))),
    ] {
        let error = server.build().unwrap_err();
        assert!(matches!(error, BuildError::App { .. }), "{error}");
    }
}
