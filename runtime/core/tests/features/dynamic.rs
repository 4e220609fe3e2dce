//! Sets that change while a server runs.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;
use toolwright_core::completion::Partial;
use toolwright_core::prompt::DynamicPrompts;
use toolwright_core::resource::DynamicResources;
use toolwright_core::tool::{DynamicTools, FnTools, ToolSet};
use toolwright_core::{BuildError, Prompts, Resources, Server};
use toolwright_spec::{JsonSchema, Prompt, PromptArgument, Resource, ResourceTemplate, Tool};

use crate::both::{Asker, askers};
use crate::support::{connect, limits};

fn tool(name: &str, answer: &'static str) -> FnTools {
    let tool = Tool::new(name, JsonSchema::empty_object());
    FnTools::new().with(tool, move |_, (): ()| async move { answer })
}

async fn tools(asker: &mut Asker) -> Vec<String> {
    let listed = asker.ask("tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().unwrap().iter();
    tools.map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

async fn call(asker: &mut Asker, name: &str) -> Value {
    let answer = asker.ask("tools/call", json!({ "name": name, "arguments": {} })).await;
    match answer["error"]["message"].as_str() {
        Some(message) => json!(message),
        None => answer["result"]["content"][0]["text"].clone(),
    }
}

#[tokio::test]
async fn tools_come_and_go() {
    for index in 0..5 {
        let dynamic = DynamicTools::new();
        let server = || Server::new("test", "1").tools(dynamic.clone()).tools(tool("z", "fixed"));
        let mut asker = askers(server).await.remove(index);
        let modern = asker.is_modern();
        assert_eq!(tools(&mut asker).await, ["z"]);
        dynamic.add(tool("a", "one")).unwrap();
        dynamic.add(tool("b", "two")).unwrap();
        if !modern {
            // What changes several times before it is told is told once or more.
            assert_eq!(asker.notice().await["method"], "notifications/tools/list_changed");
        }
        settle(&mut asker).await;
        assert_eq!(tools(&mut asker).await, ["a", "b", "z"]);
        assert_eq!(call(&mut asker, "b").await, "two");
        assert!(dynamic.remove("a") && !dynamic.remove("a"));
        settle(&mut asker).await;
        assert_eq!(call(&mut asker, "a").await, "unknown tool: a");
        assert_eq!(call(&mut asker, "b").await, "two");
        dynamic.replace(tool("b", "other")).unwrap();
        settle(&mut asker).await;
        assert_eq!(call(&mut asker, "b").await, "other");
        assert_eq!(tools(&mut asker).await, ["b", "z"]);
    }
}

/// Takes in the notices that are on their way.
async fn settle(asker: &mut Asker) {
    asker.settle().await;
}

#[tokio::test]
async fn only_what_may_change_is_declared_to() {
    let server = Server::new("test", "1")
        .tools(DynamicTools::new())
        .prompts(Prompts::new())
        .resources(DynamicResources::new());
    let mut peer = connect(server);
    peer.modern(1.into(), "server/discover", json!({})).await;
    let capabilities = peer.next().await["result"]["capabilities"].take();
    assert_eq!(capabilities["tools"], json!({ "listChanged": true }));
    assert_eq!(capabilities["resources"], json!({ "listChanged": true }));
    assert_eq!(capabilities["prompts"], json!({}));
}

#[tokio::test]
async fn listeners_hear_of_a_change() {
    let (tools, prompts) = (DynamicTools::new(), DynamicPrompts::new());
    let resources = DynamicResources::new();
    let server = Server::new("test", "1").tools(tools.clone()).prompts(prompts.clone());
    let mut peer = connect(server.resources(resources.clone()));
    let filter = json!({ "toolsListChanged": true, "promptsListChanged": true,
        "resourcesListChanged": true });
    peer.modern(1.into(), "subscriptions/listen", json!({ "notifications": filter })).await;
    assert_eq!(peer.next().await["method"], "notifications/subscriptions/acknowledged");
    tools.add(tool("a", "")).unwrap();
    assert_eq!(peer.next().await["method"], "notifications/tools/list_changed");
    prompts.add(Prompts::new().prompt("p", "", |_, (): ()| async { "" })).unwrap();
    assert_eq!(peer.next().await["method"], "notifications/prompts/list_changed");
    resources.add(Resources::new().text(Resource::new("x", "x://x"), "")).unwrap();
    assert_eq!(peer.next().await["method"], "notifications/resources/list_changed");
}

#[tokio::test]
async fn a_call_outlives_its_tool() {
    let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (began, go_on) = (Arc::clone(&began), Arc::clone(&go_on));
        FnTools::new().with(Tool::new("slow", JsonSchema::empty_object()), move |_, (): ()| {
            let (began, go_on) = (Arc::clone(&began), Arc::clone(&go_on));
            async move {
                began.notify_one();
                go_on.notified().await;
                "finished"
            }
        })
    };
    let dynamic = DynamicTools::new();
    dynamic.add(slow).unwrap();
    let mut peer = connect(Server::new("test", "1").tools(dynamic.clone()));
    peer.call(1, "slow", json!({})).await;
    began.notified().await;
    assert!(dynamic.remove("slow"));
    peer.call(2, "slow", json!({})).await;
    assert_eq!(peer.next().await["error"]["code"], -32602);
    go_on.notify_one();
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "finished");
}

