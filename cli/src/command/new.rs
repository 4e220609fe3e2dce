//! `toolwright new`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use toolwright_codegen::project::{Dependency, Project};
use toolwright_codegen::{Form, Module, Side};

use super::tools_of;
use crate::failure::Failure;
use crate::input::{Input, Loaded};

/// Write a crate that serves an API; its build script generates the code from the document
#[derive(Debug, Args)]
pub(crate) struct New {
    #[command(flatten)]
    input: Input,
    /// Directory of the crate; must not exist yet, or be empty
    directory: PathBuf,
    /// Name of the package; the API's name without it
    #[arg(long)]
    name: Option<String>,
    /// Write the tools behind three that search, describe and call if their definitions take more
    /// tokens than this. 20000 unless toolwright.toml has another
    #[arg(long, value_name = "TOKENS")]
    budget: Option<usize>,
    /// Source tree of toolwright to depend on, instead of the published version
    #[arg(long, value_name = "PATH")]
    toolwright_path: Option<PathBuf>,
}

impl New {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut loaded = self.input.load()?;
        loaded.options.budget = self.budget;
        if occupied(&self.directory) {
            let directory = self.directory.display();
            return Err(Failure::Usage(format!("{directory} exists and is not empty")));
        }
        let dependency = match &self.toolwright_path {
            Some(path) => Dependency::Path(absolute(path)?),
            None => dependency(),
        };
        let module = loaded.generate(Form::Include, Side::Server)?;
        write_crate(&loaded, &module, &self.directory, self.name.as_deref(), dependency)?;
        let tools = module.outline.methods.len();
        let directory = self.directory.display();
        let _ = writeln!(
            std::io::stderr(),
            "wrote a server with {} to {directory}; its README.md says how to run it",
            tools_of(tools)
        );
        Ok(())
    }
}

/// Writes a crate.
pub(crate) fn write_crate(
    loaded: &Loaded,
    module: &Module,
    directory: &Path,
    package: Option<&str>,
    dependency: Dependency,
) -> Result<(), Failure> {
    let mut others = loaded.others()?;
    let overlays = loaded.overlay_files()?;
    others.extend(overlays.iter().cloned());
    others.extend(loaded.config_files()?);
    let document = loaded.own_path()?;
    let overlays: Vec<String> = overlays.into_iter().map(|(name, _)| name).collect();
    let project = Project {
        module,
        document: &document,
        bytes: &loaded.bytes,
        others: &others,
        overlays: &overlays,
        select: &loaded.options,
        package,
        dependency,
        isolated: true,
    };
    for file in project.files() {
        let path = directory.join(&file.path);
        write(&path, &file.content).map_err(|error| Failure::Write { path, error })?;
    }
    Ok(())
}

/// The source tree that this program was built in, if it is still there; it has what no registry
/// has yet.
pub(crate) fn source_tree() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    root.join("runtime/Cargo.toml").is_file().then(|| root.to_path_buf())
}

fn dependency() -> Dependency {
    match source_tree() {
        Some(root) => Dependency::Path(root),
        None => Dependency::Version(env!("CARGO_PKG_VERSION").to_owned()),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    let found = path.canonicalize();
    found.map_err(|error| Failure::Read { path: path.to_path_buf(), error })
}

/// Files that stay the same stay untouched: cargo goes by modification times.
fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, content)
}

fn occupied(directory: &Path) -> bool {
    match std::fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}
