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
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\
                  Connection: close\r\n\r\n{\"books\":[]}";
    stream.write_all(answer.as_bytes()).unwrap();
    request
}

/// The next request; a call that sends none is a fault, not a wait.
fn arrived(requests: &Receiver<String>) -> String {
    requests.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// `serve`, spoken to in the stateless era.
struct Serving(Child, BufReader<std::process::ChildStdout>);

impl Serving {
    fn start(document: &Path, url: &str) -> Self {
        let mut child = toolwright()
            .arg("serve")
            .arg(document)
            .args(["--base-url", url])
            .env("SHOP_CURRENCY", "CHF")
            .env("BOOKSHOP_SHOP_KEY", "k1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self(child, output)
    }

    fn request(&mut self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        });
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        writeln!(self.0.stdin.as_mut().unwrap(), "{request}").unwrap();
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["result"].clone()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

#[test]
fn presets_arrive_and_no_argument_overrides_them() {
    let (url, requests) = upstream();
    let mut server = Serving::start(&curated("curate_serve"), &url);
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
    assert_eq!(shown, ["genre", "price", "subjects", "words"]);
    assert_eq!(tools[0]["title"], "Find books");
    assert_eq!(tools[2]["annotations"]["openWorldHint"], false);

    let arguments = json!({"words": "x", "limit": 3, "cursor": "c", "X-Currency": "USD"});
    server.request("tools/call", json!({"name": "find_books", "arguments": arguments}));
    let request = arrived(&requests);
    assert!(request.starts_with("GET /books?words=x&limit=20 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-currency: CHF\r\n"), "{request}");
    assert!(!request.contains("USD"), "{request}");

    let arguments = json!({"Idempotency-Key": "12345678", "campaign": "c", "body": {
        "items": [{"isbn": "9780141439518"}], "gift": true,
        "ship_to": {"name": "A", "street": "B", "city": "C", "country": "DE"}}});
    server.request("tools/call", json!({"name": "checkout_placeOrder", "arguments": arguments}));
    let request = arrived(&requests);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&body["gift"], &body["items"][0]["isbn"]),
        (&json!(false), &json!("9780141439518"))
    );
    assert!(!request.contains("cookie"), "{request}");
}

#[test]
fn resources_are_read() {
    let (url, requests) = upstream();
    let mut server = Serving::start(&curated("curate_read"), &url);
    let list = server.request("resources/list", json!({}));
    assert_eq!(list["resources"][0]["uri"], "shop://categories", "{list}");
    let list = server.request("resources/templates/list", json!({}));
    assert_eq!(list["resourceTemplates"][0]["uriTemplate"], "bookshop://books/{isbn}", "{list}");
    assert_eq!(list["resourceTemplates"][0]["mimeType"], "application/json", "{list}");
    let uri = "bookshop://books/9780141439518";
    let read = server.request("resources/read", json!({"uri": uri}));
    assert_eq!(read["contents"][0]["uri"], uri, "{read}");
    assert_eq!(read["contents"][0]["text"], "{\"books\":[]}", "{read}");
    assert!(arrived(&requests).starts_with("GET /books/9780141439518 HTTP/1.1\r\n"));
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
