//! Servers that are fetched before they run, as `npx` and `uvx` do it: they say nothing for longer
//! than the client believes them to be of the newer kind.

use std::process::Command;
use std::time::Duration;

use toolwright::{Client, Limits};

use super::ours;
use super::row::{Reach, Row};

#[test]
fn servers_that_start_late_are_understood() {
    let mut rows = ours::rows();
    rows.extend(super::python::rows());
    rows.extend(super::typescript::rows());
    rows.retain(|row| row.transport == "stdio" && row.is_found_out());
    let mut wrong = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for row in &rows {
        if let Err(error) = runtime.block_on(late(row)) {
            wrong.push(format!("{} {error}", row.head()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn late(row: &Row) -> super::row::Tried {
    let Reach::Command(command) = (row.start)()? else { return Ok(()) };
    let mut limits = Limits::default();
    limits.discover = Duration::from_millis(100);
    let client = Client::builder().limits(limits).spawn(sleepy(&command).into()).await?;
    println!("{} {}", row.head(), client.revision());
    client.list_tools().await?;
    client.shutdown().await;
    Ok(())
}

/// The same command, a while later.
fn sleepy(command: &Command) -> Command {
    let mut late = Command::new("sh");
    late.args(["-c", "sleep 0.5; exec \"$0\" \"$@\""]);
    late.arg(command.get_program()).args(command.get_args());
    late.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    late.stderr(std::process::Stdio::null());
    late
}
