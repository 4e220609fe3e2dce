//! Every official example comes back with nothing lost.

use std::fs;
use std::path::{Path, PathBuf};

use super::schemas::validator;
use super::tree;
use toolwright_spec::oracle::roundtrip;

/// The revision that comes with examples.
const REVISION: &str = "2026-07-28";

fn folder() -> PathBuf {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/mcp-schema");
    shared.join(REVISION).join("examples")
}

/// Type name and text of each example; empty where the folder is absent.
fn examples() -> Vec<(String, String)> {
    let mut out = Vec::new();
    let Ok(types) = fs::read_dir(folder()) else {
        println!("skipped: {} is absent", folder().display());
        return out;
    };
    for folder in types {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            out.push((folder.file_name().into_string().unwrap(), text));
        }
    }
    out.sort();
    out
}

#[test]
fn nothing_is_lost_in_the_exact_types() {
    let examples = examples();
    let mut failures = Vec::new();
    for (name, text) in &examples {
        match roundtrip(REVISION, name, text) {
            None => failures.push(format!("{name}: no such type")),
            Some(Err(error)) => failures.push(format!("{name}: {error}")),
            Some(Ok(again)) if tree(&again) != tree(text) => {
                failures.push(format!("{name}: {text}\nbecame {again}"));
            }
            Some(Ok(again)) => {
                if let Err(error) = validator(REVISION, name).validate(&tree(&again)) {
                    failures.push(format!("{name}: no longer valid: {error}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), examples.len());
    assert!(examples.is_empty() || examples.len() >= 129, "only {} examples", examples.len());
}

#[test]
fn nothing_is_lost_in_the_superset() {
    let mut met = 0;
    for (name, text) in examples() {
        let Some(again) = roundtrip("", &name, &text) else {
            continue;
        };
        let again = again.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tree(&again), tree(&text), "{name}");
        met += 1;
    }
    assert!(met == 0 || met >= 60, "the superset has only {met} of the examples' types");
}

/// Texts cut off or with a byte exchanged are refused or read, and nothing panics.
#[test]
fn damaged_examples_do_no_harm() {
    let mut refused = 0;
    for (name, text) in examples() {
        for at in (0..text.len()).step_by(5).filter(|at| text.is_char_boundary(*at)) {
            let cut = roundtrip("", &name, &text[..at]).is_some_and(|read| read.is_err());
            refused += usize::from(cut);
            for byte in [b'"', b'{', b'[', b'0', b'}', b','] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = byte;
                let Ok(damaged) = String::from_utf8(bytes) else { continue };
                if let Some(Err(error)) = roundtrip(REVISION, &name, &damaged) {
                    assert!(!error.to_string().is_empty());
                }
            }
        }
    }
    assert!(refused == 0 || refused > 1_000, "{refused}");
}
