//! Log messages of one request: at the level that is wanted, not too often, not after the answer.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::value::RawValue;
use toolwright_spec::LoggingLevel;

use super::allowance::Allowance;
use super::outbox::Outbox;
use super::redact::redact;
use crate::frame;
use crate::limits::Limits;

const LEVELS: [LoggingLevel; 8] = [
    LoggingLevel::Debug,
    LoggingLevel::Info,
    LoggingLevel::Notice,
    LoggingLevel::Warning,
    LoggingLevel::Error,
    LoggingLevel::Critical,
    LoggingLevel::Alert,
    LoggingLevel::Emergency,
];

/// Which messages a request wants, as its era has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// None.
    Silent,
    /// These and more severe ones.
    From(LoggingLevel),
    /// Those that its session wants.
    OfSession,
}

/// The least severe level that a session wants.
#[derive(Debug)]
pub(crate) struct SessionLevel(AtomicU8);

impl Default for SessionLevel {
    /// Sessions that never said: the choice is the server's. Details for finding faults would be
    /// too much for them.
    fn default() -> Self {
        Self(AtomicU8::new(1))
    }
}

impl SessionLevel {
    pub(crate) fn set(&self, level: LoggingLevel) {
        let position = LEVELS.iter().position(|known| *known == level);
        let position = position.and_then(|position| u8::try_from(position).ok());
        self.0.store(position.unwrap_or_default(), Ordering::Relaxed);
    }

    pub(super) fn level(&self) -> LoggingLevel {
        let position = usize::from(self.0.load(Ordering::Relaxed));
        LEVELS.get(position).copied().unwrap_or(LoggingLevel::Info)
    }
}

/// Where the log messages of one request go.
#[derive(Debug)]
pub(super) struct Log {
    outbox: Arc<Outbox>,
    bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    allowance: Allowance,
    /// How many came too fast, and the most severe of them.
    dropped: Option<(u64, LoggingLevel)>,
    over: bool,
}

/// A message on its way.
#[derive(Serialize)]
struct Message<'a, D> {
    level: LoggingLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<&'a str>,
    data: D,
}

impl Log {
    pub(super) fn new(outbox: Arc<Outbox>, limits: &Limits) -> Self {
        let allowance = Allowance::new(limits.logs_per_second);
        let state = State { allowance, dropped: None, over: false };
        Self { outbox, bytes: limits.log_bytes, state: Mutex::new(state) }
    }

    /// What is to be sent as data, unless it came too fast.
    pub(super) fn prepare(
        &self,
        level: LoggingLevel,
        data: impl Serialize,
    ) -> Option<Box<RawValue>> {
        {
            let mut state = self.lock();
            if state.over {
                return None;
            }
            if !state.allowance.take() {
                let (count, worst) = state.dropped.unwrap_or((0, level));
                state.dropped = Some((count + 1, worst.max(level)));
                return None;
            }
        }
        let data = serde_json::to_value(data).and_then(|mut data| {
            redact(&mut data);
            serde_json::value::to_raw_value(&data)
        });
        match data {
            Ok(data) if data.get().len() <= self.bytes => Some(data),
            Ok(data) => {
                let (bytes, limit) = (data.get().len(), self.bytes);
                let text = format!("a message of {bytes} bytes, more than {limit}, was left out");
                serde_json::value::to_raw_value(&text).ok()
            }
            Err(error) => {
                tracing::debug!(%error, "a log message could not be written as JSON");
                None
            }
        }
    }

    pub(super) async fn send(&self, level: LoggingLevel, logger: Option<&str>, data: &RawValue) {
        self.outbox.room().await;
        let mut state = self.lock();
        if state.over {
            return;
        }
        self.tell_dropped(&mut state);
        // Under the lock: whoever finishes the request meanwhile comes after this line.
        self.push(&Message { level, logger, data });
    }

    pub(super) fn finish(&self) {
        let mut state = self.lock();
        if !state.over {
            self.tell_dropped(&mut state);
        }
        state.over = true;
    }

    pub(super) fn silence(&self) {
        self.lock().over = true;
    }

    fn tell_dropped(&self, state: &mut State) {
        if let Some((count, level)) = state.dropped.take() {
            let data = format!("{count} log messages came too fast and were left out");
            self.push(&Message { level, logger: None, data });
        }
    }

    fn push(&self, message: &impl Serialize) {
        self.outbox.push(|out| frame::write_notification(out, "notifications/message", message));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_remembers_its_level() {
        let level = SessionLevel::default();
        assert_eq!(level.level(), LoggingLevel::Info);
        for known in LEVELS {
            level.set(known);
            assert_eq!(level.level(), known);
        }
    }
}
