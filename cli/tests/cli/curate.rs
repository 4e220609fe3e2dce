//! The `toolwright.toml` of the README: obeyed by `serve`, `check`, `new` and generated code alike.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{bookshop, directory, outcome, toolwright};

/// The file that the README shows.
fn example() -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, chapter) = readme.split_once("### Curate").unwrap();
    let (_, rest) = chapter.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// The bookshop with that file beside it.
fn curated(test: &str) -> PathBuf {
    let folder = directory(test);
    std::fs::write(folder.join("toolwright.toml"), example()).unwrap();
    let document = folder.join("bookshop.yaml");
    std::fs::copy(bookshop(), &document).unwrap();
    document
}

/// An upstream that keeps requests and answers with an object.
fn upstream() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (kept, requests) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let request = exchange(stream.unwrap());
            if kept.send(request).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

fn exchange(mut stream: TcpStream) -> String {
    let mut request = String::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).unwrap();
        request.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if count == 0 || body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            break;
        }
    }
    let body = answer(&request);
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
    request
}

/// Two pages of books for those who search, nothing for others.
fn answer(request: &str) -> String {
    let book = |isbn: &str| json!({"isbn": isbn, "title": "T", "stock": 3, "price": {"cents": 5, "currency": "EUR"}});
    let page = match request.lines().next().unwrap_or_default() {
        line if line.contains("cursor=n2") => json!({"books": [book("9780141439662")]}),
        line if line.starts_with("GET /books?") => {
            json!({"books": [book("9780141439518")], "next": "n2"})
        }
        _ => json!({"books": []}),
    };
    page.to_string()
}

/// The next request; a call that sends none is a fault, not a wait.
fn arrived(requests: &Receiver<String>) -> String {
    requests.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// `serve`, spoken to in an era.
struct Serving {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    is_session: bool,
}

impl Serving {
    /// In the stateless era.
    fn start(document: &Path, url: &str) -> Self {
        Self::start_with(document, &["--base-url", url])
    }

    fn start_with(document: &Path, more: &[&str]) -> Self {
        let mut child = toolwright()
            .arg("serve")
            .arg(document)
            .args(more)
            .env("SHOP_CURRENCY", "CHF")
            .env("BOOKSHOP_SHOP_KEY", "k1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output, is_session: false }
    }

    /// In a session of the era before.
    fn session(document: &Path, url: &str) -> Self {
        Self::start(document, url).greeted()
    }

    fn greeted(self) -> Self {
        let mut serving = self;
        serving.is_session = true;
        let greeting = json!({"protocolVersion": "2025-11-25", "capabilities": {},
                              "clientInfo": {"name": "test", "version": "1"}});
        let answer = serving.request("initialize", greeting);
        assert_eq!(answer["protocolVersion"], "2025-11-25", "{answer}");
        let notice = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        writeln!(serving.child.stdin.as_mut().unwrap(), "{notice}").unwrap();
        serving
    }

    fn request(&mut self, method: &str, mut params: Value) -> Value {
        if !self.is_session {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            });
        }
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        writeln!(self.child.stdin.as_mut().unwrap(), "{request}").unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the server ended");
            let message = serde_json::from_str::<Value>(&line).unwrap();
            if message["id"] == 1 {
                return message["result"].clone();
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

#[test]
fn presets_arrive_and_no_argument_overrides_them() {
    let document = curated("curate_serve");
    for start in [Serving::start, Serving::session] {
        let (url, requests) = upstream();
        presets(&mut start(&document, &url), &requests);
    }
}

fn presets(server: &mut Serving, requests: &Receiver<String>) {
    let list = server.request("tools/list", json!({}));
    let tools = list["tools"].as_array().unwrap();
    let names: Vec<&Value> = tools.iter().map(|tool| &tool["name"]).collect();
    let expected = [
        "find_books",
        "shop_getCover",
        "shop_readExcerpt",
        "shop_listCategories",
        "checkout_placeOrder",
    ];
    assert_eq!(names, expected);
    let properties = tools[0]["inputSchema"]["properties"].as_object().unwrap();
    let shown: Vec<&String> = properties.keys().collect();
    assert_eq!(shown, ["genre", "pages", "price", "subjects", "words"]);
    assert_eq!(tools[0]["title"], "Find books");
    assert_eq!(tools[2]["annotations"]["openWorldHint"], false);

    let arguments = json!({"words": "x", "limit": 3, "cursor": "c", "X-Currency": "USD"});
    server.request("tools/call", json!({"name": "find_books", "arguments": arguments}));
    let request = arrived(requests);
    assert!(request.starts_with("GET /books?words=x&limit=20 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-currency: CHF\r\n"), "{request}");
    assert!(!request.contains("USD"), "{request}");

    let arguments = json!({"Idempotency-Key": "12345678", "campaign": "c", "body": {
        "items": [{"isbn": "9780141439518"}], "gift": true,
        "ship_to": {"name": "A", "street": "B", "city": "C", "country": "DE"}}});
    server.request("tools/call", json!({"name": "checkout_placeOrder", "arguments": arguments}));
    let request = arrived(requests);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&body["gift"], &body["items"]),
        (&json!(false), &json!([{"isbn": "9780141439518", "quantity": 1}]))
    );
    assert!(!request.contains("cookie"), "{request}");
}

#[test]
fn pages_are_gathered_and_fields_kept_in_both_eras() {
    let document = curated("curate_pages");
    for start in [Serving::start, Serving::session] {
        let (url, requests) = upstream();
        let mut server = start(&document, &url);
        let list = server.request("tools/list", json!({}));
        let pages = &list["tools"][0]["inputSchema"]["properties"]["pages"];
        assert_eq!(pages["maximum"], 5, "{list}");
        let promised = &list["tools"][0]["outputSchema"]["properties"]["books"]["items"];
        let promised: Vec<_> = promised["properties"].as_object().unwrap().keys().collect();
        assert_eq!(promised, ["isbn", "price", "title"]);

        let arguments = json!({"words": "x", "pages": 3});
        let found =
            server.request("tools/call", json!({"name": "find_books", "arguments": arguments}));
        let price = json!({"cents": 5, "currency": "EUR"});
        let book = |isbn: &str| json!({"isbn": isbn, "title": "T", "price": price});
        let books = [book("9780141439518"), book("9780141439662")];
        assert_eq!(found["structuredContent"], json!({ "books": books }), "{found}");
        assert!(found["content"].to_string().contains("2 items of 2 pages."), "{found}");
        assert!(arrived(&requests).starts_with("GET /books?words=x&limit=20 HTTP/1.1\r\n"));
        let second = arrived(&requests);
        let target = "GET /books?words=x&limit=20&cursor=n2 HTTP/1.1\r\nx-currency: CHF\r\n";
        assert!(second.starts_with(target), "{second}");
        assert!(requests.try_recv().is_err());
    }
}

/// The outcome of `check`: its table, and what is suggested.
fn checked(document: &Path, file: &Path) -> (String, Value) {
    let mut command = toolwright();
    command.arg("check").arg(document).arg("--config").arg(file);
    let (code, table, err) = outcome(&command.output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert!(!err.contains("toolwright.toml"), "{err}");
    let (_, json, _) = outcome(&command.args(["--format", "json"]).output().unwrap());
    (table, serde_json::from_str(&json).unwrap())
}

/// The kinds of suggestions about a tool.
fn kinds<'a>(report: &'a Value, tool: &str) -> Vec<&'a str> {
    let all = report["suggestions"].as_array().unwrap().iter();
    let about = all.filter(|one| one["tools"].as_array().unwrap().contains(&tool.into()));
    about.map(|one| one["kind"].as_str().unwrap()).collect()
}

