//! `cargo xtask bench`: what a call costs our server, beside one made with rmcp and beside bare
//! ones that do the least that answers it, and what it costs clients of the same kinds.
//!
//! The programs are in `tests/compare/servers`, a workspace of its own. All of them run in one go, in turns,
//! and what counts is the processor time of the process: it says more on a machine with
//! other work than calls per second do.

mod caller;
mod http;
mod report;
mod server;
mod stdio;

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use report::Table;
use server::Kind;

/// How long and how often.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds for each measurement
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// How often each is repeated; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Measure clients only
    #[arg(long)]
    clients: bool,
}

/// An era, and how a call says that it belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Era {
    Session,
    Stateless,
}

/// Prints tables.
///
/// # Errors
/// The servers do not build or start, or do not answer.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let folder = build()?;
    let time = Duration::from_secs(options.seconds.max(1));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    eprintln!("load before: {load}");
    clients(&folder, options, time)?;
    if options.clients {
        return Ok(true);
    }
    let mut calls = Table::new("Streamable HTTP, `tools/call`: µs of CPU per call (calls/s)");
    for era in [Era::Session, Era::Stateless] {
        for in_flight in [1, 16, 128] {
            let name = format!("{}, {in_flight} in flight", era.name());
            for _ in 0..options.rounds {
                for kind in Kind::ALL {
                    let cost = http::calls(&folder, kind, era, in_flight, time)?;
                    calls.add(&name, kind, cost);
                }
            }
        }
    }
    calls.print();
    let mut lines = Table::new("stdio, `tools/call`: µs of CPU per call (calls/s)");
    for in_flight in [1, 64] {
        for _ in 0..options.rounds {
            for kind in Kind::ALL {
                let cost = stdio::calls(&folder, kind, in_flight, time)?;
                lines.add(&format!("{in_flight} in flight"), kind, cost);
            }
        }
    }
    lines.print();
    let mut lists = Table::new("Streamable HTTP, `tools/list` of 1,000 tools: µs of CPU per call");
    for _ in 0..options.rounds {
        for kind in [Kind::Limit, Kind::Ours] {
            lists.add("16 in flight", kind, http::lists(&folder, kind, time)?);
        }
    }
    lists.print();
    eprintln!("\nAn idle session, KiB:");
    for kind in [Kind::Ours, Kind::Theirs] {
        eprintln!("- {}: {:.1}", kind.name(), http::session(&folder, kind, 2000)?);
    }
    eprintln!("load after: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default());
    Ok(true)
}

fn clients(folder: &Path, options: &Options, time: Duration) -> Result<()> {
    let mut callers = Table::new("Clients over Streamable HTTP: µs of CPU per call (calls/s)");
    for era in [Era::Session, Era::Stateless] {
        for in_flight in [1, 64] {
            for _ in 0..options.rounds {
                for kind in Kind::ALL {
                    let cost = caller::calls(folder, kind, era, in_flight, time)?;
                    callers.add(&format!("{}, {in_flight} in flight", era.name()), kind, cost);
                }
            }
        }
    }
    callers.print();
    Ok(())
}

impl Era {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Stateless => "stateless",
        }
    }
}

/// Builds the servers; the folder with their programs.
fn build() -> Result<PathBuf> {
    let root = crate::root();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let target = target.join("bench");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path"])
        .arg(root.join("tests/compare/servers/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .status()?;
    if !status.success() {
        return Err(Error::other("the servers in tests/compare/servers do not build"));
    }
    Ok(target.join("release"))
}
