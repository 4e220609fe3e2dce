//! Our client with our server.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;
use toolwright_core::client::{ClientBuilder, Reply, Round, Started, TaskHandle, TaskTicket};
use toolwright_core::{Client, ClientError, Limits, Server, Service};
use toolwright_spec::{
    CallToolResult, ElicitAction, ElicitResult, ElicitedValue, InputResponse, InputResponses, Map,
    TaskStatus,
};

use super::server::{Gates, server};
use crate::support::limits;

/// Limits of a server, and of a client, that look after tasks all the time.
fn eager() -> Limits {
    limits(|limits| {
        limits.task_poll = Duration::from_millis(1);
        limits.task_poll_least = Duration::from_millis(1);
    })
}

/// Limits with which nobody looks after a task before the test is over.
fn lazy() -> Limits {
    limits(|limits| {
        limits.task_poll = Duration::from_secs(3600);
        limits.task_poll_most = Duration::from_secs(3600);
    })
}

fn quick(gates: &Gates) -> Server {
    server(gates).limits(eager())
}

/// A client whose person is called Ann.
fn ann() -> ClientBuilder {
    Client::builder().limits(eager()).on_elicit(|form| async move {
        let name = form.message.trim_end_matches('?').to_owned();
        Reply::accept(&json!({ "name": format!("Ann's {name}") }))
    })
}

async fn begun(client: &Client, tool: &str) -> TaskHandle {
    match client.call(tool, &()).start().await.unwrap() {
        Started::Task(task) => task,
        other => panic!("{other:?}"),
    }
}

fn text(result: &CallToolResult) -> &str {
    result.content[0].as_text().unwrap()
}

#[tokio::test]
async fn a_call_that_becomes_a_task_is_a_call_like_any_other() {
    let gates = Gates::default();
    let client = ann().in_memory(quick(&gates)).await.unwrap();
    gates.open.notify_one();
    assert_eq!(text(&client.call("slow", &()).await.unwrap()), "done");
    assert_eq!(text(&client.call("one", &()).await.unwrap()), "Ann's name");
    assert_eq!(text(&client.call("two", &()).await.unwrap()), "Ann's first Ann's last");
    // Questions before the task and in it.
    assert_eq!(text(&client.call("later", &()).await.unwrap()), "Ann's name, Ann's city");
    assert_eq!(text(&client.call("plain", &()).await.unwrap()), "at once");
    assert_eq!(client.call("fails", &()).await.unwrap().is_error, Some(true));
    let Err(ClientError::Peer(error)) = client.call("breaks", &()).await else { panic!() };
    assert_eq!((error.code(), error.message()), (4001, "closed"));
    let Err(ClientError::Peer(error)) = client.call("panics", &()).await else { panic!() };
    assert_eq!(error.code(), -32603);
}

#[tokio::test]
async fn who_wants_no_tasks_waits_in_place() {
    let gates = Gates::default();
    let client = ann().without_tasks().in_memory(quick(&gates)).await.unwrap();
    gates.open.notify_one();
    let Started::Done(result) = client.call("slow", &()).start().await.unwrap() else { panic!() };
    assert_eq!(text(&result), "done");
    let Err(ClientError::Peer(error)) = client.call("must", &()).await else { panic!() };
    assert_eq!(error.code(), -32021);
}

#[tokio::test]
async fn a_task_can_be_taken_in_hand() {
    let gates = Gates::default();
    let client = ann().in_memory(quick(&gates)).await.unwrap();
    let task = begun(&client, "slow").await;
    assert_eq!((task.tool(), task.state().status), ("slow", TaskStatus::Working));
    assert_eq!(task.state().poll, Some(Duration::from_millis(1)));
    assert_eq!(task.refresh().await.unwrap().status, TaskStatus::Working);
    gates.open.notify_one();
    assert_eq!(text(&task.wait().await.unwrap()), "done");
    assert_eq!(task.state().status, TaskStatus::Completed);
    // As often as it is kept.
    assert_eq!(text(&task.wait().await.unwrap()), "done");
    let Started::Done(_) = client.call("plain", &()).start().await.unwrap() else { panic!() };

    let task = begun(&client, "slow").await;
    task.cancel().await.unwrap();
    assert!(matches!(task.wait().await, Err(ClientError::TaskCancelled { .. })));
    timeout(Duration::from_secs(20), gates.dropped.notified()).await.unwrap();
}

