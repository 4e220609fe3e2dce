//! Servers in processes that end, and are started again, in both eras.
#![cfg(unix)]

use std::time::Duration;

use tokio::process::Command;
use tokio::sync::mpsc;
use toolwright_core::client::{ClientBuilder, Notice, Restart, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_spec::{Revision, SubscriptionFilter};

/// Speaks both eras, repeats what it reads on standard error, and dies when it is told so.
const SERVER: &str = r#"
say() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
echo "pid $$" >&2
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  printf '%s\n' "$line" >&2
  case "$line" in
    *'"initialize"'*) say '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"sh","version":"0"}}' ;;
    *server/discover*) say '{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}' ;;
    *'"notifications/'*) ;;
    *'"die"'*) exit 9 ;;
    *'"mute"'*) exec 1>&-; sleep 1000 ;;
    *subscriptions/listen*) printf '{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":%s},"notifications":{"resourceSubscriptions":["shop://stock"]}}}\n' "$id" ;;
    *) say '{}' ;;
  esac
done
"#;

const ERAS: [Speak; 3] = [Speak::Auto, Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

fn command() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", SERVER]);
    command
}

/// A client whose server's standard error is heard, restarted after this long.
fn builder(speak: Speak, pause: Duration) -> (ClientBuilder, mpsc::UnboundedReceiver<String>) {
    let (sender, lines) = mpsc::unbounded_channel();
    let builder = Client::builder()
        .era(speak)
        .restart(Restart::at_most(2).backoff(pause, pause))
        .on_stderr(move |line| drop(sender.send(line.to_owned())));
    (builder, lines)
}

/// The next line with this in it.
async fn hear(lines: &mut mpsc::UnboundedReceiver<String>, what: &str) -> String {
    loop {
        let line = lines.recv().await.expect("a line");
        if line.contains(what) {
            return line;
        }
    }
}

fn is_running(pid: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.starts_with(" Z"))
}

#[tokio::test]
async fn a_server_that_dies_comes_back_until_it_did_so_too_often() {
    for speak in ERAS {
        let (builder, mut lines) = builder(speak, Duration::from_millis(10));
        let client = builder.spawn(command()).await.unwrap();
        let revision = client.revision();
        for _ in 0..3 {
            hear(&mut lines, "pid").await;
            client.request_raw("x", &()).await.unwrap();
            match client.request_raw("die", &()).await {
                Err(ClientError::Closed { status, stderr }) => {
                    assert_eq!(status.and_then(|status| status.code()), Some(9));
                    assert!(stderr.contains(r#""die""#), "{stderr}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(client.revision(), revision);
        let Err(ClientError::Closed { status, .. }) = client.request_raw("x", &()).await else {
            panic!("it must not be started for the third time");
        };
        assert_eq!(status.and_then(|status| status.code()), Some(9));
        let mut times = 0;
        while let Ok(line) = lines.try_recv() {
            times += usize::from(line.contains(r#""method":"die""#));
        }
        assert!(times <= 1, "no call is made again by itself");
    }
}

#[tokio::test]
async fn a_server_that_only_closes_its_output_is_ended_and_comes_back() {
    let (builder, mut lines) = builder(Speak::Modern, Duration::from_millis(10));
    let client = builder.spawn(command()).await.unwrap();
    let pid = hear(&mut lines, "pid").await.replace("pid ", "");
    let lost = client.request_raw("mute", &()).await;
    assert!(matches!(lost, Err(ClientError::Closed { .. })), "{lost:?}");
    client.request_raw("x", &()).await.unwrap();
    hear(&mut lines, "pid").await;
    for _ in 0..400 {
        if !is_running(&pid) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the first process is still there");
}

#[tokio::test]
async fn subscriptions_are_taken_up_again() {
    for (speak, method) in ERAS.into_iter().zip([
        "subscriptions/listen",
        "subscriptions/listen",
        "resources/subscribe",
    ]) {
        let (builder, mut lines) = builder(speak, Duration::from_millis(10));
        let client = builder.spawn(command()).await.unwrap();
        let filter =
            SubscriptionFilter::new().with_resource_subscriptions(["shop://stock".to_owned()]);
        let mut changes = client.listen(filter).await.unwrap();
        hear(&mut lines, method).await;
        client.request_raw("die", &()).await.unwrap_err();
        assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Missed);
        assert!(hear(&mut lines, method).await.contains("shop://stock"));
    }
}

#[tokio::test]
async fn nothing_is_started_after_the_shutdown() {
    let (builder, mut lines) = builder(Speak::Modern, Duration::from_secs(600));
    let client = builder.spawn(command()).await.unwrap();
    client.request_raw("die", &()).await.unwrap_err();
    let waiting = tokio::spawn(client.request_raw("x", &()).into_future());
    let status = client.shutdown().await.unwrap();
    assert_eq!(status.code(), Some(9));
    assert!(matches!(waiting.await.unwrap(), Err(ClientError::Closed { .. })));
    // The end of the only process was the end of its standard error.
    while let Some(line) = lines.recv().await {
        assert!(!line.contains(r#""x""#));
    }
}

#[tokio::test]
async fn a_running_server_is_shut_down_kindly_and_dropped_for_good() {
    let (builder, mut lines) = builder(Speak::Modern, Duration::from_millis(10));
    let client = builder.clone().spawn(command()).await.unwrap();
    assert_eq!(client.shutdown().await.unwrap().code(), Some(0));
    let client = builder.spawn(command()).await.unwrap();
    drop(client);
    let mut starts = 0;
    while let Some(line) = lines.recv().await {
        starts += usize::from(line.starts_with("pid"));
    }
    assert_eq!(starts, 2);
}

#[tokio::test]
async fn what_cannot_be_started_at_first_is_an_error_at_once() {
    let (builder, _lines) = builder(Speak::Auto, Duration::from_secs(600));
    let missing = builder.clone().spawn(Command::new("/no/such/program")).await;
    assert!(matches!(missing, Err(ClientError::Start { .. })), "{missing:?}");
    let dead = builder.spawn(Command::new("false")).await;
    assert!(matches!(dead, Err(ClientError::Closed { .. })), "{dead:?}");
}
