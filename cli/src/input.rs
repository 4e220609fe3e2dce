//! Documents: where they come from, what is chosen of them, what there is to say about them.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use toolwright_codegen::curate::File;
use toolwright_codegen::diagnostic::{Diagnostic, Severity};
use toolwright_codegen::ir::Api;
use toolwright_codegen::select::{Filter, Options};
use toolwright_codegen::source::{Document, Folder};
use toolwright_codegen::{Form, Module, Profile, Side, curate, overlay, pass};

use crate::failure::Failure;

/// A document and what is chosen of it.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// OpenAPI document or tool descriptions, in JSON or YAML
    document: PathBuf,
    #[command(flatten)]
    selection: Selection,
}

/// Which operations become tools.
#[derive(Debug, Default, Args)]
pub(crate) struct Selection {
    /// Only these operations: id:getPet, tag:pets, path:/pets/**, method:get
    #[arg(long, value_name = "FILTER")]
    include: Vec<Filter>,
    /// None of these operations
    #[arg(long, value_name = "FILTER")]
    exclude: Vec<Filter>,
    /// Call the tool of an operation differently
    #[arg(long, value_name = "OPERATION=TOOL", value_parser = renaming)]
    rename: Vec<(String, String)>,
    /// Shape schemas and names to what a provider's tool calling takes: common (the default),
    /// openai, anthropic, gemini, strict (structured outputs), or full, which shapes nothing
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// The file that says more: which operations become tools, what these look like, overlays.
    /// Without it, toolwright.toml beside the document, if there is one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Change the document by an OpenAPI overlay first
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Let references of the document lead to files of this directory, which it lies in or below,
    /// and not only of its own
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Print notes too, not only warnings and errors
    #[arg(long)]
    notes: bool,
}

/// A document in memory.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its name in messages.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    /// Where it lies, if it is a file.
    path: Option<PathBuf>,
    /// The folder that its references may lead to, if it is not its own.
    root: Option<PathBuf>,
    /// What changes it.
    pub(crate) overlays: Vec<PathBuf>,
    /// The file that says more; its overlays go before all others.
    pub(crate) config: Option<File>,
    /// What is chosen of it.
    pub(crate) options: Options,
    notes: bool,
}

impl Input {
    /// Reads the document.
    pub(crate) fn load(self) -> Result<Loaded, Failure> {
        self.selection.load(self.document)
    }
}

impl Selection {
    /// Reads the document, of which this is chosen.
    pub(crate) fn load(self, path: PathBuf) -> Result<Loaded, Failure> {
        let bytes =
            std::fs::read(&path).map_err(|error| Failure::Read { path: path.clone(), error })?;
        let named = self.config.clone();
        let mut loaded = self.of(path.display().to_string(), bytes);
        loaded.path = Some(path.clone());
        loaded.configure(&path, named.as_deref())?;
        Ok(loaded)
    }

    /// A document in memory that a server gave, of which this is chosen.
    pub(crate) fn of_server(self, source: String, bytes: Vec<u8>) -> Result<Loaded, Failure> {
        let named = self.config.clone();
        let mut loaded = self.of(source, bytes);
        if named.is_some() {
            loaded.configure(Path::new(""), named.as_deref())?;
        }
        Ok(loaded)
    }

    fn of(self, file: String, bytes: Vec<u8>) -> Loaded {
        let options = Options {
            include: self.include,
            exclude: self.exclude,
            rename: BTreeMap::from_iter(self.rename),
            profile: self.profile,
            ..Options::default()
        };
        let (overlays, root, notes) = (self.overlay, self.root, self.notes);
        Loaded { file, bytes, path: None, root, overlays, config: None, options, notes }
    }
}

impl Loaded {
    /// A document that is part of the program.
    pub(crate) fn bundled(file: &str, bytes: &[u8]) -> Self {
        Self {
            file: file.to_owned(),
            bytes: bytes.to_vec(),
            path: None,
            root: None,
            overlays: Vec::new(),
            config: None,
            options: Options::default(),
            notes: false,
        }
    }

    /// Reads the file that says more.
    fn configure(&mut self, document: &Path, named: Option<&Path>) -> Result<(), Failure> {
        let found = File::find(document, named, |path| path.display().to_string());
        let found = found.map_err(|(path, error)| Failure::Read { path, error })?;
        self.config = found.map_err(|faults| {
            self.report(&faults);
            let file = named.unwrap_or(Path::new(curate::FILE));
            Failure::Findings { file: file.display().to_string(), errors: faults.len() }
        })?;
        if let Some(file) = &self.config {
            self.options.rules = file.rules.clone();
        }
        Ok(())
    }

    /// The name of its file without directories.
    pub(crate) fn base_name(&self) -> &str {
        let name = Path::new(&self.file).file_name();
        name.and_then(|name| name.to_str()).unwrap_or(&self.file)
    }

