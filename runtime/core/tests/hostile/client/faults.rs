//! What happens when something is lost: bytes, the time, the runtime, whoever waits.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use toolwright_core::client::{Reply, Round};
use toolwright_core::elicit::Form;
use toolwright_core::testing::{Faults, Pair, Script, Side, WallClock};
use toolwright_core::tool::FnTools;
use toolwright_core::{Client, ClientError, Context, Server, ToolError};
use toolwright_spec::{JsonSchema, Revision, Tool};

use super::{ERAS, connect, text};

/// A server whose tool counts how often it has run.
fn counting() -> (Server, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let tools = FnTools::new().with(
        Tool::new("order", JsonSchema::empty_object()),
        move |_: Context, _: Value| {
            let counted = Arc::clone(&counted);
            async move {
                counted.fetch_add(1, Ordering::SeqCst);
                "ordered"
            }
        },
    );
    (Server::new("shop", "1.0.0").tools(tools), count)
}

/// One exchange over lines with faults; how often the tool has run.
async fn exchange(
    revision: Revision,
    there: Faults,
    back: Faults,
) -> (Result<String, ClientError>, usize) {
    let (server, count) = counting();
    let pair = Pair::of(server).revision(revision).to_server(there).to_client(back);
    let result = match pair.connect().await {
        Ok((client, _)) => text(client.call("order", &json!({}))).await,
        Err(error) => Err(error),
    };
    (result, count.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn f19_the_connection_is_lost_at_every_byte() {
    for revision in ERAS {
        let (server, _) = counting();
        let (client, said) = Pair::of(server).revision(revision).connect().await.unwrap();
        client.call("order", &json!({})).await.unwrap();
        let length = |side| {
            let entries = said.entries();
            let lines = entries.iter().filter(|entry| entry.from == side);
            lines.map(|entry| entry.line.len() as u64 + 1).sum::<u64>()
        };
        let (there, back) = (length(Side::Client), length(Side::Server));
        for offset in 0..back {
            let faults = Faults::seeded(offset);
            let faults =
                if offset % 2 == 0 { faults.cut_at(offset) } else { faults.reset_at(offset) };
            let (result, ran) = exchange(revision, Faults::none(), faults).await;
            let error = result.unwrap_err();
            assert!(matches!(error, ClientError::Closed { .. }), "{offset}: {error}");
            assert!(ran <= 1, "{offset}: it ran {ran} times");
        }
        for offset in 0..there {
            let faults = Faults::seeded(offset).cut_at(offset);
            let (result, ran) = exchange(revision, faults, Faults::none()).await;
            // At its end, a line needs no end.
            if let Err(error) = &result {
                let is_typed = matches!(
                    error,
                    ClientError::Closed { .. }
                        | ClientError::Peer(_)
                        | ClientError::Unattributed(_)
                );
                assert!(is_typed, "{offset}: {error}");
            }
            assert!(ran <= 1 && (result.is_err() || ran == 1), "{offset}: it ran {ran} times");
        }
        let whole = exchange(revision, Faults::seeded(0).cut_at(there), Faults::none()).await;
        assert_eq!((whole.0.unwrap(), whole.1), ("ordered".to_owned(), 1));
    }
}

async fn ask(cx: Context, _: Value) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    Ok(cx.elicit_form("name", "Name?", form).await?.field("name")?)
}

fn asking() -> Server {
    let tool = |name: &str| Tool::new(name, JsonSchema::empty_object());
    let tools =
        FnTools::new().with(tool("ask"), ask).with(tool("plain"), |_, _: Value| async { "done" });
    Server::new("shop", "1.0.0").tools(tools)
}

#[tokio::test(start_paused = true)]
async fn f06_the_time_of_day_jumps() {
    const HOUR: Duration = Duration::from_secs(3600);
    let clock = WallClock::simulated();
    // Timers do not care.
    for revision in ERAS {
        let script = Script::new().revision(revision).expect("tools/call").hang();
        let (client, peer) = connect(script).await;
        let start = Instant::now();
        let call = tokio::spawn(client.call("x", &()).into_future());
        peer.played().await.unwrap();
        clock.set_back(HOUR);
        tokio::time::sleep(Duration::from_secs(20)).await;
        clock.set_forward(2 * HOUR);
        let error = call.await.unwrap().unwrap_err();
        assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
        assert_eq!(start.elapsed().as_secs(), 60);
    }
    // What is sealed does; replicas may differ by a minute.
    let moment = Duration::from_secs(30);
    let jumps = [
        (moment, true, true),
        (moment, false, true),
        (HOUR, true, false),
        (HOUR, false, false),
        (100_000 * HOUR, true, false),
    ];
    for (index, (jump, is_back, holds)) in jumps.into_iter().enumerate() {
        let client = Client::builder().on_elicit(|_| async { Ok(Reply::Decline) });
        let (client, _) = Pair::of(asking()).client(client).connect().await.unwrap();
        let Round::InputRequired(asked) = client.call("ask", &json!({})).round().await.unwrap()
        else {
            panic!("it asks");
        };
        let answers = json!({ "name": { "action": "accept", "content": { "name": "Ada" } } });
        let answers = serde_json::from_value(answers).unwrap();
        if is_back {
            clock.set_back(jump);
        } else {
            clock.set_forward(jump);
        }
        let call = client.call("ask", &json!({})).input(answers, asked.request_state);
        match call.round().await {
            Ok(Round::Complete(result)) => {
                assert!(holds, "{index}");
                assert_eq!(result.content[0].as_text(), Some("Ada"));
            }
            Err(ClientError::Peer(error)) => {
                assert!(!holds, "{index}: {error}");
                assert_eq!(error.code(), -32602);
            }
            other => panic!("{index}: {other:?}"),
        }
        assert_eq!(text(client.call("plain", &json!({}))).await.unwrap(), "done");
    }
}

#[test]
fn f25_the_runtime_is_gone() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outer = runtime();
    for revision in ERAS {
        let inner = runtime();
        let script = Script::new().revision(revision).expect("tools/call").hang();
        let (client, peer) = inner.block_on(connect(script));
        let call = outer.spawn(client.call("x", &()).into_future());
        outer.block_on(tokio::task::yield_now());
        inner.block_on(peer.played()).unwrap();
        drop(inner);
        let error = outer.block_on(call).unwrap().unwrap_err();
        assert!(matches!(error, ClientError::Closed { .. }), "{error}");
        let error = outer.block_on(client.call("x", &()).into_future()).unwrap_err();
        assert!(matches!(error, ClientError::Closed { .. }), "{error}");
    }
}

