//! `toolwright generate`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use toolwright_codegen::json::Value;
use toolwright_codegen::{Form, Side, ir, write};

use super::block_on;
use crate::failure::Failure;
use crate::input::{Loaded, Selection};
use crate::live::Live;
use crate::login::Login;

/// Write a Rust module: trait, types, tools, and a proxy where there is a REST API; or a client
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    login: Login,
    #[command(flatten)]
    selection: Selection,
    /// Write a client instead: a method for each tool, which calls a server that has it
    #[arg(long)]
    client: bool,
    /// File to write; standard output without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print what a stage made of the document as JSON instead
    #[arg(long, value_enum)]
    stop_after: Option<Stage>,
}

/// Where the tools are described: in one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// OpenAPI document or tool descriptions, in JSON or YAML
    document: Option<PathBuf>,
    /// Start this MCP server and take the tools that it lists: 'program argument …'
    #[arg(long, value_name = "COMMAND")]
    from_command: Option<String>,
    /// Take the tools that the MCP server under this URL lists
    #[arg(long, value_name = "URL")]
    from_url: Option<String>,
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
        let loaded = self.source.load(self.login, self.selection)?;
        let side = if self.client { Side::Client } else { Side::Server };
        let text = match self.stop_after {
            Some(Stage::Source) => pretty(loaded.parse()?.root())?,
            Some(Stage::Ir) => pretty(&ir::dump(&loaded.lower()?))?,
            None => loaded.generate(Form::File, side)?.text,
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

impl Source {
    fn load(self, login: Login, selection: Selection) -> Result<Loaded, Failure> {
        let oauth = login.oauth()?;
        if oauth.is_some() && self.from_url.is_none() {
            return Err(Failure::Usage("--login is for --from-url".to_owned()));
        }
        let server = match (self.document, self.from_command, self.from_url) {
            (Some(path), _, _) => return selection.load(path),
            (_, Some(command), _) => Live::Command(command),
            (_, _, Some(url)) => Live::Url { url, oauth },
            // clap wants one of them.
            (None, None, None) => return Err(Failure::Usage("name a document".to_owned())),
        };
        let listed = block_on(server.describe())?;
        let mut loaded = selection.of_server(listed.source, listed.description)?;
        loaded.options.name = Some(listed.name);
        Ok(loaded)
    }
}

fn pretty(value: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::other("printing JSON", error))
}
