//! Middleware that is ready to use, in every revision.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use toolwright_core::compose::Layered;
use toolwright_core::middleware::{
    Concurrency, Only, RateLimit, Request, ResponseSize, Timeout, Trace,
};
use toolwright_core::tool::FnTools;
use toolwright_core::{
    BoxFuture, Context, Middleware, Next, Prompts, ProtocolError, Resources, Response, Server,
    ToolError,
};
use toolwright_spec::Resource;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

use super::both::askers;

const MINUTE: Duration = Duration::from_secs(60);

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Length {
    #[serde(default)]
    length: usize,
}

fn tools() -> FnTools {
    FnTools::new()
        .tool("hang", "Never answers", |_cx, (): ()| std::future::pending::<String>())
        .tool("text", "Says something", |_cx, Length { length }| async move { "x".repeat(length) })
        .tool("fail", "Fails", |_cx, (): ()| async { Err::<String, _>(ToolError::new("no")) })
}

fn server() -> Server {
    let page = Resource::new("page", "book://page");
    Server::new("shop", "1.0.0")
        .tools(tools())
        .resources(Resources::new().text(page, "x".repeat(5000)))
        .prompts(Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" }))
}

fn call(tool: &str, length: usize) -> Value {
    json!({ "name": tool, "arguments": { "length": length } })
}

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn what_takes_too_long_is_stopped() {
    let server = || server().middleware(Timeout::new(Duration::from_millis(10)));
    for mut asker in askers(server).await {
        let answer = asker.ask("tools/call", call("hang", 0)).await;
        assert_eq!(answer["result"]["isError"], true);
        assert_eq!(
            text(&answer),
            "hang took longer than 10ms and was stopped; ask for less at once, or try again later"
        );
        assert_eq!(text(&asker.ask("tools/call", call("text", 3)).await), "xxx");
    }
    let stuck = Resource::new("stuck", "book://stuck");
    let server = || {
        let stuck = stuck.clone();
        let stuck = Resources::new().resource(stuck, |_cx| std::future::pending::<&'static str>());
        Server::new("slow", "1").resources(stuck).middleware(Timeout::new(Duration::from_millis(1)))
    };
    for mut asker in askers(server).await {
        assert_eq!(asker.code("resources/read", json!({ "uri": "book://stuck" })).await, -32603);
    }
}

#[tokio::test]
async fn spawned_work_sees_that_its_request_was_stopped() {
    static STOPPED: Semaphore = Semaphore::const_new(0);
    let tools = FnTools::new().tool("spawn", "Spawns work", |cx: Context, (): ()| async move {
        tokio::spawn(async move {
            cx.cancelled().await;
            STOPPED.add_permits(1);
        });
        std::future::pending::<String>().await
    });
    let tools = Arc::new(tools);
    let server = || {
        let timeout = Timeout::new(Duration::from_millis(5));
        Server::new("spawning", "1").tools(Arc::clone(&tools)).middleware(timeout)
    };
    for mut asker in askers(server).await {
        asker.ask("tools/call", call("spawn", 0)).await;
        let stopped = tokio::time::timeout(Duration::from_secs(20), STOPPED.acquire()).await;
        stopped.expect("the work sees it").unwrap().forget();
    }
}

#[tokio::test]
async fn subscriptions_are_not_stopped_by_middleware() {
    let mut server = server()
        .middleware(Timeout::new(Duration::from_millis(1)))
        .middleware(Concurrency::new(1).waiting(0));
    let publisher = server.publisher();
    let mut peer = crate::support::connect(server);
    let params = json!({ "notifications": { "toolsListChanged": true } });
    peer.modern(1.into(), "subscriptions/listen", params).await;
    peer.next().await;
    peer.call(2, "hang", json!({})).await;
    assert_eq!(peer.next().await["result"]["isError"], true);
    publisher.tools_changed();
    assert_eq!(peer.next().await["method"], "notifications/tools/list_changed");
}

#[tokio::test]
async fn only_so_many_are_served_at_once() {
    for waiting in [0, 1] {
        let gate = Arc::new(Semaphore::new(0));
        let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (entered, highest, open) = (Arc::clone(&inside), Arc::clone(&most), Arc::clone(&gate));
        let tools = FnTools::new().tool("wait", "Waits", move |_cx, (): ()| {
            let (entered, highest, open) =
                (Arc::clone(&entered), Arc::clone(&highest), Arc::clone(&open));
            async move {
                let now = entered.fetch_add(1, Ordering::SeqCst) + 1;
                highest.fetch_max(now, Ordering::SeqCst);
                open.acquire().await.unwrap().forget();
                entered.fetch_sub(1, Ordering::SeqCst);
                "waited"
            }
        });
        let limit = Only::tools(["wait"], Concurrency::new(2).waiting(waiting));
        let mut peer =
            crate::support::connect(Server::new("s", "1").tools(tools).middleware(limit));
        for id in 1..=4 {
            peer.call(id, "wait", json!({})).await;
        }
        for _ in 0..2 - waiting {
            let refusal = peer.next().await;
            assert_eq!(refusal["error"]["code"], -32603, "{refusal}");
            assert_eq!(refusal["error"]["data"]["retryAfterMs"], 1000);
        }
        gate.add_permits(4);
        for _ in 0..2 + waiting {
            assert_eq!(text(&peer.next().await), "waited");
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
        // Places are free again, also those of requests that are cancelled.
        gate.forget_permits(4);
        for id in [5, 6] {
            peer.call(id, "wait", json!({})).await;
            let params = json!({ "requestId": id });
            let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": params });
            peer.line(&cancel.to_string()).await;
        }
        gate.add_permits(2);
        for id in [7, 8] {
            peer.call(id, "wait", json!({})).await;
            assert_eq!(text(&peer.next().await), "waited", "{id}");
        }
    }
}

#[tokio::test]
async fn callers_have_an_allowance_each() {
    let limit = RateLimit::new(2, MINUTE);
    let server = server().middleware(Only::methods(["tools/call"], limit)).build().unwrap();
    for _ in 0..2 {
        let service = server.clone();
        let (here, there) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            let (input, output) = tokio::io::split(there);
            service.serve(input, output).await
        });
        let (reader, writer) = tokio::io::split(here);
        let client = toolwright_core::Client::over(reader, writer).await.unwrap();
        client.list_tools().await.unwrap();
        for _ in 0..2 {
            client.call("text", &json!({ "length": 1 })).await.unwrap();
        }
        let error = client.call("text", &json!({ "length": 1 })).await.unwrap_err();
        let toolwright_core::ClientError::Peer(error) = error else { panic!("{error}") };
        assert_eq!(error.code(), 429);
        let data = error.data().unwrap().to_value();
        let wait = data["retryAfterMs"].as_u64().unwrap();
        assert!((1..=30_000).contains(&wait), "{wait}");
        client.list_tools().await.unwrap();
    }
    // Whoever tells them apart in another way shares one.
    let shared = || RateLimit::new(1, MINUTE).by(|_cx| "all".to_owned());
    for mut asker in askers(|| self::server().middleware(shared())).await {
        let codes =
            [asker.code("tools/list", json!({})).await, asker.code("tools/list", json!({})).await];
        assert_eq!(codes, [0, 429]);
    }
}

#[tokio::test]
async fn what_is_too_large_is_held_back() {
    for mut asker in askers(|| server().middleware(ResponseSize::new(2000))).await {
        assert_eq!(text(&asker.ask("tools/call", call("text", 1900)).await).len(), 1900);
        let answer = asker.ask("tools/call", call("text", 2000)).await;
        assert_eq!(answer["result"]["isError"], true);
        assert!(text(&answer).starts_with("the result of text has 2"), "{answer}");
        assert_eq!(asker.code("resources/read", json!({ "uri": "book://page" })).await, -32603);
        assert_eq!(asker.code("prompts/get", json!({ "name": "greet" })).await, 0);
        assert_eq!(asker.code("tools/list", json!({})).await, 0);
    }
}

#[tokio::test]
async fn middleware_of_one_tool() {
    let server = || server().tool_middleware("hang", Timeout::new(Duration::from_millis(1)));
    for mut asker in askers(server).await {
        assert_eq!(asker.ask("tools/call", call("hang", 0)).await["result"]["isError"], true);
        assert_eq!(text(&asker.ask("tools/call", call("text", 1)).await), "x");
    }
    let error = self::server().tool_middleware("hung", Timeout::new(MINUTE)).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is middleware for the tool `hung`, but no such tool; add it, or correct the name"
    );
}

