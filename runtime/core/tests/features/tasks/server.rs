//! A server whose tools take their time, and a client that looks after them.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;
use toolwright_core::elicit::Form;
use toolwright_core::task::TaskPolicy;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, ProtocolError, Server, ToolError};
use toolwright_spec::LoggingLevel;

use crate::support::{Peer, connect, modern};

pub(super) const TASKS: &str = "io.modelcontextprotocol/tasks";

/// What lets tools go on, and what tells that one runs or was dropped.
#[derive(Clone, Default)]
pub(super) struct Gates {
    pub(super) open: Arc<Notify>,
    pub(super) running: Arc<Notify>,
    pub(super) dropped: Arc<Notify>,
}

struct Dropped(Arc<Notify>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

async fn ask(cx: &Context, key: &str) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    Ok(cx.elicit_form(key, format!("{key}?"), form).await?.field("name")?)
}

pub(super) fn tools(gates: &Gates) -> FnTools {
    let (slow, dropped) = (Arc::clone(&gates.open), Arc::clone(&gates.dropped));
    let running = Arc::clone(&gates.running);
    FnTools::new()
        .tool("slow", "", move |cx: Context, (): ()| {
            let (open, dropped) = (Arc::clone(&slow), Dropped(Arc::clone(&dropped)));
            running.notify_one();
            async move {
                // Neither is heard of.
                cx.progress(0.5).await;
                cx.log(LoggingLevel::Error, "working").await;
                open.notified().await;
                drop(dropped);
                "done"
            }
        })
        .tool("fails", "", |_: Context, (): ()| async { Err::<(), _>(ToolError::new("no luck")) })
        .tool("breaks", "", |_: Context, (): ()| async {
            Err::<(), _>(ToolError::protocol(ProtocolError::new(4001, "closed")))
        })
        .tool("panics", "", |_: Context, (): ()| async {
            assert_eq!(1, 2, "canary");
        })
        .tool("one", "", |cx: Context, (): ()| async move { ask(&cx, "name").await })
        .tool("two", "", |cx: Context, (): ()| async move {
            let (first, last) = (cx.clone(), cx.clone());
            let first = tokio::spawn(async move { ask(&first, "first").await });
            let last = tokio::spawn(async move { ask(&last, "last").await });
            Ok::<_, ToolError>(format!("{} {}", first.await??, last.await??))
        })
        .tool("later", "", |cx: Context, (): ()| async move {
            let name = ask(&cx, "name").await?;
            cx.begin_task().await;
            Ok::<_, ToolError>(format!("{name}, {}", ask(&cx, "city").await?))
        })
        .tool("must", "", |_: Context, (): ()| async { "had to" })
        .tool("plain", "", |cx: Context, (): ()| async move {
            cx.begin_task().await;
            "at once"
        })
}

pub(super) fn server(gates: &Gates) -> Server {
    let server = Server::new("test", "1").tools(tools(gates)).logging();
    let optional = ["slow", "fails", "breaks", "panics", "one", "two"];
    optional
        .into_iter()
        .fold(server, |server, name| server.task_tool(name, TaskPolicy::optional()))
        .task_tool("must", TaskPolicy::required())
        .task_tool("later", TaskPolicy::required().when_begun())
}

/// A client that speaks of tasks.
pub(super) struct Client(pub(super) Peer);

impl Client {
    pub(super) fn new(gates: &Gates) -> Self {
        Self(connect(server(gates)))
    }

    /// The answer to a request, which nothing may come before.
    pub(super) async fn ask(&mut self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/clientCapabilities":
                { "elicitation": {}, "extensions": { TASKS: {} } },
            "io.modelcontextprotocol/logLevel": "debug",
            "progressToken": "p",
        });
        self.0.line(&modern(1.into(), method, params).to_string()).await;
        let answer = self.0.next().await;
        assert_eq!(answer["id"], 1, "{answer}");
        answer
    }

    /// Calls a tool, which becomes a task: its id.
    pub(super) async fn begin(&mut self, tool: &str) -> String {
        let answer = self.ask("tools/call", json!({ "name": tool })).await;
        assert_eq!(answer["result"]["resultType"], "task", "{answer}");
        answer["result"]["taskId"].as_str().unwrap().to_owned()
    }

    pub(super) async fn task(&mut self, id: &str) -> Value {
        self.ask("tasks/get", json!({ "taskId": id })).await
    }

    /// Looks after a task until it is no longer like this.
    pub(super) async fn until(&mut self, id: &str, status: &str) -> Value {
        loop {
            let answer = self.task(id).await["result"].take();
            assert_eq!(answer["resultType"], "complete", "{answer}");
            if answer["status"] == status {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(super) async fn update(&mut self, id: &str, responses: Value) -> Value {
        self.ask("tasks/update", json!({ "taskId": id, "inputResponses": responses })).await
    }
}

/// A form that was filled in.
pub(super) fn filled(name: &str) -> Value {
    json!({ "action": "accept", "content": { "name": name } })
}
