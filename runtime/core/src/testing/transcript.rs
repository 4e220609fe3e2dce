//! What was said.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// One message, or one line that is none.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Who said it.
    pub from: Side,
    /// The line, without its end.
    pub line: String,
}

impl Entry {
    /// The line as JSON; `null` if it is none.
    #[must_use]
    pub fn message(&self) -> Value {
        serde_json::from_str(&self.line).unwrap_or_default()
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = match self.from {
            Side::Client => "client",
            Side::Server => "server",
        };
        write!(f, "{from}: {}", self.line)
    }
}

/// Every message of a connection, in order, as the client sent and got it. Cheap to clone; it
/// grows while the connection lives.
///
/// Printed, it has one message a line, which makes a good snapshot. What differs from run to run
/// goes with [`Transcript::redacted`].
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::testing::Pair;
/// use toolwright_spec::Revision;
///
/// # async fn run() -> toolwright_core::Result<()> {
/// let pair = Pair::of(Server::new("shop", "1.0.0")).revision(Revision::V2025_06_18);
/// let (client, transcript) = pair.connect().await?;
/// client.ping().await?;
/// let said = transcript.redacted(&["_meta", "serverInfo", "clientInfo", "capabilities"]);
/// assert_eq!(said.to_string(), r#"
/// client: {"id":1,"jsonrpc":"2.0","method":"initialize","params":{"_meta":"[_meta]","capabilities":"[capabilities]","clientInfo":"[clientInfo]","protocolVersion":"2025-06-18"}}
/// server: {"id":1,"jsonrpc":"2.0","result":{"capabilities":"[capabilities]","protocolVersion":"2025-06-18","serverInfo":"[serverInfo]"}}
/// client: {"jsonrpc":"2.0","method":"notifications/initialized","params":{}}
/// client: {"id":2,"jsonrpc":"2.0","method":"ping","params":{"_meta":"[_meta]"}}
/// server: {"id":2,"jsonrpc":"2.0","result":{}}
/// "#.trim_start());
/// # Ok(())
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { run().await.unwrap() }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Transcript(Arc<Mutex<Vec<Entry>>>);

impl Transcript {
    /// What was said so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().clone()
    }

    /// The messages of one side.
    #[must_use]
    pub fn of(&self, side: Side) -> Vec<Value> {
        let entries = self.lock();
        entries.iter().filter(|entry| entry.from == side).map(Entry::message).collect()
    }

    /// The methods of one side's requests and notifications.
    #[must_use]
    pub fn methods(&self, side: Side) -> Vec<String> {
        let method = |message: &Value| Some(message.get("method")?.as_str()?.to_owned());
        self.of(side).iter().filter_map(method).collect()
    }

    /// A copy in which members of these names, wherever they are, have no value, and all members
    /// are in the order of the alphabet.
    #[must_use]
    pub fn redacted(&self, names: &[&str]) -> Self {
        let redact = |entry: &Entry| {
            let mut message = entry.message();
            blank(&mut message, names);
            let is_message = !message.is_null();
            let line = if is_message { message.to_string() } else { entry.line.clone() };
            Entry { from: entry.from, line }
        };
        Self(Arc::new(Mutex::new(self.lock().iter().map(redact).collect())))
    }

    pub(super) fn record(&self, from: Side, line: &[u8]) {
        let line = String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']).to_owned();
        self.lock().push(Entry { from, line });
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

fn blank(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            members.sort_keys();
            for (name, value) in members {
                if names.contains(&name.as_str()) {
                    *value = Value::String(format!("[{name}]"));
                } else {
                    blank(value, names);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| blank(item, names)),
        _ => {}
    }
}
