//! The file beside a document.

use std::io;
use std::path::{Path, PathBuf};

use super::{FILE, parse};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::select::Rules;
use crate::source::Document;

/// A `toolwright.toml` that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub bytes: Vec<u8>,
    /// What it says.
    pub rules: Rules,
}

impl File {
    /// Reads the file `named`, or else the `toolwright.toml` beside `document`, if there is one.
    /// `shown` says what diagnostics call a path.
    ///
    /// # Errors
    /// The file can't be read, with its path; inside, what is wrong with what it says.
    pub fn find(
        document: &Path,
        named: Option<&Path>,
        shown: impl Fn(&Path) -> String,
    ) -> Result<Result<Option<Self>, Vec<Diagnostic>>, (PathBuf, io::Error)> {
        let path = match named {
            Some(path) => path.to_path_buf(),
            None => document.with_file_name(FILE),
        };
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Ok(None));
            }
            Err(error) => return Err((path, error)),
        };
        Ok(parse(&shown(&path), &bytes).map(|rules| Some(Self { path, bytes, rules })))
    }

    /// Paths of the overlays.
    pub fn overlays(&self) -> impl Iterator<Item = PathBuf> {
        let folder = self.path.parent().unwrap_or(Path::new("")).to_path_buf();
        self.rules.overlays().iter().map(move |overlay| folder.join(overlay))
    }

    /// Changes a document by the overlays.
    ///
    /// # Errors
    /// As in [`File::find`]; there are overlays, and nothing to apply them.
    pub fn changed(
        &self,
        mut document: Document,
        shown: impl Fn(&Path) -> String,
    ) -> Result<Result<Document, Vec<Diagnostic>>, (PathBuf, io::Error)> {
        for path in self.overlays() {
            let Some(apply) = crate::OVERLAY else {
                let message = "overlays need a feature: `overlay` of toolwright-codegen in a build \
                               script, `openapi-overlay` of toolwright for `openapi!`";
                let finding =
                    code::CONFIGURATION.diagnostic(&shown(&self.path), None, "/overlays", message);
                return Ok(Err(vec![finding]));
            };
            let bytes = std::fs::read(&path).map_err(|error| (path.clone(), error))?;
            let changed = Document::parse(&shown(&path), &bytes)
                .and_then(|overlay| apply(document, &overlay));
            document = match changed {
                Ok(changed) => changed,
                Err(diagnostics) => return Ok(Err(diagnostics)),
            };
        }
        Ok(Ok(document))
    }
}
