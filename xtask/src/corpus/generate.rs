//! One document to one module.

use std::io::{Result, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};
use toolwright_codegen::ir::Operation;
use toolwright_codegen::json::Value;
use toolwright_codegen::source::Document;
use toolwright_codegen::{Options, generate_from};

use super::state::{Facts, Row, State, module};
use super::{measure, name, other};

const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Makes the module, writes it, and prints what there is to know about it.
pub(super) fn one(document: &Path, out: &Path) -> Result<()> {
    let bytes = std::fs::read(document)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut facts = Facts { bytes: size, ..Facts::default() };
    let parsed = Document::parse(&name(document), &bytes);
    // What is measured is what generating takes.
    drop(bytes);
    let (module, said) = match parsed {
        Ok(document) => {
            facts.operations = operations(document.root());
            let outcome = generate_from(&document, &Options::default());
            (outcome.module, outcome.diagnostics)
        }
        Err(diagnostics) => (None, diagnostics),
    };
    match module {
        Some(module) => {
            facts.tools = module.api.operations.len();
            facts.lines = module.text.lines().count();
            facts.list = module.api.operations.iter().map(listed).sum();
            let digest = Sha256::digest(&module.text);
            facts.digest = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            std::fs::write(out, &module.text)?;
        }
        None => {
            let last = said.last().map_or("nothing said why", |one| one.message.as_str());
            facts.refused = Some(last.to_owned());
        }
    }
    let text = serde_json::to_string(&facts).map_err(|error| other(error.to_string()))?;
    writeln!(std::io::stdout(), "{text}")
}

/// Has a process of its own make the module, unless the same generator did so before.
pub(super) fn measured(document: &Path, folder: &Path, state: &mut State) -> Result<()> {
    let (name, program) = (name(document), std::env::current_exe()?);
    let generator = stamp(&program)?;
    let out = module(folder, &name);
    let done = state.rows.get(&name).is_some_and(|row| row.generator == generator);
    if done
        && (out.exists() || state.rows.get(&name).is_some_and(|row| row.facts.refused.is_some()))
    {
        return Ok(());
    }
    let (from, to) = (document.to_string_lossy(), out.to_string_lossy());
    let (output, cost) = measure::run(folder, &program, &["corpus", "--one", &from, &to], |_| {})?;
    let text = String::from_utf8_lossy(&output.stdout);
    let facts = serde_json::from_str(&text).unwrap_or_else(|_| Facts {
        refused: Some(format!("the generator broke: {}", last(&output.stderr))),
        ..Facts::default()
    });
    let checked = state.rows.remove(&name).and_then(|row| row.checked);
    state.rows.insert(name, Row { generator, facts, generate: cost, checked });
    state.save()
}

fn last(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).lines().last().unwrap_or("no word").to_owned()
}

/// Tells one build of a program from another.
fn stamp(program: &Path) -> Result<String> {
    let data = std::fs::metadata(program)?;
    let age = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{}-{}", data.len(), age.as_millis()))
}

/// Bytes of what clients are told of a tool.
fn listed(operation: &Operation) -> usize {
    const TOLD: [&str; 6] =
        ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];
    let Ok(serde_json::Value::Object(mut members)) = serde_json::to_value(operation) else {
        return 0;
    };
    members.retain(|name, _| TOLD.contains(&name.as_str()));
    serde_json::Value::Object(members).to_string().len()
}

/// Operations under `paths`, also where a path is only a reference to what is elsewhere in the
/// document.
fn operations(root: &Value) -> usize {
    if let Some(Value::Array(tools)) = root.get("tools").filter(|_| root.get("paths").is_none()) {
        return tools.len();
    }
    let paths = root.get("paths").and_then(Value::as_object);
    let paths = paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"));
    paths.map(|(_, item)| own(item) + referred(root, item).map_or(0, own)).sum()
}

fn own(item: &Value) -> usize {
    let more = item.get("additionalOperations").and_then(Value::as_object);
    // Methods in other letters than the specification's are operations as well, to generators.
    let known = |name: &str| METHODS.iter().any(|method| name.eq_ignore_ascii_case(method));
    let methods = item.as_object().map_or(0, |item| item.keys().filter(|name| known(name)).count());
    methods + more.map_or(0, |more| more.len())
}

fn referred<'a>(root: &'a Value, item: &Value) -> Option<&'a Value> {
    root.pointer(item.get("$ref")?.as_str()?.strip_prefix('#')?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::operations;

    #[test]
    fn operations_are_what_paths_have() {
        let document = json!({"paths": {
            "x-note": {"get": {}},
            "x-elsewhere": {"get": {}, "put": {}},
            "/a": {"parameters": [], "GET": {}, "additionalOperations": {"COPY": {}}},
            "/b": {"$ref": "#/paths/x-elsewhere"},
        }});
        assert_eq!(operations(&document.into()), 4);
        assert_eq!(operations(&json!({"tools": [{}, {}]}).into()), 2);
    }
}
