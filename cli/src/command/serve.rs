//! `toolwright serve`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use toolwright::context::Principal;
use toolwright::resource::Directory;
use toolwright::rest::{RestTools, Upstream};
use toolwright::tool::Searchable;
use toolwright::{Server, ToolSet};
use toolwright_codegen::ir::Api;
use toolwright_codegen::select::BUDGET;

use super::calls::Calls;
use super::{block_on, tools_of};
use crate::definition;
use crate::failure::Failure;
use crate::input::Input;
use crate::mock::{Mock, presets};

/// Under which URIs the files of `--files` are read.
const FILES: &str = "files://shared/";

const ENVIRONMENT: &str = "\
Environment, with the API's name (the file's, or info.title) in capitals and underscores:
  <API>_BASE_URL     like --base-url
  <API>_<VARIABLE>   value of a variable in the document's server URLs
  <NAME>             what ${NAME} in presets of toolwright.toml stands for
  <API>_<SCHEME>     secret of a security scheme; basic authentication: user:password
  <API>_<SCHEME>_FILE
                     file with it
  <API>_<SCHEME>_CLIENT_ID, <API>_<SCHEME>_CLIENT_SECRET, <API>_<SCHEME>_TOKEN_URL,
  <API>_<SCHEME>_SCOPES
                     OAuth 2: how access tokens are asked for
  <API>_CLIENT_CERT_FILE, <API>_CLIENT_KEY_FILE, <API>_CA_FILE
                     certificate to show, its key, authorities to trust (PEM)
  <API>_TIMEOUT, <API>_RETRIES, <API>_CONCURRENCY, <API>_RATE, <API>_MAX_RESPONSE,
  <API>_ANONYMOUS=1, <API>_ALLOW_PRIVATE=1
                     like the options of these names";

/// Serve a REST API as MCP tools over standard input and output, without compiling anything
#[derive(Debug, Args)]
#[command(after_help = ENVIRONMENT)]
pub(crate) struct Serve {
    #[command(flatten)]
    input: Input,
    /// URL of the API, instead of the document's first server
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Answer from the document's examples and schemas instead of calling an API
    #[arg(long, conflicts_with = "base_url")]
    mock: bool,
    /// List up to this many tokens of tool definitions (four bytes each); above, three tools that
    /// search, describe and call stand for all. 0: they always do. 20000 unless toolwright.toml has another
    #[arg(long, value_name = "TOKENS")]
    budget: Option<usize>,
    /// Let clients read the files of this folder and below, under files://shared/PATH, and name them
    /// where an argument takes a file. Off unless given; links and what begins with a dot lead nowhere
    #[arg(long, value_name = "DIRECTORY")]
    files: Option<PathBuf>,
    /// Let whoever starts this call the tools that take this scope (`scopes` in toolwright.toml); may
    /// be given several times. Nobody has any otherwise
    #[arg(long, value_name = "SCOPE")]
    grant: Vec<String>,
    #[command(flatten)]
    calls: Calls,
}

impl Serve {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut loaded = self.input.load()?;
        loaded.options.budget = self.budget;
        let api = Arc::new(loaded.lower()?);
        if !api.operations.iter().any(|operation| operation.http.is_some()) {
            let file = &loaded.file;
            return Err(Failure::Other(format!(
                "{file} describes tools, but no API that could do their work; \
                 write it in Rust: toolwright new {file} DIRECTORY"
            )));
        }
        let files = self.files.map(folder).transpose()?;
        let budget = loaded.options.budget().unwrap_or(BUDGET);
        let wanted = Wanted {
            base_url: self.base_url,
            mock: self.mock,
            budget,
            files,
            grant: self.grant,
            calls: self.calls,
        };
        block_on(serve(api, wanted))
    }
}

/// How it is served.
struct Wanted {
    base_url: Option<String>,
    mock: bool,
    budget: usize,
    files: Option<Directory>,
    grant: Vec<String>,
    calls: Calls,
}

/// The files that clients may read.
fn folder(root: PathBuf) -> Result<Directory, Failure> {
    if !root.is_dir() {
        let root = root.display();
        return Err(Failure::Usage(format!("--files takes a folder, and {root} is none")));
    }
    let files = Directory::new("files", FILES, root).without_hidden();
    Ok(files.description("Files that arguments can name by their URIs where a file is to be sent"))
}

async fn serve(api: Arc<Api>, wanted: Wanted) -> Result<(), Failure> {
    let Wanted { base_url, mock, budget, files, grant, calls } = wanted;
    let descriptor = definition::descriptor(&api)?;
    let mock = match mock {
        true => Some(
            Mock::start(Arc::clone(&api), 0, false)
                .await
                .map_err(|error| Failure::other("starting the mock", error))?,
        ),
        false => None,
    };
    let mut upstream = Upstream::builder(&descriptor);
    if let Some(url) = mock.as_ref().map(Mock::url).or(base_url) {
        upstream = upstream.base_url(url);
    }
    if let Some(files) = &files {
        upstream = upstream.files(Arc::new(files.clone()));
    }
    let mut upstream = calls.apply(upstream.env());
    if mock.is_some() {
        upstream = upstream.anonymous();
        for (name, value) in presets::unset(&api) {
            upstream = upstream.preset(name, value);
        }
    }
    let upstream = upstream.build().map_err(|error| Failure::Other(error.to_string()))?;
    for warning in upstream.warnings() {
        let _ = writeln!(std::io::stderr(), "warning: {warning}");
    }
    let tools = RestTools::new(&descriptor, upstream).with_parts(api.parts.clone());
    let tools = Arc::new(tools);
    drop(descriptor);
    let listed = tools.tools();
    tell_ungranted(&api, &grant);
    let tokens: usize = listed.iter().map(definition::tokens).sum();
    let source = if mock.is_some() { " (mock)" } else { "" };
    let behind = if tokens > budget { ", behind search_tools" } else { "" };
    let _ = writeln!(
        std::io::stderr(),
        "serving {} of {}{source} over standard input and output (about {tokens} tokens of \
         definitions{behind})",
        tools_of(listed.len()),
        api.title
    );
    let version = if api.version.is_empty() { "0" } else { &api.version };
    let mut server = Server::new(api.name.clone(), version).title(api.title.clone());
    if !grant.is_empty() {
        server = server.caller(Principal::new("local", "").with_scopes(grant));
    }
    if api.operations.iter().any(|operation| operation.resource.is_some()) {
        server = server.resources(Arc::clone(&tools));
    }
    if let Some(files) = files {
        let told = format!("Files can be given as URIs too: {FILES} and the path of the file.");
        server = server.resources(files).instructions(told);
    }
    // Of a large API that is much, and whoever answers from it has it.
    drop((listed, api));
    let server = match behind {
        "" => server.tools(tools),
        _ => server.tools(Searchable::new(tools)),
    };
    server.stdio().await.map_err(|error| Failure::Other(error.to_string()))
}

/// Says what is hidden because nobody may use it.
fn tell_ungranted(api: &Api, grant: &[String]) {
    let scopes = api.operations.iter().flat_map(|operation| &operation.scopes);
    let ungranted: BTreeSet<_> = scopes.filter(|scope| !grant.contains(scope)).collect();
    for scope in ungranted {
        let _ = writeln!(
            std::io::stderr(),
            "warning: what takes the scope `{scope}` is hidden, since nobody has it here: give it \
             with --grant {scope}"
        );
    }
}
