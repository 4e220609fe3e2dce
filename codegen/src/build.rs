//! For `build.rs`: a document of the package becomes a file in `OUT_DIR`.

mod later;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::code;
use crate::curate::{self, Change, File};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ir::{Fields, Paging};
use crate::profile::Profile;
use crate::select::{Filter, FilterError};
use crate::source::{Document, Folder};
use crate::{Form, Options, Side, generate_from, write};

/// Warnings beyond this many are counted, not printed.
const SHOWN_WARNINGS: usize = 20;

/// Generates the module for `document`, a path relative to the package. This is all that a
/// `build.rs` needs:
///
/// ```no_run
/// fn main() {
///     toolwright_codegen::build("petstore.yaml")
/// }
/// ```
///
/// The module is included with `toolwright::generated!("petstore")`, after the file name of the
/// document in snake case (or its title, where the file is called `openapi.yaml` or the like).
///
/// A `toolwright.toml` beside the document says which operations become tools, and what these look
/// like; see [`curate`](crate::curate). One that comes later is seen at the next build. (Systems
/// without symbolic links see it if the document has a folder of its own; in the package's, touch
/// the `build.rs` once.)
///
/// If nothing can be generated, all findings go to standard error and the process ends with
/// status 1. [`Builder`] has options.
#[allow(clippy::needless_doctest_main, reason = "the main function is what it is about")]
pub fn build(document: impl AsRef<Path>) {
    Builder::new(document).build();
}

/// [`build`] with options.
///
/// ```no_run
/// toolwright_codegen::Builder::new("petstore.yaml")
///     .include("tag:pets")
///     .exclude("method:delete")
///     .rename("findPetsByStatus", "find_pets")
///     .build();
/// ```
#[derive(Debug, Clone)]
pub struct Builder {
    document: PathBuf,
    directory: Option<PathBuf>,
    config: Option<PathBuf>,
    root: Option<PathBuf>,
    changes: Vec<(PathBuf, Change)>,
    options: Options,
    warnings: bool,
    wrong: Vec<FilterError>,
}

