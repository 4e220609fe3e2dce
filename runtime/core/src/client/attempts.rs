//! Requests, with more than one attempt where that does no harm.

use tokio::time::Instant;

use super::connection::Client;
use super::error::ClientError;
use super::exchange::{Options, Question};

impl Client {
    /// One request and the text of its result, with more attempts where they are allowed. `tool`
    /// is the tool that is called, if one is.
    pub(super) async fn exchange_again(
        &self,
        question: Question<'_>,
        options: &mut Options,
        tool: &str,
    ) -> Result<Box<str>, ClientError> {
        let start = Instant::now();
        let mut before = 0;
        loop {
            let error = match self.exchange(question, options).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let is_safe =
                options.idempotent || reads(question.method) || self.repeatable().has(tool);
            let pause = self.backoff().pause(&error, before, is_safe);
            let Some(pause) = pause else { return Err(error) };
            let limits = self.limits();
            let waited = start.elapsed().saturating_add(pause);
            let total = *options.total.get_or_insert(limits.request_total);
            if waited >= options.idle.unwrap_or(limits.request_idle).min(total) {
                return Err(error);
            }
            tracing::debug!(%error, method = question.method, ?pause, "another attempt");
            tokio::time::sleep(pause).await;
            before += 1;
            options.total = Some(total.saturating_sub(waited));
        }
    }
}

/// Whether a request changes nothing at the server.
fn reads(method: &str) -> bool {
    matches!(
        method,
        "completion/complete"
            | "ping"
            | "prompts/get"
            | "prompts/list"
            | "resources/list"
            | "resources/read"
            | "resources/templates/list"
            | "server/discover"
            | "tasks/get"
            | "tools/list"
    )
}
