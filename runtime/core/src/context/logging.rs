//! Logging to the client.

use std::future::Future;

use serde::Serialize;
use serde_json::value::RawValue;
use toolwright_spec::LoggingLevel;

use super::log::Log;
use super::{Context, Verbosity};

/// Log messages for the client, on the stream of this request and before its answer.
///
/// They are sent by servers that [said so](crate::Server::logging), and only at the level that is
/// wanted: what a stateless request asks for (nothing, if it does not), or what a session has set
/// (`info`, if it has not). Messages that come too fast are left out and counted
/// ([`Limits::logs_per_second`](crate::Limits::logs_per_second)); the values of members that are
/// named like secrets (`password`, `access_token`, `Authorization`) are replaced.
///
/// **A client is not the place for what only the operator may see**: no personal data, no
/// internals. Those belong to `tracing`.
///
/// The protocol deprecates logging since 2026-07-28. It stays for the clients that use it; new
/// servers had better trace (standard error, OpenTelemetry).
///
/// ```
/// # use toolwright_core::{Context, ToolError, tool::FnTools};
/// # use toolwright_spec::LoggingLevel;
/// async fn import(cx: Context, (): ()) -> Result<(), ToolError> {
///     cx.info("reading the catalogue").await;
///     cx.log(LoggingLevel::Notice, serde_json::json!({ "books": 12, "skipped": 1 })).await;
///     cx.log_from("prices", LoggingLevel::Warning, "two books have no price").await;
///     Ok(())
/// }
/// ```
///
/// Specification: `server/utilities/logging`.
impl Context {
    /// Sends a message. Waits while the peer is slower than the handler.
    pub fn log(
        &self,
        level: LoggingLevel,
        data: impl Serialize,
    ) -> impl Future<Output = ()> + Send {
        self.send_log(level, None, data)
    }

    /// Sends a message of a named part of the server.
    pub fn log_from(
        &self,
        logger: &str,
        level: LoggingLevel,
        data: impl Serialize,
    ) -> impl Future<Output = ()> + Send {
        self.send_log(level, Some(logger), data)
    }

    /// Sends details for finding faults.
    pub fn debug(&self, data: impl Serialize) -> impl Future<Output = ()> + Send {
        self.log(LoggingLevel::Debug, data)
    }

    /// Sends what happens normally.
    pub fn info(&self, data: impl Serialize) -> impl Future<Output = ()> + Send {
        self.log(LoggingLevel::Info, data)
    }

    /// Sends that something may go wrong.
    pub fn warning(&self, data: impl Serialize) -> impl Future<Output = ()> + Send {
        self.log(LoggingLevel::Warning, data)
    }

    /// Sends that something went wrong.
    pub fn error(&self, data: impl Serialize) -> impl Future<Output = ()> + Send {
        self.log(LoggingLevel::Error, data)
    }

    /// Whether a message of this level would be sent: to save the work of making it.
    #[must_use]
    pub fn logs(&self, level: LoggingLevel) -> bool {
        self.log_at(level).is_some()
    }

    /// Sets what the session wants to be told from now on.
    pub(crate) fn set_log_level(&self, level: LoggingLevel) {
        self.0.scope.peer.log_level.set(level);
    }

    fn log_at(&self, level: LoggingLevel) -> Option<&Log> {
        let scope = &self.0.scope;
        let least = match scope.admitted.logs {
            Verbosity::Silent => return None,
            Verbosity::From(least) => least,
            Verbosity::OfSession => scope.peer.log_level.level(),
        };
        self.0.log.as_ref().filter(|_| level >= least)
    }

    fn send_log(
        &self,
        level: LoggingLevel,
        logger: Option<&str>,
        data: impl Serialize,
    ) -> impl Future<Output = ()> + Send {
        let ready: Option<(&Log, Box<RawValue>)> =
            self.log_at(level).and_then(|log| Some((log, log.prepare(level, data)?)));
        async move {
            if let Some((log, data)) = ready {
                log.send(level, logger, &data).await;
            }
        }
    }
}
