//! Peers that are not ours, installed or built on first use in `target/peers`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place;

/// The folder that has the packages which `tests/NAME/package.json` and its lock file pin, beside
/// copies of that folder's scripts. (Node resolves packages from where a script stands.)
///
/// # Errors
/// What npm printed.
pub fn npm(name: &str) -> Result<PathBuf, String> {
    let source = place::root().join("tests").join(name);
    let pins =
        std::fs::read(source.join("package-lock.json")).map_err(|error| error.to_string())?;
    let home = once(&format!("npm-{name}"), &pins, |home| {
        copy_files(&source, home)?;
        let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        run(Command::new("npm").args(install).current_dir(home))
    })?;
    copy_files(&source, &home)?;
    Ok(home)
}

/// The interpreter of a Python environment that has `package`, given as `name==version`.
///
/// # Errors
/// What venv or pip printed.
pub fn python(package: &str) -> Result<PathBuf, String> {
    let home = once(package, package.as_bytes(), |home| {
        run(Command::new("python3").args(["-m", "venv"]).arg(home))?;
        let pip = home.join("bin/pip");
        run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", package]))
    })?;
    Ok(home.join("bin/python"))
}

/// A binary of the workspace in `tests/peers/NAME`, built now if it is not up to date. Cargo keeps
/// processes apart that build the same.
///
/// # Errors
/// What cargo printed.
pub fn rust(name: &str, binary: &str) -> Result<PathBuf, String> {
    let manifest = place::root().join("tests/peers").join(name).join("Cargo.toml");
    let home = place::target().join("peers").join(name);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--locked", "--bin", binary]).arg("--manifest-path");
    run(build.arg(manifest).env("CARGO_TARGET_DIR", &home))?;
    Ok(home.join("debug").join(binary))
}

/// A folder made by `install` if no earlier run finished doing so with the same `pins`. A file lock
/// keeps test processes apart.
fn once(
    name: &str,
    pins: &[u8],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let peers = place::target().join("peers");
    let home = peers.join(name);
    let complete = home.join(".complete");
    std::fs::create_dir_all(&peers).map_err(|error| error.to_string())?;
    let lock =
        File::create(peers.join(format!("{name}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if std::fs::read(&complete).ok().as_deref() != Some(pins) {
        install(&home).map_err(|error| {
            format!("{error}\nthe tests need python3 with venv, npm, and their package registries")
        })?;
        std::fs::write(complete, pins).map_err(|error| error.to_string())?;
    }
    Ok(home)
}

/// Copies what lies directly in a folder, unless it is there already.
fn copy_files(from: &Path, to: &Path) -> Result<(), String> {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            let goal = to.join(entry.file_name());
            if entry.file_type()?.is_file() {
                let text = std::fs::read(entry.path())?;
                if std::fs::read(&goal).ok().as_ref() != Some(&text) {
                    std::fs::write(&goal, text)?;
                }
            }
        }
        Ok(())
    };
    copy().map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{text}", output.status))
}
