//! Every document of the shared corpus becomes tools that work with real clients, and a module.
//!
//! A part of them is tried each time; the rest with `cargo test -p toolwright-codegen --test corpus
//! -- --ignored`. `cargo xtask corpus` compiles all modules besides.
//! The corpus is no part of the repository; without it these tests print so and pass.

// A test may fail, and says what it found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod hostile;
mod module;
mod mutate;
mod profiles;
mod suggestions;
mod warnings;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toolwright_codegen::diagnostic::{Diagnostic, Severity};
use toolwright_codegen::generate;
use toolwright_codegen::ir::{Api, Operation};
use toolwright_codegen::pass::{self, Outcome};
use toolwright_codegen::select::Options;
use toolwright_codegen::source::Document;

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/openapi");
    let mut files = Vec::new();
    for folder in [root.clone(), root.join("nasty")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let known = path.extension().is_some_and(|e| e == "json" || e == "yaml");
            if known {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn lower(path: &Path) -> Outcome {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    match Document::parse(&name, &bytes) {
        Ok(document) => pass::lower(&document, &Options::default()),
        Err(diagnostics) => Outcome { api: None, diagnostics },
    }
}

/// One in so many documents is tried each time, unless it is larger than this.
const SAMPLE: usize = 6;
const SAMPLE_BYTES: u64 = 150_000;

#[test]
fn a_sample_of_documents_becomes_tools_and_modules() {
    let small = |path: &PathBuf| path.metadata().is_ok_and(|data| data.len() < SAMPLE_BYTES);
    let files: Vec<PathBuf> = corpus().into_iter().step_by(SAMPLE).filter(small).collect();
    let least = files.len() * 9 / 10;
    run(&files, least);
}

#[test]
#[ignore = "takes minutes: a sample is tried each time"]
fn every_document_becomes_tools_and_a_module() {
    run(&corpus(), 450);
}

/// Tries documents; at least so many have to be APIs.
fn run(files: &[PathBuf], least: usize) {
    if files.is_empty() {
        println!("skipped: ../shared/openapi is not there");
        return;
    }
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let chunks: Vec<Vec<&PathBuf>> =
        (0..threads).map(|i| files.iter().skip(i).step_by(threads).collect()).collect();
    let totals = std::thread::scope(|scope| {
        let workers: Vec<_> =
            chunks.iter().map(|chunk| scope.spawn(move || sweep(chunk))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let apis: usize = totals.iter().map(|total| total.apis).sum();
    let tools: usize = totals.iter().map(|total| total.tools).sum();
    let failures: Vec<String> = totals.into_iter().flat_map(|total| total.failures).collect();
    println!("{} documents, {apis} APIs, {tools} tools, {} failures", files.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(apis >= least && tools > apis, "{apis} APIs, {tools} tools");
}

#[derive(Default)]
struct Total {
    apis: usize,
    tools: usize,
    failures: Vec<String>,
}

fn sweep(files: &[&PathBuf]) -> Total {
    let mut total = Total::default();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let outcome = lower(file);
        let mut failures: Vec<String> = misplaced(&outcome.diagnostics).collect();
        if let Some(api) = outcome.api {
            total.apis += 1;
            total.tools += api.operations.len();
            failures.extend(check(&api));
            failures.extend(check_module(file, &api));
        } else {
            failures.extend(unexplained(file, &outcome.diagnostics));
        }
        total.failures.extend(failures.into_iter().map(|text| format!("{name}: {text}")));
    }
    total
}

/// The module, made in a second run, which has to find the same.
fn check_module(file: &Path, api: &Api) -> Vec<String> {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let outcome =
        generate(&name, &std::fs::read(file).unwrap(), &toolwright_codegen::Options::default());
    let Some(module) = outcome.module else {
        return vec!["no module".to_owned()];
    };
    let mut problems = module::problems(&module.text);
    if module.api != *api {
        problems.push("two runs differ".to_owned());
    }
    problems
}

/// A document without an API must say why, and neither OpenAPI 3 nor Swagger 2 be refused.
fn unexplained(file: &Path, diagnostics: &[Diagnostic]) -> Option<String> {
    let errors: Vec<&Diagnostic> =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
    let Some(error) = errors.first() else {
        return Some("no API and no error".to_owned());
    };
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let versions = [
        "swagger: \"2.0",
        "swagger: '2.0",
        "\"swagger\": \"2.0",
        "openapi: 3.",
        "openapi: \"3.",
        "openapi: '3.",
        "\"openapi\": \"3.",
        "\"openapi\":\"3.",
    ];
    versions.iter().any(|version| text.contains(version)).then(|| format!("refused: {error}"))
}

fn misplaced(diagnostics: &[Diagnostic]) -> impl Iterator<Item = String> + '_ {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.line.is_none() && !diagnostic.pointer.is_empty())
        .map(|diagnostic| format!("no line: {diagnostic}"))
}

fn check(api: &Api) -> Vec<String> {
    let mut problems = Vec::new();
    let (mut names, mut methods, mut stems) = (HashSet::new(), HashSet::new(), HashSet::new());
    for operation in &api.operations {
        let mut problem = |text: String| problems.push(format!("{}: {text}", operation.name));
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !operation.name.chars().all(legal) || !(1..=64).contains(&operation.name.len()) {
            problem("illegal name".to_owned());
        }
        if !names.insert(&operation.name)
            || !methods.insert(&operation.method)
            || !stems.insert(&operation.stem)
        {
            problem("name, method or stem is taken".to_owned());
        }
        let input = ("input", &operation.input_schema, 24 * 1024);
        let output = operation.output_schema.as_ref().map(|schema| ("output", schema, 12 * 1024));
        for (which, schema, budget) in std::iter::once(input).chain(output) {
            for text in check_tool_schema(&schema.value().into()) {
                problem(format!("{which} schema: {text}"));
            }
            let size = schema.as_str().len();
            if size > budget {
                problem(format!("{which} schema has {size} bytes"));
            }
        }
        for schema in std::iter::once(&operation.arguments).chain(&operation.result) {
            check_references(&Value::from(&schema.0), &mut |name| {
                if !api.definitions.contains_key(name) {
                    problem(format!("no definition {name}"));
                }
            });
        }
        if is_hollow(operation) {
            problem("takes parameters or a body, shows no property".to_owned());
        }
        for text in check_binding(operation) {
            problem(text);
        }
    }
    for (name, schema) in &api.definitions {
        if !jsonschema::meta::is_valid(&Value::from(&schema.0)) {
            problems.push(format!("definition {name} is no schema"));
        }
        check_references(&Value::from(&schema.0), &mut |used| {
            if !api.definitions.contains_key(used) {
                problems.push(format!("definition {name}: no definition {used}"));
            }
        });
    }
    problems
}

fn check_tool_schema(schema: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    if schema["type"] != "object" {
        problems.push(format!("type is {}", schema["type"]));
    }
    for union in ["anyOf", "oneOf", "allOf", "$ref"] {
        if schema.get(union).is_some() {
            problems.push(format!("{union} at the root"));
        }
    }
    if let Err(error) = jsonschema::meta::validate(schema) {
        problems.push(format!("not valid at {}: {error}", error.instance_path()));
    }
    check_references(schema, &mut |name| {
        if schema["$defs"].get(name).is_none() {
            problems.push(format!("dangling reference {name}"));
        }
    });
    problems
}

/// An operation that takes something says what.
fn is_hollow(operation: &Operation) -> bool {
    let takes = operation
        .http
        .as_ref()
        .is_some_and(|http| !http.parameters.is_empty() || http.body.is_some());
    let schema = operation.input_schema.value();
    let properties = schema["properties"].as_object();
    takes && properties.is_none_or(toolwright_codegen::json::Map::is_empty)
}

fn check_binding(operation: &Operation) -> Vec<String> {
    let mut problems = Vec::new();
    let Some(http) = &operation.http else {
        return problems;
    };
    let properties = &operation.input_schema.value()["properties"];
    let arguments = http.parameters.iter().map(|parameter| &parameter.argument);
    let mut seen = HashSet::new();
    for argument in arguments.chain(http.body.iter().map(|body| &body.argument)) {
        let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if !argument.chars().all(legal) || !(1..=64).contains(&argument.len()) {
            problems.push(format!("illegal argument {argument}"));
        }
        if properties.get(argument).is_none() || !seen.insert(argument) {
            problems.push(format!("argument {argument} is missing or there twice"));
        }
    }
    for piece in http.path.split('{').skip(1) {
        let Some((name, _)) = piece.split_once('}') else {
            continue;
        };
        let bound = http.parameters.iter().any(|parameter| parameter.name == name);
        if !bound && !name.is_empty() {
            problems.push(format!("placeholder {name} has no parameter"));
        }
    }
    problems
}

/// Calls `visit` with every reference of a schema; anything but `#/$defs/NAME` is one to nothing.
fn check_references(schema: &Value, visit: &mut dyn FnMut(&str)) {
    let Value::Object(members) = schema else {
        return;
    };
    for (key, value) in members {
        match (key.as_str(), value) {
            ("$ref", Value::String(reference)) => {
                visit(reference.strip_prefix("#/$defs/").unwrap_or(reference));
            }
            (
                "properties" | "patternProperties" | "$defs" | "dependentSchemas",
                Value::Object(inner),
            ) => {
                inner.values().for_each(|schema| check_references(schema, visit));
            }
            ("enum" | "const" | "default" | "examples", _) => {}
            (_, Value::Array(list)) => list.iter().for_each(|item| check_references(item, visit)),
            (_, inner) => check_references(inner, visit),
        }
    }
}
