//! Questions that are put to the client of a session, and wait for its responses.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use toolwright_spec::{CancelledNotificationParams, ErrorObject, RawJson, RequestId};

use super::outbox::Outbox;
use crate::ask::AskError;
use crate::error::ProtocolError;
use crate::frame::{self, Answer};

/// What the client responds.
type Reply = Result<RawJson, ProtocolError>;

/// The open questions of one session.
#[derive(Debug, Default)]
pub(crate) struct Questions(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    last: i64,
    open: HashMap<i64, oneshot::Sender<Reply>>,
    /// Nothing more will come from the client.
    closed: bool,
}

impl Questions {
    /// Sends a request through `outbox` and waits for its result. Whoever stops waiting takes the
    /// question back.
    ///
    /// # Errors
    /// The client answers with an error, is gone, or has `most` questions to answer already.
    pub(crate) async fn ask(
        &self,
        outbox: &Outbox,
        method: &str,
        params: &RawJson,
        most: usize,
    ) -> Result<RawJson, AskError> {
        outbox.room().await;
        let (sender, receiver) = oneshot::channel();
        let id = self.open(sender, most)?;
        let waiting = Waiting { questions: self, outbox, id };
        outbox.push(|out| frame::write_request(out, &id.into(), method, params));
        let reply = receiver.await;
        drop(waiting);
        match reply {
            Ok(reply) => reply.map_err(AskError::Refused),
            Err(_) => Err(AskError::Gone),
        }
    }

    /// Takes in a response; whether it answers an open question.
    pub(crate) fn answer(&self, id: Option<&RequestId>, answer: &Answer<'_>) -> bool {
        let sender = match id {
            Some(RequestId::Number(id)) => self.lock().open.remove(id),
            _ => None,
        };
        let unusable = || ProtocolError::invalid_request("the response cannot be read");
        let reply = match answer {
            Answer::Result(result) => RawJson::new(*result).map_err(|_| unusable()),
            Answer::Error(error) => Err(toolwright_spec::from_str::<ErrorObject>(error)
                .map_or_else(|_| unusable(), ProtocolError::from)),
            Answer::Unusable(_) => Err(unusable()),
        };
        // Nobody may wait any more, which is fine.
        sender.map(|sender| sender.send(reply)).is_some()
    }

    /// Nothing more will come: nobody waits, and nothing more is asked.
    pub(crate) fn close(&self) {
        let mut table = self.lock();
        table.closed = true;
        table.open = HashMap::new();
    }

    fn open(&self, sender: oneshot::Sender<Reply>, most: usize) -> Result<i64, AskError> {
        let mut table = self.lock();
        if table.closed {
            return Err(AskError::Gone);
        }
        if table.open.len() >= most {
            return Err(AskError::TooMany);
        }
        table.last += 1;
        let id = table.last;
        table.open.insert(id, sender);
        Ok(id)
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody waits for the answer to a question.
struct Waiting<'a> {
    questions: &'a Questions,
    outbox: &'a Outbox,
    id: i64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.questions.lock().open.remove(&self.id).is_none() {
            return;
        }
        let mut params = CancelledNotificationParams::new();
        params.request_id = Some(self.id.into());
        params.reason = Some("the answer is not needed any more".to_owned());
        let write =
            |out: &mut Vec<u8>| frame::write_notification(out, "notifications/cancelled", &params);
        self.outbox.push(write);
    }
}
