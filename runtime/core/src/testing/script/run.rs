//! Going through a script, one step after the other.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

use super::Script;
use super::progress::Progress;
use super::step::{Action, Ears, Expected, Kind, Said, Step};
use crate::testing::contains::difference;
use crate::testing::mismatch::Mismatch;
use crate::testing::transcript::{Side, Transcript};

/// One side of a conversation.
pub(super) struct Player<R, W> {
    pub(super) script: Script,
    /// Which side it is.
    pub(super) role: Side,
    pub(super) reader: BufReader<R>,
    pub(super) writer: W,
    pub(super) transcript: Transcript,
    pub(super) progress: Arc<Progress>,
    /// Ids of its own requests that have no answer.
    pub(super) asked: VecDeque<Value>,
    /// Messages that came before their step.
    pub(super) early: VecDeque<Value>,
    /// Ids of requests that were expected and came.
    pub(super) heard: Vec<Value>,
    pub(super) last: i64,
}

impl<R: AsyncRead + Send + Unpin, W: AsyncWrite + Send + Unpin> Player<R, W> {
    /// Plays, and tells how it went.
    pub(super) async fn play(mut self) {
        let ears = match self.steps().await {
            Ok(ears) => ears,
            Err(mismatch) => return self.progress.end(Err(mismatch)),
        };
        if ears == Ears::Gone {
            // Whoever learns that the script is over finds the connection closed.
            let progress = Arc::clone(&self.progress);
            let _ = self.writer.shutdown().await;
            drop(self);
            return progress.end(Ok(()));
        }
        self.progress.end(Ok(()));
        match ears {
            Ears::Open => {
                if let Err(mismatch) = self.linger().await {
                    self.progress.end(Err(mismatch));
                }
            }
            Ears::Deaf => while self.line().await.is_some() {},
            Ears::Shut | Ears::Gone => std::future::pending().await,
        }
    }

    async fn steps(&mut self) -> Result<Ears, Mismatch> {
        if self.script.opens {
            self.progress.step(None, "the conversation to be opened".to_owned());
            self.open().await?;
        }
        for Step { at, action } in std::mem::take(&mut self.script.steps) {
            match action {
                Action::Expect(expected) => {
                    self.progress.step(Some(at), expected.to_string());
                    self.expect(expected).await?;
                }
                Action::Say(said) => {
                    self.progress.step(Some(at), format!("to send {said:?}"));
                    self.say(said).await?;
                }
                Action::Wait(time) => {
                    self.progress.step(Some(at), format!("to wait for {time:?}"));
                    tokio::time::sleep(time).await;
                }
                Action::End(ears) => return Ok(ears),
                Action::Fault(fault) => return Err(self.wrong(Some(at), fault, "something else")),
            }
        }
        Ok(Ears::Open)
    }

    async fn expect(&mut self, expected: Expected) -> Result<(), Mismatch> {
        let mut later = VecDeque::new();
        let found = loop {
            let message = match self.early.pop_front() {
                Some(message) => message,
                None => self.next().await?,
            };
            let method = method(&message);
            let id = message.get("id");
            match (&expected.kind, method) {
                (Kind::Method(wanted), Some(method)) if wanted == method => {
                    self.heard.extend(id.cloned());
                    break message;
                }
                (_, Some(_)) if id.is_none() => {}
                (_, Some(_)) => {
                    if !self.answer(&message).await? {
                        return Err(self.refuse(&message).await);
                    }
                }
                (Kind::Result | Kind::Error(_), None) if self.asked.front() == id => {
                    self.asked.pop_front();
                    break message;
                }
                // An error that names no request.
                (Kind::Error(_), None) if id.is_none() => break message,
                (_, None) => match id {
                    Some(id) if self.asked.contains(id) => later.push_back(message),
                    _ => return Err(self.refuse(&message).await),
                },
            }
        };
        self.early.extend(later);
        if let Err(reason) = examine(expected, &message_part(&found)) {
            return Err(self.differs(&found, &reason).await);
        }
        Ok(())
    }

