//! The program `library`, asked over stdio in both eras.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The running program.
struct Library {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
    modern: bool,
}

impl Library {
    fn start(modern: bool) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_library"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut library = Self { child, to, from, modern };
        if !modern {
            let client = json!({ "name": "test", "version": "1" });
            let capabilities = json!({ "elicitation": {} });
            library.ask(
                "initialize",
                json!({ "protocolVersion": "2025-11-25", "clientInfo": client,
                    "capabilities": capabilities }),
            );
            library.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        }
        library
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.from.next().unwrap().unwrap()).unwrap()
    }

    /// Sends a request; what comes next is its answer, or a question.
    fn ask(&mut self, method: &str, mut params: Value) -> Value {
        if self.modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
            });
        }
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }));
        self.next()
    }

    /// Calls `reserve`, answers its question, and returns the form and the result.
    fn reserve(&mut self, answers: &Value) -> (Value, Value) {
        let answer = json!({ "action": "accept", "content": answers });
        let mut params = json!({ "name": "reserve", "arguments": { "id": 3 } });
        let mut asked = self.ask("tools/call", params.clone());
        if self.modern {
            let result = asked["result"].take();
            assert_eq!(result["resultType"], "input_required", "{result}");
            let questions = result["inputRequests"].as_object().unwrap();
            let (key, question) = questions.iter().next().unwrap();
            params["inputResponses"] = json!({ key: answer });
            params["requestState"] = result["requestState"].clone();
            let answered = self.ask("tools/call", params);
            return (question["params"].clone(), answered);
        }
        assert_eq!(asked["method"], "elicitation/create", "{asked}");
        self.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": answer }));
        (asked["params"].take(), self.next())
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn one_type_offers_tools_prompts_and_resources() {
    for modern in [false, true] {
        let mut library = Library::start(modern);
        let call = json!({ "name": "find", "arguments": { "words": "the" } });
        let found = library.ask("tools/call", call);
        let books = json!([{ "id": 3, "title": "The Dispossessed", "copies": 1 }]);
        assert_eq!(found["result"]["structuredContent"]["result"], books, "{found}");
        assert_eq!(found["result"]["content"][0]["uri"], "library://hours");

        let fill =
            json!({ "name": "recommend", "arguments": { "liked": "Dune", "tone": "short" } });
        let filled = library.ask("prompts/get", fill);
        let text = filled["result"]["messages"][0]["content"]["text"].as_str().unwrap();
        assert!(text.starts_with("I liked Dune. "), "{text}");

        let complete = json!({
            "ref": { "type": "ref/prompt", "name": "recommend" },
            "argument": { "name": "liked", "value": "so" },
        });
        let completed = library.ask("completion/complete", complete);
        assert_eq!(completed["result"]["completion"]["values"], json!(["Solaris"]));

        let read = library.ask("resources/read", json!({ "uri": "library://books/1" }));
        let contents = &read["result"]["contents"][0];
        assert_eq!(contents["mimeType"], "application/json");
        assert_eq!(contents["text"], r#"{"id":1,"title":"Dune","copies":2}"#);
    }
}

#[test]
fn a_form_is_filled_in_and_checked() {
    for modern in [false, true] {
        let mut library = Library::start(modern);
        let (form, refused) = library.reserve(&json!({ "name": "A" }));
        let schema = &form["requestedSchema"];
        assert_eq!(schema["required"], json!(["name"]));
        assert_eq!(schema["properties"]["branch"]["oneOf"][1]["title"], "Harbour");
        // Within a session the call fails; without, the question is put again.
        let told = if modern {
            refused["result"]["resultType"] == "input_required"
        } else {
            refused["result"]["isError"] == true
        };
        assert!(told, "{refused}");

        let answers = json!({ "name": "Ada", "branch": "Harbour" });
        let (_, reserved) = library.reserve(&answers);
        let text = &reserved["result"]["content"][0]["text"];
        assert_eq!(text, "The Dispossessed waits for Ada at Harbour, tomorrow", "{reserved}");
    }
}
