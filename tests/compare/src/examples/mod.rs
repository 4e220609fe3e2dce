//! The official examples of revision 2026-07-28: read as a type, written again, compared as JSON.

mod exact;
mod rmcp;
mod schema;
mod superset;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a text as some type and writes it again.
type Trip = fn(&str) -> Result<String, String>;

/// Finds the trip for the definition that an example's folder names.
type Find = fn(&str) -> Option<Trip>;

/// Declares `find`, which knows a type for each definition.
macro_rules! trips {
    ($($name:literal => $type:ty,)+) => {
        pub(super) fn find(definition: &str) -> Option<Trip> {
            match definition {
                $($name => Some(super::trip::<$type>),)+
                _ => None,
            }
        }
    };
}
use trips;

const CONTENDERS: [(&str, Find); 4] = [
    ("toolwright-spec, superset", superset::find),
    ("toolwright-spec, exact", exact::find),
    ("rmcp 3.11.0", rmcp::find),
    ("rust-mcp-schema 2.0.0", schema::find),
];

/// Prints the table, or why there is none.
pub fn report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/mcp-schema/2026-07-28/examples");
    let examples = collect(&root);
    if examples.is_empty() {
        println!("no examples at {}: comparison of examples skipped\n", root.display());
        return;
    }
    println!("| {} official examples | kept | differs | error | no type |", examples.len());
    println!("|---|---|---|---|---|");
    let mut notes = Vec::new();
    for (name, find) in CONTENDERS {
        let mut count = [0_usize; 4];
        for (definition, file) in &examples {
            let outcome = run(find(definition), file);
            count[outcome.slot()] += 1;
            if let Some(reason) = outcome.reason() {
                let stem = file.file_stem().unwrap_or_default().display();
                notes.push(format!("- {name}, `{definition}/{stem}`: {reason}"));
            }
        }
        let [kept, differs, error, none] = count;
        println!("| {name} | {kept} | {differs} | {error} | {none} |");
    }
    println!("\n{}\n", notes.join("\n"));
}

enum Outcome {
    Kept,
    Differs(String),
    Error(String),
    NoType,
}

impl Outcome {
    fn slot(&self) -> usize {
        match self {
            Self::Kept => 0,
            Self::Differs(_) => 1,
            Self::Error(_) => 2,
            Self::NoType => 3,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Kept => None,
            Self::Differs(reason) | Self::Error(reason) => Some(reason),
            Self::NoType => Some("no type"),
        }
    }
}

fn trip<T: DeserializeOwned + Serialize>(text: &str) -> Result<String, String> {
    let value: T = serde_json::from_str(text).map_err(|e| e.to_string())?;
    serde_json::to_string(&value).map_err(|e| e.to_string())
}

fn run(trip: Option<Trip>, file: &Path) -> Outcome {
    let Some(trip) = trip else {
        return Outcome::NoType;
    };
    let text = fs::read_to_string(file).expect("example can be read");
    let written = match trip(&text) {
        Ok(written) => written,
        Err(reason) => return Outcome::Error(reason),
    };
    let before: Value = serde_json::from_str(&text).expect("example is JSON");
    let after: Value = serde_json::from_str(&written).expect("what was written is JSON");
    let mut changes = Vec::new();
    differences("", &before, &after, &mut changes);
    if changes.is_empty() { Outcome::Kept } else { Outcome::Differs(changes.join(", ")) }
}

/// Collects where two JSON values differ, as JSON pointers with what happened there.
/// `50` and `50.0` are the same number.
fn differences(at: &str, before: &Value, after: &Value, changes: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(b), Value::Object(a)) => {
            for (key, value) in b {
                let at = format!("{at}/{key}");
                match a.get(key) {
                    Some(other) => differences(&at, value, other, changes),
                    None => changes.push(format!("`{at}` lost")),
                }
            }
            for key in a.keys().filter(|key| !b.contains_key(*key)) {
                changes.push(format!("`{at}/{key}` gained"));
            }
        }
        (Value::Array(b), Value::Array(a)) if a.len() == b.len() => {
            for (i, (value, other)) in b.iter().zip(a).enumerate() {
                differences(&format!("{at}/{i}"), value, other, changes);
            }
        }
        (Value::Number(b), Value::Number(a)) if b.as_f64() == a.as_f64() => {}
        _ if before == after => {}
        _ => changes.push(format!("`{at}` {before} became {after}")),
    }
}

fn collect(root: &Path) -> Vec<(String, PathBuf)> {
    let mut examples = Vec::new();
    for folder in fs::read_dir(root).into_iter().flatten().flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let definition = folder.file_name().to_string_lossy().into_owned();
            examples.push((definition, file.path()));
        }
    }
    examples.sort();
    examples
}