/// Why [`Builder::run`] wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable that cargo sets for build scripts is missing.
    #[error("the environment variable {0} is not set: this runs in build scripts")]
    NoBuildScript(&'static str),
    /// A filter option can't be read.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The document can't be read.
    #[error("can't read {}: {error}", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file can't be written.
    #[error("can't write {}: {error}", path.display())]
    Write {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The document is no use.
    #[error("{}", listed(.0))]
    Document(Vec<Diagnostic>),
}

/// What [`Builder::run`] did.
#[derive(Debug, Clone)]
pub struct Built {
    /// The file that holds the module.
    pub path: PathBuf,
    /// What else it depends on, relative to the package: files that the document refers to,
    /// overlays, the `toolwright.toml`. Where there is none, a folder in `OUT_DIR` that changes for
    /// cargo as soon as there is one; on systems without symbolic links the document's folder,
    /// unless Rust sources are in there.
    pub others: Vec<PathBuf>,
    /// What there is to say about the document.
    pub diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// Options for `document`, a path relative to the package.
    pub fn new(document: impl AsRef<Path>) -> Self {
        let options = Options { form: Form::Include, ..Options::default() };
        let document = document.as_ref().to_path_buf();
        Self {
            document,
            directory: None,
            config: None,
            root: None,
            changes: Vec::new(),
            options,
            warnings: false,
            wrong: Vec::new(),
        }
    }

    /// Only operations that this or another `include` matches: `id:getPet`, `tag:pets`,
    /// `path:/pets/**`, `method:get`.
    #[must_use]
    pub fn include(mut self, filter: &str) -> Self {
        match filter.parse::<Filter>() {
            Ok(filter) => self.options.select.include.push(filter),
            Err(error) => self.wrong.push(error),
        }
        self
    }

    /// No operations that this matches, in the words of [`Builder::include`].
    #[must_use]
    pub fn exclude(mut self, filter: &str) -> Self {
        match filter.parse::<Filter>() {
            Ok(filter) => self.options.select.exclude.push(filter),
            Err(error) => self.wrong.push(error),
        }
        self
    }

    /// Calls the tool of an operation, given by its `operationId`, `tool`.
    #[must_use]
    pub fn rename(mut self, operation: impl Into<String>, tool: impl Into<String>) -> Self {
        self.options.select.rename.insert(operation.into(), tool.into());
        self
    }

    /// Whose rules the tools follow:
    ///
    /// ```no_run
    /// use toolwright_codegen::{Builder, Profile};
    ///
    /// Builder::new("petstore.yaml").profile(Profile::Gemini).build();
    /// ```
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.select.profile = Some(profile);
        self
    }

    /// Tokens that the definitions of all tools may take, about, before there is a warning; this
    /// goes before the `budget` of a `toolwright.toml`, as everything said here does:
    ///
    /// ```no_run
    /// toolwright_codegen::Builder::new("petstore.yaml").budget(8000).warnings(true).build();
    /// ```
    #[must_use]
    pub fn budget(mut self, tokens: usize) -> Self {
        self.options.select.budget = Some(tokens);
        self
    }

    /// How the pages of the operations that `filter` matches are gathered, in the words of
    /// [`Builder::include`]. The tool takes an argument `pages`, 1 unless given:
    ///
    /// ```no_run
    /// use toolwright_codegen::ir::{Paging, PagingKind};
    ///
    /// let next = "/meta/next_cursor".to_owned();
    /// let by_cursor = PagingKind::Cursor { next, parameter: "cursor".to_owned() };
    /// toolwright_codegen::Builder::new("shop.yaml")
    ///     .paging("id:listBooks", Paging::new(by_cursor, "/books"))
    ///     .paging("path:/repos/**", Paging::new(PagingKind::Link, ""))
    ///     .build();
    /// ```
    #[must_use]
    pub fn paging(mut self, filter: &str, paging: Paging) -> Self {
        match filter.parse::<Filter>() {
            Ok(filter) => self.options.select.paging.push((filter, paging)),
            Err(error) => self.wrong.push(error),
        }
        self
    }

    /// Which parts of the replies of the operations that `filter` matches are kept:
    ///
    /// ```no_run
    /// use toolwright_codegen::ir::Fields;
    ///
    /// let keep = vec!["/books/title".to_owned(), "/books/authors/name".to_owned()];
    /// toolwright_codegen::Builder::new("shop.yaml")
    ///     .fields("id:listBooks", Fields { keep, argument: Some("fields".to_owned()) })
    ///     .build();
    /// ```
    #[must_use]
    pub fn fields(mut self, filter: &str, fields: Fields) -> Self {
        match filter.parse::<Filter>() {
            Ok(filter) => self.options.select.fields.push((filter, fields)),
            Err(error) => self.wrong.push(error),
        }
        self
    }

    /// Whether to generate a client of the tools instead of a server. Its module ends in `_client`:
    /// after
    ///
    /// ```no_run
    /// toolwright_codegen::Builder::new("weather.tools.json").client(true).build();
    /// ```
    ///
    /// write `toolwright::generated!("weather_client")`, and you have `weather_client::Weather`.
    #[must_use]
    pub fn client(mut self, client: bool) -> Self {
        self.options.side = if client { Side::Client } else { Side::Server };
        self
    }

    /// Name of the module and its file, in snake case, instead of the document's file name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.options.select.name = Some(name.into());
        self
    }

    /// Reads this file, a path relative to the package, instead of the `toolwright.toml` beside the
    /// document: which operations become tools, and what these look like. What is said here goes
    /// before what the file says.
    ///
    /// ```no_run
    /// toolwright_codegen::Builder::new("petstore.yaml").config("for-models.toml").build();
    /// ```
    #[must_use]
    pub fn config(mut self, path: impl AsRef<Path>) -> Self {
        self.config = Some(path.as_ref().to_path_buf());
        self
    }

    /// References of the document may lead to files of `directory` (relative to the package), which
    /// the document lies in or below; without this, to files of the document's own folder. Nothing
    /// outside is ever read, also not through symbolic links.
    ///
    /// ```no_run
    /// // shop/openapi.yaml refers to ../common/errors.yaml
    /// toolwright_codegen::Builder::new("apis/shop/openapi.yaml").root("apis").build();
    /// ```
    #[must_use]
    pub fn root(mut self, directory: impl AsRef<Path>) -> Self {
        self.root = Some(directory.as_ref().to_path_buf());
        self
    }

    /// Changes the document by an OpenAPI overlay, a path relative to the package, before anything
    /// else is done with it. Overlays apply in the order in which they are given. Without the feature
    /// `overlay`, the build ends with an error that says so.
    ///
    /// ```no_run
    /// toolwright_codegen::Builder::new("petstore.yaml").overlay("for-models.overlay.yaml").build();
    /// ```
    #[must_use]
    pub fn overlay(self, path: impl AsRef<Path>) -> Self {
        self.change(path, crate::OVERLAY.unwrap_or(curate::no_overlays))
    }

    /// Changes the document, before anything else is done with it, by what the file at `path`
    /// (relative to the package) says, as [`Builder::overlay`] does.
    #[must_use]
    pub fn change(mut self, path: impl AsRef<Path>, change: Change) -> Self {
        self.changes.push((path.as_ref().to_path_buf(), change));
        self
    }

    /// Writes into `directory` instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.directory = Some(directory.as_ref().to_path_buf());
        self
    }

    /// Whether what is odd about the document shows as warnings of cargo, on every build. Off
    /// unless asked for: most documents are odd, and most authors are someone else.
    #[must_use]
    pub fn warnings(mut self, show: bool) -> Self {
        self.warnings = show;
        self
    }

    /// Generates, prints what cargo and the user should know, and ends the process on errors.
    pub fn build(self) {
        let mut out = io::stdout().lock();
        let show = self.warnings;
        // If even printing fails there is nobody to tell.
        let _ = writeln!(out, "cargo:rerun-if-changed={}", self.document.display());
        match self.run() {
            Ok(built) => {
                for file in &built.others {
                    let _ = writeln!(out, "cargo:rerun-if-changed={}", file.display());
                }
                let lines = if show { warnings(&built.diagnostics) } else { Vec::new() };
                for line in lines {
                    let _ = writeln!(out, "cargo:warning={line}");
                }
            }
            Err(error) => {
                drop(out);
                let _ = writeln!(io::stderr().lock(), "{error}");
                std::process::exit(1);
            }
        }
    }

    /// Generates without printing.
    ///
    /// # Errors
    /// The document can't be read or used, or the file can't be written.
    pub fn run(self) -> Result<Built, Error> {
        if let Some(wrong) = self.wrong.first() {
            return Err(wrong.clone().into());
        }
        let out = env::var_os("OUT_DIR").map(PathBuf::from);
        self.built(&PathBuf::from(variable("CARGO_MANIFEST_DIR")?), out.as_deref())
    }
}

