//! What a client does with servers that misbehave, in both eras. The tests begin with the number
//! of their row.

mod answers;
mod faults;
mod lines;
#[cfg(unix)]
mod processes;
mod rounds;
mod schemas;

use serde_json::{Value, json};
use toolwright_core::Client;
use toolwright_core::client::{Call, ClientError};
use toolwright_core::testing::{Peer, Script};
use toolwright_spec::{CallToolResult, Revision};

/// With sessions, and without.
const ERAS: [Revision; 2] = [Revision::V2025_11_25, Revision::LATEST];

/// A client of a server that goes by the script.
async fn connect(script: Script) -> (Client, Peer) {
    script.connect(Client::builder()).await.unwrap()
}

/// What a tool returns.
fn done(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }] })
}

/// The text that a tool returned.
async fn text(call: Call<CallToolResult>) -> Result<String, ClientError> {
    call.await.map(|result| result.content[0].as_text().unwrap().to_owned())
}
