//! The file beside a document.

use std::io;
use std::path::{Path, PathBuf};

use super::{FILE, parse};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::select::Rules;
use crate::source::Document;

/// Changes a document by what another one says.
pub type Change = fn(Document, &Document) -> Result<Document, Vec<Diagnostic>>;

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
        document: Document,
        shown: impl Fn(&Path) -> String,
    ) -> Result<Result<Document, Vec<Diagnostic>>, (PathBuf, io::Error)> {
        self.changed_by(crate::OVERLAY, document, shown)
    }

    /// As [`File::changed`], by what applies an overlay.
    fn changed_by(
        &self,
        apply: Option<Change>,
        mut document: Document,
        shown: impl Fn(&Path) -> String,
    ) -> Result<Result<Document, Vec<Diagnostic>>, (PathBuf, io::Error)> {
        for path in self.overlays() {
            let Some(apply) = apply else {
                return Ok(Err(vec![missing(&shown(&self.path), "/overlays")]));
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

/// In place of what applies overlays, where nothing does.
pub(crate) fn no_overlays(_: Document, overlay: &Document) -> Result<Document, Vec<Diagnostic>> {
    Err(vec![missing(overlay.file(), "")])
}

fn missing(file: &str, at: &str) -> Diagnostic {
    let message = "overlays need a feature: `features = [\"overlay\"]` at toolwright-codegen for a \
                   build script, `features = [\"openapi-overlay\"]` at toolwright for `openapi!`";
    code::CONFIGURATION.diagnostic(file, None, at, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the feature is on or not: the rest of the workspace may have turned it on.
    #[test]
    fn overlays_without_the_feature_are_refused_with_advice() {
        let rules = parse("toolwright.toml", b"overlays = ['for-models.yaml']").unwrap();
        let file = File { path: "api/toolwright.toml".into(), bytes: Vec::new(), rules };
        let document = || Document::parse("a.yaml", b"openapi: 3.1.0").unwrap();
        let shown = |path: &Path| path.display().to_string();
        let of_file = file.changed_by(None, document(), shown).unwrap().unwrap_err();
        let of_builder = no_overlays(document(), &document()).unwrap_err();
        for (found, place) in [(of_file, "api/toolwright.toml"), (of_builder, "a.yaml")] {
            let text = found[0].to_string();
            assert!(text.contains(place) && text.contains("[TW0910]"), "{text}");
            assert!(text.contains("[\"overlay\"]` at toolwright-codegen"), "{text}");
            assert!(text.contains("[\"openapi-overlay\"]` at toolwright "), "{text}");
        }
    }
}
