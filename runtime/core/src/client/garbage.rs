//! Lines that are no messages.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::ClientError;

/// So many of them in a row are no server.
const MOST: usize = 1000;
/// Of a line so much is shown, in characters.
const SHOWN: usize = 200;

/// What a server wrote that is no message.
#[derive(Debug, Default)]
pub(super) struct Garbage {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_a_row: usize,
    last: Option<String>,
    /// There was a message, ever.
    heard: bool,
}

impl Garbage {
    pub(super) fn message(&self) {
        let mut state = self.lock();
        state.in_a_row = 0;
        state.heard = true;
        state.last = None;
    }

    /// Takes in a line; an error if there were too many.
    pub(super) fn line(&self, line: &[u8]) -> Result<(), ClientError> {
        let mut state = self.lock();
        state.in_a_row += 1;
        let start = line.get(..line.len().min(4 * SHOWN)).unwrap_or_default();
        let text: String = String::from_utf8_lossy(start)
            .chars()
            .take(SHOWN)
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect();
        if !state.heard && state.in_a_row == 1 {
            tracing::warn!(line = %text, "the server writes what is no message");
        }
        let too_many = state.in_a_row >= MOST;
        state.last = Some(text.clone());
        if too_many { Err(ClientError::Garbage { line: text }) } else { Ok(()) }
    }

    /// A better error for a server from which nothing but garbage came.
    pub(super) fn explain(&self, error: ClientError) -> ClientError {
        let state = self.lock();
        match (&error, &state.last) {
            (ClientError::Timeout { .. }, Some(line)) if !state.heard => {
                ClientError::Garbage { line: line.clone() }
            }
            _ => error,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
