//! Tools of servers elsewhere: what comes in the course of a call, for callers and servers with
//! sessions and without.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use toolwright_core::client::{Notice, Reply, Speak};
use toolwright_core::compose::{Prefixed, Relay, RemoteTools};
use toolwright_core::elicit::Form;
use toolwright_core::tool::{DynamicTools, FnTools};
use toolwright_core::watch::Change;
use toolwright_core::{Client, ClientError, Context, Group, Server, ToolError};
use toolwright_spec::{Revision, SubscriptionFilter};

const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

/// Caller and server elsewhere, in every combination.
fn combinations() -> impl Iterator<Item = (Speak, Speak)> {
    ERAS.into_iter().flat_map(|near| ERAS.into_iter().map(move |far| (near, far)))
}

fn far() -> Server {
    let tools = FnTools::new()
        .tool("count", "Counts", |cx: Context, (): ()| async move {
            for step in [1.0, 2.0, 3.0] {
                cx.progress_of(step, 3.0, "counting").await;
            }
            "counted"
        })
        .tool("greet", "Greets", |cx: Context, (): ()| async move {
            let form = || Form::new().string("name", |field| field).build();
            let first = cx.elicit_form("first", "Your first name?", form()?).await?;
            let last = cx.elicit_form("last", "Your last name?", form()?).await?;
            let (first, last) = (first.field::<String>("name")?, last.field::<String>("name")?);
            Ok::<_, ToolError>(format!("Hello, {first} {last}!"))
        });
    Server::new("far", "1.0.0").tools(tools)
}

#[tokio::test]
async fn progress_is_passed_on() {
    for (near, beyond) in combinations() {
        let client = Client::builder().era(beyond).in_memory(far()).await.unwrap();
        let tools = RemoteTools::connect(client).await.unwrap();
        let front = Server::new("front", "1.0.0").tools(tools);
        let client = Client::builder().era(near).in_memory(front).await.unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        let call = client.call("count", &()).on_progress(move |report| {
            into.lock().unwrap().push((report.progress, report.total, report.message));
        });
        assert_eq!(call.await.unwrap().content[0].as_text(), Some("counted"));
        let last = seen.lock().unwrap().last().cloned();
        assert_eq!(last, Some((3.0, Some(3.0), Some("counting".to_owned()))));
    }
}

