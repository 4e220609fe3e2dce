//! One side of a conversation, written down before.

mod connect;
mod open;
mod peer;
mod progress;
mod run;
mod step;

use std::panic::Location;
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_spec::Revision;

pub use peer::Peer;
use step::{Action, Ears, Expected, Kind, Said, Step};

use crate::era::Era;

/// A server of a few lines, for tests of a client, or a client of a few lines, for tests of a
/// server.
///
/// A script opens the conversation by itself, as its revision has it, and then goes through its
/// steps in order. Notifications that no step waits for are passed over. What else is not as the
/// script says ends it: the other side is told so with an error, and [`Peer::finish`] returns
/// what was expected, what came, and where the script says so.
///
/// As a server, with [`Script::connect`]:
///
/// ```
/// use serde_json::json;
/// use toolwright_core::Client;
/// use toolwright_core::testing::Script;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let script = Script::new()
///     .expect("tools/call")
///     .with(json!({ "name": "add", "arguments": { "a": 1 } }))
///     .notify("notifications/progress", json!({ "progressToken": 2, "progress": 0.5 }))
///     .reply(json!({ "content": [{ "type": "text", "text": "3" }] }));
/// let (client, peer) = script.connect(Client::builder()).await?;
///
/// let result = client.call("add", &json!({ "a": 1, "b": 2 })).await?;
/// assert_eq!(result.content[0].as_text(), Some("3"));
/// peer.finish().await?;
/// # Ok(())
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { run().await.unwrap() }
/// ```
///
/// As a client, with [`Script::against`]; here of the older kind, which a server can ask:
///
/// ```
/// use serde_json::json;
/// use toolwright_core::tool::FnTools;
/// use toolwright_core::testing::Script;
/// use toolwright_core::{Context, Server, ToolError};
/// use toolwright_spec::Revision;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Nothing {}
/// let tools = FnTools::new().tool("roots", "Counts roots", |cx: Context, _: Nothing| async move {
///     let roots = cx.roots("roots").await?;
///     Ok::<_, ToolError>(roots.len().to_string())
/// });
/// Script::new()
///     .revision(Revision::V2025_11_25)
///     .capabilities(json!({ "roots": {} }))
///     .request("tools/call", json!({ "name": "roots", "arguments": {} }))
///     .expect("roots/list")
///     .reply(json!({ "roots": [{ "uri": "file:///home" }] }))
///     .expect_result()
///     .with(json!({ "content": [{ "text": "1" }] }))
///     .against(Server::new("files", "1.0.0").tools(tools))?
///     .finish()
///     .await?;
/// # Ok(())
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { run().await.unwrap() }
/// ```
#[derive(Debug)]
#[must_use = "a script is nothing until it is connected"]
pub struct Script {
    revision: Revision,
    capabilities: Option<Value>,
    opens: bool,
    standing: Vec<(String, Value)>,
    steps: Vec<Step>,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

/// What holds all the time.
impl Script {
    /// A script of the newest revision, without steps.
    pub fn new() -> Self {
        Self {
            revision: Revision::LATEST,
            capabilities: None,
            opens: true,
            standing: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The revision that is spoken.
    pub fn revision(mut self, revision: Revision) -> Self {
        self.revision = revision;
        self
    }

    /// What the script says it can do. Otherwise a server has tools, resources, prompts and
    /// completions, and a client can do nothing.
    pub fn capabilities(mut self, capabilities: Value) -> Self {
        self.capabilities = Some(capabilities);
        self
    }

    /// The conversation is not opened by itself: its first messages are steps too.
    pub fn unopened(mut self) -> Self {
        self.opens = false;
        self
    }

    /// Every request of this method gets this result, whenever it comes.
    pub fn always(mut self, method: &str, result: Value) -> Self {
        self.standing.push((method.to_owned(), result));
        self
    }
}

/// What is waited for.
impl Script {
    /// A request or a notification of this method.
    #[track_caller]
    pub fn expect(self, method: &str) -> Self {
        self.expected(Kind::Method(method.to_owned()))
    }

    /// The result of the script's oldest request that has no answer yet.
    #[track_caller]
    pub fn expect_result(self) -> Self {
        self.expected(Kind::Result)
    }

    /// An error with this code, in answer to the script's oldest request that has no answer yet.
    #[track_caller]
    pub fn expect_error(self, code: i64) -> Self {
        self.expected(Kind::Error(code))
    }

    /// What was expected last has these members: in its parameters, result, or error. It may
    /// have more.
    #[track_caller]
    pub fn with(mut self, members: Value) -> Self {
        let Some(expected) = self.last("with") else { return self };
        expected.with = Some(members);
        self
    }

    /// What was expected last passes this check, which gets its parameters, result, or error, and
    /// panics if they are wrong.
    ///
    /// ```
    /// # use toolwright_core::testing::Script;
    /// let script = Script::new()
    ///     .expect("tools/call")
    ///     .check(|params| assert!(params["name"].as_str().unwrap().len() < 64));
    /// # drop(script);
    /// ```
    #[track_caller]
    pub fn check(mut self, check: impl FnOnce(&Value) + Send + 'static) -> Self {
        let Some(expected) = self.last("check") else { return self };
        expected.check = Some(Box::new(check));
        self
    }

    #[track_caller]
    fn expected(self, kind: Kind) -> Self {
        self.step(Action::Expect(Expected { kind, with: None, check: None }))
    }

    #[track_caller]
    fn last(&mut self, what: &str) -> Option<&mut Expected> {
        if !matches!(self.steps.last(), Some(Step { action: Action::Expect(_), .. })) {
            let fault = format!("`{what}` directly after what it is about");
            self.steps.push(Step { at: Location::caller(), action: Action::Fault(fault) });
        }
        match self.steps.last_mut() {
            Some(Step { action: Action::Expect(expected), .. }) => Some(expected),
            _ => None,
        }
    }
}

/// What is said.
impl Script {
    /// The result of the request that was expected last.
    #[track_caller]
    pub fn reply(self, result: Value) -> Self {
        self.say(Said::Reply { to: None, result })
    }

    /// The result of an earlier request: the first that was expected has the number 0.
    #[track_caller]
    pub fn reply_to(self, number: usize, result: Value) -> Self {
        self.say(Said::Reply { to: Some(number), result })
    }

    /// An error, in answer to the request that was expected last.
    #[track_caller]
    pub fn fail(self, code: i64, message: &str) -> Self {
        self.say(Said::Error(json!({ "code": code, "message": message })))
    }

    /// An error with all its members, in answer to the request that was expected last.
    #[track_caller]
    pub fn fail_with(self, error: Value) -> Self {
        self.say(Said::Error(error))
    }

    /// A notification.
    #[track_caller]
    pub fn notify(self, method: &str, params: Value) -> Self {
        self.say(Said::Notification { method: method.to_owned(), params })
    }

    /// A request. A client of the newest revisions describes itself in its `_meta`, as it must,
    /// where that is not there.
    #[track_caller]
    pub fn request(self, method: &str, params: Value) -> Self {
        self.say(Said::Request { method: method.to_owned(), params })
    }

    /// A line as it is, even if it is no message. `$id` in it stands for the id of the request
    /// that was expected last.
    #[track_caller]
    pub fn raw(self, line: impl Into<String>) -> Self {
        self.say(Said::Raw(line.into()))
    }

    /// Bytes as they are, without a line end.
    #[track_caller]
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.say(Said::Bytes(bytes.into()))
    }

    #[track_caller]
    fn say(self, said: Said) -> Self {
        self.step(Action::Say(said))
    }
}

/// What is done besides.
impl Script {
    /// Nothing, for so long, by tokio's clock.
    #[track_caller]
    pub fn wait(self, time: Duration) -> Self {
        self.step(Action::Wait(time))
    }

    /// From here on everything is read and nothing answered, whatever comes.
    #[track_caller]
    pub fn hang(self) -> Self {
        self.step(Action::End(Ears::Deaf))
    }

    /// From here on nothing is read any more, and the connection stays open.
    #[track_caller]
    pub fn stall(self) -> Self {
        self.step(Action::End(Ears::Shut))
    }

    /// The connection is closed.
    #[track_caller]
    pub fn close(self) -> Self {
        self.step(Action::End(Ears::Gone))
    }

    #[track_caller]
    fn step(mut self, action: Action) -> Self {
        self.steps.push(Step { at: Location::caller(), action });
        self
    }

    fn is_session(&self) -> bool {
        Era::of(self.revision) == Era::Session
    }
}
