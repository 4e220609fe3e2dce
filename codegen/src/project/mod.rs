//! `toolwright new`: the files of a crate that serves an API.

mod manifest;
mod program;
mod readme;

use std::path::PathBuf;

use crate::generate::Module;
use crate::select;

/// The file to begin with where there is none yet. Cargo sees what becomes of it only if it is there
/// from the start.
const CONFIGURATION: &str = "\
# Which operations become tools, and what these look like. What can be said stands in the chapter
# `Curate` of Toolwright's README; `toolwright check` suggests what to write.

# keep = [\"tag:orders\"]
# drop = [\"method:delete\"]

# [tools.OPERATION]
# description = \"…\"
# parameters.NAME = { hide = true }
";

/// What to make a crate of.
#[derive(Debug, Clone)]
pub struct Project<'a> {
    /// What [`generate`](crate::generate()) made of the document.
    pub module: &'a Module,
    /// Path of the document in the crate: its file name, or where references lead to a wider folder,
    /// its path from there.
    pub document: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// The files that it depends on: paths from its folder, and contents.
    pub others: &'a [(String, Vec<u8>)],
    /// The overlays among them, in order.
    pub overlays: &'a [String],
    /// The options it was made with.
    pub select: &'a select::Options,
    /// Name of the package; without it, the API's name in kebab case.
    pub package: Option<&'a str>,
    /// Where the toolwright crates come from.
    pub dependency: Dependency,
    /// Whether the crate is a workspace of its own, whatever lies above it.
    pub isolated: bool,
}

/// Where a crate gets the toolwright crates from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dependency {
    /// From the registry, in this version.
    Version(String),
    /// From the toolwright source tree at this path.
    Path(PathBuf),
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the crate.
    pub path: String,
    /// Content.
    pub content: Vec<u8>,
}

impl Project<'_> {
    /// Name of the package.
    pub fn package(&self) -> String {
        self.package.map_or_else(|| self.module.api.name.replace('_', "-"), str::to_owned)
    }

    /// All files of the crate: the manifest, a `build.rs` of one line, the program, a read-me, the
    /// document itself with the files that it refers to, and a `toolwright.toml`.
    pub fn files(&self) -> Vec<File> {
        let text = |path: &str, content: String| File {
            path: path.to_owned(),
            content: content.into_bytes(),
        };
        let mut files = vec![
            text("Cargo.toml", manifest::cargo_toml(self)),
            text("build.rs", manifest::build_rs(self)),
            text("src/main.rs", program::main_rs(self)),
            text("README.md", readme::readme(self)),
            text(".gitignore", "/target\n".to_owned()),
            File { path: self.document.to_owned(), content: self.bytes.to_vec() },
        ];
        let others = self.others.iter();
        files.extend(
            others.map(|(path, content)| File { path: path.clone(), content: content.clone() }),
        );
        // It is looked for beside the document.
        let folder = self.document.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
        let rules = format!("{}{}", folder.unwrap_or_default(), crate::curate::FILE);
        if !files.iter().any(|file| file.path == rules) {
            files.push(text(&rules, CONFIGURATION.to_owned()));
        }
        files
    }

    /// Whether the definitions are more than a model should be given to read at once.
    fn is_large(&self) -> bool {
        self.module.api.tokens() > self.select.budget().unwrap_or(select::BUDGET)
    }

    fn is_remote(&self) -> bool {
        self.module.api.operations.iter().any(|operation| operation.http.is_some())
    }

    /// The title, fit for a line of text anywhere.
    fn title(&self) -> String {
        let title: String =
            self.module.api.title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        title.trim().to_owned()
    }
}

/// A string literal that reads the same in Rust and in TOML.
fn quoted(text: &str) -> String {
    let mut literal = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            c if c.is_control() => literal.push(' '),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}
