//! What is hidden from a caller is not there.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::cache::{CacheHint, Cacheable};
use toolwright_core::completion::Partial;
use toolwright_core::tool::{FnTools, Searchable};
use toolwright_core::visibility::Item;
use toolwright_core::{Prompts, Resources, Server};
use toolwright_spec::{
    JsonSchema, Prompt, PromptArgument, Resource, ResourceTemplate, Revision, Tool,
};

use crate::both::{Asker, askers};
use crate::support::limits;

fn everything() -> Server {
    let suggest = |_, _: Partial| async { Ok(vec!["x".to_owned()]) };
    let (mut tools, mut prompts, mut resources) =
        (FnTools::new(), Prompts::new(), Resources::new());
    for name in ["a", "secret1", "b", "secret2", "c"] {
        let tool = Tool::new(name, JsonSchema::empty_object());
        tools = tools.with(tool, |_, (): ()| async { "" });
        let prompt = Prompt::new(name).with_arguments([PromptArgument::new("x")]);
        prompts = prompts.with(prompt, |_, (): ()| async { "" }).complete("x", suggest);
        resources = resources.text(Resource::new(name, format!("x://{name}")), "");
        let template = ResourceTemplate::new(name, format!("x://{name}/{{x}}"));
        resources = resources.template(template, |_, (): ()| async { "" }).complete("x", suggest);
    }
    Server::new("test", "1").tools(tools).prompts(prompts).resources(resources)
}

fn server() -> Server {
    everything().visibility(|_, item| !item.name().contains("secret"))
}

/// The answer without what only names the request.
async fn told(asker: &mut Asker, method: &str, params: Value) -> String {
    let name = params.to_string();
    let answer = asker.ask(method, params).await;
    assert!(answer["error"].is_object(), "{method} {name}: {answer}");
    answer.to_string().replace("secret1", "nothing")
}

#[tokio::test]
async fn hidden_items_are_unknown_items() {
    let complete = |kind: &str, key: &str, of: String| json!({ "ref": { "type": kind, key: of }, "argument": { "name": "x", "value": "" } });
    for mut asker in askers(|| server().subscriptions(true)).await {
        let requests = |name: &str| {
            let mut requests = vec![
                ("tools/call", json!({ "name": name })),
                ("prompts/get", json!({ "name": name })),
                ("resources/read", json!({ "uri": format!("x://{name}") })),
                ("resources/read", json!({ "uri": format!("x://{name}/y") })),
                ("completion/complete", complete("ref/prompt", "name", name.to_owned())),
                (
                    "completion/complete",
                    complete("ref/resource", "uri", format!("x://{name}/{{x}}")),
                ),
            ];
            if !asker.is_modern() {
                requests.push(("resources/subscribe", json!({ "uri": format!("x://{name}") })));
            }
            requests
        };
        let (hidden, unknown, seen) = (requests("secret1"), requests("nothing"), requests("a"));
        for ((hidden, unknown), seen) in hidden.into_iter().zip(unknown).zip(seen) {
            let hidden = told(&mut asker, hidden.0, hidden.1).await;
            assert_eq!(hidden, told(&mut asker, unknown.0, unknown.1).await);
            assert_eq!(asker.code(seen.0, seen.1.clone()).await, 0, "{seen:?}");
        }
    }
}

#[tokio::test]
async fn hidden_items_are_not_listed() {
    let public = CacheHint::public(Duration::from_secs(60));
    let server =
        || server().limits(limits(|limits| limits.page_items = 2)).cache(Cacheable::Tools, public);
    for mut asker in askers(server).await {
        for (method, member, key) in [
            ("tools/list", "tools", "name"),
            ("prompts/list", "prompts", "name"),
            ("resources/list", "resources", "name"),
            ("resources/templates/list", "resourceTemplates", "name"),
        ] {
            let first = asker.ask(method, json!({})).await["result"].take();
            let next = json!({ "cursor": first["nextCursor"] });
            let second = asker.ask(method, next).await["result"].take();
            assert_eq!(second.get("nextCursor"), None, "nothing that is seen is left");
            let items = [&first, &second].map(|page| page[member].as_array().unwrap().clone());
            let names: Vec<_> = items.iter().flatten().map(|item| &item[key]).collect();
            assert_eq!(names, ["a", "b", "c"]);
            if asker.is_modern() {
                assert_eq!(
                    (&first["cacheScope"], &second["cacheScope"]),
                    (&json!("private"), &json!("private"))
                );
            }
        }
    }
}

#[tokio::test]
async fn callers_see_different_things_at_the_same_time() {
    let server = || {
        everything().visibility(|cx, item| match item {
            Item::Tool(tool) => tool.name != "a" || cx.revision() == Revision::LATEST,
            _ => true,
        })
    };
    for mut asker in askers(server).await {
        let listed = asker.ask("tools/list", json!({})).await["result"]["tools"].take();
        assert_eq!(listed.as_array().unwrap().len(), if asker.is_modern() { 5 } else { 4 });
        let code = asker.code("tools/call", json!({ "name": "a" })).await;
        assert_eq!(code, if asker.is_modern() { 0 } else { -32602 });
    }
}

#[tokio::test]
async fn all_filters_have_to_agree() {
    let server = || server().visibility(|_, item| item.name() != "b");
    for mut asker in askers(server).await {
        let listed = asker.ask("tools/list", json!({})).await["result"]["tools"].take();
        assert_eq!(listed.as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_filter_that_panics_shows_nothing() {
    let server = || {
        everything().visibility(|_, item| {
            assert_ne!(item.name(), "c", "canary");
            true
        })
    };
    for mut asker in askers(server).await {
        for (method, params) in [("tools/list", json!({})), ("tools/call", json!({ "name": "c" }))]
        {
            let answer = asker.ask(method, params).await;
            assert_eq!(answer["error"]["code"], -32603, "{answer}");
            assert!(!answer.to_string().contains("canary"), "{answer}");
        }
        assert_eq!(asker.code("tools/call", json!({ "name": "a" })).await, 0);
    }
}

#[tokio::test]
async fn nothing_hidden_is_found_by_searching() {
    let server = || {
        let tool = |name: &str| Tool::new(name, JsonSchema::empty_object());
        let tools = FnTools::new()
            .with(tool("open_door"), |_, (): ()| async { "open" })
            .with(tool("open_safe"), |_, (): ()| async { "open" });
        let server = Server::new("test", "1").tools(Searchable::new(tools));
        server.visibility(|_, item| item.name() != "open_safe")
    };
    for mut asker in askers(server).await {
        for (name, arguments) in [
            ("search_tools", json!({ "query": "open safe" })),
            ("describe_tools", json!({ "names": ["open_safe"] })),
            ("call_tool", json!({ "name": "open_safe", "arguments": {} })),
        ] {
            let params = json!({ "name": name, "arguments": arguments });
            let answer = asker.ask("tools/call", params).await;
            let failed = answer["result"]["isError"] == true;
            assert_eq!(failed, name != "search_tools", "{answer}");
            let told = answer["result"].to_string().replace("there is no tool open_safe", "");
            assert!(!told.contains("open_safe"), "{told}");
        }
        let params = json!({ "name": "call_tool", "arguments": { "name": "open_door" } });
        let answer = asker.ask("tools/call", params).await;
        assert_eq!(answer["result"]["content"][0]["text"], "open", "{answer}");
    }
}