#[tokio::test]
async fn questions_are_put_to_the_caller() {
    for (near, beyond) in combinations() {
        let relay = Relay::new();
        let client = relay.handlers(Client::builder().era(beyond)).in_memory(far()).await.unwrap();
        let tools = RemoteTools::connect(client).await.unwrap().relay(relay);
        let front = || Server::new("front", "1.0.0").tools(tools.clone());
        let person = |name: &'static str| {
            Client::builder().era(near).on_elicit(move |form| async move {
                let part = if form.message.contains("first") { name } else { "Smith" };
                Reply::accept(&json!({ "name": part }))
            })
        };
        let ada = person("Ada").in_memory(front()).await.unwrap();
        let bob = person("Bob").in_memory(front()).await.unwrap();
        let (one, other) =
            (tokio::spawn(ada.call("greet", &()).into_future()), bob.call("greet", &()).await);
        for (greeted, name) in [(one.await.unwrap(), "Ada"), (other, "Bob")] {
            let greeted = greeted.unwrap();
            let text = greeted.content[0].as_text().unwrap();
            assert_eq!(text, format!("Hello, {name} Smith!"), "{near:?} {beyond:?}");
        }

        let shy = Client::builder().era(near).on_elicit(|_| async { Ok(Reply::Decline) });
        let shy = shy.in_memory(front()).await.unwrap();
        let declined = shy.call("greet", &()).await.unwrap();
        assert_eq!(declined.is_error, Some(true), "{declined:?}");
        assert!(declined.content[0].as_text().unwrap().contains("declined"), "{declined:?}");

        // Who cannot be asked is told so.
        let mute = Client::builder().era(near).in_memory(front()).await.unwrap();
        match mute.call("greet", &()).await {
            Ok(result) => {
                let text = result.content[0].as_text().unwrap().to_owned();
                assert!(text.contains("cannot be asked"), "{text}");
            }
            Err(ClientError::Peer(error)) => assert_eq!(error.code(), -32021),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn callers_that_leave_let_the_next_ones_in() {
    let relay = Relay::new();
    let dropped = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&dropped);
    let client = Client::builder().era(Speak::Legacy(Revision::V2025_11_25));
    let client = relay.handlers(client).in_memory(far()).await.unwrap();
    let tools = RemoteTools::connect(client).await.unwrap().relay(relay);
    let front = || Server::new("front", "1.0.0").tools(tools.clone());
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let silent = Client::builder().era(Speak::Legacy(Revision::V2025_11_25)).on_elicit(move |_| {
        let (sender, asked) = (sender.clone(), Arc::clone(&asked));
        async move {
            asked.fetch_add(1, Ordering::SeqCst);
            let _ = sender.send(()).await;
            std::future::pending().await
        }
    });
    let silent = silent.in_memory(front()).await.unwrap();
    let call = tokio::spawn(silent.call("greet", &()).into_future());
    receiver.recv().await.unwrap();
    call.abort();
    let next = Client::in_memory(front()).await.unwrap();
    let counted = next.call("count", &()).await.unwrap();
    assert_eq!(counted.content[0].as_text(), Some("counted"));
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn changes_over_there_are_changes_here() {
    for (near, beyond) in combinations() {
        let dynamic = DynamicTools::new();
        let server = far().tools(dynamic.clone());
        let client = Client::builder().era(beyond).in_memory(server).await.unwrap();
        let tools = RemoteTools::connect(client).await.unwrap();
        let front = Server::new("front", "1.0.0").tools(Prefixed::new("far_", tools));
        let client = Client::builder().era(near).in_memory(front).await.unwrap();
        let filter = SubscriptionFilter::new().with_tools_list_changed(true);
        let mut changes = client.listen(filter).await.unwrap();
        dynamic.add(FnTools::new().tool("new", "Is new", |_cx, (): ()| async { "new" })).unwrap();
        assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Changed(Change::Tools));
        let names: Vec<String> =
            client.list_tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
        assert_eq!(names, ["far_count", "far_greet", "far_new"]);
        let called = client.call("far_new", &()).await.unwrap();
        assert_eq!(called.content[0].as_text(), Some("new"));
    }
}

#[tokio::test]
async fn a_whole_group_is_fronted() {
    for (near, beyond) in combinations() {
        let dynamic = DynamicTools::new();
        let relay = Relay::new();
        let handlers = relay.clone();
        let (first, second) = (far().tools(dynamic.clone()), far());
        let servers = Arc::new(Mutex::new(vec![second, first]));
        let other = Arc::clone(&servers);
        let group = Group::builder()
            .each(move |_, client| handlers.handlers(client.era(beyond)))
            .server("one", move |client| client.in_memory(servers.lock().unwrap().remove(1)))
            .server("gone", |_| async { Err(ClientError::closed()) })
            .at_once(1)
            .server("two", move |client| client.in_memory(other.lock().unwrap().remove(0)))
            .connect()
            .await
            .unwrap();
        let tools = RemoteTools::group(group).await.unwrap().relay(relay);
        let front = Server::new("front", "1.0.0").tools(tools);
        let client = Client::builder()
            .era(near)
            .on_elicit(|_| async { Reply::accept(&json!({ "name": "Ada" })) })
            .in_memory(front)
            .await
            .unwrap();
        let names = async || -> Vec<String> {
            client.list_tools().await.unwrap().into_iter().map(|tool| tool.name).collect()
        };
        assert_eq!(names().await, ["one_count", "one_greet", "two_count", "two_greet"]);
        let greeted = client.call("two_greet", &()).await.unwrap();
        assert_eq!(greeted.content[0].as_text(), Some("Hello, Ada Ada!"));
        let filter = SubscriptionFilter::new().with_tools_list_changed(true);
        let mut changes = client.listen(filter).await.unwrap();
        dynamic.add(FnTools::new().tool("new", "Is new", |_cx, (): ()| async { "new" })).unwrap();
        assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Changed(Change::Tools));
        assert!(names().await.contains(&"one_new".to_owned()));
    }
}

#[tokio::test]
async fn sets_that_are_gone_stop_listening() {
    for beyond in ERAS {
        let service = far().tools(DynamicTools::new()).build().unwrap();
        let (here, there) = tokio::io::duplex(1 << 16);
        let (input, output) = tokio::io::split(there);
        let server = tokio::spawn(async move { service.serve(input, output).await });
        let (reader, writer) = tokio::io::split(here);
        let client = Client::builder().era(beyond).over(reader, writer).await.unwrap();
        drop(RemoteTools::connect(client).await.unwrap());
        // Nobody keeps the connection, so it ends.
        server.await.unwrap().unwrap();
    }
}
