//! What is known of each document, kept between runs.

use std::collections::BTreeMap;
use std::io::Result;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::measure::Cost;
use super::other;

/// What generating from a document gave: the same on every machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// Size of the document.
    pub(super) bytes: u64,
    /// Operations that it describes.
    pub(super) operations: usize,
    /// Tools that they became.
    pub(super) tools: usize,
    /// Lines of the module.
    pub(super) lines: usize,
    /// Bytes of what `tools/list` says of the tools.
    #[serde(default)]
    pub(super) list: usize,
    /// Digest of the module's text.
    pub(super) digest: String,
    /// Why there is no module.
    pub(super) refused: Option<String>,
}

/// What compiling a module gave.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Checked {
    /// Digest of the text that was compiled.
    pub(super) digest: String,
    /// How many warnings there were.
    pub(super) warnings: usize,
    /// How many errors there were.
    pub(super) errors: usize,
    /// What the compiler said, the first of it.
    pub(super) said: Vec<String>,
    /// What that cost.
    pub(super) cost: Option<Cost>,
}

impl Checked {
    /// Whether there was nothing to say.
    pub(super) fn is_clean(&self) -> bool {
        self.warnings + self.errors == 0
    }

    /// The verdict in a word.
    pub(super) fn word(&self) -> String {
        match (self.errors, self.warnings) {
            (0, 0) => "yes".to_owned(),
            (0, warnings) => format!("**{warnings} warnings**"),
            (_, _) => "**no**".to_owned(),
        }
    }
}

/// A document's row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Row {
    /// The generator that it is of: another one may give something else.
    pub(super) generator: String,
    pub(super) facts: Facts,
    pub(super) generate: Option<Cost>,
    pub(super) checked: Option<Checked>,
}

impl Row {
    /// What compiling the present text gave.
    pub(super) fn verdict(&self) -> Option<&Checked> {
        self.checked.as_ref().filter(|checked| checked.digest == self.facts.digest)
    }
}

/// All rows, by name of the document.
#[derive(Debug, Default)]
pub(super) struct State {
    file: PathBuf,
    pub(super) rows: BTreeMap<String, Row>,
}

impl State {
    pub(super) fn load(folder: &Path) -> Result<Self> {
        let file = folder.join("results.json");
        let rows = match std::fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| other(error.to_string()))?,
            Err(_) => BTreeMap::new(),
        };
        Ok(Self { file, rows })
    }

    pub(super) fn save(&self) -> Result<()> {
        let text = serde_json::to_string(&self.rows).map_err(|error| other(error.to_string()))?;
        std::fs::write(&self.file, text)
    }
}

/// The file that holds the module of a document.
pub(super) fn module(folder: &Path, name: &str) -> PathBuf {
    folder.join("modules").join(format!("{}.rs", stem(name)))
}

/// A document's name as the name of a module.
pub(super) fn stem(name: &str) -> String {
    let legal =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    format!("m_{}", legal.collect::<String>())
}