impl Builder {
    /// Generates for the package in `root`, whose build script may write to `out`.
    fn built(&self, root: &Path, out: Option<&Path>) -> Result<Built, Error> {
        let directory = match &self.directory {
            Some(directory) => root.join(directory),
            None => out.ok_or(Error::NoBuildScript("OUT_DIR"))?.to_path_buf(),
        };
        let file = self.file(root)?;
        let options = self.options(file.as_ref());
        let (document, mut others) = self.document(root, file.as_ref())?;
        let outcome = generate_from(&document, &options);
        let Some(module) = outcome.module else {
            return Err(Error::Document(outcome.diagnostics));
        };
        let mut diagnostics = outcome.diagnostics;
        let (tokens, budget) = (module.api.tokens(), options.select.budget());
        if let Some(budget) = budget.filter(|budget| tokens > *budget) {
            let message = format!("about {tokens} tokens of definitions, and {budget} are allowed");
            diagnostics.push(code::BUDGET.diagnostic(document.file(), None, "", message));
        }
        let path = directory.join(format!("{}.rs", module.name));
        write::if_changed(&path, &module.text)
            .map_err(|error| Error::Write { path: path.clone(), error })?;
        if file.is_none() {
            let own = out.map(|out| out.join(format!("{}.later", module.name)));
            others.extend(self.later(root, own));
        }
        Ok(Built { path, others, diagnostics })
    }

    /// What is asked for, with what the file says where nothing is.
    fn options(&self, file: Option<&File>) -> Options {
        let mut options = self.options.clone();
        if let Some(file) = file {
            options.select.rules = file.rules.clone();
        }
        options
    }

