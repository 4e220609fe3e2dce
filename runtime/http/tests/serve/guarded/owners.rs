//! What belongs to somebody is nobody else's: every id that a server gives away, asked for by
//! another caller, is answered as one that was made up.

use http::{Request, Response};
use serde_json::{Value, json};
use toolwright_core::scopes::Scoped as _;
use toolwright_core::{Resources, Server};
use toolwright_http::serve::{Body, Options, Serve as _};
use toolwright_spec::Resource;

use super::door::{Caller, Door, Told, next, read, service};

/// Answers alike, but for the made-up text itself.
fn alike(theirs: &Told, made_up: &Told, what: &str) {
    assert_eq!(theirs, made_up, "{what}");
    assert!(theirs.status >= 400 || theirs.json()["error"].is_object(), "{what}: {theirs:?}");
}

async fn result(caller: &Caller, request: Request<http_body_util::Full<bytes::Bytes>>) -> Value {
    let told = caller.told(request).await;
    let answer = if told.body.starts_with('{') { told.json() } else { told.last() };
    assert!(answer["error"].is_null(), "{told:?}");
    answer["result"].clone()
}

#[tokio::test]
async fn without_a_session() {
    let service = service();
    let [ann, bob] = ["ann", "bob"].map(|name| Caller::new(&service, Some(name)));

    let cursor = result(&ann, ann.modern("tools/list", json!({}))).await["nextCursor"].clone();
    for method in ["tools/list", "resources/list"] {
        let list =
            |caller: &Caller, cursor: &Value| caller.modern(method, json!({ "cursor": cursor }));
        let theirs = bob.told(list(&bob, &cursor)).await;
        alike(&theirs, &bob.told(list(&bob, &json!("made-up"))).await, method);
    }
    result(&ann, ann.modern("tools/list", json!({ "cursor": cursor }))).await;

    let asked = result(&ann, ann.modern("tools/call", json!({ "name": "ask" }))).await;
    let state = asked["requestState"].clone();
    assert!(state.is_string(), "{asked}");
    let answer = |caller: &Caller, state: &Value| {
        let name = json!({ "action": "accept", "content": { "name": "Ada" } });
        let responses = json!({ "name": name });
        let params = json!({ "name": "ask", "requestState": state, "inputResponses": responses });
        caller.modern("tools/call", params)
    };
    let theirs = bob.told(answer(&bob, &state)).await;
    alike(&theirs, &bob.told(answer(&bob, &json!("made-up"))).await, "requestState");
    let greeted = result(&ann, answer(&ann, &state)).await;
    assert_eq!(greeted["content"][0]["text"], "Hello, Ada!");

    let begun = result(&ann, ann.modern("tools/call", json!({ "name": "hang" }))).await;
    let task = begun["taskId"].as_str().unwrap().to_owned();
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let ask = |id: &str| bob.modern(method, json!({ "taskId": id, "inputResponses": {} }));
        let theirs = bob.told(ask(&task)).await;
        alike(&theirs, &bob.told(ask(&"0".repeat(32))).await, method);
    }
    let listen = |caller: &Caller| {
        let filter = json!({ "taskIds": [task], "toolsListChanged": true });
        caller.modern("subscriptions/listen", json!({ "notifications": filter }))
    };
    for (caller, expected) in [(&bob, json!([])), (&ann, json!([task]))] {
        let mut stream = caller.send(listen(caller)).await;
        let first = next(&mut stream).await.unwrap();
        let first: Value =
            serde_json::from_str(first.split_once("data: ").unwrap().1.trim()).unwrap();
        assert_eq!(first["params"]["notifications"]["taskIds"], expected, "{first}");
    }
    let found = result(&ann, ann.modern("tasks/get", json!({ "taskId": task }))).await;
    assert_eq!(found["status"], "working");
}

/// A stream of a session, read until a message comes.
async fn message(stream: &mut Response<Body>) -> (Option<String>, Value) {
    loop {
        let event = next(stream).await.expect("the stream goes on");
        let id = event.lines().find_map(|line| line.strip_prefix("id: ")).map(str::to_owned);
        let data = event.lines().find_map(|line| line.strip_prefix("data: "));
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            return (id, serde_json::from_str(data).unwrap());
        }
    }
}

