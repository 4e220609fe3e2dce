//! Servers that are shell scripts, and what is left of them.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// A server of the older kind that opens its session and then does as `then` says.
pub(crate) fn server(then: &str) -> Command {
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"'"${NAME-sh}"'","version":"0"}}}"#;
    let mut command = Command::new("sh");
    command.args(["-c", &format!("read line; echo '{answer}'; {then}")]);
    command.stderr(Stdio::piped());
    command
}

/// Whether a process is there, and no zombie.
pub(crate) fn is_running(id: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    state
        .rsplit(')')
        .next()
        .and_then(|rest| rest.split_whitespace().next())
        .is_some_and(|state| state != "Z")
}

pub(crate) async fn gone(id: &str) {
    for _ in 0..400 {
        if !is_running(id) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{id} is still running");
}
