//! Calls that become tasks, over HTTP, with sessions and without.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;
use toolwright_core::client::{ClientBuilder, Reply, Speak, Started, TaskTicket};
use toolwright_core::elicit::Form;
use toolwright_core::task::TaskPolicy;
use toolwright_core::tool::FnTools;
use toolwright_core::{Client, ClientError, Context, Limits, Server, ToolError};
use toolwright_http::client::ConnectWith;
use toolwright_http::serve::Serve;
use toolwright_spec::CallToolResult;

struct Site {
    url: String,
    open: Arc<Notify>,
    dropped: Arc<Notify>,
    _stop: oneshot::Sender<()>,
}

struct Dropped(Arc<Notify>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

fn eager() -> Limits {
    let mut limits = Limits::default();
    limits.task_poll = Duration::from_millis(5);
    limits.task_poll_least = Duration::from_millis(5);
    limits
}

async fn site() -> Site {
    let (open, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (gate, end) = (Arc::clone(&open), Arc::clone(&dropped));
    let tools = FnTools::new()
        .tool("slow", "", move |_: Context, (): ()| {
            let (gate, end) = (Arc::clone(&gate), Dropped(Arc::clone(&end)));
            async move {
                gate.notified().await;
                drop(end);
                "done"
            }
        })
        .tool("asks", "", |cx: Context, (): ()| async move {
            let form = Form::new().string("name", |field| field).build()?;
            let answers = cx.elicit_form("name", "Who?", form).await?;
            Ok::<_, ToolError>(answers.field::<String>("name")?)
        });
    let server = Server::new("site", "1.0.0")
        .tools(tools)
        .limits(eager())
        .task_tool("slow", TaskPolicy::optional())
        .task_tool("asks", TaskPolicy::optional());
    let bound = server.http("127.0.0.1:0").bind().await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let url = bound.url();
    tokio::spawn(bound.serve_until(async {
        let _ = stopped.await;
    }));
    Site { url, open, dropped, _stop: stop }
}

fn builder(speak: Speak) -> ClientBuilder {
    let builder = Client::builder().era(speak).limits(eager());
    builder.on_elicit(|_| async { Reply::accept(&json!({ "name": "Ann" })) })
}

fn text(result: &CallToolResult) -> &str {
    result.content[0].as_text().unwrap()
}

#[tokio::test]
async fn tasks_are_waited_for_and_taken_in_hand() {
    for speak in [Speak::Modern, Speak::newest_session().unwrap()] {
        let site = site().await;
        let client = builder(speak).connect(&site.url).await.unwrap();
        assert_eq!(text(&client.call("asks", &()).await.unwrap()), "Ann");
        let Started::Task(task) = client.call("asks", &()).start().await.unwrap() else {
            panic!("{speak:?}");
        };
        assert_eq!(text(&task.wait().await.unwrap()), "Ann");

        // Another process takes it up.
        let Started::Task(task) = client.call("slow", &()).start().await.unwrap() else {
            panic!("{speak:?}");
        };
        let ticket = serde_json::to_string(&task.ticket()).unwrap();
        drop(task);
        client.shutdown().await;
        let client = builder(speak).connect(&site.url).await.unwrap();
        let ticket: TaskTicket = serde_json::from_str(&ticket).unwrap();
        let task = client.resume_task(ticket).await.unwrap();
        let listening = task.listen().await.unwrap();
        site.open.notify_one();
        assert_eq!(text(&task.wait().await.unwrap()), "done");
        drop(listening);
        timeout(Duration::from_secs(20), site.dropped.notified()).await.unwrap();

        let Started::Task(task) = client.call("slow", &()).start().await.unwrap() else {
            panic!("{speak:?}");
        };
        task.cancel().await.unwrap();
        assert!(matches!(task.wait().await, Err(ClientError::TaskCancelled { .. })));
        timeout(Duration::from_secs(20), site.dropped.notified()).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_ends_its_task() {
    let site = site().await;
    let client = builder(Speak::Modern).connect(&site.url).await.unwrap();
    let call = client.call("slow", &()).total_timeout(Duration::from_millis(200));
    assert!(matches!(call.await, Err(ClientError::Timeout { .. })));
    timeout(Duration::from_secs(20), site.dropped.notified()).await.unwrap();
}