#[tokio::test]
async fn the_session_itself() {
    let service = service();
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let ann = Caller::new(&service, Some("ann")).open(revision).await;
        let bob = ann.stolen_by("bob");
        let mut made_up = bob.clone();
        made_up.session[0].1 = "0".repeat(ann.session[0].1.len());
        let bare = |caller: &Caller, method: &str| {
            let request = caller.request(method, "/mcp").header("accept", "text/event-stream");
            request.body(http_body_util::Full::default()).unwrap()
        };
        let notice = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        let answer = r#"{"jsonrpc":"2.0","id":0,"result":{}}"#;
        type Made = Box<dyn Fn(&Caller) -> Request<http_body_util::Full<bytes::Bytes>>>;
        let mut ways: Vec<(&str, Made)> = vec![
            ("request", Box::new(|caller| caller.old(1, "tools/list", &json!({})))),
            ("initialize", Box::new(|caller| caller.old(1, "initialize", &json!({})))),
            ("notification", Box::new(move |caller| caller.post(notice))),
            ("response", Box::new(move |caller| caller.post(answer))),
            ("GET", Box::new(move |caller| bare(caller, "GET"))),
            ("DELETE", Box::new(move |caller| bare(caller, "DELETE"))),
        ];
        if revision == "2025-03-26" {
            ways.push(("batch", Box::new(move |caller| caller.post(&format!("[{notice}]")))));
        }
        for (what, request) in ways {
            let theirs = bob.told(request(&bob)).await;
            assert_eq!(theirs.status, 404, "{what}: {theirs:?}");
            alike(&theirs, &made_up.told(request(&made_up)).await, what);
        }
        result(&ann, ann.old(2, "tools/list", &json!({}))).await;
    }
}

#[tokio::test]
async fn in_sessions_of_their_own() {
    let service = service();
    let ann = Caller::new(&service, Some("ann")).open("2025-11-25").await;
    let bob = Caller::new(&service, Some("bob")).open("2025-11-25").await;

    let cursor = result(&ann, ann.old(1, "tools/list", &json!({}))).await["nextCursor"].clone();
    let list = |cursor: &Value| bob.old(1, "tools/list", &json!({ "cursor": cursor }));
    let theirs = bob.told(list(&cursor)).await;
    alike(&theirs, &bob.told(list(&json!("made-up"))).await, "cursor");

    let begun = ann.old(2, "tools/call", &json!({ "name": "hang", "task": {} }));
    let begun = result(&ann, begun).await;
    let task = begun["task"]["taskId"].as_str().unwrap().to_owned();
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
        let ask = |id: &str| bob.old(1, method, &json!({ "taskId": id }));
        let theirs = bob.told(ask(&task)).await;
        alike(&theirs, &bob.told(ask(&"0".repeat(32))).await, method);
    }

    // What ann is asked, and the stream that she is asked on.
    let mut stream = ann.send(ann.old(7, "tools/call", &json!({ "name": "ask" }))).await;
    let (event, question) = message(&mut stream).await;
    assert_eq!(question["method"], "elicitation/create");
    let name = json!({ "action": "accept", "content": { "name": "Mallory" } });
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": name });
    assert_eq!(bob.told(bob.post(&answer.to_string())).await.status, 202);
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}"#;
    assert_eq!(bob.told(bob.post(cancel)).await.status, 202);
    let resume = |caller: &Caller, event: &str| {
        let request = caller.request("GET", "/mcp").header("accept", "text/event-stream");
        request.header("last-event-id", event).body(http_body_util::Full::default()).unwrap()
    };
    let theirs = bob.told(resume(&bob, &event.unwrap())).await;
    alike(&theirs, &bob.told(resume(&bob, "77-0")).await, "Last-Event-ID");
    let name = json!({ "action": "accept", "content": { "name": "Ada" } });
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": name });
    assert_eq!(ann.told(ann.post(&answer.to_string())).await.status, 202);
    let (_, greeted) = message(&mut stream).await;
    assert_eq!(greeted["result"]["content"][0]["text"], "Hello, Ada!", "{greeted}");
    result(&ann, ann.old(3, "tasks/get", &json!({ "taskId": task }))).await;
}

