//! The `toolwright` command as its users run it.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // rules for what ships

mod agreement;
mod clients;
mod curate;
mod documents;
#[cfg(target_os = "linux")]
mod logins;
mod property;
mod search;
mod serve;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The bundled document.
fn bookshop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/bookshop.yaml")
}

/// The command.
fn toolwright() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toolwright"));
    for name in ["BOOKSHOP_BASE_URL", "BOOKSHOP_REGION", "BOOKSHOP_SHOP_KEY"] {
        command.env_remove(name);
    }
    command
}

/// An empty directory of one test.
fn directory(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit code, standard output, standard error.
fn outcome(output: &Output) -> (i32, String, String) {
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}
