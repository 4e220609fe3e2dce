//! What is wrong with a configuration.

/// Where a configuration is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", place(*.line, .pointer))]
#[non_exhaustive]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// The member, as a JSON pointer; empty where the text is no JSON.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

fn place(line: usize, pointer: &str) -> String {
    if pointer.is_empty() {
        format!("line {line}: ")
    } else {
        format!("line {line}, at {pointer}: ")
    }
}
