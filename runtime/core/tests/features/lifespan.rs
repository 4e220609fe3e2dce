//! State of servers, and work that outlives requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Error, Limits, ServeError, Server, ToolError};

use crate::both::askers;
use crate::support::connect;

/// What happened, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn read(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

struct Number(u32);
struct Name(&'static str);

fn tools() -> FnTools {
    FnTools::new()
        .tool("both", "Number and name", |cx: Context, (): ()| async move {
            let number = cx.state::<Number>()?.0;
            Ok::<_, ToolError>(format!("{number} {}", cx.state::<Name>()?.0))
        })
        .tool("none", "What is not there", |cx: Context, (): ()| async move {
            Ok::<_, ToolError>(cx.state::<String>()?.clone())
        })
}

fn server(journal: &Journal) -> Server {
    let (start, stop, second) = (journal.clone(), journal.clone(), journal.clone());
    Server::new("test", "1")
        .tools(tools())
        .state(Number(7))
        .lifespan(
            move || async move {
                start.write("start name");
                Ok(Name("Ann"))
            },
            move |name: Arc<Name>| async move {
                stop.write(format!("stop {}", name.0));
                Ok(())
            },
        )
        .lifespan(
            || async { Ok(()) },
            move |_: Arc<()>| async move {
                second.write("stop second");
                Ok(())
            },
        )
}

#[tokio::test]
async fn handlers_find_state_by_its_type() {
    for mut asker in askers(|| server(&Journal::default())).await {
        let answer = asker.ask("tools/call", json!({ "name": "both" })).await;
        assert_eq!(answer["result"]["content"][0]["text"], "7 Ann", "{answer}");
        let answer = asker.ask("tools/call", json!({ "name": "none" })).await;
        assert_eq!(answer["result"]["isError"], true);
        assert!(!answer.to_string().contains("alloc::string"), "{answer}");
    }
}

#[tokio::test]
async fn state_lives_as_long_as_the_server() {
    let journal = Journal::default();
    let mut peer = connect(server(&journal));
    peer.call(1, "both", json!({})).await;
    peer.next().await;
    assert_eq!(journal.read(), ["start name"]);
    peer.finish().await.1.unwrap();
    assert_eq!(journal.read(), ["start name", "stop second", "stop Ann"]);
}

#[tokio::test]
async fn what_cannot_start_serves_nothing() {
    let journal = Journal::default();
    let broken = server(&journal)
        .lifespan(|| async { Err::<String, _>(Error::msg("no database")) }, |_| async { Ok(()) });
    let service = broken.build().unwrap();
    for _ in 0..2 {
        let ended = service.serve(tokio::io::empty(), tokio::io::sink()).await;
        let Err(ServeError::Start(error)) = ended else { panic!("{ended:?}") };
        assert_eq!(error.to_string(), "no database");
    }
    assert_eq!(journal.read(), ["start name", "stop second", "stop Ann"]);
}

#[tokio::test]
async fn what_does_not_end_well_is_told() {
    let journal = Journal::default();
    let broken =
        server(&journal).lifespan(|| async { Ok(0u8) }, |_| async { Err(Error::msg("unsaved")) });
    let ended = broken.serve(tokio::io::empty(), tokio::io::sink()).await;
    let Err(ServeError::Stop(error)) = ended else { panic!("{ended:?}") };
    assert_eq!(error.to_string(), "unsaved");
    assert_eq!(journal.read(), ["start name", "stop second", "stop Ann"]);
}

/// A server with a tool that must not be interrupted, what starts it, what lets it go on, and what
/// it wrote.
fn steadfast(grace: Duration) -> (Server, Arc<Notify>, Arc<Notify>, Journal) {
    let (started, proceed, journal) = (Arc::default(), Arc::default(), Journal::default());
    let (begin, until, write): (Arc<Notify>, Arc<Notify>, _) =
        (Arc::clone(&started), Arc::clone(&proceed), journal.clone());
    let tools = FnTools::new().tool("order", "", move |cx: Context, (): ()| {
        let (begin, until, write) = (Arc::clone(&begin), Arc::clone(&until), write.clone());
        async move {
            let work = cx.uncancellable(async move {
                begin.notify_one();
                until.notified().await;
                write.write("done");
                "done"
            });
            work.await
        }
    });
    let tools = tools.tool("panic", "", |cx: Context, (): ()| async move {
        let work = async { assert_eq!(1, 2, "canary") };
        cx.uncancellable(work).await
    });
    let mut limits = Limits::default();
    limits.shutdown_grace = grace;
    (Server::new("test", "1").tools(tools).limits(limits), started, proceed, journal)
}

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn cancelled_work_goes_on_where_it_has_to() {
    let (server, started, proceed, journal) = steadfast(LONG);
    let mut peer = connect(server);
    peer.initialize("2025-11-25").await;
    peer.line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"order"}}"#).await;
    started.notified().await;
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled",
        "params":{"requestId":1,"reason":"bored"}}"#;
    peer.line(&cancel.replace('\n', "")).await;
    peer.line(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#).await;
    assert_eq!(peer.next().await["id"], 2);
    assert_eq!(journal.read(), [""; 0]);
    proceed.notify_one();
    let (rest, end) = peer.finish().await;
    end.unwrap();
    assert_eq!(rest.len(), 0);
    assert_eq!(journal.read(), ["done"]);
}

#[tokio::test]
async fn work_that_is_waited_for_gives_its_outcome() {
    let (server, _, proceed, journal) = steadfast(LONG);
    let mut peer = connect(server);
    proceed.notify_one();
    peer.call(1, "order", json!({})).await;
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "done");
    assert_eq!(journal.read(), ["done"]);
    peer.call(2, "panic", json!({})).await;
    let answer = peer.next().await;
    assert_eq!(answer["error"]["code"], -32603);
    assert!(!answer.to_string().contains("canary"));
}

#[tokio::test]
async fn no_work_holds_a_server_up_for_ever() {
    let (server, started, _, journal) = steadfast(Duration::from_millis(20));
    let mut peer = connect(server);
    peer.call(1, "order", json!({})).await;
    started.notified().await;
    let (_, end) = peer.finish().await;
    assert!(matches!(end, Err(ServeError::Unfinished { requests: 1 })), "{end:?}");
    assert_eq!(journal.read(), [""; 0]);
}
