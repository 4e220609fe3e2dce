//! A server with everything that a server can have, under the names that the official conformance
//! suite expects; otherwise an ordinary one. It grows with the library.

mod asking;
mod behaviours;
mod capability;
mod changes;
mod contents;
mod media;
mod prompts;
mod resources;
mod rich;
mod rounds;
mod schemas;
mod tasks;

use serde_json::{Value, json};
use toolwright::Server;
use toolwright::spec::{JsonSchema, Tool};

/// The server, not yet checked.
#[must_use]
pub fn server() -> Server {
    let server = Server::new("everything", "1.0.0")
        .info(rich::info())
        .instructions("Call what you like: nothing here has an effect.")
        .tools(contents::tools())
        .tools(behaviours::tools())
        .tools(asking::tools())
        .tools(rounds::tools())
        .tools(schemas::tools())
        .tools(rich::tools())
        .resources(resources::resources())
        .prompts(prompts::prompts())
        .middleware(capability::NeedsSampling)
        .logging();
    tasks::with_tasks(changes::with_changes(behaviours::with_state(server)))
}

/// A tool without arguments.
fn plain(name: &str, description: &str) -> Tool {
    described(name, description, json!({ "type": "object" }))
}

/// A tool whose arguments have a schema written by hand.
fn described(name: &str, description: &str, schema: Value) -> Tool {
    Tool::new(name, JsonSchema::from(schema)).with_description(description)
}
