//! Effects that happen once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use toolwright_core::tool::FnTools;
use toolwright_core::{AskError, Context, Server, ToolError};

use super::dialogue::{Client, accept, clients, everything, text};
use super::server::{Any, form, server};

fn yes(_: &Value) -> Value {
    accept(json!({ "name": "Ada", "yes": "yes" }))
}

#[tokio::test]
async fn an_effect_is_not_repeated() {
    for mut client in clients(|| server().0, everything()).await {
        assert_eq!(text(&client.call("reserve", yes).await), "seat 1");
        assert_eq!(text(&client.call("reserve", yes).await), "seat 2");
        assert_eq!(client.rounds, if client.is_modern() { 3 } else { 1 });
    }
}

#[tokio::test]
async fn an_old_state_repeats_it_unless_states_count_once() {
    for single in [false, true] {
        let (server, effects) = server();
        let server = if single { server.single_use_states() } else { server };
        let mut client = Client::modern(server).await;
        let mut params = json!({ "name": "reserve" });
        let first = client.one("tools/call", params.clone()).await;
        let state = first["result"]["requestState"].clone();
        params["requestState"] = state;
        // Nothing is answered, so the same is asked, and the effect is remembered.
        let second = client.one("tools/call", params.clone()).await;
        assert!(second["result"]["inputRequests"]["name"].is_object(), "{second}");
        let third = client.one("tools/call", params.clone()).await;
        assert_eq!(third["error"]["code"].as_i64(), single.then_some(-32602), "{third}");
        assert_eq!(effects.load(Ordering::SeqCst), 1);

        // Answers without a state are a new beginning, or none at all.
        params.as_object_mut().unwrap().remove("requestState");
        params["inputResponses"] = json!({ "name": accept(json!({ "name": "Ada" })) });
        let mut asked = client.one("tools/call", params).await["result"]["inputRequests"].take();
        assert_eq!(asked["name"].take().is_object(), single, "{asked}");
        assert_eq!(effects.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn of_two_retries_at_once_one_counts() {
    let mut client = Client::modern(server().0.single_use_states()).await;
    let mut params = json!({ "name": "reserve" });
    let first = client.one("tools/call", params.clone()).await;
    params["requestState"] = first["result"]["requestState"].clone();
    client.send("tools/call", params.clone()).await;
    client.send("tools/call", params).await;
    let answers = [client.peer.next().await, client.peer.next().await];
    let refused = answers.iter().filter(|answer| answer["error"]["code"] == -32602).count();
    assert_eq!(refused, 1, "{answers:?}");
}

/// A server with one tool, `act`.
fn one<F>(act: impl Fn(Context) -> F + Send + Sync + 'static) -> Server
where
    F: Future<Output = Result<String, ToolError>> + Send + 'static,
{
    Server::new("shop", "1").tools(FnTools::new().tool("act", "", move |cx, _: Any| act(cx)))
}

#[tokio::test]
async fn an_effect_is_not_cut_short_by_a_question() {
    let (started, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = one({
        let (started, finish) = (Arc::clone(&started), Arc::clone(&finish));
        move |cx| {
            let (started, finish) = (Arc::clone(&started), Arc::clone(&finish));
            async move {
                let effect = cx.once("slow", async || {
                    started.notify_one();
                    finish.notified().await;
                    Ok::<_, ToolError>(7)
                });
                let (slow, name) =
                    tokio::join!(effect, cx.elicit_form("name", "Name?", form("name")));
                Ok(format!("{} {}", slow?, name?.field::<String>("name")?))
            }
        }
    });
    let mut client = Client::modern(server).await;
    let call = client.call("act", yes);
    let (response, ()) = tokio::join!(call, async {
        started.notified().await;
        finish.notify_one();
    });
    // With a second run of the effect, this would have waited without end.
    assert_eq!(text(&response), "7 Ada");
}

#[tokio::test]
async fn failures_are_tried_again_and_nothing_is_asked_inside() {
    let tries = Arc::new(AtomicUsize::new(0));
    let server = || {
        let tries = Arc::clone(&tries);
        one(move |cx| {
            let tries = Arc::clone(&tries);
            async move {
                let fails = cx.once("fails", async || {
                    tries.fetch_add(1, Ordering::SeqCst);
                    Err::<(), _>(ToolError::new("no"))
                });
                assert_eq!(fails.await.unwrap_err().to_string(), "no");
                let inside = cx.once("inside", async || cx.roots("roots").await.map(|_| ()));
                assert!(matches!(inside.await, Err(AskError::Unaskable(_))));
                cx.elicit_form("name", "Name?", form("name")).await?;
                Ok("done".to_owned())
            }
        })
    };
    for mut client in clients(server, everything()).await {
        tries.store(0, Ordering::SeqCst);
        assert_eq!(text(&client.call("act", yes).await), "done");
        assert_eq!(tries.load(Ordering::SeqCst), client.rounds);
    }
}

#[tokio::test]
async fn one_key_is_one_effect_even_at_the_same_time() {
    let server = || {
        one(|cx| async move {
            let runs = AtomicUsize::new(0);
            let effect = || {
                cx.once("same", async || {
                    tokio::task::yield_now().await;
                    Ok::<_, ToolError>(runs.fetch_add(1, Ordering::SeqCst))
                })
            };
            let (first, second) = tokio::join!(effect(), effect());
            Ok(format!("{} {} {}", first?, second?, runs.load(Ordering::SeqCst)))
        })
    };
    for mut client in clients(server, everything()).await {
        assert_eq!(text(&client.call("act", yes).await), "0 0 1");
    }
}

#[tokio::test]
async fn work_that_was_spawned_asks_too() {
    let server = || {
        one(|cx| async move {
            let spawned = cx.clone();
            let asked = tokio::spawn(async move {
                tokio::task::yield_now().await;
                spawned.elicit_form("name", "Name?", form("name")).await
            });
            let answers = asked.await??;
            Ok(answers.field("name")?)
        })
    };
    for mut client in clients(server, everything()).await {
        assert_eq!(text(&client.call("act", yes).await), "Ada");
    }
}

#[tokio::test]
async fn spawned_work_learns_that_there_will_be_no_answer() {
    let (told, mut answers) = mpsc::unbounded_channel();
    let server = one(move |cx| {
        let (told, spawned) = (told.clone(), cx.clone());
        tokio::spawn(async move { told.send(spawned.roots("roots").await) });
        async move { Ok(cx.elicit_form("name", "Name?", form("name")).await?.field("name")?) }
    });
    let mut client = Client::modern(server).await;
    client.one("tools/call", json!({ "name": "act" })).await;
    assert_eq!(answers.recv().await, Some(Err(AskError::Gone)));
}
