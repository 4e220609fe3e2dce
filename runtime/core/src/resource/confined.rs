//! Files below a folder, and nothing else.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::Failure;

/// Reads a file that is given by segments below `root`, `limit` bytes at most.
///
/// # Errors
/// [`Failure::not_found`] for what is not a regular file, or cannot be reached without leaving
/// `root` or following a symbolic link.
pub(super) fn read(root: &Path, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
    if !path.split('/').all(is_name) {
        return Err(Failure::not_found());
    }
    let file = open(root, path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Failure::not_found(),
        _ => unreachable_by_name(error),
    })?;
    if !file.metadata()?.is_file() {
        return Err(Failure::not_found());
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Failure::invalid(format!("the file is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Whether a segment is the name of something in its folder, whoever reads it. What looks like an
/// escape of a dot, a separator or NUL was escaped twice, which no honest client does.
fn is_name(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    !matches!(segment, "" | "." | "..")
        && !segment.contains(['\0', '\\', ':'])
        && !["%2e", "%2f", "%5c", "%00"].iter().any(|escape| lower.contains(escape))
}

#[cfg(unix)]
fn unreachable_by_name(error: io::Error) -> Failure {
    use rustix::io::Errno;
    match Errno::from_io_error(&error) {
        Some(Errno::LOOP | Errno::MLINK | Errno::NAMETOOLONG) => Failure::not_found(),
        _ => error.into(),
    }
}

#[cfg(not(unix))]
fn unreachable_by_name(error: io::Error) -> Failure {
    error.into()
}

/// Opens segment by segment, so that nobody can swap a folder for a link meanwhile.
#[cfg(unix)]
fn open(root: &Path, path: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};

    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut folder = File::open(root)?;
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for segment in folders.split('/').filter(|segment| !segment.is_empty()) {
        folder = openat(&folder, segment, flags | OFlags::DIRECTORY, Mode::empty())?.into();
    }
    Ok(openat(&folder, name, flags, Mode::empty())?.into())
}

/// Looks where a path really leads before it is opened.
#[cfg(not(unix))]
fn open(root: &Path, path: &str) -> io::Result<File> {
    let root = root.canonicalize()?;
    let found = root.join(path).canonicalize()?;
    if found != root.join(path) {
        return Err(io::ErrorKind::NotFound.into());
    }
    File::open(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_is_read() {
        let root = std::env::temp_dir().join(format!("toolwright-confined-{}", std::process::id()));
        std::fs::create_dir_all(root.join("in/deep")).unwrap();
        std::fs::write(root.join("secret"), "canary").unwrap();
        std::fs::write(root.join("in/deep/a.txt"), "text").unwrap();
        #[cfg(unix)]
        {
            let link = |from: &str, to: &str| {
                let _ = std::os::unix::fs::symlink(root.join(to), root.join(from));
            };
            link("in/link", "secret");
            link("in/up", "");
        }
        let inside = root.join("in");
        assert_eq!(read(&inside, "deep/a.txt", 10).unwrap(), b"text");
        assert!(!read(&inside, "deep/a.txt", 3).unwrap_err().is_not_found());
        for path in [
            "",
            "..",
            "../secret",
            "deep/../../secret",
            "/etc/passwd",
            "deep//a.txt",
            "./deep",
            "link",
            "up/secret",
            "%2e%2e/secret",
            "..%2Fsecret",
            "..\\secret",
            "deep",
            "x\0",
            "deep/a.txt/x",
            "C:x",
            &"x".repeat(5000),
        ] {
            let error = read(&inside, path, 10).unwrap_err();
            assert!(error.is_not_found(), "{path:?}: {error:?}");
        }
        std::fs::remove_dir_all(root).unwrap();
    }
}
