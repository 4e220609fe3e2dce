//! Compiles modules, each alone in its crate and without the lints that it allows.

use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Instant;

use serde_json::Value;

use super::measure;
use super::other;
use super::state::{Checked, State, module};

/// What is kept of what the compiler says about a module.
const SAID: usize = 3;

/// Compiles what the compiler has not seen yet, smallest first, and begins nothing after `end`.
pub(super) fn check(
    folder: &Path,
    names: &[String],
    state: &mut State,
    end: Instant,
) -> Result<()> {
    let open = open(names, state);
    if open.is_empty() {
        return Ok(());
    }
    let package = Package::new(folder)?;
    let (ready, _) = package.compile("")?;
    let ready = verdict(&ready)?;
    if ready.errors + ready.warnings > 0 {
        return Err(other(format!("not even an empty crate compiles: {:?}", ready.said)));
    }
    let count = open.len();
    for (position, name) in open.iter().enumerate() {
        if Instant::now() > end {
            eprintln!("the time is up; {} modules stay as they are", count - position);
            break;
        }
        let text = std::fs::read_to_string(module(folder, name))?;
        let (output, cost) = package.compile(without_allowances(&text).as_str())?;
        let Some(row) = state.rows.get_mut(name) else { continue };
        let checked = Checked { digest: row.facts.digest.clone(), cost, ..verdict(&output)? };
        let measure::Cost { seconds, peak } = cost.unwrap_or_default();
        let word = checked.word();
        eprintln!("{}/{count} {name}: {word}, {seconds} s, {peak} MB", position + 1);
        row.checked = Some(checked);
        state.save()?;
    }
    Ok(())
}

/// The documents whose module is still to be compiled.
fn open(names: &[String], state: &State) -> Vec<String> {
    let mut open: Vec<(&String, usize)> = names
        .iter()
        .filter_map(|name| {
            let row = state.rows.get(name)?;
            let wanted = row.facts.refused.is_none() && row.verdict().is_none();
            wanted.then_some((name, row.facts.lines))
        })
        .collect();
    open.sort_by_key(|(_, lines)| *lines);
    open.into_iter().map(|(name, _)| name.clone()).collect()
}

/// A package whose only module changes.
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
        // As deep as the crates of the largest servers that `toolwright new` writes.
        let text = "//! A module that was generated.\n\n#![recursion_limit = \"8192\"]\n\n\
                    pub mod generated;\n";
        std::fs::write(package.join("src/lib.rs"), text)?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// What the compiler says about a module of this text, and what that cost.
    fn compile(&self, text: &str) -> Result<(Output, Option<measure::Cost>)> {
        let package = self.folder.join("package");
        std::fs::write(package.join("src/generated.rs"), text)?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["check", "--offline", "--quiet", "--message-format", "json"];
        measure::run(&self.folder, Path::new(&cargo), &arguments, |command| {
            command.current_dir(&package).env("CARGO_INCREMENTAL", "0");
            command.env("CARGO_TARGET_DIR", self.folder.join("target"));
        })
    }
}

/// A module as it is without the lints that it allows: the compiler is to say what it thinks.
fn without_allowances(text: &str) -> String {
    let allowance = text.lines().find(|line| line.starts_with("#![allow("));
    allowance.map_or_else(|| text.to_owned(), |line| text.replacen(line, "", 1))
}

/// Counts warnings and errors, and keeps the first.
fn verdict(output: &Output) -> Result<Checked> {
    let mut checked = Checked::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let Some(message) = line.get("message").filter(|message| message.is_object()) else {
            continue;
        };
        let word = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default();
        // The last words are a sum of what was said before, and stand nowhere.
        let Some(place) = message.pointer("/spans/0") else { continue };
        match word("level") {
            "error" => checked.errors += 1,
            "warning" => checked.warnings += 1,
            _ => continue,
        }
        if checked.said.len() < SAID {
            let at = place.get("line_start").and_then(Value::as_u64).unwrap_or_default();
            checked.said.push(format!("{} {}, line {at}", word("level"), word("message")));
        }
    }
    if !output.status.success() && checked.errors == 0 {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(other(format!("cargo check failed: {stderr}")));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::without_allowances;

    #[test]
    fn only_the_allowance_goes() {
        let text = "//! #![allow(x)]\n\n#![allow(dead_code)]\n\nfn a() {}\n";
        assert_eq!(without_allowances(text), "//! #![allow(x)]\n\n\n\nfn a() {}\n");
        assert_eq!(without_allowances("fn a() {}\n"), "fn a() {}\n");
    }
}
