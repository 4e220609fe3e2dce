//! Files to disk: only what changed, and nothing in generated directories that is not generated.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::error::Error;
use super::source::read_file;

/// Directories that hold generated files only.
const GENERATED: &[&str] = &["spec/src/gen", "spec/schema", "spec/overlay"];

/// Writes `files` (by path below `root`) and removes stray ones; with `check` only compares.
///
/// # Errors
/// Where a file cannot be written, or with `check` where one differs: all of them are named.
pub(crate) fn write(
    root: &Path,
    files: &BTreeMap<String, String>,
    check: bool,
) -> Result<(), Error> {
    let mut changed = Vec::new();
    for (path, text) in files {
        let full = root.join(path);
        if read_file(&full)?.as_deref() == Some(text.as_bytes()) {
            continue;
        }
        changed.push(path.clone());
        if !check {
            if let Some(dir) = full.parent() {
                fs::create_dir_all(dir).map_err(|source| Error::io(dir, source))?;
            }
            fs::write(&full, text).map_err(|source| Error::io(&full, source))?;
        }
    }
    for path in strays(root, files)? {
        if !check {
            let full = root.join(&path);
            fs::remove_file(&full).map_err(|source| Error::io(&full, source))?;
        }
        changed.push(format!("{path} (not generated)"));
    }
    if check && !changed.is_empty() {
        return Err(Error::Differs { differing: changed });
    }
    for path in &changed {
        eprintln!("written: {path}");
    }
    Ok(())
}

fn strays(root: &Path, files: &BTreeMap<String, String>) -> Result<Vec<String>, Error> {
    let mut out = Vec::new();
    let mut open: Vec<String> = GENERATED.iter().map(|dir| (*dir).to_owned()).collect();
    while let Some(dir) = open.pop() {
        let full = root.join(&dir);
        let generated = files.keys().any(|path| path.starts_with(&format!("{dir}/")));
        if !full.is_dir() || !generated && GENERATED.contains(&dir.as_str()) {
            continue;
        }
        for entry in fs::read_dir(&full).map_err(|source| Error::io(&full, source))? {
            let entry = entry.map_err(|source| Error::io(&full, source))?;
            let path = format!("{dir}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                open.push(path);
            } else if !files.contains_key(&path) {
                out.push(path);
            }
        }
    }
    out.sort();
    Ok(out)
}
