//! Who gets tasks.

use serde_json::json;
use toolwright_core::context::{Extensions, Principal};
use toolwright_core::server::transport::{Arrival, Event};
use toolwright_core::task::TaskPolicy;
use toolwright_core::tool::FnTools;
use toolwright_core::{BuildError, Context, Server, Service};
use toolwright_spec::{JsonSchema, TaskSupport, Tool, ToolExecution};

use super::server::{Client, Gates, TASKS, server};
use crate::both::askers;
use crate::support::{connect, modern};

#[tokio::test]
async fn others_wait_for_the_result() {
    let gates = Gates::default();
    for mut asker in askers(|| server(&gates)).await {
        let answer = asker.ask("tools/call", json!({ "name": "fails" })).await;
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        let lacks = json!({ "requiredCapabilities": { "extensions": { TASKS: {} } } });
        let must = asker.ask("tools/call", json!({ "name": "must" })).await;
        if asker.is_modern() {
            assert_eq!(must["error"]["code"], -32021);
            assert_eq!(must["error"]["data"], lacks);
        } else {
            // Sessions know nothing of it, and have a connection to wait on.
            assert_eq!(must["result"]["content"][0]["text"], "had to");
        }
        for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
            let params = json!({ "taskId": "x", "inputResponses": {} });
            let answer = asker.ask(method, params).await;
            let expected = match (asker.revision(), method) {
                ("2026-07-28", _) => -32021,
                // It has some of the names, for tasks of its own.
                ("2025-11-25", "tasks/get" | "tasks/cancel") => -32602,
                _ => -32601,
            };
            assert_eq!(answer["error"]["code"], expected, "{answer}");
        }
        let plain = asker.ask("tools/call", json!({ "name": "plain" })).await;
        assert_eq!(plain["result"]["content"][0]["text"], "at once");
    }
}

#[tokio::test]
async fn the_server_says_so_in_one_place() {
    let mut client = Client::new(&Gates::default());
    let told = client.ask("server/discover", json!({})).await["result"]["capabilities"].take();
    assert_eq!(told["extensions"], json!({ TASKS: {} }));
    assert_eq!(told.get("tasks"), None);
    let mut peer = connect(Server::new("test", "1"));
    peer.modern(1.into(), "server/discover", json!({})).await;
    assert_eq!(peer.next().await["result"]["capabilities"].get("extensions"), None);
}

#[tokio::test]
async fn a_definition_may_ask_for_tasks() {
    let mut execution = ToolExecution::new();
    execution.task_support = Some(TaskSupport::Optional);
    let tool = Tool::new("defined", JsonSchema::empty_object()).with_execution(execution);
    let with = || {
        let tools = FnTools::new().with(tool.clone(), |_: Context, (): ()| async { "defined" });
        Server::new("test", "1").tools(tools)
    };
    let mut client = Client(connect(with()));
    let id = client.begin("defined").await;
    client.until(&id, "completed").await;
    // One revision has a word for it.
    for mut asker in askers(with).await {
        let list = asker.ask("tools/list", json!({})).await;
        let told = (asker.revision() == "2025-11-25").then(|| json!({ "taskSupport": "optional" }));
        assert_eq!(list["result"]["tools"][0].get("execution"), told.as_ref());
    }
}

#[test]
fn tools_that_are_not_there_are_refused_at_build() {
    let server = Server::new("test", "1").task_tool("nothing", TaskPolicy::optional());
    let error = server.build().unwrap_err();
    assert!(matches!(error, BuildError::TaskTool { .. }), "{error}");
}

/// One request of somebody.
async fn of(
    service: &Service,
    who: Option<&str>,
    method: &str,
    mut params: serde_json::Value,
) -> serde_json::Value {
    params["_meta"] = json!({ "io.modelcontextprotocol/clientCapabilities":
        { "extensions": { TASKS: {} } } });
    let params = modern(1.into(), method, params)["params"].to_string();
    let mut extensions = Extensions::default();
    if let Some(who) = who {
        extensions.insert(Principal::new("test", who));
    }
    let arrival = Arrival::new(method, Some(&params)).with_extensions(extensions);
    let mut call = service.call(1.into(), arrival).unwrap();
    match call.event().await {
        Some(Event::Answer(answer)) => serde_json::from_slice(&answer.text).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tasks_belong_to_who_began_them() {
    let service = server(&Gates::default()).build().unwrap();
    let begun = of(&service, Some("ann"), "tools/call", json!({ "name": "slow" })).await;
    let id = &begun["result"]["taskId"];
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let params = json!({ "taskId": id, "inputResponses": {} });
        for other in [Some("bob"), None] {
            let answer = of(&service, other, method, params.clone()).await;
            assert_eq!(answer["error"]["code"], -32602, "{method} {answer}");
        }
        let answer = of(&service, Some("ann"), method, params).await;
        assert!(answer["result"].is_object(), "{method} {answer}");
    }
}