#[test]
fn what_check_suggests_works_as_it_is() {
    let file = directory("curate_suggest").join("toolwright.toml");
    std::fs::write(&file, "[tools.searchBooks]\ntitle = \"Find\"\n").unwrap();
    let (table, report) = checked(&bookshop(), &file);
    let (_, shown) = table.split_once("\nFor toolwright.toml").unwrap();
    let (_, shown) = shown.split_once("\n\n").unwrap();
    assert_eq!(shown, report["write"], "few enough for both");
    assert!(kinds(&report, "searchBooks").contains(&"pages"), "{report}");
    // As somebody would paste it.
    let (_, added) = shown.split_once("# add to your [tools.searchBooks]\n").unwrap();
    let (added, end) = added.split_once("# at the end\n").unwrap_or((added, ""));
    let text = format!("[tools.searchBooks]\n{added}title = \"Find\"\n{end}");
    std::fs::write(&file, &text).unwrap();
    let (_, report) = checked(&bookshop(), &file);
    assert!(!kinds(&report, "searchBooks").contains(&"pages"), "{text}");
    let mut command = toolwright();
    let command = command.arg("generate").arg(bookshop()).arg("--config").arg(&file);
    let (_, ir, _) = outcome(&command.args(["--stop-after", "ir"]).output().unwrap());
    let ir: Value = serde_json::from_str(&ir).unwrap();
    let paging = &ir["operations"][0]["http"]["paging"];
    let expected = json!({"kind": "cursor", "parameter": "cursor", "next": "/next",
                          "items": "/books", "argument": "pages", "max": 10});
    assert_eq!(paging, &expected);
}

