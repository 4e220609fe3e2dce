//! Writing of generated files.

use std::io;
use std::path::Path;

/// Writes `text` to `path` unless the file already reads so, and tells whether it did. Build tools
/// go by modification times, so files that stay the same stay untouched.
///
/// # Errors
/// The file or its directory can't be written.
pub fn if_changed(path: &Path, text: &str) -> io::Result<bool> {
    if std::fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, text)?;
    Ok(true)
}
