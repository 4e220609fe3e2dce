//! Where the tests find the repository, its binaries, and the material beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// The target folder of the running test, wherever cargo was told to put it.
///
/// # Panics
/// When the test binary stands in no cargo profile folder.
pub fn target() -> PathBuf {
    profile().parent().map(Path::to_path_buf).unwrap_or_default()
}

/// `shared/NAME` beside the checkout, or `None` with the reason printed.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: there is no ../shared/{name} beside this checkout");
    None
}

/// A binary of this workspace, built now if it is not up to date.
///
/// # Errors
/// What cargo printed, when it does not build.
pub fn binary(package: &str, name: &str) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", package, "--bin", name])
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target())
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(profile().join(name))
}

/// `target/debug` of the running test binary, which stands in `target/debug/deps`.
fn profile() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}