/// Notes what it sees, and changes nothing.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Middleware for Notes {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let params = request.params().map_or("", |params| params.get());
            let answer = next.run(cx, request).await;
            let end = match &answer {
                Err(error) => error.code().to_string(),
                Ok(answer) => match answer.tool_result() {
                    Some(result) => format!("isError {:?}", result.is_error),
                    None => "ok".to_owned(),
                },
            };
            self.0.lock().unwrap().push(format!("{} {params} {end}", request.method()));
            answer
        })
    }
}

#[tokio::test]
async fn a_set_has_middleware_of_its_own() {
    let notes = Notes::default();
    let seen = Arc::clone(&notes.0);
    let server = || {
        let page = Resource::new("page", "book://page");
        let pages = Resources::new().text(page, "text");
        let greet = Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" });
        let other = Resources::new().text(Resource::new("other", "book://other"), "other");
        Server::new("shop", "1")
            .tools(Layered::new(tools(), notes.clone()).with(Timeout::new(MINUTE)))
            .resources(Layered::new(pages, notes.clone()))
            .resources(other)
            .prompts(Layered::new(greet, notes.clone()))
    };
    for mut asker in askers(server).await {
        assert_eq!(text(&asker.ask("tools/call", call("text", 1)).await), "x");
        assert_eq!(text(&asker.ask("tools/call", call("fail", 0)).await), "no");
        asker.ask("tools/list", json!({})).await;
        for uri in ["book://page", "book://other", "book://none"] {
            let code = asker.code("resources/read", json!({ "uri": uri })).await;
            assert_eq!(code == 0, uri != "book://none", "{uri}");
        }
        assert_eq!(asker.code("prompts/get", json!({ "name": "greet" })).await, 0);
        let missing = if asker.is_modern() { -32602 } else { -32002 };
        assert_eq!(
            std::mem::take(&mut *seen.lock().unwrap()),
            [
                r#"tools/call {"name":"text","arguments":{"length":1}} isError None"#.to_owned(),
                r#"tools/call {"name":"fail","arguments":{"length":0}} isError Some(true)"#.into(),
                r#"resources/read {"uri":"book://page"} ok"#.into(),
                format!(r#"resources/read {{"uri":"book://none"}} {missing}"#),
                r#"prompts/get {"name":"greet","arguments":{}} ok"#.into(),
            ]
        );
    }
}

/// Keeps the fields of spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<BTreeMap<&'static str, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl tracing::Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn requests_are_traced() {
    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let tools = Arc::new(tools().tool("trace", "Says where", |cx: Context, (): ()| async move {
        let trace = cx.trace_context().and_then(|trace| trace.trace_id());
        trace.unwrap_or("none").to_owned()
    }));
    let server = || {
        let greet = Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" });
        let page = Resources::new().text(Resource::new("page", "book://page"), "text");
        let server = Server::new("shop", "1").tools(Arc::clone(&tools)).prompts(greet);
        server.resources(page).middleware(Trace::new())
    };
    for mut asker in askers(server).await {
        let meta = json!({ "traceparent": PARENT, "tracestate": "a=1" });
        let params = json!({ "name": "trace", "_meta": meta });
        assert_eq!(text(&asker.ask("tools/call", params).await), &PARENT[3..35]);
        let meta = json!({ "traceparent": "00-xyz", "tracestate": "a=1" });
        let params = json!({ "name": "trace", "_meta": meta });
        assert_eq!(text(&asker.ask("tools/call", params).await), "none");
        asker.ask("tools/call", call("fail", 0)).await;
        asker.ask("tools/call", call(&"n".repeat(500), 0)).await;
        asker.ask("prompts/get", json!({ "name": "greet" })).await;
        asker.ask("resources/read", json!({ "uri": "book://page" })).await;
        let seen: Vec<_> = std::mem::take(&mut *spans.0.lock().unwrap());
        let [traced, untraced, failed, unknown, prompt, resource] = &seen[..] else {
            panic!("{seen:#?}")
        };
        assert_eq!(traced["otel.name"], "tools/call trace");
        assert_eq!(traced["otel.kind"], "server");
        assert_eq!(traced["mcp.method.name"], "tools/call");
        assert_eq!(traced["mcp.protocol.version"], asker.revision());
        assert_eq!(traced["jsonrpc.request.id"], "1");
        assert_eq!(traced["gen_ai.operation.name"], "execute_tool");
        assert_eq!(traced["gen_ai.tool.name"], "trace");
        assert_eq!((&*traced["traceparent"], &*traced["tracestate"]), (PARENT, "a=1"));
        assert!(!traced.contains_key("error.type"));
        assert!(!untraced.contains_key("traceparent") && !untraced.contains_key("tracestate"));
        assert_eq!((&*failed["error.type"], &*failed["otel.status_code"]), ("tool_error", "ERROR"));
        assert!(!failed.contains_key("rpc.response.status_code"));
        assert_eq!(unknown["rpc.response.status_code"], "-32602");
        assert_eq!(unknown["error.type"], "-32602");
        assert_eq!(unknown["gen_ai.tool.name"].len(), 128);
        assert_eq!(prompt["gen_ai.prompt.name"], "greet");
        assert_eq!(prompt["otel.name"], "prompts/get greet");
        assert_eq!(resource["mcp.resource.uri"], "book://page");
        assert_eq!(resource["otel.name"], "resources/read");
    }
}
