//! Tasks as clients of 2025-11-25 know them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use toolwright_core::client::{Reply, Speak, Started};
use toolwright_core::{Client, ClientError};
use toolwright_spec::{CallToolResult, TaskStatus};

use super::server::{Gates, filled, server};
use crate::both::askers;
use crate::support::{Peer, connect, limits};

const RELATED: &str = "io.modelcontextprotocol/related-task";

/// A session whose client can be asked.
struct Session {
    peer: Peer,
    last: i64,
}

impl Session {
    async fn open(gates: &Gates) -> Self {
        let mut peer = connect(server(gates));
        let params = json!({ "protocolVersion": "2025-11-25",
            "capabilities": { "elicitation": {} },
            "clientInfo": { "name": "test", "version": "0" } });
        let mut session = Self { last: 0, peer: connect(server(gates)) };
        std::mem::swap(&mut session.peer, &mut peer);
        let told = session.ask("initialize", params).await["result"]["capabilities"].take();
        let tasks = json!({ "cancel": {}, "requests": { "tools": { "call": {} } } });
        assert_eq!(told["tasks"], tasks);
        session.peer.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        session
    }

    async fn send(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let request =
            json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params });
        self.peer.line(&request.to_string()).await;
        self.last
    }

    /// The answer to a request, which nothing may come before.
    async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        let answer = self.peer.next().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    async fn begin(&mut self, tool: &str) -> String {
        let answer = self.ask("tools/call", json!({ "name": tool, "task": { "ttl": 5 } })).await;
        let task = &answer["result"]["task"];
        assert_eq!(task["status"], "working", "{answer}");
        task["taskId"].as_str().unwrap().to_owned()
    }

    async fn of(&mut self, method: &str, id: &str) -> Value {
        self.ask(method, json!({ "taskId": id })).await
    }

    async fn until(&mut self, id: &str, status: &str) -> Value {
        loop {
            let task = self.of("tasks/get", id).await["result"].take();
            if task["status"] == status {
                return task;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_result_is_waited_for() {
    let gates = Gates::default();
    let mut session = Session::open(&gates).await;
    let id = session.begin("slow").await;
    let task = session.of("tasks/get", &id).await["result"].take();
    assert_eq!((&task["ttl"], &task["pollInterval"]), (&json!(3_600_000), &json!(1000)));
    for member in ["taskId", "status", "createdAt", "lastUpdatedAt"] {
        assert!(task[member].is_string(), "{task}");
    }
    assert_eq!(task.as_object().unwrap().len(), 6, "{task}");

    let waiting = session.send("tasks/result", json!({ "taskId": id })).await;
    session.ask("ping", json!({})).await;
    gates.open.notify_one();
    let answer = session.peer.next().await;
    assert_eq!(answer["id"], waiting);
    assert_eq!(answer["result"]["content"][0]["text"], "done");
    assert_eq!(answer["result"]["_meta"], json!({ RELATED: { "taskId": id } }));
    assert_eq!(answer["result"].get("resultType"), None);
    assert_eq!(session.until(&id, "completed").await["status"], "completed");
    assert_eq!(session.of("tasks/cancel", &id).await["error"]["code"], -32602);
}

#[tokio::test]
async fn a_task_ends_as_its_call_would() {
    let gates = Gates::default();
    let mut session = Session::open(&gates).await;
    for (tool, code) in [("fails", None), ("breaks", Some(4001)), ("panics", Some(-32603))] {
        let id = session.begin(tool).await;
        let answer = session.of("tasks/result", &id).await;
        match code {
            Some(code) => assert_eq!(answer["error"]["code"], code, "{tool}"),
            None => assert_eq!(answer["result"]["isError"], true),
        }
        session.until(&id, "failed").await;
    }
    let id = session.begin("slow").await;
    let cancelled = session.of("tasks/cancel", &id).await;
    assert_eq!(cancelled["result"]["status"], "cancelled");
    assert_eq!(session.of("tasks/result", &id).await["error"]["code"], -32603);
    timeout(Duration::from_secs(20), gates.dropped.notified()).await.unwrap();
}

#[tokio::test]
async fn what_a_task_asks_comes_while_its_result_is_waited_for() {
    let mut session = Session::open(&Gates::default()).await;
    let id = session.begin("one").await;
    session.until(&id, "input_required").await;
    let waiting = session.send("tasks/result", json!({ "taskId": id })).await;
    let question = session.peer.next().await;
    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["message"], "name?");
    assert_eq!(question["params"]["_meta"], json!({ RELATED: { "taskId": id } }));
    // Whoever stops waiting may come back.
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": { "requestId": waiting } });
    session.peer.line(&cancelled.to_string()).await;
    assert_eq!(session.peer.next().await["method"], "notifications/cancelled");
    let task = session.of("tasks/get", &id).await;
    assert_eq!(task["result"]["status"], "input_required");

    let waiting = session.send("tasks/result", json!({ "taskId": id })).await;
    let question = session.peer.next().await;
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": filled("Ann") });
    session.peer.line(&answer.to_string()).await;
    let answer = session.peer.next().await;
    assert_eq!(
        (&answer["id"], &answer["result"]["content"][0]["text"]),
        (&json!(waiting), &json!("Ann"))
    );

    // An error is an answer, too.
    let id = session.begin("one").await;
    session.send("tasks/result", json!({ "taskId": id })).await;
    let question = session.peer.next().await;
    let refusal = json!({ "jsonrpc": "2.0", "id": question["id"],
        "error": { "code": -1, "message": "nobody is here" } });
    session.peer.line(&refusal.to_string()).await;
    let answer = session.peer.next().await;
    assert!(answer["result"]["isError"] == true || answer["error"].is_object(), "{answer}");
}

#[tokio::test]
async fn tasks_are_for_those_who_know_them() {
    let gates = Gates::default();
    let mut session = Session::open(&gates).await;
    for (method, params, code) in [
        ("tools/call", json!({ "name": "plain", "task": {} }), -32601),
        ("tools/call", json!({ "name": "slow", "task": {}, "arguments": { "x": 1 } }), -32602),
        ("tasks/get", json!({ "taskId": "unknown" }), -32602),
        ("tasks/result", json!({ "taskId": "unknown" }), -32602),
        ("tasks/cancel", json!({}), -32602),
        // Nobody tells the callers of this server apart.
        ("tasks/list", json!({}), -32601),
        ("tasks/update", json!({ "taskId": "unknown", "inputResponses": {} }), -32601),
    ] {
        let answer = session.ask(method, params.clone()).await;
        // Tools without parameters of their own take any.
        let is_begun = method == "tools/call" && answer["result"]["task"].is_object();
        assert!(is_begun || answer["error"]["code"] == code, "{method} {params} {answer}");
    }
    for mut asker in askers(|| server(&gates)).await {
        if asker.revision() == "2025-11-25" || asker.is_modern() {
            continue;
        }
        // They say it by mistake.
        let answer = asker.ask("tools/call", json!({ "name": "must", "task": {} })).await;
        assert_eq!(answer["result"]["content"][0]["text"], "had to", "{answer}");
        let answer = asker.ask("tasks/result", json!({ "taskId": "x" })).await;
        assert_eq!(answer["error"]["code"], -32601);
    }
}

fn text(result: &CallToolResult) -> &str {
    result.content[0].as_text().unwrap()
}

#[tokio::test]
async fn our_client_knows_them() {
    let gates = Gates::default();
    let eager = limits(|limits| {
        limits.task_poll = Duration::from_millis(1);
        limits.task_poll_least = Duration::from_millis(1);
    });
    let client = Client::builder()
        .limits(eager.clone())
        .era(Speak::newest_session().unwrap())
        .on_elicit(|form| async move { Reply::accept(&json!({ "name": form.message })) })
        .in_memory(server(&gates).limits(eager))
        .await
        .unwrap();
    for (tool, told) in
        [("one", "name?"), ("two", "first? last?"), ("later", "name?, city?"), ("must", "had to")]
    {
        let Started::Task(task) = client.call(tool, &()).start().await.unwrap() else { panic!() };
        assert_eq!(text(&task.wait().await.unwrap()), told);
        assert_eq!(task.state().status, TaskStatus::Completed);
        // In place, as before.
        assert_eq!(text(&client.call(tool, &()).await.unwrap()), told);
    }
    let Started::Done(_) = client.call("plain", &()).start().await.unwrap() else { panic!() };

    let Started::Task(task) = client.call("slow", &()).start().await.unwrap() else { panic!() };
    let again = client.resume_task(task.ticket()).await.unwrap();
    gates.open.notify_one();
    assert_eq!(text(&again.wait().await.unwrap()), "done");
    assert_eq!(text(&task.wait().await.unwrap()), "done");

    let Started::Task(task) = client.call("slow", &()).start().await.unwrap() else { panic!() };
    task.cancel().await.unwrap();
    assert!(matches!(task.wait().await, Err(ClientError::TaskCancelled { .. })));
    assert!(matches!(task.cancel().await, Err(ClientError::TaskGone { .. })));
}