/// Polls a future so often, and lets others work in between.
async fn poll<F: Future + Unpin>(future: &mut F, times: usize) -> Option<F::Output> {
    for time in 0..times {
        if time > 0 {
            tokio::task::yield_now().await;
        }
        let mut future = pin!(&mut *future);
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
    }
    None
}

#[tokio::test]
async fn f26_the_future_is_dropped_at_every_point() {
    for revision in ERAS {
        let mut cancelled = 0;
        for times in 0.. {
            let client = Client::builder().on_elicit(|_| async {
                tokio::task::yield_now().await;
                Reply::accept(&json!({ "name": "Ada" }))
            });
            let pair = Pair::of(asking()).client(client).revision(revision);
            let (client, said) = pair.connect().await.unwrap();
            let mut call = client.call("ask", &json!({})).into_future();
            let result = poll(&mut call, times).await;
            drop(call);
            assert_eq!(text(client.call("plain", &json!({}))).await.unwrap(), "done");
            cancelled += cancellations(&said.of(Side::Client), &said.to_string());
            if let Some(result) = result {
                assert_eq!(result.unwrap().content[0].as_text(), Some("Ada"));
                break;
            }
        }
        assert!(cancelled > 0, "it was never cancelled");
    }
}

/// Checks what was cancelled, and counts it.
fn cancellations(said: &[Value], all: &str) -> usize {
    let mut asked = Vec::new();
    let mut cancelled = Vec::new();
    for message in said {
        if message["method"] == "notifications/cancelled" {
            let id = message["params"]["requestId"].clone();
            assert!(asked.contains(&id) && !cancelled.contains(&id), "{all}");
            cancelled.push(id);
        } else if message.get("method").is_some() && message.get("id").is_some() {
            assert!(!asked.contains(&message["id"]), "{all}");
            asked.push(message["id"].clone());
        }
    }
    cancelled.len()
}