#[tokio::test]
async fn whoever_drops_the_call_ends_the_task() {
    let gates = Gates::default();
    let client = Client::builder().limits(lazy()).in_memory(server(&gates)).await.unwrap();
    let other = client.clone();
    let call = tokio::spawn(async move { other.call("slow", &()).await });
    gates.running.notified().await;
    // The answer that there is a task is on its way; this one comes behind it.
    client.call("plain", &()).await.unwrap();
    call.abort();
    timeout(Duration::from_secs(20), gates.dropped.notified()).await.unwrap();

    // A handle is no call.
    let task = begun(&client, "slow").await;
    let ticket = task.ticket();
    drop(task);
    let task = client.resume_task(ticket).await.unwrap();
    assert_eq!(task.state().status, TaskStatus::Working);
}

/// A client of a server that has others.
async fn connected(service: &Service, builder: ClientBuilder) -> Client {
    let (here, there) = tokio::io::duplex(1 << 16);
    let service = service.clone();
    tokio::spawn(async move {
        let (input, output) = tokio::io::split(there);
        service.serve(input, output).await
    });
    let (reader, writer) = tokio::io::split(here);
    builder.over(reader, writer).await.unwrap()
}

#[tokio::test]
async fn a_ticket_leads_to_the_task_again() {
    let gates = Gates::default();
    let service = quick(&gates).build().unwrap();
    let first = connected(&service, ann()).await;
    let task = begun(&first, "two").await;
    let Round::InputRequired(asked) = task.round().await.unwrap() else { panic!() };
    let mut questions = asked.input_requests.unwrap();
    while questions.len() < 2 {
        let Round::InputRequired(asked) = task.round().await.unwrap() else { panic!() };
        questions = asked.input_requests.unwrap();
    }
    let answer = |name: &str| {
        let content: Map<ElicitedValue> =
            [("name".to_owned(), name.to_owned().into())].into_iter().collect();
        InputResponse::from(ElicitResult::new(ElicitAction::Accept).with_content(content))
    };
    let mut answers = InputResponses::new();
    answers.insert("first", answer("Ada"));
    task.update(answers).await.unwrap();
    let written = serde_json::to_string(&task.ticket()).unwrap();
    first.shutdown().await;

    let ticket: TaskTicket = serde_json::from_str(&written).unwrap();
    assert_eq!((&*ticket.tool, &*ticket.answered), ("two", &["first".to_owned()][..]));
    let second = connected(&service, ann()).await;
    let task = second.resume_task(ticket.clone()).await.unwrap();
    assert_eq!(task.tool(), "two");
    assert_eq!(text(&task.wait().await.unwrap()), "Ada Ann's last");

    let mut unknown = ticket.clone();
    unknown.id = "unknown".to_owned();
    let gone = second.resume_task(unknown).await;
    assert!(matches!(gone, Err(ClientError::TaskGone { .. })), "{gone:?}");
    let mut elsewhere = ticket.clone();
    elsewhere.server = Some("elsewhere".to_owned());
    let mut older = ticket;
    older.revision = "2025-11-25".to_owned();
    for ticket in [elsewhere, older] {
        let refused = second.resume_task(ticket).await;
        assert!(matches!(refused, Err(ClientError::Usage { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn whoever_listens_hears_of_the_end_at_once() {
    let gates = Gates::default();
    let client = Client::builder().limits(lazy());
    let client = client.in_memory(server(&gates).limits(lazy())).await.unwrap();
    let task = begun(&client, "slow").await;
    let subscription = task.listen().await.unwrap();
    assert!(subscription.agreed().extra.get("taskIds").is_some());
    gates.open.notify_one();
    let result = timeout(Duration::from_secs(20), task.wait()).await.unwrap();
    assert_eq!(text(&result.unwrap()), "done");
}