#[tokio::test]
async fn streams_of_the_old_transport() {
    let service = service();
    let ann = Caller::new(&service, Some("ann"));
    let request = ann.request("GET", "/sse").header("accept", "text/event-stream");
    let mut stream = ann.send(request.body(http_body_util::Full::default()).unwrap()).await;
    let endpoint = next(&mut stream).await.unwrap();
    let target = endpoint.lines().find_map(|line| line.strip_prefix("data: ")).unwrap().to_owned();
    let send = |token: &'static str, target: &str, body: Value| {
        let caller = Caller::new(&service, Some(token));
        let request = caller.request("POST", target).header("content-type", "application/json");
        let request = request.body(http_body_util::Full::from(body.to_string())).unwrap();
        async move { read(caller.send(request).await).await }
    };
    let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2024-11-05", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    let theirs = send("bob", &target, open.clone()).await;
    alike(&theirs, &send("bob", "/messages?session_id=made-up", open.clone()).await, "stream");
    // A token that allows more, or less, than that which opened the stream.
    let theirs = send("ann+write", &target, open.clone()).await;
    alike(&theirs, &send("ann", "/messages?session_id=made-up", open.clone()).await, "scopes");
    assert_eq!(send("ann", &target, open).await.status, 202);
    assert_eq!(message(&mut stream).await.1["id"], 0);
    for (name, told) in [("who", "ann"), ("write", "insufficient_scope")] {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": name } });
        assert_eq!(send("ann", &target, call).await.status, 202);
        let answer = message(&mut stream).await.1.to_string();
        assert!(answer.contains(told), "{answer}");
    }
}

#[tokio::test]
async fn what_takes_scopes_is_told_to_whoever_has_them_now() {
    let resources = Resources::new()
        .text(Resource::new("hours", "shop://hours"), "nine to six")
        .text(Resource::new("plans", "shop://plans").with_scopes(["write"]), "grow");
    let server = Server::new("door", "1").resources(resources).subscriptions(true);
    let mut server = server.list_forbidden(true);
    let publisher = server.publisher();
    let options = Options::new().path("/mcp").authority(Door);
    let service = server.into_http_service_with(&options).unwrap();
    let wide = Caller::new(&service, Some("ann+write")).open("2025-11-25").await;
    let narrow = wide.stolen_by("ann");
    for uri in ["shop://plans", "shop://hours"] {
        result(&wide, wide.old(1, "resources/subscribe", &json!({ "uri": uri }))).await;
    }
    let refused = narrow.old(1, "resources/subscribe", &json!({ "uri": "shop://plans" }));
    assert_eq!(narrow.told(refused).await.status, 403);

    let listen = async |caller: &Caller| {
        let request = caller.request("GET", "/mcp").header("accept", "text/event-stream");
        caller.send(request.body(http_body_util::Full::default()).unwrap()).await
    };
    let mut stream = listen(&narrow).await;
    for uri in ["shop://plans", "shop://hours"] {
        publisher.resource_updated(uri);
    }
    publisher.resources_changed();
    for (method, uri) in [
        ("notifications/resources/list_changed", Value::Null),
        ("notifications/resources/updated", json!("shop://hours")),
    ] {
        let (_, notice) = message(&mut stream).await;
        assert_eq!((&notice["method"], &notice["params"]["uri"]), (&json!(method), &uri));
    }
    // It is kept for who may hear of it, and told at once where both listen.
    let mut other = listen(&wide).await;
    assert_eq!(message(&mut other).await.1["params"]["uri"], "shop://plans");
    publisher.resource_updated("shop://plans");
    tokio::select! {
        biased;
        (_, notice) = message(&mut stream) => panic!("{notice}"),
        (_, notice) = message(&mut other) => assert_eq!(notice["params"]["uri"], "shop://plans"),
    }
}