    /// Its path in a folder of its own with all that it refers to: its base name, or, where references
    /// may lead to another folder than its own, the path from there.
    pub(crate) fn own_path(&self) -> Result<String, Failure> {
        match (self.folder()?, &self.root) {
            (Some(folder), Some(_)) => Ok(folder.own().to_owned()),
            _ => Ok(self.base_name().to_owned()),
        }
    }

    /// The API that it describes; everything there is to say about it goes to standard error.
    pub(crate) fn lower(&self) -> Result<Api, Failure> {
        Ok(self.lower_with_findings()?.0)
    }

    /// Likewise, and what was said.
    pub(crate) fn lower_with_findings(&self) -> Result<(Api, Vec<Diagnostic>), Failure> {
        let document = self.parse()?;
        let lowered = pass::lower(&document, &self.options);
        self.report(&lowered.diagnostics);
        match lowered.api {
            Some(api) => Ok((api, lowered.diagnostics)),
            None => Err(self.findings(&lowered.diagnostics)),
        }
    }

    /// The Rust module for it; everything there is to say about it goes to standard error.
    pub(crate) fn generate(&self, form: Form, side: Side) -> Result<Module, Failure> {
        let select = self.options.clone();
        let options = toolwright_codegen::Options { select, form, side };
        let outcome = toolwright_codegen::generate_from(&self.parse()?, &options);
        self.report(&outcome.diagnostics);
        outcome.module.ok_or_else(|| self.findings(&outcome.diagnostics))
    }

    /// The document as it was read, with the files that it refers to.
    pub(crate) fn parse(&self) -> Result<Document, Failure> {
        let refused = |diagnostics: Vec<Diagnostic>| {
            self.report(&diagnostics);
            self.findings(&diagnostics)
        };
        let mut document = Document::parse(&self.file, &self.bytes).map_err(refused)?;
        let first = self.config.iter().flat_map(File::overlays);
        for path in first.chain(self.overlays.iter().cloned()) {
            let bytes = std::fs::read(&path)
                .map_err(|error| Failure::Read { path: path.clone(), error })?;
            let overlay = Document::parse(&path.display().to_string(), &bytes).map_err(refused)?;
            document = overlay::apply(document, &overlay).map_err(refused)?;
        }
        Ok(match self.folder()? {
            Some(folder) => folder.bundle(document),
            None => document,
        })
    }

    /// The files that the document refers to: paths from its folder, or from the wider one, and
    /// contents.
    pub(crate) fn others(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let Some(folder) = self.folder()? else {
            return Ok(Vec::new());
        };
        let document = self.parse()?;
        let read = |name: &str| {
            let failed = |error| Failure::Read { path: name.into(), error };
            Ok((name.to_owned(), folder.read(name).map_err(failed)?))
        };
        document.files().map(read).collect()
    }

    /// The overlays: file names and contents.
    pub(crate) fn overlay_files(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let read = |path: &PathBuf| {
            let content =
                std::fs::read(path).map_err(|error| Failure::Read { path: path.clone(), error })?;
            let name = path.file_name().unwrap_or(path.as_os_str());
            Ok((name.to_string_lossy().into_owned(), content))
        };
        self.overlays.iter().map(read).collect()
    }

    /// The file that says more, as it will be found beside the document, and its overlays.
    pub(crate) fn config_files(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let Some(file) = &self.config else {
            return Ok(Vec::new());
        };
        let own = self.own_path()?;
        let beside =
            own.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
        let mut files = vec![(format!("{beside}{}", curate::FILE), file.bytes.clone())];
        for (name, path) in file.rules.overlays().iter().zip(file.overlays()) {
            let bytes = std::fs::read(&path)
                .map_err(|error| Failure::Read { path: path.clone(), error })?;
            files.push((format!("{beside}{name}"), bytes));
        }
        Ok(files)
    }

    fn folder(&self) -> Result<Option<Folder>, Failure> {
        let around = |path: &PathBuf| {
            let folder = match &self.root {
                Some(root) => Folder::within(root, path),
                None => Folder::around(path),
            };
            folder.map_err(|error| Failure::Read { path: path.clone(), error })
        };
        self.path.as_ref().map(around).transpose()
    }

    /// Prints diagnostics.
    fn report(&self, diagnostics: &[Diagnostic]) {
        let least = if self.notes { Severity::Note } else { Severity::Warning };
        let mut out = std::io::stderr().lock();
        for diagnostic in diagnostics.iter().filter(|one| one.severity >= least) {
            // Nobody reads them if this fails.
            let _ = writeln!(out, "{diagnostic}\n");
        }
    }

    /// The failure that errors among the diagnostics amount to.
    fn findings(&self, diagnostics: &[Diagnostic]) -> Failure {
        let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
        Failure::Findings {
            file: self.file.clone(),
            errors: diagnostics.iter().filter(is_error).count(),
        }
    }
}

fn renaming(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((operation, tool)) if !operation.is_empty() && !tool.is_empty() => {
            Ok((operation.to_owned(), tool.to_owned()))
        }
        _ => Err("write the operation, `=` and the tool's new name".to_owned()),
    }
}
