//! Whole APIs of well-known services, from the document to a running server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use toolwright::Client;
use toolwright_codegen::{pass, select, source::Document};
use toolwright_tests::place;

/// What the project promises to handle, small ones first.
const APIS: [&str; 11] = [
    "museum.yaml",
    "petstore-3.0.yaml",
    "resend.yaml",
    "spotify.yaml",
    "figma.yaml",
    "docker-engine.yaml",
    "twilio-api-v2010.json",
    "xero-accounting.yaml",
    "discord.json",
    "box.json",
    "datadog-v1.yaml",
];

/// A `tools/list` beyond this is of no use to a client.
const LARGEST_LIST: usize = 3_000_000;

#[test]
fn the_tools_of_whole_apis_meet_every_point() {
    for name in APIS {
        let Some(path) = place::shared(&format!("openapi/{name}")) else { return };
        let document = read(&path);
        let api = pass::lower(&document, &select::Options::default()).api.unwrap();
        let tools: Vec<Value> = api
            .operations
            .iter()
            .map(|one| json!({ "name": one.name, "inputSchema": one.input_schema, "outputSchema": one.output_schema }))
            .collect();
        check(name, &document.root().into(), &tools);
    }
}

#[test]
fn a_small_api_becomes_a_server() {
    let Some(path) = place::shared("openapi/museum.yaml") else { return };
    serve(&path, &["build"]);
}

#[test]
#[ignore = "lints and builds eleven large crates, which takes many minutes"]
fn whole_apis_become_servers() {
    for name in APIS {
        let Some(path) = place::shared(&format!("openapi/{name}")) else { return };
        serve(&path, &["clippy", "build"]);
    }
}

fn read(path: &Path) -> Document {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Document::parse(&name, &std::fs::read(path).unwrap()).unwrap()
}

/// Makes a crate of the document, builds it without a warning, starts it, and looks at its tools.
fn serve(path: &Path, commands: &[&str]) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let directory = place::target().join("whole-apis").join(&name);
    let _ = std::fs::remove_dir_all(&directory);
    let toolwright =
        place::binary("toolwright-cli", "toolwright").unwrap_or_else(|error| panic!("{error}"));
    let root = place::root();
    run(Command::new(toolwright)
        .arg("new")
        .arg(path)
        .arg(&directory)
        .arg("--toolwright-path")
        .arg(&root));
    std::fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();

    for command in commands {
        let said = cargo(&directory, command);
        assert!(!said.contains("warning"), "{name} compiles with warnings:\n{said}");
    }

    let tools = list(&directory);
    check(&name, &read(path).root().into(), &tools);
}

fn cargo(directory: &Path, command: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = run(Command::new(cargo)
        .args([command, "--offline", "--quiet"])
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", target()));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn target() -> PathBuf {
    place::target().join("whole-apis/target")
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What the server built in `directory` answers to `tools/list`.
fn list(directory: &Path) -> Vec<Value> {
    let manifest = std::fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    let package =
        manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap_or_default();
    let package = package.trim_matches('"').to_owned();
    let variable = format!("{}_BASE_URL", package.replace('-', "_").to_uppercase());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut command = tokio::process::Command::new(target().join("debug").join(&package));
        command.env(variable, "http://127.0.0.1:9");
        let client = Client::spawn(command).await.unwrap();
        let tools = client.list_tools().await.unwrap();
        client.shutdown().await;
        tools.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect()
    })
}

/// Every point of what makes a conversion good.
fn check(api: &str, document: &Value, tools: &[Value]) {
    let operations = operations(document);
    assert_eq!(tools.len(), operations.len(), "{api}: one tool for every operation");
    let mut names = BTreeSet::new();
    for tool in tools {
        let name = tool["name"].as_str().unwrap();
        assert!(names.insert(name), "{api}: two tools are called {name}");
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!((1..=64).contains(&name.len()) && name.chars().all(fits), "{api}: {name}");
        for which in ["inputSchema", "outputSchema"] {
            let schema = &tool[which];
            if !schema.is_null() {
                check_schema(&format!("{api}: {which} of {name}"), schema);
            }
        }
    }
    // Tools and operations come in different orders, so the hollow ones are counted.
    let hollow = tools
        .iter()
        .filter(|tool| tool["inputSchema"]["properties"].as_object().is_none_or(|p| p.is_empty()));
    let plain = operations.iter().filter(|declares| !**declares).count();
    assert_eq!(hollow.count(), plain, "{api}: tools without properties");
    let size = serde_json::to_string(tools).unwrap().len();
    println!("{api}: {} tools, tools/list {size} bytes", tools.len());
    assert!(size <= LARGEST_LIST, "{api}: tools/list has {size} bytes");
}

fn check_schema(what: &str, schema: &Value) {
    assert_eq!(schema["type"], "object", "{what}");
    for union in ["oneOf", "anyOf", "allOf", "not", "$ref"] {
        assert!(schema.get(union).is_none(), "{what} has {union} at its root");
    }
    if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
        panic!("{what}: {error}");
    }
    check_references(what, schema, schema);
}

fn check_references(what: &str, root: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    // Instances, not schemas.
                    ("const" | "enum" | "default" | "examples", _) => {}
                    ("properties" | "$defs", Value::Object(schemas)) => {
                        schemas.values().for_each(|schema| check_references(what, root, schema));
                    }
                    ("$ref", Value::String(reference)) => {
                        let target =
                            reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
                        assert!(target.is_some(), "{what}: {reference} leads nowhere");
                    }
                    _ => check_references(what, root, value),
                }
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| check_references(what, root, part)),
        _ => {}
    }
}

/// For each operation of the document, whether it declares parameters or a body.
fn operations(document: &Value) -> Vec<bool> {
    const METHODS: [&str; 8] =
        ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let counts = |place: &Value| {
        let listed = place["parameters"].as_array().into_iter().flatten();
        listed.map(|parameter| resolve(document, parameter)).any(|parameter| !is_ignored(parameter))
    };
    let paths = document["paths"].as_object().into_iter().flatten();
    let items = paths.filter(|(path, _)| path.starts_with('/')).map(|(_, item)| item);
    items
        .flat_map(|item| {
            let members = item.as_object().into_iter().flatten();
            let operations = members.filter(|(key, _)| METHODS.contains(&key.as_str()));
            operations
                .map(|(_, operation)| {
                    counts(item) || counts(operation) || operation.get("requestBody").is_some()
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Header parameters that OpenAPI says to ignore.
fn is_ignored(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default().to_ascii_lowercase();
    parameter["in"] == "header"
        && ["accept", "content-type", "authorization"].contains(&name.as_str())
}

fn resolve<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    let reference = part["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(part)
}