    /// What says how the tools shall be, if anything does.
    fn file(&self, root: &Path) -> Result<Option<File>, Error> {
        let named = self.config.as_ref().map(|path| root.join(path));
        File::find(&root.join(&self.document), named.as_deref(), |path| shown(root, path))
            .map_err(|(path, error)| Error::Read { path, error })?
            .map_err(Error::Document)
    }

    /// The document as a whole, and the other files that it depends on.
    fn document(
        &self,
        root: &Path,
        file: Option<&File>,
    ) -> Result<(Document, Vec<PathBuf>), Error> {
        let path = root.join(&self.document);
        let failed = |error| Error::Read { path: path.clone(), error };
        let mut document = parse(root, &self.document)?;
        if let Some(file) = file {
            document = file
                .changed(document, |path| shown(root, path))
                .map_err(|(path, error)| Error::Read { path, error })?
                .map_err(Error::Document)?;
        }
        for (change_path, change) in &self.changes {
            document = change(document, &parse(root, change_path)?).map_err(Error::Document)?;
        }
        let beside = self.root.as_deref().or(self.document.parent()).unwrap_or(Path::new(""));
        let folder = Folder::within(&root.join(beside), &path).map_err(failed)?;
        let document = folder.bundle(document);
        let others = document.files().map(|name| beside.join(name));
        let others = others.chain(self.changes.iter().map(|(path, _)| path.clone()));
        let of_file = file.into_iter().flat_map(|file| file.overlays().chain([file.path.clone()]));
        let others = others.chain(of_file.map(|path| inside(root, &path))).collect();
        Ok((document, others))
    }

    /// What is to be watched for a file that says more and comes later: the folder `own`, which
    /// nobody else needs, or else that of the document, unless everything is in there.
    fn later(&self, root: &Path, own: Option<PathBuf>) -> Option<PathBuf> {
        let file = root.join(&self.document).with_file_name(curate::FILE);
        let own = own.filter(|own| later::expect(&file, own).is_ok());
        own.or_else(|| self.folder(root))
    }

    /// The document's folder, if watching it would not make nearly every build a new one.
    fn folder(&self, root: &Path) -> Option<PathBuf> {
        let folder = self.document.parent().filter(|folder| !folder.as_os_str().is_empty())?;
        let mut entries = std::fs::read_dir(root.join(folder)).ok()?.flatten();
        let is_busy = |entry: std::fs::DirEntry| {
            let path = entry.path();
            path.ends_with("Cargo.toml") || path.extension().is_some_and(|kind| kind == "rs")
        };
        (!entries.any(is_busy)).then(|| folder.to_path_buf())
    }
}

/// A path as it is seen from the package.
fn inside(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_path_buf()
}

fn shown(root: &Path, path: &Path) -> String {
    inside(root, path).display().to_string()
}

fn parse(root: &Path, relative: &Path) -> Result<Document, Error> {
    let path = root.join(relative);
    let bytes = std::fs::read(&path).map_err(|error| Error::Read { path, error })?;
    Document::parse(&relative.display().to_string(), &bytes).map_err(Error::Document)
}

fn variable(name: &'static str) -> Result<std::ffi::OsString, Error> {
    env::var_os(name).ok_or(Error::NoBuildScript(name))
}

fn listed(diagnostics: &[Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity > Severity::Note)
        .map(ToString::to_string)
        .collect();
    lines.join("\n\n")
}

/// Warnings for cargo, one line each.
fn warnings(diagnostics: &[Diagnostic]) -> Vec<String> {
    let grave = diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note);
    let mut lines: Vec<String> = grave
        .map(|one| {
            let line = one.line.map_or_else(String::new, |line| format!(":{line}"));
            format!("{}{line}: [{}] {}", one.file, one.code, one.message.replace('\n', " "))
        })
        .collect();
    let more = lines.len().saturating_sub(SHOWN_WARNINGS);
    if more > 0 {
        lines.truncate(SHOWN_WARNINGS);
        lines.push(format!("… and {more} more"));
    }
    lines
}

#[cfg(test)]
mod tests;
