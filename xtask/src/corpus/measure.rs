//! What a process cost.

use std::io::Result;
use std::path::Path;
use std::process::{Command, Output};

use serde::{Deserialize, Serialize};

/// Processor time and memory of a process and of those that it started.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Cost {
    /// Seconds in user mode.
    pub(super) seconds: f64,
    /// Peak of the largest process, in MB (of 1024 KB).
    pub(super) peak: u64,
}

/// Runs a program under the `time` of GNU, and tells what it cost; `None` where that is missing.
pub(super) fn run(
    folder: &Path,
    program: &Path,
    arguments: &[&str],
    set: impl FnOnce(&mut Command),
) -> Result<(Output, Option<Cost>)> {
    let time = Path::new("/usr/bin/time");
    let note = folder.join("cost");
    let mut command = if time.exists() {
        let mut command = Command::new(time);
        command.args(["--quiet", "-f", "%U %M", "-o"]).arg(&note).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(arguments);
    set(&mut command);
    let output = command.output()?;
    let cost = std::fs::read_to_string(&note).ok().and_then(|text| read(&text));
    let _ = std::fs::remove_file(&note);
    Ok((output, cost))
}

fn read(text: &str) -> Option<Cost> {
    let (seconds, kilobytes) = text.trim().split_once(' ')?;
    let kilobytes: u64 = kilobytes.parse().ok()?;
    Some(Cost { seconds: seconds.parse().ok()?, peak: kilobytes / 1024 })
}
