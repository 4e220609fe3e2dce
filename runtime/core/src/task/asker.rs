//! Questions of a task, which stand in it until they are answered.

use std::sync::Arc;

use toolwright_spec::RawJson;

use super::ledger::Ledger;
use super::live::Live;
use crate::BoxFuture;
use crate::ask::{AskError, Question};
use crate::context::{Asker, Context};
use crate::era;

/// Asks on behalf of a task.
#[derive(Debug)]
pub(crate) struct TaskAsker {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) live: Arc<Live>,
}

impl Asker for TaskAsker {
    fn ask<'a>(
        &'a self,
        cx: &'a Context,
        key: &'a str,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<RawJson, AskError>> {
        Box::pin(async move {
            let request = era::presentable(cx, question)?;
            if self.live.record().questions.len() >= cx.limits().questions {
                return Err(AskError::TooMany);
            }
            let (name, answer) = self.live.ask(key, request);
            let open = Open { asker: self, name };
            self.ledger.changed(&self.live).await;
            let answer = answer.await.unwrap_or(Err(AskError::Gone));
            drop(open);
            answer
        })
    }
}

/// A question is open until this is dropped.
struct Open<'a> {
    asker: &'a TaskAsker,
    name: String,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.asker.live.close(&self.name) {
            self.asker.ledger.tell(&self.asker.live.record().id);
        }
    }
}
