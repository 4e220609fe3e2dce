//! The folder around a document: what its references may name.

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;

use super::Document;

/// Suffixes of files that references may name.
const SUFFIXES: &[&str] = &["json", "yaml", "yml"];

/// The folder that a document lies in. Files of it are read where a reference names them: only
/// JSON and YAML files by their names, none outside of the folder, also not through symbolic
/// links, and none that is hidden.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder of the document at `path`.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn around(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Ok(Self { root: folder.unwrap_or_else(|| Path::new(".")).canonicalize()? })
    }

    /// Reads the document at `path` and every file of its folder that it refers to. `shown` is what
    /// diagnostics call it.
    ///
    /// # Errors
    /// The document itself cannot be read; what it says is another matter, see [`Document::parse`].
    pub fn document(path: &Path, shown: &str) -> io::Result<Result<Document, Vec<Diagnostic>>> {
        let bytes = std::fs::read(path)?;
        let folder = Self::around(path)?;
        Ok(Document::parse(shown, &bytes)
            .map(|document| document.bundle(&mut |name| folder.read(name))))
    }

    /// A file of the folder, by its path from there.
    ///
    /// # Errors
    /// There is none, or it is none of those that may be read.
    pub fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let refused = |why: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        let relative = Path::new(name);
        let suffix = relative.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
        if !SUFFIXES.contains(&suffix.to_ascii_lowercase().as_str()) {
            return refused("only .json, .yaml and .yml files are read");
        }
        if name.split('/').any(|part| part.starts_with('.')) {
            return refused("hidden files are not read");
        }
        let path = self.root.join(relative).canonicalize()?;
        if !path.starts_with(&self.root) {
            return refused("it lies outside of the document's folder");
        }
        std::fs::read(path)
    }
}
