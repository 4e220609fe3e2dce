//! `serve --mock` as MCP clients of both eras use it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::{bookshop, directory, toolwright};

/// A running `serve --mock`, spoken to in lines.
struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Session {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(more: &[&str]) -> Self {
        Self::of(&bookshop(), more)
    }

    fn of(document: &Path, more: &[&str]) -> Self {
        let mut child = toolwright()
            .arg("serve")
            .arg(document)
            .arg("--mock")
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            last: 0,
        }
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    /// The whole response to a request.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the server ended");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message;
            }
        }
    }

    /// A session of the era with a handshake.
    fn legacy(revision: &str) -> Self {
        Self::start().greeted(revision)
    }

    fn greeted(self, revision: &str) -> Self {
        let mut session = self;
        let answer = session.request(
            "initialize",
            json!({"protocolVersion": revision, "capabilities": {},
                   "clientInfo": {"name": "test", "version": "1"}}),
        );
        assert_eq!(answer["result"]["protocolVersion"], revision, "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "bookshop");
        session.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        session
    }

    fn call(&mut self, name: &str, arguments: Value) -> Value {
        let params = json!({"name": name, "arguments": arguments});
        let answer = self.request("tools/call", params);
        assert!(answer.get("result").is_some(), "{answer}");
        answer["result"].clone()
    }

    /// Closes standard input and waits.
    fn end(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

const ISBN: &str = "9780141439518";

/// A call as structured outputs make it: null for what is left out.
#[test]
fn shaped_calls_work_against_the_mock_in_both_eras() {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let arguments = json!({
        "isbn": ISBN,
        "body": {"stars": 4, "text": "Good", "moods": null},
    });
    let profile = ["--profile", "strict"];
    for revision in [None, Some("2025-11-25")] {
        let mut session = Session::start_with(&profile);
        let mut params = json!({"name": "addReview", "arguments": arguments});
        match revision {
            Some(revision) => session = session.greeted(revision),
            None => params["_meta"] = meta.clone(),
        }
        let list = json!({"_meta": params["_meta"]});
        let list = session.request("tools/list", if revision.is_some() { json!({}) } else { list });
        let tools = list["result"]["tools"].as_array().unwrap();
        let add = tools.iter().find(|tool| tool["name"] == "addReview").unwrap();
        let body = &add["inputSchema"]["properties"]["body"];
        assert_eq!(body["required"], json!(["moods", "stars", "text"]), "{body}");
        let answer = session.request("tools/call", params);
        let review = &answer["result"];
        assert_eq!(review["structuredContent"]["text"], "Good", "{answer}");
        session.end();
    }
}

/// Over standard input and output nobody is known, unless whoever starts the server says so.
#[test]
fn what_takes_scopes_is_for_whom_it_is_granted() {
    let file = directory("granted").join("toolwright.toml");
    let text = "[tools]\ngetBook.scopes = 'books'\n'id:addReview'.scopes = ['books', 'reviews']\n\
                [tools.listCategories]\nscopes = 'books'\nresource = 'shop://categories'\n";
    std::fs::write(&file, text).unwrap();
    let config = ["--config", file.to_str().unwrap()];
    for (grant, listed, refused, resources) in [
        (&[][..], &["searchBooks"][..], &["getBook", "addReview"][..], 0),
        (&["--grant", "books"], &["searchBooks", "getBook"], &["addReview"], 1),
        (
            &["--grant", "books", "--grant", "reviews"],
            &["searchBooks", "getBook", "addReview"],
            &[],
            1,
        ),
    ] {
        let mut session = Session::start_with(&[&config[..], grant].concat()).greeted("2025-11-25");
        let list = session.request("tools/list", json!({}));
        let tools = list["result"]["tools"].as_array().unwrap();
        let has = |name: &&str| tools.iter().any(|tool| tool["name"] == **name);
        assert!(listed.iter().all(&has) && !refused.iter().any(has));
        assert!(!list.to_string().contains("scopes"), "{list}");
        for name in refused {
            let answer = session.request("tools/call", json!({"name": name, "arguments": {}}));
            assert_eq!(answer["error"]["code"], 403, "{name}: {answer}");
        }
        let found = session.request("resources/list", json!({}));
        assert_eq!(found["result"]["resources"].as_array().unwrap().len(), resources, "{found}");
        let read = session.request("resources/read", json!({"uri": "shop://categories"}));
        assert_eq!(read.get("error").is_some(), resources == 0, "{read}");
        session.end();
    }
}

#[test]
fn all_tools_work_against_the_mock() {
    let mut session = Session::legacy("2025-11-25");
    let list = session.request("tools/list", json!({}));
    let names: Vec<&str> = list["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 12, "{names:?}");

    let page = session.call(
        "searchBooks",
        json!({"words": "austen", "genre": "fiction", "subjects": ["a", "b"],
               "price": {"min": 1, "max": 2}, "limit": 5, "X-Currency": "GBP"}),
    );
    assert_eq!(page["structuredContent"]["books"][0]["title"], "Pride and Prejudice");
    let text = page["content"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), page["structuredContent"]);

    let book = session.call("getBook", json!({"isbn": ISBN}));
    assert_eq!(book["structuredContent"]["isbn"], ISBN);
    let cover = session.call("getCover", json!({"isbn": ISBN}));
    assert_eq!(cover["content"][0]["mimeType"], "image/png");
    let excerpt = session.call("readExcerpt", json!({"isbn": ISBN}));
    assert!(excerpt["content"][0]["text"].as_str().unwrap().contains("truth"));
    let review = session.call(
        "addReview",
        json!({"isbn": ISBN, "body": {"stars": 4, "text": "Good & long", "moods": ["sad"]}}),
    );
    assert_eq!(review["structuredContent"]["text"], "Good & long");
    assert_eq!(review["structuredContent"]["stars"], 4);
    let reviews = session.call("listReviews", json!({"isbn": ISBN}));
    assert!(reviews["structuredContent"]["result"].is_array(), "{reviews}");
    let tree = session.call("listCategories", json!({}));
    assert_eq!(tree["structuredContent"]["below"][0]["name"], "Novels");
    let gone = session.call("deleteBook", json!({"isbn": ISBN}));
    assert_ne!(gone["isError"], true, "{gone}");
    let cover = session.call("setCover", json!({"isbn": ISBN, "body": "aGk="}));
    assert_ne!(cover["isError"], true, "{cover}");
    let order = session.call(
        "placeOrder",
        json!({"Idempotency-Key": "12345678", "campaign": "spring", "body": {
            "items": [{"isbn": ISBN}], "gift": true,
            "ship_to": {"name": "A", "street": "B", "city": "C", "country": "DE"}}}),
    );
    assert_eq!(order["structuredContent"]["order_id"], 1813, "{order}");
    assert_eq!(order["structuredContent"]["gift"], true);
    let note = session.call("setOrderNote", json!({"order_id": 7, "body": "handle with care"}));
    assert_eq!(note["content"][0]["text"], "handle with care");
    let book = session.call(
        "addBook",
        json!({"body": {"isbn": ISBN, "title": "Emma", "authors": [{"name": "Jane Austen"}],
               "genre": "fiction", "price": {"cents": 5, "currency": "EUR"}}}),
    );
    assert_eq!(book["structuredContent"]["title"], "Emma", "{book}");
    session.end();
}

#[test]
fn what_goes_wrong_is_a_result() {
    let mut session = Session::legacy("2024-11-05");
    let missing = session.call("getBook", json!({"isbn": "0000000000000"}));
    assert_eq!(missing["isError"], true);
    let text = missing["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("HTTP 404 Not Found from GET /books/{isbn}."), "{text}");
    assert!(text.contains("No such book"), "{text}");
    let wrong = session.call("searchBooks", json!({"limit": 0, "genre": "cooking"}));
    assert_eq!(wrong["isError"], true);
    let text = wrong["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("limit") && text.contains("genre"), "{text}");
    session.end();
}

#[test]
fn the_stateless_era_needs_no_handshake() {
    let mut session = Session::start();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    });
    let list = session.request("tools/list", json!({"_meta": meta}));
    assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 12, "{list}");
    let params = json!({"_meta": meta, "name": "getBook", "arguments": {"isbn": ISBN}});
    let book = session.request("tools/call", params);
    assert_eq!(book["result"]["structuredContent"]["isbn"], ISBN, "{book}");
    session.end();
}

#[test]
fn over_the_budget_three_tools_stand_for_all() {
    let mut session = Session::start_with(&["--budget", "0"]).greeted("2025-11-25");
    let listed = session.request("tools/list", json!({}));
    let names = listed["result"]["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]);
    assert_eq!(names.collect::<Vec<_>>(), ["search_tools", "describe_tools", "call_tool"]);

    let found = session.call("search_tools", json!({"query": "search books"}));
    let tool = found["structuredContent"]["tools"][0]["name"].clone();
    assert_eq!(tool, "searchBooks");
    let called = session.call("call_tool", json!({"name": tool, "arguments": {}}));
    assert_ne!(called["isError"], true, "{called}");
    session.end();
}

/// A document with so many operations that the list has less of each.
fn many() -> Value {
    let link = |to: usize| json!({"$ref": format!("#/components/schemas/D{to}")});
    let schemas = (0..256).map(|number| {
        let members = json!({"left": link(number * 2 % 256), "right": link((number * 2 + 1) % 256),
            "number": {"type": "integer", "description": "What it counts. ".repeat(6)}});
        (format!("D{number}"), json!({"type": "object", "properties": members}))
    });
    let schemas: serde_json::Map<String, Value> = schemas.collect();
    let small =
        |number| (format!("/p{number}"), json!({"get": {"operationId": format!("g{number}")}}));
    let mut paths: serde_json::Map<String, Value> = (0..1999).map(small).collect();
    let body = json!({"content": {"application/json": {"schema": link(1)}}});
    paths.insert(
        "/large".to_owned(),
        json!({"post": {"operationId": "large", "requestBody": body}}),
    );
    json!({"openapi": "3.1.0", "info": {"title": "bookshop", "version": "1"}, "paths": paths,
        "servers": [{"url": "https://example.com"}], "components": {"schemas": schemas}})
}

#[test]
fn what_is_described_is_shown_in_full_however_many_tools_there_are() {
    let path = directory("many").join("bookshop.json");
    std::fs::write(&path, many().to_string()).unwrap();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    });
    let described = |mut session: Session, meta: Option<&Value>| {
        let mut call = |name: &str, arguments: Value| {
            let mut params = json!({"name": name, "arguments": arguments});
            params["_meta"] = meta.cloned().unwrap_or(json!({}));
            session.request("tools/call", params)["result"].clone()
        };
        let described = call("describe_tools", json!({"names": ["large"]}));
        // Below what the list has, and held to.
        let mut wrong = json!({"number": "none"});
        for _ in 0..5 {
            wrong = json!({"left": wrong});
        }
        let wrong = call("call_tool", json!({"name": "large", "arguments": {"body": wrong}}));
        assert_eq!(wrong["isError"], true, "{wrong}");
        assert!(wrong.to_string().contains("left/number"), "{wrong}");
        session.end();
        described["structuredContent"]["tools"][0]["inputSchema"].clone()
    };
    let stateless = described(Session::of(&path, &[]), Some(&meta));
    let session = described(Session::of(&path, &[]).greeted("2025-11-25"), None);
    assert_eq!(session, stateless);
    let bytes = stateless.to_string().len();
    assert!((20 * 1024..=24 * 1024).contains(&bytes), "{bytes}");

    // Listed, each has its share.
    let mut session = Session::of(&path, &["--budget", "1000000"]).greeted("2025-11-25");
    let mut params = json!({});
    let large = loop {
        let page = session.request("tools/list", params)["result"].clone();
        let tools = page["tools"].as_array().unwrap();
        match tools.iter().find(|tool| tool["name"] == "large") {
            Some(tool) => break tool.clone(),
            None => params = json!({"cursor": page["nextCursor"]}),
        }
    };
    let bytes = large["inputSchema"].to_string().len();
    assert!(bytes <= 12 * 1024, "{bytes}");
    session.end();
}

#[test]
fn what_is_missing_is_said_before_the_first_call() {
    let started = |more: &[&str]| {
        let mut command = toolwright();
        command.arg("serve").arg(bookshop()).args(["--base-url", "http://127.0.0.1:9"]).args(more);
        let output = command.stdin(Stdio::null()).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let told = started(&[]);
    assert!(told.contains("warning: ") && told.contains("set BOOKSHOP_SHOP_KEY"), "{told}");
    let told = started(&["--anonymous", "--timeout", "5", "--retries", "0", "--rate", "10"]);
    assert!(told.contains("serving") && !told.contains("warning: "), "{told}");
    assert!(started(&["--timeout", "0"]).contains("--timeout"));
}
