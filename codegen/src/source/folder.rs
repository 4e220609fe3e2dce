//! The folder around a document: what its references may name.

use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;

use super::Document;

/// Suffixes of files that references may name.
const SUFFIXES: &[&str] = &["json", "yaml", "yml"];

/// The folder that a document lies in, or a wider one that somebody chose. Files of it are read
/// where a reference names them: only JSON and YAML files by their names, none outside of the
/// folder, also not through symbolic links, and none that is hidden.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// The document's path from there.
    own: String,
}

impl Folder {
    /// The folder of the document at `path`.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn around(path: &Path) -> io::Result<Self> {
        Self::within(parent(path), path)
    }

    /// The folder `root`, which the document at `path` lies in or below: references may lead up to
    /// there.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use toolwright_codegen::source::Folder;
    ///
    /// // `openapi.yaml` may name `../common/errors.yaml`, but not `../../secrets.yaml`.
    /// let folder = Folder::within(Path::new("apis"), Path::new("apis/shop/openapi.yaml"))?;
    /// assert_eq!(folder.own(), "shop/openapi.yaml");
    /// # Ok::<_, std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// There is no such folder, or the document does not lie in it.
    pub fn within(root: &Path, path: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let outside = || {
            let message = format!("{} does not lie in {}", path.display(), root.display());
            io::Error::new(io::ErrorKind::PermissionDenied, message)
        };
        // The document itself may be a link: what it names lies beside the link.
        let folder = parent(path).canonicalize()?;
        let own = folder.join(path.file_name().ok_or_else(outside)?);
        let own = own.strip_prefix(&root).map_err(|_| outside())?;
        let parts: Vec<_> = own.iter().map(|part| part.to_string_lossy()).collect();
        let own = parts.join("/");
        Ok(Self { root, own })
    }

    /// The path of the document from the folder, with `/` between its parts.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.own
    }

    /// The document together with the files that it refers to: see
    /// [`Document::bundle_from`].
    #[must_use]
    pub fn bundle(&self, document: Document) -> Document {
        document.bundle_from(&self.own, &mut |name| self.read(name))
    }

    /// Reads the document at `path` and every file of its folder that it refers to. `shown` is what
    /// diagnostics call it.
    ///
    /// # Errors
    /// The document itself cannot be read; what it says is another matter, see [`Document::parse`].
    pub fn document(path: &Path, shown: &str) -> io::Result<Result<Document, Vec<Diagnostic>>> {
        let bytes = std::fs::read(path)?;
        let folder = Self::around(path)?;
        Ok(Document::parse(shown, &bytes).map(|document| folder.bundle(document)))
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
            return refused("it lies outside of the folder that references may lead to");
        }
        std::fs::read(path)
    }
}

fn parent(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new("."))
}