#[tokio::test]
async fn nothing_is_lost_to_a_newcomer() {
    let (first, second) = (DynamicTools::new(), DynamicTools::new());
    let server = || Server::new("test", "1").tools(first.clone()).tools(second.clone());
    second.add(tool("a", "second")).unwrap();
    let mut all = askers(server).await;
    let asker = all.last_mut().unwrap();
    assert_eq!(call(asker, "a").await, "second");
    // The first set is asked first, but the name is taken.
    first.add(tool("a", "first")).unwrap();
    assert_eq!(call(asker, "a").await, "second");
    assert_eq!(tools(asker).await, ["a"]);
    second.remove("a");
    assert_eq!(call(asker, "a").await, "first");
}

#[test]
fn faults_are_told_to_whom_they_belong() {
    let dynamic = DynamicTools::new();
    dynamic.add(tool("a", "")).unwrap();
    let twice = dynamic.add(
        tool("b", "").with(Tool::new("a", JsonSchema::empty_object()), |_, (): ()| async { "" }),
    );
    assert!(matches!(twice, Err(BuildError::DuplicateTool { name }) if name == "a"));
    let bad = dynamic.add(tool("no name", ""));
    assert!(matches!(bad, Err(BuildError::ToolName { .. })));
    let schema = JsonSchema::from(json!({ "type": 7 }));
    let bad = FnTools::new().with(Tool::new("c", schema), |_, (): ()| async { "" });
    assert!(matches!(dynamic.replace(bad), Err(BuildError::ToolSchema { .. })));
    assert_eq!(dynamic.tools().len(), 1);

    let resources = DynamicResources::new();
    let bad = resources.add(Resources::new().text(Resource::new("x", "no uri"), ""));
    assert!(matches!(bad, Err(BuildError::ResourceUri { .. })));
    let prompts = DynamicPrompts::new();
    let greet = || Prompts::new().prompt("greet", "", |_, (): ()| async { "" });
    prompts.add(greet()).unwrap();
    assert!(matches!(prompts.add(greet()), Err(BuildError::DuplicatePrompt { .. })));
    let bad = greet().complete("x", |_, _: Partial| async { Ok(Vec::new()) });
    assert!(matches!(prompts.replace(bad), Err(BuildError::NothingToComplete { .. })));
}

#[tokio::test]
async fn pages_go_on_across_a_change() {
    for index in 0..5 {
        let dynamic = DynamicTools::new();
        for name in ["a", "b", "c", "d", "e"] {
            dynamic.add(tool(name, "")).unwrap();
        }
        let limits = limits(|limits| limits.page_items = 2);
        let server = || Server::new("test", "1").tools(dynamic.clone()).limits(limits.clone());
        let mut asker = askers(server).await.remove(index);
        let page = asker.ask("tools/list", json!({})).await;
        let cursor = page["result"]["nextCursor"].clone();
        dynamic.remove("a");
        dynamic.remove("c");
        asker.settle().await;
        let page = asker.ask("tools/list", json!({ "cursor": cursor })).await;
        let names: Vec<_> =
            page["result"]["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
        assert_eq!(names, ["d", "e"], "{page}");
        assert_eq!(page["result"].get("nextCursor"), None);
        dynamic.replace(tool("x", "")).unwrap();
        asker.settle().await;
        let page = asker.ask("tools/list", json!({ "cursor": cursor })).await;
        assert_eq!(page["error"]["code"], -32602);
        assert!(page["error"]["message"].as_str().unwrap().contains("has changed"), "{page}");
    }
}

#[tokio::test]
async fn prompts_and_resources_come_with_their_completers() {
    let (prompts, resources) = (DynamicPrompts::new(), DynamicResources::new());
    let server = || Server::new("test", "1").prompts(prompts.clone()).resources(resources.clone());
    let mut all = askers(server).await;
    let prompt = Prompt::new("visit").with_arguments([PromptArgument::new("city")]);
    let visit = Prompts::new()
        .with(prompt, |_, (): ()| async { "go" })
        .complete("city", |_, _: Partial| async { Ok(vec!["Bern".to_owned()]) });
    prompts.add(visit).unwrap();
    let template = ResourceTemplate::new("x", "x://{a}");
    let family = Resources::new()
        .text(Resource::new("fixed", "x://fixed"), "fixed")
        .template(template, |_, (): ()| async { "made" })
        .complete("a", |_, _: Partial| async { Ok(vec!["b".to_owned()]) });
    resources.add(family).unwrap();
    for asker in &mut all {
        asker.settle().await;
        for (reference, name, value) in [
            (json!({ "type": "ref/prompt", "name": "visit" }), "city", "Bern"),
            (json!({ "type": "ref/resource", "uri": "x://{a}" }), "a", "b"),
        ] {
            let argument = json!({ "name": name, "value": "" });
            let params = json!({ "ref": reference, "argument": argument });
            let answer = asker.ask("completion/complete", params).await;
            assert_eq!(answer["result"]["completion"]["values"], json!([value]), "{answer}");
        }
        let filled = asker.ask("prompts/get", json!({ "name": "visit" })).await;
        assert_eq!(filled["result"]["messages"][0]["content"]["text"], "go");
        let read = asker.ask("resources/read", json!({ "uri": "x://fixed" })).await;
        assert_eq!(read["result"]["contents"][0]["text"], "fixed");
    }
    // What is removed is not read by way of the template.
    assert!(resources.remove("x://fixed"));
    for asker in &mut all {
        asker.settle().await;
        assert_ne!(asker.code("resources/read", json!({ "uri": "x://fixed" })).await, 0);
        assert_eq!(asker.code("resources/read", json!({ "uri": "x://other" })).await, 0);
    }
    assert!(resources.remove("x://{a}") && prompts.remove("visit"));
    for asker in &mut all {
        asker.settle().await;
        assert_ne!(asker.code("resources/read", json!({ "uri": "x://other" })).await, 0);
        assert_eq!(asker.code("prompts/get", json!({ "name": "visit" })).await, -32602);
    }
}