/// An operation with everything that there is advice about, and one that is deprecated.
fn advised() -> Value {
    let many = (0..17).map(|number| {
        json!({"name": format!("p {number}"), "in": "query",
        "description": "What it is for. ".repeat(40), "schema": {"type": "string"}})
    });
    let mut parameters: Vec<Value> = many.collect();
    parameters.push(json!({"name": "page", "in": "query", "schema": {"type": "integer"}}));
    let members = (0..150).map(|number| {
        (format!("member{number}"), json!({"type": "string", "description": "Words and words."}))
    });
    let item = json!({"type": "object", "properties": members.collect::<serde_json::Map<_, _>>()});
    let result = json!({"200": {"content": {"application/json": {"schema":
        {"type": "array", "items": item}}}}});
    let all = json!({"operationId": "find.all", "description": "Finds it. ".repeat(80), "parameters": parameters, "responses": result});
    let old = json!({"operationId": "old", "deprecated": true});
    json!({"openapi": "3.1.0", "info": {"title": "x", "version": "1"},
        "paths": {"/all": {"get": all}, "/old": {"get": old}, "/unnamed": {"get": {}}}})
}

#[test]
fn all_advice_is_one_text_to_paste() {
    let folder = directory("curate_advice");
    let (document, file) = (folder.join("x.json"), folder.join("toolwright.toml"));
    std::fs::write(&document, advised().to_string()).unwrap();
    std::fs::write(&file, "").unwrap();
    let (table, report) = checked(&document, &file);
    let kinds_before = kinds(&report, "find_all");
    for kind in ["large", "many-arguments", "long-description", "large-result", "pages"] {
        assert!(kinds_before.contains(&kind), "{kind}: {kinds_before:?}");
    }
    assert!(table.contains("no-operation-id") || table.contains("named after method"), "{table}");
    let (_, shown) = table.split_once("\nFor toolwright.toml").unwrap();
    let (_, shown) = shown.split_once("\n\n").unwrap();
    assert_eq!(shown.matches("[tools.").count(), 3, "one header for each tool\n{shown}");
    assert!(shown.contains("[tools.old]\ndrop = true\n"), "{shown}");
    assert!(shown.contains("# description = \"…\"\n"), "{shown}");
    std::fs::write(&file, shown).unwrap();
    let (_, report) = checked(&document, &file);
    let names: Vec<&Value> =
        report["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
    assert!(!names.contains(&&json!("old")), "{names:?}");
    let kinds_after = kinds(&report, "find_all");
    for kind in ["large-result", "pages"] {
        assert!(!kinds_after.contains(&kind), "{kind}: {kinds_after:?}");
    }
    // Again with the file that there is now: it goes under the headers that are there.
    let again = report["write"].as_str().unwrap();
    assert!(again.starts_with("# add to your [tools.\"find.all\"]\nparameters."), "{again}");
    assert!(!again.lines().any(|line| line.starts_with('[')), "{again}");
}

#[test]
fn resources_are_read() {
    let document = curated("curate_read");
    for start in [Serving::start, Serving::session] {
        let (url, requests) = upstream();
        reads(&mut start(&document, &url), &requests);
    }
}

fn reads(server: &mut Serving, requests: &Receiver<String>) {
    let list = server.request("resources/list", json!({}));
    assert_eq!(list["resources"][0]["uri"], "shop://categories", "{list}");
    let list = server.request("resources/templates/list", json!({}));
    assert_eq!(list["resourceTemplates"][0]["uriTemplate"], "bookshop://books/{isbn}", "{list}");
    assert_eq!(list["resourceTemplates"][0]["mimeType"], "application/json", "{list}");
    let uri = "bookshop://books/9780141439518";
    let read = server.request("resources/read", json!({"uri": uri}));
    assert_eq!(read["contents"][0]["uri"], uri, "{read}");
    assert_eq!(read["contents"][0]["text"], "{\"books\":[]}", "{read}");
    assert!(arrived(requests).starts_with("GET /books/9780141439518 HTTP/1.1\r\n"));
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let document = curated("curate_unset");
    let output = toolwright()
        .arg("serve")
        .arg(&document)
        .args(["--base-url", "http://127.0.0.1:9"])
        .env_remove("SHOP_CURRENCY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (code, _, err) = outcome(&output);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("SHOP_CURRENCY") && err.contains("find_books"), "{err}");
}

#[test]
fn a_mock_needs_no_variables() {
    let output = toolwright()
        .arg("serve")
        .arg(curated("curate_mock"))
        .arg("--mock")
        .env_remove("SHOP_CURRENCY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (code, _, err) = outcome(&output);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("(mock)"), "{err}");
    // What is no text is made up, too.
    let document = curated("curate_mock_number");
    let file = "tools.searchBooks.parameters.limit.preset = '${LIMIT_OF_NOBODY}'";
    std::fs::write(document.with_file_name("toolwright.toml"), file).unwrap();
    let mut server = Serving::start_with(&document, &["--mock"]);
    let found = server.request("tools/call", json!({"name": "searchBooks", "arguments": {}}));
    assert_ne!(found["isError"], true, "{found}");
}

#[test]
fn files_of_a_folder_are_sent_where_that_is_allowed() {
    let folder = directory("curate_files");
    let document = folder.join("bookshop.yaml");
    std::fs::copy(bookshop(), &document).unwrap();
    let shared = folder.join("shared");
    std::fs::create_dir_all(shared.join("in")).unwrap();
    std::fs::write(shared.join("in/cover.png"), "the cover").unwrap();
    std::fs::write(shared.join(".env"), "canary").unwrap();
    std::fs::write(folder.join("outside.png"), "canary").unwrap();
    let shared = shared.display().to_string();
    let cover = |uri: &str| {
        let arguments = json!({"isbn": "9780141439518", "body": uri});
        json!({"name": "setCover", "arguments": arguments})
    };
    for is_session in [false, true] {
        let (url, requests) = upstream();
        let start = |more: &[&str]| {
            let server = Serving::start_with(&document, &[&["--base-url", &*url], more].concat());
            if is_session { server.greeted() } else { server }
        };
        let mut server = start(&["--files", &shared]);
        let templates = server.request("resources/templates/list", json!({}));
        let uri = &templates["resourceTemplates"][0]["uriTemplate"];
        assert_eq!(uri, "files://shared/{+path}", "{templates}");
        let uri = "files://shared/in/cover.png";
        let read = server.request("resources/read", json!({ "uri": uri }));
        assert_eq!(read["contents"][0]["text"], "the cover", "{read}");
        let set = server.request("tools/call", cover(uri));
        assert_ne!(set["isError"], true, "{set}");
        let request = arrived(&requests);
        assert!(request.contains("content-type: image/png\r\n"), "{request}");
        assert!(request.ends_with("\r\n\r\nthe cover"), "{request}");
        for uri in [
            "files://shared/.env",
            "files://shared/%2Eenv",
            "files://shared/../outside.png",
            "files://shared/%2e%2e/outside.png",
            "files://shared/in",
            "file:///etc/passwd",
        ] {
            let refused = server.request("tools/call", cover(uri));
            assert_eq!(refused["isError"], true, "{uri}: {refused}");
            let read = server.request("resources/read", json!({ "uri": uri }));
            assert!(!read.to_string().contains("canary"), "{uri}: {read}");
        }
        // Without being asked for, there is nothing.
        let mut server = start(&[]);
        let refused = server.request("tools/call", cover(uri));
        assert_eq!(refused["isError"], true, "{refused}");
        assert!(requests.try_recv().is_err());
    }
    let wrong =
        toolwright().arg("serve").arg(&document).args(["--mock", "--files", "none"]).output();
    let (code, _, err) = outcome(&wrong.unwrap());
    assert!(code == 2 && err.contains("--files takes a folder"), "{err}");
}

#[test]
fn check_and_new_obey_the_file() {
    let document = curated("curate_check");
    let (code, out, err) = outcome(&toolwright().arg("check").arg(&document).output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("find_books") && !out.contains("deleteBook"), "{out}");
    assert!(!err.contains("toolwright.toml"), "{err}");

    let place = document.with_file_name("crate");
    let output = toolwright().arg("new").arg(&document).arg(&place).output().unwrap();
    assert_eq!(outcome(&output).0, 0, "{output:?}");
    assert_eq!(std::fs::read_to_string(place.join("toolwright.toml")).unwrap(), example());
    let script = std::fs::read_to_string(place.join("build.rs")).unwrap();
    assert!(script.contains("toolwright_codegen::build(\"bookshop.yaml\")"), "{script}");
    let main = std::fs::read_to_string(place.join("src/main.rs")).unwrap();
    assert!(main.contains(".resources(proxy)"), "{main}");
}

#[test]
fn what_is_wrong_or_useless_is_told_with_its_line() {
    let folder = directory("curate_wrong");
    let file = folder.join("other.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let run = toolwright().arg("check").arg(bookshop()).arg("--config").arg(&file).output();
        outcome(&run.unwrap())
    };
    let (code, _, err) = check("kepe = []\n[tools.getBook]\nname = 1\n");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("other.toml:1") && err.contains("other.toml:3"), "{err}");
    let (code, _, err) = check(
        "drop = ['tag:none']\n[tools.getBok]\nname = 'x'\n[tools.getBook.parameters]\nq = false\n",
    );
    assert_eq!(code, 0, "{err}");
    assert_eq!(err.matches("TW0605").count(), 3, "{err}");
    for line in [1, 2, 5] {
        assert!(err.contains(&format!("other.toml:{line}")), "{err}");
    }
}
