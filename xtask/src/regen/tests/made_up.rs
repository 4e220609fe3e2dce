//! A revision that nobody has written yet is a pure change of data.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{copy, official, repository};
use crate::regen::committed::Committed;
use crate::regen::source::Source;
use crate::regen::{Options, derive, diff, run};

const ID: &str = "2027-01-01";

/// The newest schema with a field, a method, an alternative and an enum value more.
fn schema() -> Value {
    let path = repository().join("spec/schema/2026-07-28.json");
    let mut schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let defs = schema["$defs"].as_object_mut().unwrap();
    let add = |at: &mut Value, item: Value| at.as_array_mut().unwrap().push(item);
    defs["Tool"]["properties"]["badge"] = json!({"type": "string"});
    defs["CallToolResult"]["properties"]["cost"] = json!({"type": "number"});
    add(&mut defs["CallToolResult"]["required"], json!("cost"));
    add(&mut defs["LoggingLevel"]["enum"], json!("trace"));
    add(&mut defs["ContentBlock"]["anyOf"], json!({"$ref": "#/$defs/VideoContent"}));
    add(&mut defs["ClientRequest"]["anyOf"], json!({"$ref": "#/$defs/RateToolRequest"}));
    let more = json!({
        "VideoContent": {"type": "object", "required": ["data", "type"], "properties": {
            "type": {"type": "string", "const": "video"},
            "data": {"type": "string", "format": "byte"},
        }},
        "RateToolRequest": {"type": "object", "required": ["id", "jsonrpc", "method", "params"], "properties": {
            "id": {"$ref": "#/$defs/RequestId"},
            "jsonrpc": {"type": "string", "const": "2.0"},
            "method": {"type": "string", "const": "tools/rate"},
            "params": {"$ref": "#/$defs/RateToolRequestParams"},
        }},
        "RateToolRequestParams": {"type": "object", "required": ["_meta", "stars"], "properties": {
            "_meta": {"$ref": "#/$defs/RequestMetaObject"},
            "stars": {"type": "integer"},
        }},
        "RateToolResult": {"type": "object", "required": ["mean", "resultType"], "properties": {
            "_meta": {"$ref": "#/$defs/ResultMetaObject"},
            "mean": {"type": "number"},
            "resultType": {"type": "string"},
        }},
    });
    defs.extend(more.as_object().unwrap().clone());
    schema
}

const DOCS: &str = r#"
[VideoContent]
doc = "A film."
fields = { data = "The film." }
[RateToolRequestParams]
doc = "Which rating to give."
fields = { _meta = "Metadata.", stars = "How many stars." }
[RateToolResult]
doc = "How the tool is rated."
fields = { _meta = "Metadata.", mean = "Mean of all ratings.", resultType = "Always complete." }
"#;

/// A directory with the made-up revision beside the official ones.
fn source() -> TempDir {
    let dir = official();
    fs::create_dir(dir.path().join(ID)).unwrap();
    fs::write(dir.path().join(ID).join("schema.json"), schema().to_string()).unwrap();
    dir
}

/// Regenerates a copy with the made-up revision.
fn regenerated() -> TempDir {
    let (dir, source) = (copy(), source());
    let docs = dir.path().join("spec/docs");
    fs::write(docs.join("made-up.toml"), DOCS).unwrap();
    insert(&docs, "[Tool.fields]", "badge = \"A badge.\"");
    insert(&docs, "[CallToolResult.fields]", "cost = \"What it cost.\"");
    insert(&docs, "[ContentBlock.variants]", "Video = \"A film.\"");
    insert(&docs, "[LoggingLevel.values]", "trace = \"Every step.\"");
    let methods = docs.join("methods.toml");
    let text = fs::read_to_string(&methods).unwrap();
    fs::write(methods, format!("{text}\n\"tools/rate\" = \"Rates a tool.\"\n")).unwrap();
    let from = Some(source.path().to_string_lossy().into_owned());
    run(dir.path(), &Options { from, ..Options::default() }).unwrap();
    dir
}

/// Puts a line below a heading, in whichever file has it.
fn insert(docs: &Path, heading: &str, line: &str) {
    for entry in fs::read_dir(docs).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if text.contains(heading) {
            fs::write(&path, text.replace(heading, &format!("{heading}\n{line}"))).unwrap();
            return;
        }
    }
    panic!("no file documents {heading}");
}

#[test]
fn the_difference_says_what_is_new_and_that_nothing_breaks() {
    let mut committed = Committed::load(&repository()).unwrap();
    let old = derive(&committed).unwrap().superset;
    committed.ingest(&Source::Directory(source().path().to_owned()), &[]).unwrap();
    let changes = diff::changes(&old, &derive(&committed).unwrap().superset);
    let found: Vec<&str> = changes
        .iter()
        .map(|change| change.what.as_str())
        .filter(|what| !what.contains(" required in ["))
        .collect();
    assert_eq!(
        found,
        [
            "revision 2027-01-01 added",
            "field CallToolResult.cost added: number, required in 2027-01-01",
            "variant ContentBlock::Video added: VideoContent",
            "union ContentBlock is told apart in another way",
            "value LoggingLevel \"trace\" added",
            "type RateToolRequestParams added",
            "type RateToolResult added",
            "field Tool.badge added: string, optional",
            "type VideoContent added",
            "method tools/rate added, sent by Client",
        ]
    );
    let breaking: Vec<_> = changes.iter().filter(|change| change.breaks).collect();
    assert!(breaking.is_empty(), "{breaking:?}");
}

#[test]
fn the_generated_text_has_what_is_new() {
    let dir = regenerated();
    let read = |file: &str| fs::read_to_string(dir.path().join("spec/src/gen").join(file)).unwrap();
    let model = read("model.rs");
    for text in
        ["pub badge: Option<String>", "pub cost: Option<f64>", "pub struct VideoContent", "Trace"]
    {
        assert!(model.contains(text), "model.rs lacks {text}");
    }
    assert!(read("methods.rs").contains("tools/rate"));
    assert!(read("revision.rs").contains("V2027_01_01"));
    assert!(read("v2027_01_01.rs").contains("pub cost: f64"));
    let manifest = fs::read_to_string(dir.path().join("spec/Cargo.toml")).unwrap();
    assert!(manifest.contains("\"v2027-01-01\" = []"));
}

/// The one test that compiles: the crate as it would be, with every exact module.
#[test]
fn the_generated_crate_compiles() {
    let dir = regenerated();
    let root = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let (_, after) = root.split_once("members = [").unwrap();
    let (_, after) = after.split_once(']').unwrap();
    let text = format!("[workspace]\nresolver = \"3\"\nmembers = [\"spec\"]{after}");
    fs::write(dir.path().join("Cargo.toml"), text).unwrap();
    only_library(&dir.path().join("spec/Cargo.toml"));
    fs::copy(repository().join("Cargo.lock"), dir.path().join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--lib", "--features", "exact"])
        .current_dir(dir.path().join("spec"))
        .env("CARGO_TARGET_DIR", dir.path().join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Takes from a manifest what only tests and benchmarks need.
fn only_library(path: &Path) {
    let mut manifest: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    for section in ["dev-dependencies", "test", "bench"] {
        manifest.remove(section);
    }
    fs::write(path, manifest.to_string()).unwrap();
}
