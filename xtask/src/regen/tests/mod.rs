//! Regeneration as a whole, in a copy of what it needs.

mod http;
mod made_up;
mod same;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The repository.
fn repository() -> PathBuf {
    crate::root()
}

/// A copy of the parts of the repository that regen reads and writes.
fn copy() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for part in ["spec/schema", "spec/overlay", "spec/docs", "spec/src"] {
        copy_dir(&repository().join(part), &dir.path().join(part));
    }
    for file in ["spec/Cargo.toml", "spec/mcp.json", "spec/ext-tasks.json"] {
        fs::copy(repository().join(file), dir.path().join(file)).unwrap();
    }
    dir
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The canonical schemas, laid out as official files are.
fn official() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(repository().join("spec/schema")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let id = path.file_stem().unwrap();
            fs::create_dir(dir.path().join(id)).unwrap();
            fs::copy(&path, dir.path().join(id).join("schema.json")).unwrap();
        }
    }
    dir
}
