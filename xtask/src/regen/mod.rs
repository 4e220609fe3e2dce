//! `cargo xtask regen`: from the official schemas to everything that is derived from them.
//!
//! Stages: [`source`] → [`committed`] (canonical schemas and overlays) → [`fixups`] →
//! [`normalise`] (one exact model per revision) → [`fold`] (the superset) → [`print`].

mod canonical;
mod committed;
mod diff;
mod docs;
mod error;
mod fetch;
mod fixups;
mod fold;
pub(crate) mod model;
mod names;
mod normalise;
mod overlay;
mod print;
mod select;
mod source;
mod ts;
mod write;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use committed::Committed;
pub(crate) use error::Error;
use model::Model;
use source::Source;

/// Where official files are published.
const OFFICIAL: &str =
    "https://raw.githubusercontent.com/modelcontextprotocol/modelcontextprotocol/main/schema";

/// The manifest that has a feature for each exact module.
const MANIFEST: &str = "spec/Cargo.toml";
/// The superset.
const SUPERSET: &str = "spec/mcp.json";

/// Options of `cargo xtask regen`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Options {
    /// Take official files from a directory or address with `<revision>/schema.json` below it
    #[arg(long, value_name = "DIR|URL")]
    from: Option<String>,
    /// Take official files from where they are published
    #[arg(long, conflicts_with = "from")]
    online: bool,
    /// Also ask an address for this revision
    #[arg(long, value_name = "DATE")]
    revision: Vec<String>,
    /// Write nothing; fail where a file differs from what would be written
    #[arg(long)]
    check: bool,
    /// Only print the keys that need documentation
    #[arg(long)]
    list_docs: bool,
}

/// Everything that regen derives, before it is printed.
#[derive(Debug, Clone)]
pub(crate) struct Derived {
    /// The superset.
    pub(crate) superset: Model,
    /// Revisions, oldest first.
    pub(crate) exact: Vec<Model>,
    /// Extensions.
    pub(crate) extensions: Vec<Model>,
}

impl Derived {
    /// The models that are committed, by path: the superset and the extensions.
    fn models(&self) -> Vec<(String, &Model)> {
        let mut out = vec![(SUPERSET.to_owned(), &self.superset)];
        for extension in &self.extensions {
            for revision in &extension.revisions {
                out.push((format!("spec/{}.json", revision.id), extension));
            }
        }
        out
    }
}

/// Runs the command.
///
/// # Errors
/// Says what could not be read, does not fit, or differs.
pub(crate) fn run(root: &Path, options: &Options) -> Result<(), Error> {
    let mut committed = Committed::load(root)?;
    let from = options.from.as_deref().or_else(|| options.online.then_some(OFFICIAL));
    if let Some(from) = from {
        let taken = committed.ingest(&Source::parse(from), &options.revision)?;
        eprintln!("taken in: {}", taken.join(", "));
    }
    let derived = derive(&committed)?;
    if options.list_docs {
        let keys: String = docs::needed(&derived).iter().map(|key| format!("{key}\n")).collect();
        let stdout = std::io::stdout().write_all(keys.as_bytes());
        return stdout.map_err(|source| Error::io(Path::new("standard output"), source));
    }
    for (path, model) in derived.models() {
        announce(root, &path, model)?;
    }
    let files = files(root, &committed, &derived)?;
    write::write(root, &files, options.check)
}

/// Prints how a model differs from the committed one.
fn announce(root: &Path, path: &str, model: &Model) -> Result<(), Error> {
    if let Some(old) = source::read_file(&root.join(path))? {
        let old = serde_json::from_slice(&old).map_err(|problem| Error::syntax(path, problem))?;
        eprint!("{}", diff::report(path, &diff::changes(&old, model)));
    }
    Ok(())
}

/// From schemas to models.
///
/// # Errors
/// Says what does not fit.
pub(crate) fn derive(committed: &Committed) -> Result<Derived, Error> {
    let (revisions, extensions) = committed.inputs();
    let exact: Result<Vec<Model>, Error> = revisions.iter().map(normalise::exact).collect();
    let exact = exact?;
    let superset = fold::superset(&exact)?;
    let mut models = Vec::new();
    if let Some(newest) = revisions.last() {
        for input in &extensions {
            models.push(normalise::extension(input, newest)?);
        }
    }
    Ok(Derived { superset, exact, extensions: models })
}

fn files(
    root: &Path,
    committed: &Committed,
    derived: &Derived,
) -> Result<BTreeMap<String, String>, Error> {
    let mut out = committed.files()?;
    for (path, model) in derived.models() {
        out.insert(path, model_text(model)?);
    }
    let docs = docs::load(root)?;
    docs::check(&docs, derived)?;
    let printed = print::files(&derived.superset, &derived.exact, &derived.extensions, &docs)?;
    let manifest =
        String::from_utf8_lossy(&source::read_file(&root.join(MANIFEST))?.unwrap_or_default())
            .into_owned();
    let manifest = print::manifest(&manifest, &derived.exact, &derived.extensions)?;
    out.insert(MANIFEST.into(), manifest);
    for (path, text) in printed {
        out.insert(path.to_string_lossy().replace('\\', "/"), text);
    }
    Ok(out)
}

fn model_text(model: &Model) -> Result<String, Error> {
    let value =
        serde_json::to_value(model).map_err(|problem| Error::syntax("the model", problem))?;
    Ok(canonical::text(&value))
}

#[cfg(test)]
mod tests;
