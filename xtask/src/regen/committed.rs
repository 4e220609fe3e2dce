//! The canonical schemas and overlays in `spec/`, and what a source changes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::canonical;
use super::error::Error;
use super::normalise::Input;
use super::overlay::Overlay;
use super::source::{Source, is_extension, is_id, read_file};
use super::ts;

/// Where canonical schemas are.
pub(crate) const SCHEMA: &str = "spec/schema";
/// Where overlays are.
pub(crate) const OVERLAY: &str = "spec/overlay";
/// What they were made from.
pub(crate) const UPSTREAM: &str = "spec/schema/UPSTREAM.toml";

/// Everything regen starts from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Committed {
    inputs: BTreeMap<String, Raw>,
    upstream: BTreeMap<String, BTreeMap<String, Origin>>,
}

/// A schema and its overlay; a revision without a `schema.ts` has none.
#[derive(Debug, Clone)]
struct Raw {
    schema: Value,
    overlay: Option<Overlay>,
}

/// Where a file came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    /// Owner and name of the repository.
    repository: String,
    /// Path in it.
    path: String,
    /// SHA-256 of the file.
    sha256: String,
}

impl Committed {
    /// Reads `spec/`.
    ///
    /// # Errors
    /// Where a file cannot be read or is broken.
    pub(crate) fn load(root: &Path) -> Result<Self, Error> {
        let mut out = Self::default();
        let dir = root.join(SCHEMA);
        for entry in fs::read_dir(&dir).map_err(|source| Error::io(&dir, source))? {
            let path = entry.map_err(|source| Error::io(&dir, source))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(id) = name.strip_suffix(".json").filter(|id| is_id(id)) else {
                continue;
            };
            let Some(bytes) = read_file(&path)? else {
                continue;
            };
            let schema =
                serde_json::from_slice(&bytes).map_err(|problem| Error::syntax(name, problem))?;
            let overlay = load_toml(root, &format!("{OVERLAY}/{id}.toml"))?;
            out.inputs.insert(id.to_owned(), Raw { schema, overlay });
        }
        out.upstream = load_toml(root, UPSTREAM)?.unwrap_or_default();
        Ok(out)
    }

    /// Revisions and extensions, sorted: revisions by date, then extensions.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.inputs.keys().cloned().collect()
    }

    /// Takes in what `source` has; what it lacks stays as it is. Says what was taken.
    ///
    /// # Errors
    /// Where a file cannot be had or read.
    pub(crate) fn ingest(
        &mut self,
        source: &Source,
        more: &[String],
    ) -> Result<Vec<String>, Error> {
        let mut known = self.ids();
        known.extend(more.iter().filter(|id| !self.inputs.contains_key(*id)).cloned());
        let mut taken = Vec::new();
        for id in source.ids(&known)? {
            let Some(bytes) = source.read(&id, "schema.json")? else {
                continue;
            };
            let schema: Value = serde_json::from_slice(&bytes)
                .map_err(|problem| Error::syntax(format!("{id}/schema.json"), problem))?;
            let script = source.read(&id, "schema.ts")?;
            let overlay = match &script {
                Some(script) => {
                    let text = String::from_utf8_lossy(script);
                    let problem = |problem| Error::syntax(format!("{id}/schema.ts"), problem);
                    Some(ts::overlay(&text).map_err(problem)?)
                }
                None => self.inputs.remove(&id).and_then(|known| known.overlay),
            };
            let origins = self.upstream.entry(id.clone()).or_default();
            origins.insert("schema.json".into(), origin(&id, "schema.json", &bytes));
            if let Some(script) = &script {
                origins.insert("schema.ts".into(), origin(&id, "schema.ts", script));
            }
            self.inputs.insert(id.clone(), Raw { schema: canonical::canonical(&schema), overlay });
            taken.push(id);
        }
        Ok(taken)
    }

    /// Revisions oldest first, and extensions, ready to be normalised. A revision without an
    /// overlay goes by the facts of the one before it.
    pub(crate) fn inputs(&self) -> (Vec<Input>, Vec<Input>) {
        let mut last = Overlay::default();
        let (mut revisions, mut extensions) = (Vec::new(), Vec::new());
        for (id, raw) in &self.inputs {
            let overlay = raw.overlay.clone().unwrap_or_else(|| last.clone());
            let input = Input { id: id.clone(), schema: raw.schema.clone(), overlay };
            if is_extension(id) {
                extensions.push(input);
            } else {
                last.clone_from(&input.overlay);
                revisions.push(input);
            }
        }
        (revisions, extensions)
    }

    /// The files that hold all this, by path in the repository.
    ///
    /// # Errors
    /// Where an overlay cannot be written as TOML.
    pub(crate) fn files(&self) -> Result<BTreeMap<String, String>, Error> {
        let mut out = BTreeMap::new();
        for (id, raw) in &self.inputs {
            out.insert(format!("{SCHEMA}/{id}.json"), canonical::text(&raw.schema));
            if let Some(overlay) = &raw.overlay {
                let head =
                    "# Facts of schema.ts that schema.json lost, by `cargo xtask regen`.\n\n";
                let path = format!("{OVERLAY}/{id}.toml");
                out.insert(path.clone(), format!("{head}{}", toml_text(&path, overlay)?));
            }
        }
        let head = "# What the canonical schemas were made from, by `cargo xtask regen`.\n\n";
        out.insert(UPSTREAM.into(), format!("{head}{}", toml_text(UPSTREAM, &self.upstream)?));
        Ok(out)
    }
}

fn toml_text(what: &str, value: &impl Serialize) -> Result<String, Error> {
    toml::to_string(value).map_err(|problem| Error::syntax(what, problem))
}

fn load_toml<T: for<'de> Deserialize<'de>>(root: &Path, path: &str) -> Result<Option<T>, Error> {
    let Some(bytes) = read_file(&root.join(path))? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    toml::from_str(&text).map(Some).map_err(|problem| Error::syntax(path, problem))
}

fn origin(id: &str, file: &str, bytes: &[u8]) -> Origin {
    // An extension has a repository of its own and so far no dated revision.
    let (name, revision) =
        if is_extension(id) { (id, "draft") } else { ("modelcontextprotocol", id) };
    Origin {
        repository: format!("modelcontextprotocol/{name}"),
        path: format!("schema/{revision}/{file}"),
        sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
