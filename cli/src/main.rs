//! The `toolwright` command: MCP servers from OpenAPI documents and tool descriptions.

mod command;
mod definition;
mod failure;
mod input;
mod live;
mod login;
mod mock;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use command::Command;

/// Turns schemas into MCP software.
#[derive(Debug, Parser)]
#[command(name = "toolwright", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Standard error may be gone; the exit code still says it.
            let _ = writeln!(std::io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}
