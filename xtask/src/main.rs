//! The developers' commands. Run as `cargo xtask COMMAND`.

mod bench;
mod budget;
mod ci;
mod corpus;
mod regen;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The developers' commands of Toolwright.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Regenerate everything that is derived from the official schemas
    Regen(regen::Options),
    /// Check the rules that no lint can hold
    Tidy,
    /// Count the crates that a user compiles
    Budget,
    /// Measure what calls cost, beside other servers
    Bench(bench::Options),
    /// Generate and compile a module for every shared OpenAPI document
    Corpus(corpus::Options),
    /// Run every check, as CI does
    Ci,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Regen(options) => return regen(&options),
        Command::Tidy => tidy(),
        Command::Budget => budget::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Corpus(options) => corpus::run(&options),
        Command::Ci => ci::run(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn regen(options: &regen::Options) -> ExitCode {
    match regen::run(&root(), options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> std::io::Result<bool> {
    let findings = tidy::findings()?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    eprintln!("tidy: {} findings", findings.len());
    Ok(findings.is_empty())
}

/// The repository, wherever the command was started from.
fn root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or(own.clone(), PathBuf::from)
}
