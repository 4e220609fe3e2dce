//! Files that are not there yet.

use std::io;
use std::path::Path;

/// Prepares `folder` so that cargo, which is to watch it, sees when `file` (an absolute path) comes.
///
/// Cargo takes a file that it watches and can't find for one that changed, at every build, and in a
/// folder of the user's anything may change. So there is a folder of our own with nothing but a link
/// to the file, which cargo leaves out of account for as long as it leads nowhere. Each run makes the
/// link anew, after its work: so it is younger than the run began, and a file that was moved there
/// and is old counts as well. The folder itself is made old, or it would count, too.
///
/// # Errors
/// There are no symbolic links on this system, or the folder can't be written.
#[cfg(unix)]
pub(super) fn expect(file: &Path, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let link = folder.join("file");
    match std::fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => std::os::unix::fs::symlink(file, &link)?,
    }
    std::fs::File::open(folder)?.set_modified(std::time::UNIX_EPOCH)
}

/// As there: links take rights here that few have.
#[cfg(not(unix))]
pub(super) fn expect(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