    async fn say(&mut self, said: Said) -> Result<(), Mismatch> {
        match said {
            Said::Reply { to, result } => {
                let id = self.id_of(to)?;
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result })).await
            }
            Said::Error(error) => {
                let id = self.id_of(None)?;
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "error": error })).await
            }
            Said::Notification { method, params } => {
                let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
                self.send(&message).await
            }
            Said::Request { method, params } => self.request(&method, params).await,
            Said::Raw(line) => {
                let id = self.heard.last().map(Value::to_string).unwrap_or_default();
                self.write(format!("{}\n", line.replace("$id", &id)).as_bytes()).await
            }
            Said::Bytes(bytes) => self.write(&bytes).await,
        }
    }

    pub(super) async fn request(&mut self, method: &str, params: Value) -> Result<(), Mismatch> {
        self.last += 1;
        let params = self.described(params);
        self.asked.push_back(self.last.into());
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await
    }

    fn id_of(&self, number: Option<usize>) -> Result<Value, Mismatch> {
        let id = match number {
            Some(number) => self.heard.get(number),
            None => self.heard.last(),
        };
        id.cloned().ok_or_else(|| self.wrong(None, "a request before its answer", "none so far"))
    }

    /// Answers what always comes, until the other side is gone.
    async fn linger(&mut self) -> Result<(), Mismatch> {
        self.progress.step(None, "nothing more, the script is over".to_owned());
        while let Some(line) = self.line().await {
            let message: Value = serde_json::from_slice(&line).unwrap_or_default();
            let is_request = message.get("id").is_some() && message.get("method").is_some();
            if is_request && !self.answer(&message).await? {
                return Err(self.refuse(&message).await);
            }
        }
        Ok(())
    }

    /// The next message.
    pub(super) async fn next(&mut self) -> Result<Value, Mismatch> {
        let Some(line) = self.line().await else {
            return Err(self.expected_not("the end of the connection"));
        };
        serde_json::from_slice(&line).map_err(|_| {
            let line = String::from_utf8_lossy(&line).into_owned();
            self.expected_not(&format!("a line that is no JSON: {line}"))
        })
    }

    async fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let count @ 1.. = self.reader.read_until(b'\n', &mut line).await.ok()? else {
            return None;
        };
        let other = match self.role {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        };
        self.transcript.record(other, line.get(..count)?);
        Some(line)
    }

    pub(super) async fn send(&mut self, message: &Value) -> Result<(), Mismatch> {
        self.write(format!("{message}\n").as_bytes()).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Mismatch> {
        self.transcript.record(self.role, bytes);
        let written = match self.writer.write_all(bytes).await {
            Ok(()) => self.writer.flush().await,
            Err(error) => Err(error),
        };
        written.map_err(|error| self.expected_not(&format!("the end of the connection ({error})")))
    }

    /// The other side gets to know that this is not in the script.
    pub(super) async fn refuse(&mut self, message: &Value) -> Mismatch {
        self.differs(message, "").await
    }

    async fn differs(&mut self, message: &Value, reason: &str) -> Mismatch {
        let because = if reason.is_empty() { "" } else { ", in which " };
        let mismatch = self.expected_not(&format!("{message}{because}{reason}"));
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            let error = json!({ "code": -32603, "message": mismatch.to_string() });
            // Nobody may be there any more to be told.
            let _ = self.send(&json!({ "jsonrpc": "2.0", "id": id, "error": error })).await;
        }
        mismatch
    }

    pub(super) fn expected_not(&self, received: &str) -> Mismatch {
        let (at, expected) = self.progress.now();
        self.wrong(at, expected, received)
    }

    fn wrong(
        &self,
        at: Option<&'static Location<'static>>,
        expected: impl Into<String>,
        received: &str,
    ) -> Mismatch {
        let at = at.or_else(|| self.progress.now().0);
        Mismatch::new(expected, received).at(at, &self.transcript)
    }
}

/// The method of a request or a notification.
pub(super) fn method(message: &Value) -> Option<&str> {
    message.get("method")?.as_str()
}

/// What a test looks at: parameters, the result, or the error.
fn message_part(message: &Value) -> (&'static str, Value) {
    let parts = ["params", "result", "error"];
    let part = parts.into_iter().find_map(|name| Some((name, message.get(name)?.clone())));
    part.unwrap_or(("params", Value::Null))
}

fn examine(expected: Expected, (name, part): &(&'static str, Value)) -> Result<(), String> {
    match expected.kind {
        Kind::Method(_) => {}
        Kind::Result if *name == "result" => {}
        Kind::Error(code)
            if *name == "error" && part.get("code").and_then(Value::as_i64) == Some(code) => {}
        Kind::Result => return Err("there is no result".to_owned()),
        Kind::Error(_) => return Err("there is no such error".to_owned()),
    }
    if let Some(reason) = expected.with.and_then(|with| difference(&with, part)) {
        return Err(reason);
    }
    let Some(check) = expected.check else { return Ok(()) };
    catch_unwind(AssertUnwindSafe(|| check(part))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "the check failed".to_owned())
    })
}
