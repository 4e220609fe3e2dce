//! What a log of everything says: nothing secret.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use toolwright_core::descriptor::Descriptor;
use toolwright_core::middleware::Trace;
use toolwright_core::{Client, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;
use crate::rest::{ClientCredentials, RestTools, Upstream};

/// Keeps every span and event of every level as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, what: &Metadata<'_>, record: impl FnOnce(&mut dyn Visit)) {
        let mut line = Line(format!("{} {} {}", what.level(), what.target(), what.name()));
        record(&mut line);
        self.0.lock().unwrap().push_str(&(line.0 + "\n"));
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(span.metadata(), |visit| span.record(visit));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line("recorded".to_owned());
        values.record(&mut line);
        self.0.lock().unwrap().push_str(&(line.0 + "\n"));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(event.metadata(), |visit| event.record(visit));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A tool with everything secret there is: a key in the query, a token, a cookie, a preset.
fn descriptor() -> Descriptor {
    let preset = json!({"argument": "", "name": "X-Shop", "in": "header", "style": "simple",
                        "explode": false, "preset": {"value": "${SHOP}"}});
    let http = json!({
        "method": "GET", "path": "/books", "parameters": [parameter("query", "q", "form"), preset],
        "security": [[{"scheme": "key"}, {"scheme": "token"}, {"scheme": "session"}]],
        "paging": {"kind": "next", "next": "/next", "items": "/books", "argument": "pages", "max": 3},
    });
    let mut api: Value = serde_json::from_str(&api()).unwrap();
    api["securitySchemes"]["token"] = json!({"type": "oauth2", "env": "SHOP_TOKEN"});
    let mut tool: Value =
        serde_json::from_str(&tool(json!({"kind": "json", "wrapped": false}), http)).unwrap();
    // Replies that break it are logged, too.
    tool["outputSchema"] = json!({"type": "object", "required": ["books"]});
    tool["resource"] = json!({"uri": "shop://books"});
    tool["resource"]["tool"] = json!(true);
    Descriptor { api: api.to_string().into(), tools: vec![tool.to_string().into()].into() }
}

async fn everything_goes_wrong(log: &Log) {
    let echo = r#"{"books":[{"key":"canary-key"}],"next":"?api_key=canary-key&page=2","error":"canary-token canary-sid canary-shop"}"#;
    let json = "Content-Type: application/json\r\n";
    for answers in [
        vec![Answer::head("200 OK", json, echo)],
        vec![Answer::head("401 No", json, echo)],
        vec![Answer::head("500 Oops", json, echo)],
        vec![Answer::head("302 Found", "Location: /books?api_key=canary-key\r\n", echo)],
        vec![
            Answer::head("200 OK", json, echo),
            Answer::head("200 OK", json, r#"{"error":"canary-key"}"#),
        ],
        vec![Answer::head("200 OK", json, r#"{"error":"canary-key"}"#)],
        vec![Answer::Bytes(b"nonsense canary-key".to_vec())],
        vec![Answer::Bytes(Vec::new())],
    ] {
        let service = Recorder::script(answers).await;
        let token = r#"{"access_token":"canary-token","token_type":"bearer"}"#;
        let logins = Recorder::start(Answer::new("200 OK", "application/json", token)).await;
        let login = ClientCredentials::new("id", "canary-secret")
            .token_url(format!("{}/token", logins.url));
        let descriptor = descriptor();
        let upstream = || {
            Upstream::builder(&descriptor)
                .base_url(&service.url)
                .credential("key", "canary-key")
                .credential("session", "canary-sid")
                .client_credentials("token", login.clone())
                .preset("SHOP", "canary-shop")
                .limit(|limits| limits.retries = 1)
        };
        let tools = Arc::new(RestTools::new(&descriptor, upstream().build().unwrap()));
        let server = Server::new("shop", "1")
            .tools(Arc::clone(&tools))
            .resources(tools)
            .middleware(Trace::new());
        let client = Client::in_memory(server).await.unwrap();
        let _ = client.call("tool", &json!({"pages": 2, "q": "x"})).await;
        let _ = client.call("tool", &json!({"q": {"nested": ["x"]}})).await;
        let _ = client.read_resource("shop://books").await;
        assert!(service.requests().iter().any(|request| request.contains("canary-key")));
        assert!(!format!("{:?}", upstream()).contains("canary"));
    }
    tracing::trace!("the end");
    assert!(log.text().contains("the end"));
}

#[tokio::test]
async fn p19_nothing_secret_is_logged_at_any_level() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    everything_goes_wrong(&log).await;
    let text = log.text();
    // What is to be seen is seen: the spans of calls, and failures.
    assert!(text.contains("tools/call") && text.contains("ERROR"), "{text}");
    let line = text.lines().find(|line| line.contains("canary"));
    assert_eq!(line, None);
}
