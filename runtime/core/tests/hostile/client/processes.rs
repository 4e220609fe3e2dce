//! Servers whose process does not behave.

use tokio::process::Command;
use toolwright_core::client::{ClientBuilder, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_spec::Revision;

use crate::support::shell::{gone, server};

fn builder() -> ClientBuilder {
    Client::builder().era(Speak::Legacy(Revision::V2025_11_25))
}

#[tokio::test]
async fn c01_it_ends_before_it_answers() {
    for then in ["exit 3", "read line; read line; exit 3"] {
        let client = builder().spawn(server(&format!("{then} >&2"))).await.unwrap();
        let (one, other) = (client.call("x", &()).into_future(), client.call("y", &()));
        let one = tokio::spawn(one);
        for error in [other.await.unwrap_err(), one.await.unwrap().unwrap_err()] {
            let ClientError::Closed { status, .. } = error else { panic!("{error}") };
            assert_eq!(status.unwrap().code(), Some(3));
        }
    }
    let mut command = Command::new("sh");
    command.args(["-c", "echo a reason >&2; exit 4"]).stderr(std::process::Stdio::piped());
    let error = Client::spawn(command).await.unwrap_err();
    let ClientError::Closed { status, stderr } = error else { panic!("{error}") };
    assert_eq!((status.unwrap().code(), &*stderr), (Some(4), "a reason\n"));
}

#[tokio::test]
async fn c17_it_closes_its_output_and_lives_on() {
    let client = builder().spawn(server("echo $$ >&2; exec >&-; read line; exec sleep 1000"));
    let client = client.await.unwrap();
    let error = client.call("x", &()).await.unwrap_err();
    let ClientError::Closed { status: None, stderr } = error else { panic!("{error}") };
    // Whoever lets go of the client leaves no process behind.
    drop(client);
    gone(stderr.trim()).await;
}

#[tokio::test]
async fn c18_it_floods_its_standard_error() {
    // More than the pipe and what is kept can hold; a gigabyte takes the same way.
    let flood =
        "read line; head -c 33554432 /dev/zero | tr '\\0' 'x' >&2; echo the end >&2; exit 3";
    let client = builder().spawn(server(flood)).await.unwrap();
    let error = client.call("x", &()).await.unwrap_err();
    let ClientError::Closed { status, stderr } = error else { panic!("{error}") };
    assert_eq!(status.unwrap().code(), Some(3));
    assert!(stderr.len() <= 64 * 1024, "{}", stderr.len());
    assert!(stderr.ends_with("xthe end\n"));
}

#[tokio::test]
async fn c19_what_it_started_holds_on_to_its_output() {
    let client = builder().spawn(server("read line; sleep 1000 & echo $! >&2; exit 3"));
    let client = client.await.unwrap();
    let error = client.call("x", &()).await.unwrap_err();
    let ClientError::Closed { status, stderr } = error else { panic!("{error}") };
    assert_eq!(status.unwrap().code(), Some(3));
    gone(stderr.trim()).await;
}

#[tokio::test]
async fn f04_it_is_killed_while_it_works() {
    let client = builder().spawn(server("read line; read line; kill -KILL $$")).await.unwrap();
    let error = client.call("x", &()).await.unwrap_err();
    let ClientError::Closed { status, .. } = error else { panic!("{error}") };
    let signal = std::os::unix::process::ExitStatusExt::signal(&status.unwrap());
    assert_eq!(signal, Some(9));
    // Nothing is tried again by itself.
    assert!(matches!(client.call("x", &()).await, Err(ClientError::Closed { .. })));
}
