//! Building the generated crate with what is there already.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Name of the generated package and program.
pub(super) const PACKAGE: &str = "toolwright-demo";

/// Where the crate is written and built.
#[derive(Debug)]
pub(super) struct Place {
    /// The crate.
    pub(super) directory: PathBuf,
    /// The target directory, shared with this program so that little has to be compiled.
    target: PathBuf,
}

impl Place {
    /// A place inside the target directory that this program lies in; `root` is the source tree.
    pub(super) fn new(root: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::other("looking for this program", error))?;
        let is_target = |directory: &&Path| directory.join("CACHEDIR.TAG").is_file();
        let target = program
            .ancestors()
            .skip(1)
            .find(is_target)
            .map_or_else(|| root.join("target"), Path::to_path_buf);
        let place = Self { directory: target.join(PACKAGE), target };
        place.lock(root)?;
        Ok(place)
    }

    /// Builds the crate, cargo's progress on standard error, and says where the program is.
    pub(super) fn build(&self) -> Result<PathBuf, Failure> {
        let offline = self.quietly(&["tree", "--offline"]);
        let mut command = self.cargo("build");
        if offline {
            command.arg("--offline");
        }
        let status = command
            .stdout(Stdio::null())
            .status()
            .map_err(|error| Failure::other("starting cargo", error))?;
        if !status.success() {
            return Err(Failure::Other("cargo could not build the crate".to_owned()));
        }
        let name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
        Ok(self.target.join("debug").join(name))
    }

    /// The same versions of dependencies as the source tree has, which are downloaded already.
    fn lock(&self, root: &Path) -> Result<(), Failure> {
        let lock = self.directory.join("Cargo.lock");
        std::fs::create_dir_all(&self.directory)
            .and_then(|()| std::fs::copy(root.join("Cargo.lock"), &lock))
            .map(|_| ())
            .map_err(|error| Failure::Write { path: lock, error })
    }

    fn quietly(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.directory);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    /// Cargo in the crate, with the settings that the source tree's artifacts were built with.
    fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(cargo());
        command
            .arg(subcommand)
            .arg("--target-dir")
            .arg(&self.target)
            .args(["--config", "profile.dev.debug=\"line-tables-only\""])
            .args(["--config", "profile.dev.package.\"*\".debug=false"])
            .current_dir(&self.directory);
        for (name, _) in std::env::vars_os().filter(|(name, _)| describes_package(name)) {
            command.env_remove(name);
        }
        command
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Variables that `cargo run` sets about this program's package. Build scripts that look at their
/// own would run again for them.
fn describes_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
