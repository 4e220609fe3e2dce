//! Compiles modules: large ones alone, small ones many to a crate.

use std::collections::{BTreeMap, HashMap};
use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Instant;

use serde_json::Value;

use super::measure::{self, Cost};
use super::other;
use super::state::{Checked, State, module, stem};

/// A module of more lines is alone in its crate.
const ALONE: usize = 5_000;
/// Lines that a crate of many modules has, about.
const FULL: usize = 12_000;
/// What is kept of what the compiler says about a module.
const SAID: usize = 3;

/// Compiles what the compiler has not seen yet, smallest first, and begins nothing after `end`.
pub(super) fn check(
    folder: &Path,
    names: &[String],
    state: &mut State,
    end: Instant,
) -> Result<()> {
    let batches = batches(names, state);
    if batches.is_empty() {
        return Ok(());
    }
    let package = Package::new(folder)?;
    package.check(&[])?;
    for batch in batches {
        if Instant::now() > end {
            eprintln!("the time is up; the rest stays as it is");
            break;
        }
        let (said, cost) = package.check(&batch)?;
        let alone = batch.len() == 1;
        eprintln!("{} compiled, {:?}", batch.join(", "), cost.unwrap_or_default());
        for name in &batch {
            let Some(row) = state.rows.get_mut(name) else { continue };
            let said = said.get(&stem(name)).cloned().unwrap_or_default();
            let cost = cost.filter(|_| alone);
            row.checked = Some(Checked { digest: row.facts.digest.clone(), said, cost });
        }
        state.save()?;
    }
    Ok(())
}

/// What is compiled together.
fn batches(names: &[String], state: &State) -> Vec<Vec<String>> {
    let mut open: Vec<(&String, usize)> = names
        .iter()
        .filter_map(|name| {
            let row = state.rows.get(name)?;
            let wanted = row.facts.refused.is_none() && row.verdict().is_none();
            wanted.then_some((name, row.facts.lines))
        })
        .collect();
    open.sort_by_key(|(_, lines)| *lines);
    let (mut batches, mut batch, mut sum) = (Vec::new(), Vec::new(), 0);
    for (name, lines) in open {
        if !batch.is_empty() && (lines > ALONE || sum + lines > FULL) {
            batches.push(std::mem::take(&mut batch));
            sum = 0;
        }
        batch.push(name.clone());
        sum += lines;
    }
    batches.extend(Some(batch).filter(|batch| !batch.is_empty()));
    batches
}

/// What the compiler said, by module.
type Said = HashMap<String, Vec<String>>;

/// A package whose modules change.
struct Package {
    folder: PathBuf,
}

impl Package {
    fn new(folder: &Path) -> Result<Self> {
        let root = crate::root();
        let package = folder.join("package");
        std::fs::create_dir_all(package.join("src"))?;
        let runtime = root.join("runtime").display().to_string();
        let manifest = format!(
            "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\ntoolwright = {{ path = {runtime:?}, features = [\"rest\"] }}\n\n[workspace]\n"
        );
        std::fs::write(package.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// What the compiler says about each of the modules, and what that cost.
    fn check(&self, names: &[String]) -> Result<(Said, Option<Cost>)> {
        let mut text =
            "//! Modules that were generated.\n\n#![recursion_limit = \"1024\"]\n\n".to_owned();
        for name in names {
            let path = module(&self.folder, name).display().to_string();
            text.push_str(&format!("#[path = {path:?}]\npub mod {};\n", stem(name)));
        }
        let package = self.folder.join("package");
        std::fs::write(package.join("src/lib.rs"), text)?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["check", "--offline", "--quiet", "--message-format", "json"];
        let (output, cost) =
            measure::run(&self.folder, Path::new(&cargo), &arguments, |command| {
                command.current_dir(&package).env("CARGO_INCREMENTAL", "0");
                command.env("CARGO_TARGET_DIR", self.folder.join("target"));
            })?;
        Ok((said(&output)?, cost))
    }
}

/// Warnings and errors, by module.
fn said(output: &Output) -> Result<Said> {
    let mut by_module = Said::new();
    let mut elsewhere: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let Some(message) = line.get("message").filter(|message| message.is_object()) else {
            continue;
        };
        let word = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default();
        let place = message.pointer("/spans/0");
        let file = place.and_then(|span| span.get("file_name")?.as_str()).unwrap_or_default();
        let at = place.and_then(|span| span.get("line_start")?.as_u64()).unwrap_or_default();
        let text = format!("{} {}, line {at}", word("level"), word("message"));
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if stem.starts_with("m_") {
            let said = by_module.entry(stem).or_default();
            if said.len() < SAID {
                said.push(text);
            }
        } else {
            elsewhere.insert(text, file.to_owned());
        }
    }
    if !output.status.success() && by_module.is_empty() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(other(format!("cargo check failed: {stderr}{elsewhere:?}")));
    }
    Ok(by_module)
}
