//! Servers in processes of their own: what they get, how they end, and what they leave behind.
#![cfg(unix)]

use std::time::Duration;

use tokio::process::Command;
use toolwright_core::client::{Environment, Speak};
use toolwright_core::{Client, ClientError, Limits};
use toolwright_spec::Revision;

use crate::support::shell::{gone, is_running, server};

fn builder() -> toolwright_core::client::ClientBuilder {
    Client::builder().era(Speak::Legacy(Revision::V2025_11_25))
}

#[tokio::test]
async fn secrets_are_not_handed_down() {
    // Set for every process of this test runner.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    let ask = "read line; read line; env >&2; exit 7";
    for (environment, inherits) in [(Environment::Minimal, false), (Environment::Inherited, true)] {
        let mut command = server(ask);
        command.env("NAME", "given");
        let client = builder().environment(environment).spawn(command).await.unwrap();
        assert_eq!(client.server_info().unwrap().name, "given");
        let Err(ClientError::Closed { status, stderr }) = client.call("x", &()).await else {
            panic!("it has ended");
        };
        assert_eq!(status.unwrap().code(), Some(7));
        assert!(stderr.contains("PATH="), "{stderr}");
        assert_eq!(stderr.contains("CARGO_MANIFEST_DIR="), inherits, "{stderr}");
    }
}

#[tokio::test]
async fn what_a_server_leaves_behind_is_ended() {
    // A child of the server keeps its output open.
    let client = builder().spawn(server("read line; sleep 1000 & echo $! >&2; read line; exit 3"));
    let client = client.await.unwrap();
    let Err(ClientError::Closed { status, stderr }) = client.call("x", &()).await else {
        panic!("it has ended");
    };
    assert_eq!(status.unwrap().code(), Some(3));
    gone(stderr.trim()).await;
}

#[tokio::test]
async fn dropping_the_client_ends_the_whole_group() {
    let folder = std::env::temp_dir().join(format!("toolwright-group-{}", std::process::id()));
    let then = format!("sleep 1000 & echo $! > {0}; trap '' TERM; sleep 1000", folder.display());
    let client = builder().spawn(server(&then)).await.unwrap();
    let id = loop {
        let id = std::fs::read_to_string(&folder).unwrap_or_default();
        if id.ends_with('\n') {
            break id.trim().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(is_running(&id));
    drop(client);
    gone(&id).await;
    std::fs::remove_file(folder).unwrap();
}

#[tokio::test]
async fn a_server_that_ends_with_its_input_is_not_killed() {
    let client = builder().spawn(server("cat > /dev/null; exit 5")).await.unwrap();
    assert_eq!(client.shutdown().await.unwrap().code(), Some(5));
}

#[tokio::test]
async fn a_program_that_is_no_server_is_named_by_what_it_says() {
    let mut limits = Limits::default();
    (limits.discover, limits.request_idle) =
        (Duration::from_millis(200), Duration::from_millis(200));
    let mut command = Command::new("sh");
    command.args(["-c", "echo 'Usage: thing [options]'; sleep 1000"]);
    let client = Client::builder().limits(limits).spawn(command).await;
    let Err(ClientError::Garbage { line }) = client else { panic!("{client:?}") };
    assert_eq!(line, "Usage: thing [options]");

    let mut command = Command::new("yes");
    command.arg("nonsense");
    let client = Client::spawn(command).await;
    let Err(ClientError::Garbage { line }) = client else { panic!("{client:?}") };
    assert_eq!(line, "nonsense");
}

/// A server that goes on without its input, has a child that heeds nothing, and does as `trap`
/// says when it is asked to end; and the child.
async fn stubborn(name: &str, trap: &str) -> (Client, String) {
    let file = format!("toolwright-{name}-{}", std::process::id());
    let file = std::env::temp_dir().join(file);
    let child =
        format!("sh -c \"trap '' TERM; sleep 1000; sleep 1000\" & echo $! > {0}", file.display());
    let then = format!("trap '{trap}' TERM; {child}; while :; do sleep 1 & wait $!; done");
    let client = builder().spawn(server(&then)).await.unwrap();
    let id = loop {
        let id = std::fs::read_to_string(&file).unwrap_or_default();
        if id.ends_with('\n') {
            break id.trim().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    std::fs::remove_file(file).unwrap();
    (client, id)
}

#[tokio::test]
async fn a_server_that_goes_on_without_its_input_is_asked_to_end() {
    let (client, child) = stubborn("asked", "exit 6").await;
    assert_eq!(client.shutdown().await.unwrap().code(), Some(6));
    gone(&child).await;
}

#[tokio::test]
async fn a_server_that_does_not_heed_anything_is_killed_with_all_it_started() {
    use std::os::unix::process::ExitStatusExt;

    let (client, child) = stubborn("killed", "").await;
    // Nobody has to wait for what will not happen.
    tokio::time::pause();
    let ending = tokio::spawn(client.shutdown());
    let status = ending.await.unwrap();
    tokio::time::resume();
    if let Some(status) = status {
        assert_eq!(status.signal(), Some(9));
    }
    gone(&child).await;
}
