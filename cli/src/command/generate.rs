//! `toolwright generate`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use toolwright_codegen::{Form, ir, write};

use crate::failure::Failure;
use crate::input::Input;

/// Write a Rust module: trait, types, tools, and a proxy where there is a REST API
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    input: Input,
    /// File to write; standard output without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print what a stage made of the document as JSON instead
    #[arg(long, value_enum)]
    stop_after: Option<Stage>,
}

/// Stages of generation that can be looked at.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stage {
    /// The document as it was read
    Source,
    /// The API, independent of the document's format
    Ir,
}

impl Generate {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let loaded = self.input.load()?;
        let text = match self.stop_after {
            Some(Stage::Source) => pretty(loaded.parse()?.root())?,
            Some(Stage::Ir) => pretty(&ir::dump(&loaded.lower()?))?,
            None => loaded.generate(Form::File)?.text,
        };
        match self.output {
            Some(path) => write::if_changed(&path, &text)
                .map(|_| ())
                .map_err(|error| Failure::Write { path, error }),
            None => std::io::stdout()
                .write_all(text.as_bytes())
                .map_err(|error| Failure::other("writing to standard output", error)),
        }
    }
}

fn pretty(value: &serde_json::Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::other("printing JSON", error))
}
