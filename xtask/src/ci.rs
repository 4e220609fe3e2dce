//! `cargo xtask ci`: every check in the order in which a failure is cheapest to learn of.

use std::process::Command;
use std::time::Instant;

/// Each step is a cargo command line.
const STEPS: &[&[&str]] = &[
    &["fmt", "--all", "--check"],
    &["fmt", "--manifest-path", "tests/peers/rmcp/Cargo.toml", "--check"],
    &["fmt", "--manifest-path", "tests/compare/Cargo.toml", "--check"],
    &["fmt", "--manifest-path", "tests/compare/generators/Cargo.toml", "--check"],
    &["fmt", "--manifest-path", "tests/compare/servers/Cargo.toml", "--check"],
    &["xtask", "tidy"],
    &["xtask", "regen", "--check"],
    &["xtask", "budget"],
    &["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"],
    &["test", "--workspace"],
    &["xtask", "corpus", "--check"],
    &["xtask", "corpus", "--every", "12"],
];

/// Runs the steps; the first that fails ends the run with `false`.
///
/// # Errors
/// When cargo cannot be started.
pub(crate) fn run() -> std::io::Result<bool> {
    for step in STEPS {
        let line = step.join(" ");
        eprintln!("--- cargo {line}");
        let started = Instant::now();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo).args(*step).current_dir(crate::root()).status()?;
        eprintln!("--- cargo {line}: {status}, {} s", started.elapsed().as_secs());
        if !status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}
