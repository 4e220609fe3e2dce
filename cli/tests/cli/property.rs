//! Arguments made from the schemas of tools, valid ones and some that nearly are: each call goes
//! through the interpreter to the mock, which reads the request by the same document.
//!
//! Valid arguments have to become a request that the mock takes; others have to be refused before
//! one is sent. The numbers are the same in every run.

mod make;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::Value;
use serde_json::value::to_raw_value;
use toolwright::__rt::Descriptor;
use toolwright::rest::{RestTools, Upstream};
use toolwright::schema::Validator;
use toolwright::{Client, Server};
use toolwright_codegen::ir::Api;
use toolwright_codegen::source::Folder;
use toolwright_codegen::{pass, select::Options};

use crate::toolwright;
use make::Maker;

/// Documents of the shared corpus that are tried, tools of each, and calls of each tool.
const DOCUMENTS: usize = 40;
const TOOLS: usize = 12;
const CALLS: usize = 4;

/// `toolwright mock` until it is dropped.
struct Mock {
    child: Child,
    url: String,
}

impl Mock {
    fn start(document: &Path) -> Self {
        let mut command = toolwright();
        let command = command.arg("mock").arg(document).arg("--anonymous");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn valid_arguments_become_requests_that_the_mock_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut documents: Vec<PathBuf> = ["requests", "profiles"]
        .map(|name| root.join(format!("tests/openapi/{name}.yaml")))
        .to_vec();
    documents.push(root.join("tests/it/shapes.yaml"));
    documents.push(crate::bookshop());
    let corpus = corpus(&root);
    if corpus.is_empty() {
        println!("skipped in part: ../shared/openapi is not there");
    }
    documents.extend(corpus);
    let mut running = Vec::new();
    for (seed, document) in (1..).zip(documents) {
        running.push(tokio::spawn(async move { tried(&document, seed).await }));
    }
    let mut total = Total::default();
    for one in running {
        let one = one.await.unwrap();
        total.valid += one.valid;
        total.refused += one.refused;
        total.failures.extend(one.failures);
    }
    println!("{} valid calls, {} refused ones", total.valid, total.refused);
    let shown: Vec<&str> = total.failures.iter().take(30).map(String::as_str).collect();
    assert!(shown.is_empty(), "{} failures:\n{}", total.failures.len(), shown.join("\n"));
    assert!(total.valid > 100 && total.refused > 20, "{} {}", total.valid, total.refused);
}

/// Small documents from all over the corpus.
fn corpus(root: &Path) -> Vec<PathBuf> {
    let shared = root.join("../shared/openapi");
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in [shared.clone(), shared.join("nasty")] {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| entry.path()).filter(|path| {
            let known = path.extension().is_some_and(|e| e == "json" || e == "yaml");
            known && path.metadata().is_ok_and(|data| data.len() < 100_000)
        }));
    }
    files.sort();
    let step = (files.len() / DOCUMENTS).max(1);
    files.into_iter().step_by(step).take(DOCUMENTS).collect()
}

#[derive(Default)]
struct Total {
    valid: usize,
    refused: usize,
    failures: Vec<String>,
}

async fn tried(path: &Path, seed: u64) -> Total {
    let mut total = Total::default();
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let Ok(Ok(document)) = Folder::document(path, &file) else { return total };
    let Some(api) = pass::lower(&document, &Options::default()).api else { return total };
    let mock = Mock::start(path);
    if mock.url.is_empty() {
        return total;
    }
    let descriptor = descriptor(&api);
    let upstream = Upstream::builder(&descriptor).base_url(&mock.url).anonymous().build().unwrap();
    let tools = RestTools::new(&descriptor, upstream);
    let client = Client::in_memory(Server::new("tried", "1").tools(tools)).await.unwrap();
    for operation in api.operations.iter().filter(|one| one.is_tool()).take(TOOLS) {
        let schema = operation.input_schema.value().into();
        let judge = Validator::new(operation.input_schema.as_str()).unwrap();
        let mut maker = Maker::new(&schema, seed);
        for call in 0..CALLS {
            let mut arguments = maker.arguments();
            if call % 2 == 1 {
                maker.spoil(&mut arguments);
            }
            let valid = judge.validate(&to_raw_value(&arguments).unwrap()).is_ok();
            let result = client.call(&operation.name, &arguments).await;
            let said = match result {
                Ok(result) => serde_json::to_value(result).unwrap(),
                Err(error) => Value::String(error.to_string()),
            };
            let place = || format!("{file} {} {arguments}: {said}", operation.name);
            match (valid, outcome(&said)) {
                (true, Outcome::Taken) => total.valid += 1,
                (false, Outcome::Invalid) => total.refused += 1,
                // What must not stand in a path or a header, whatever its schema says.
                (true, Outcome::Unsendable) => {}
                (_, _) => total.failures.push(place()),
            }
        }
    }
    total
}

enum Outcome {
    /// The mock answered as it does when all is well, or that there is nothing of this name.
    Taken,
    /// Refused for the schema, before anything was sent.
    Invalid,
    /// There is no way to write it.
    Unsendable,
    Wrong,
}

fn outcome(said: &Value) -> Outcome {
    if said.is_object() && said["isError"] != true {
        return Outcome::Taken;
    }
    let text = said["content"][0]["text"].as_str().unwrap_or_default();
    match text {
        text if text.contains("are not valid:") => Outcome::Invalid,
        text if text.contains("404") => Outcome::Taken,
        text if text.contains("cannot be sent") => Outcome::Unsendable,
        _ => Outcome::Wrong,
    }
}

fn descriptor(api: &Api) -> Descriptor {
    let tools = api.operations.iter().map(|one| serde_json::to_string(one).unwrap().into());
    Descriptor {
        api: serde_json::to_string(api).unwrap().into(),
        tools: tools.collect::<Vec<_>>().into(),
    }
}
