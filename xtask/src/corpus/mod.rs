//! `cargo xtask corpus`: makes a module of every document in `../shared/openapi`, compiles all of
//! them, and keeps the table in `docs/corpus.md`.
//!
//! Every document is generated from in a process of its own, so that its peak of memory is its
//! own, too, and compiled alone. What is done is kept in `target/corpus`, and done again only where
//! the generated text is another one.

mod compile;
mod generate;
mod made;
mod measure;
mod memory;
mod report;
mod state;

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use state::State;

/// What to do with which documents.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only documents whose file name matches, `*` stands for anything; writes no page
    #[arg(long, value_name = "GLOB")]
    only: Option<String>,
    /// Compare with docs/corpus.md what does not depend on the machine, and compile nothing
    #[arg(long)]
    check: bool,
    /// Generate, but compile nothing
    #[arg(long)]
    generate: bool,
    /// Instead, take documents made here, as large as the largest public ones; writes no page
    #[arg(long)]
    made: bool,
    /// With --made: in the words of OpenAPI 3.0, for generators that know no other
    #[arg(long = "openapi-3.0", requires = "made")]
    older: bool,
    /// Compile only each n-th document, by size, and write no page
    #[arg(long, value_name = "N")]
    every: Option<usize>,
    /// Begin no other crate after so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 240)]
    time: u64,
    /// Make one module, in this process: the document and the file to write
    #[arg(long, hide = true, num_args = 2)]
    one: Vec<PathBuf>,
}

/// Does it, and prints what failed; `false` where anything did.
///
/// # Errors
/// Files can't be read or written, or cargo does not start.
pub(crate) fn run(options: &Options) -> Result<bool> {
    if let [document, out] = options.one.as_slice() {
        return generate::one(document, out).map(|()| true);
    }
    let folder = folder();
    std::fs::create_dir_all(folder.join("modules"))?;
    let documents = documents(&folder, options)?;
    if documents.is_empty() {
        eprintln!("skipped: there is no such document in ../shared/openapi");
        return Ok(true);
    }
    let end = Instant::now() + Duration::from_secs(options.time * 60);
    let mut state = State::load(&folder)?;
    for document in &documents {
        generate::measured(document, &folder, &mut state)?;
    }
    let mut names: Vec<String> = documents.iter().map(|path| name(path)).collect();
    let page = crate::root().join("docs/corpus.md");
    if options.check {
        let same = report::compare(&std::fs::read_to_string(page)?, &state, &names);
        return Ok(memory::within(&state, &names) && same);
    }
    let whole = options.only.is_none() && options.every.is_none() && !options.made;
    if let Some(every) = options.every {
        names = names.into_iter().step_by(every.max(1)).collect();
    }
    if !options.generate {
        compile::check(&folder, &names, &mut state, end)?;
    }
    if whole {
        std::fs::write(page, report::page(&state, &names))?;
    }
    Ok(report::failures(&state, &names))
}

/// Where results and generated text are kept between runs.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| crate::root().join("target"), PathBuf::from).join("corpus")
}

fn documents(folder: &Path, options: &Options) -> Result<Vec<PathBuf>> {
    let shared = crate::root().join("../shared/openapi");
    let mut files = Vec::new();
    if options.made {
        files.extend(made::write(folder, options.older)?);
    } else {
        for place in [shared.clone(), shared.join("nasty")] {
            let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
            files.extend(
                entries.map(|entry| entry.path()).filter(|path| {
                    path.extension().is_some_and(|end| end == "json" || end == "yaml")
                }),
            );
        }
    }
    if let Some(only) = &options.only {
        files.retain(|path| matches(only, &name(path)));
    }
    files.sort_by_cached_key(|path| {
        (std::fs::metadata(path).map_or(0, |data| data.len()), name(path))
    });
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a text is what a pattern with `*` says.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|text| {
            let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.any(|at| text.get(at..).is_some_and(|end| matches(rest, end)))
        }),
    }
}

fn other(message: impl Into<String>) -> Error {
    Error::other(message.into())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in
            [("*", ""), ("a*", "abc"), ("*c", "abc"), ("a*c*", "abc"), ("b", "b")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("*b", "abc"), ("a*d*", "abc")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
