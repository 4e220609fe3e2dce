//! Where official files come from: a directory, or addresses below a prefix.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::Error;

/// A place with the layout `<revision>/schema.json`, with `schema.ts` beside it.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A directory.
    Directory(PathBuf),
    /// An address to which `/<revision>/schema.json` is added.
    Url(String),
}

impl Source {
    /// Reads the value of `--from`.
    pub(crate) fn parse(from: &str) -> Self {
        if from.starts_with("https://") || from.starts_with("http://") {
            Self::Url(from.trim_end_matches('/').to_owned())
        } else {
            Self::Directory(from.into())
        }
    }

    /// Revisions and extensions that may be there: those in the directory, or `known` ones.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub(crate) fn ids(&self, known: &[String]) -> Result<Vec<String>, Error> {
        let Self::Directory(dir) = self else {
            return Ok(known.to_vec());
        };
        let entries = fs::read_dir(dir).map_err(|source| Error::io(dir, source))?;
        let mut out = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| Error::io(dir, source))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_id(&name) && entry.path().join("schema.json").is_file() {
                out.push(name);
            }
        }
        out.sort();
        Ok(out)
    }

    /// One file, or `None` where it does not exist.
    ///
    /// # Errors
    /// Where it exists but cannot be had.
    pub(crate) fn read(&self, id: &str, file: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Self::Directory(dir) => read_file(&dir.join(id).join(file)),
            Self::Url(prefix) => super::fetch::read(&format!("{prefix}/{id}/{file}")),
        }
    }
}

/// Whether `name` is a revision's date or an extension; a draft has no fixed content.
pub(crate) fn is_id(name: &str) -> bool {
    is_extension(name) || is_date(name)
}

/// Whether `name` is an extension's.
pub(crate) fn is_extension(name: &str) -> bool {
    name.starts_with("ext-")
}

fn is_date(name: &str) -> bool {
    let shape: String = name.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00"
}

/// A file's bytes, or `None` where it does not exist.
pub(crate) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(problem) if problem.kind() == ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(Error::io(path, problem)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_extensions_are_ids() {
        assert!(is_id("2027-01-01") && is_id("ext-tasks"));
        assert!(!is_id("draft") && !is_id("2027-1-1") && !is_id("examples"));
    }
}
