//! What callers have to be allowed, whatever way leads to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::cache::{CacheHint, Cacheable};
use toolwright_core::completion::Partial;
use toolwright_core::compose::{Layered, Prefixed};
use toolwright_core::context::Principal;
use toolwright_core::middleware::Timeout;
use toolwright_core::resource::DynamicResources;
use toolwright_core::scopes::Scoped;
use toolwright_core::tool::{DynamicTools, FnTools, Searchable};
use toolwright_core::{BuildError, Context, Prompts, Resources, Server, ToolError};
use toolwright_spec::{JsonSchema, Prompt, PromptArgument, Resource, ResourceTemplate, Tool};

use crate::both::{Asker, askers};

const FORBIDDEN: i64 = 403;

/// Counts what runs.
type Runs = Arc<AtomicUsize>;

fn tools(runs: &Runs) -> FnTools {
    let run = |runs: &Runs| {
        let runs = Arc::clone(runs);
        move |_: Context, (): ()| {
            runs.fetch_add(1, Ordering::SeqCst);
            async { "ran" }
        }
    };
    let depends = |cx: Context, much: Value| async move {
        if much["much"] == true {
            cx.require_scopes(["large"])?;
        }
        Ok::<_, ToolError>("ran")
    };
    let tool = |name| Tool::new(name, JsonSchema::empty_object());
    FnTools::new()
        .tool("read", "Reads", run(runs))
        .tool("write", "Writes", run(runs))
        .scopes(["write"])
        .with(tool("both").with_scopes(["write", "admin"]), run(runs))
        .with(tool("depends").with_scopes(["write"]), depends)
}

fn server(runs: &Runs) -> Server {
    let suggest = |_, _: Partial| async { Ok(vec!["x".to_owned()]) };
    let text = |name: &str| Resource::new(name, format!("x://{name}"));
    let template = |name: &str| ResourceTemplate::new(name, format!("x://{name}/{{x}}"));
    let resources = Resources::new()
        .text(text("open"), "")
        .text(text("plan"), "")
        .cache(CacheHint::public(Duration::from_secs(60)))
        .scopes(["write"])
        .template(template("open"), |_, (): ()| async { "" })
        .template(template("plan"), |_, (): ()| async { "" })
        .complete("x", suggest)
        .scopes(["write"])
        .instances(|_| async { Ok(vec![Resource::new("1", "x://plan/1")]) });
    let argument = || PromptArgument::new("x").with_required(false);
    let prompts = Prompts::new()
        .with(Prompt::new("open"), |_, (): ()| async { "" })
        .with(Prompt::new("plan").with_arguments([argument()]), |_, (): ()| async { "" })
        .complete("x", suggest)
        .scopes(["write"]);
    Server::new("test", "1").tools(tools(runs)).resources(resources).prompts(prompts)
}

fn who(scopes: &[&str]) -> Principal {
    Principal::new("test", "ann").with_scopes(scopes.iter().copied())
}

async fn names(asker: &mut Asker, method: &str, member: &str) -> Vec<String> {
    let listed = asker.ask(method, json!({})).await["result"][member].take();
    let items = listed.as_array().unwrap().iter();
    items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// What the caller lacks something for, one way to it after the other.
fn ways(modern: bool) -> Vec<(&'static str, Value)> {
    let complete = |of: Value| json!({ "ref": of, "argument": { "name": "x", "value": "" } });
    let mut ways = vec![
        ("tools/call", json!({ "name": "write" })),
        ("prompts/get", json!({ "name": "plan" })),
        ("resources/read", json!({ "uri": "x://plan" })),
        ("resources/read", json!({ "uri": "x://plan/7" })),
        ("completion/complete", complete(json!({ "type": "ref/prompt", "name": "plan" }))),
        ("completion/complete", complete(json!({ "type": "ref/resource", "uri": "x://plan/{x}" }))),
    ];
    if !modern {
        ways.push(("resources/subscribe", json!({ "uri": "x://plan" })));
        ways.push(("resources/subscribe", json!({ "uri": "x://plan/7" })));
    }
    ways
}

#[tokio::test]
async fn who_lacks_scopes_is_told_which_and_nothing_runs() {
    let runs = Runs::default();
    for scopes in [None, Some(&["read"][..]), Some(&["writ", "write:more", "WRITE"])] {
        let server = || {
            let server = server(&runs).subscriptions(true);
            scopes.map_or(server, |scopes| {
                self::server(&runs).subscriptions(true).caller(who(scopes))
            })
        };
        for mut asker in askers(server).await {
            for (method, params) in ways(asker.is_modern()) {
                let answer = asker.ask(method, params.clone()).await;
                assert_eq!(answer["error"]["code"], FORBIDDEN, "{method} {params}: {answer}");
                let data = json!({ "error": "insufficient_scope", "scope": "write" });
                assert_eq!(answer["error"]["data"], data, "{method} {params}");
            }
            assert_eq!(asker.code("tools/call", json!({ "name": "nothing" })).await, -32602);
            assert_eq!(asker.code("resources/read", json!({ "uri": "x://open/1" })).await, 0);
        }
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn who_has_them_notices_nothing() {
    let runs = Runs::default();
    let server = || server(&runs).subscriptions(true).caller(who(&["other", "write"]));
    for mut asker in askers(server).await {
        for (method, params) in ways(asker.is_modern()) {
            let answer = asker.ask(method, params.clone()).await;
            assert!(answer["error"].is_null(), "{method} {params}: {answer}");
            assert!(!answer.to_string().contains("toolwright.scopes"), "{answer}");
        }
        assert_eq!(names(&mut asker, "tools/list", "tools").await, ["read", "write", "depends"]);
    }
}

#[tokio::test]
async fn lists_have_what_the_caller_may_use() {
    let runs = Runs::default();
    let public = CacheHint::public(Duration::from_secs(60));
    let lists = [
        ("tools/list", "tools", vec!["read", "write", "both", "depends"], 1),
        ("prompts/list", "prompts", vec!["open", "plan"], 1),
        ("resources/list", "resources", vec!["open", "plan", "1"], 1),
        ("resources/templates/list", "resourceTemplates", vec!["open", "plan"], 1),
    ];
    for shown in [false, true] {
        let server = || {
            server(&runs)
                .list_forbidden(shown)
                .cache(Cacheable::Tools, public)
                .cache(Cacheable::Prompts, public)
                .cache(Cacheable::Resources, public)
                .cache(Cacheable::Templates, public)
        };
        for mut asker in askers(server).await {
            for (method, member, all, few) in &lists {
                let expected = if shown { &all[..] } else { &all[..*few] };
                assert_eq!(names(&mut asker, method, member).await, expected, "{method}");
                let answer = asker.ask(method, json!({})).await;
                assert!(!answer.to_string().contains("scopes"), "{answer}");
                if asker.is_modern() {
                    assert_eq!(answer["result"]["cacheScope"], "private", "{method}");
                }
            }
            assert_eq!(asker.code("tools/call", json!({ "name": "write" })).await, FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn contents_that_take_scopes_are_shared_with_nobody() {
    let runs = Runs::default();
    let server = || server(&runs).caller(who(&["write"]));
    let mut asker = askers(server).await.pop().unwrap();
    let read = asker.ask("resources/read", json!({ "uri": "x://plan" })).await;
    assert_eq!(read["result"]["cacheScope"], "private");
}

#[tokio::test]
async fn all_that_is_needed_is_said_at_once() {
    let runs = Runs::default();
    for mut asker in askers(|| server(&runs).caller(who(&["admin"]))).await {
        let answer = asker.ask("tools/call", json!({ "name": "both" })).await;
        assert_eq!(answer["error"]["data"]["scope"], "write admin");
    }
    for mut asker in askers(|| server(&runs).caller(who(&["write"]))).await {
        let arguments = json!({ "name": "depends", "arguments": { "much": true } });
        let answer = asker.ask("tools/call", arguments).await;
        assert_eq!(answer["error"]["data"]["scope"], "write large", "{answer}");
        assert_eq!(asker.code("tools/call", json!({ "name": "depends" })).await, 0);
    }
}

#[tokio::test]
async fn scopes_go_along_wherever_a_set_goes() {
    let runs = Runs::default();
    let changing = || {
        let tools = DynamicTools::new();
        tools.add(self::tools(&runs)).unwrap();
        tools
    };
    let layered = || Layered::new(tools(&runs), Timeout::new(Duration::from_secs(60)));
    let server = || {
        let mounted = server(&runs).scopes("read", ["reader"]).scopes("x://open", ["reader"]);
        Server::new("test", "1")
            .tools(Prefixed::new("prefixed_", Arc::new(layered())))
            .tools(Prefixed::new("changing_", changing()))
            .mount("mounted_", mounted)
            .caller(who(&["admin"]))
    };
    for mut asker in askers(server).await {
        for name in ["prefixed_write", "changing_write", "mounted_write", "mounted_read"] {
            assert_eq!(
                asker.code("tools/call", json!({ "name": name })).await,
                FORBIDDEN,
                "{name}"
            );
        }
        for uri in ["mounted+x://plan", "mounted+x://plan/7", "mounted+x://open"] {
            assert_eq!(
                asker.code("resources/read", json!({ "uri": uri })).await,
                FORBIDDEN,
                "{uri}"
            );
        }
        let listed = names(&mut asker, "tools/list", "tools").await;
        assert_eq!(listed, ["prefixed_read", "changing_read"]);
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn tools_behind_a_search_take_scopes_as_well() {
    let runs = Runs::default();
    for mut asker in askers(|| Server::new("test", "1").tools(Searchable::new(tools(&runs)))).await
    {
        let call = |name: &str| json!({ "name": "call_tool", "arguments": { "name": name, "arguments": {} } });
        assert_eq!(asker.code("tools/call", call("write")).await, FORBIDDEN);
        assert_eq!(asker.code("tools/call", call("read")).await, 0);
        let found = json!({ "name": "search_tools", "arguments": { "query": "writes reads" } });
        let found = asker.ask("tools/call", found).await.to_string();
        assert!(found.contains("Reads") && !found.contains("Writes"), "{found}");
        let described = json!({ "name": "describe_tools", "arguments": { "names": ["write"] } });
        let described = asker.ask("tools/call", described).await.to_string();
        assert!(described.contains("there is no tool write"), "{described}");
    }
    assert_eq!(runs.load(Ordering::SeqCst), askers(|| server(&runs)).await.len());
}

#[tokio::test]
async fn no_spelling_of_a_uri_goes_by_its_scopes() {
    let server = || {
        let plan = Resource::new("plan", "x://plan").with_scopes(["write"]);
        let resources = Resources::new()
            .text(plan, "")
            .template(ResourceTemplate::new("any", "x://{name}"), |_, (): ()| async { "" });
        Server::new("test", "1").resources(resources).subscriptions(true).caller(who(&["read"]))
    };
    for mut asker in askers(server).await {
        for uri in ["x://plan", "x://%70lan", "x://pl%61n", "x://%50lan"] {
            let uri = json!({ "uri": uri });
            let code = asker.code("resources/read", uri.clone()).await;
            assert_eq!(code, FORBIDDEN, "{uri}");
            if !asker.is_modern() {
                assert_eq!(asker.code("resources/subscribe", uri).await, FORBIDDEN);
            }
        }
        assert_eq!(asker.code("resources/read", json!({ "uri": "x://pl%65n" })).await, 0);
    }
}

fn notes(scopes: &[&str]) -> Server {
    let note = |id: u32| Resource::new(format!("{id}"), format!("notes://{id}"));
    let template = |name: &str| ResourceTemplate::new(name, format!("{name}://{{id}}"));
    let resources = Resources::new()
        .template(template("notes"), |_, (): ()| async { "" })
        .instances(move |_| async move { Ok(vec![note(1), note(7).with_scopes(["admin"])]) })
        .template(template("open"), |_, (): ()| async { "" });
    Server::new("test", "1")
        .resources(resources)
        .subscriptions(true)
        .cache(Cacheable::Resources, CacheHint::public(Duration::from_secs(60)))
        .caller(who(scopes))
}

#[tokio::test]
async fn nobody_hears_of_instances_without_their_scopes() {
    let all = ["notes://1", "notes://7", "notes://%37", "open://7", "else://7"];
    for (scopes, expected) in [
        ("read", json!(["notes://1", "open://7"])),
        ("admin", json!(["notes://1", "notes://7", "notes://%37", "open://7"])),
    ] {
        let mut peer = crate::support::connect(notes(&[scopes]));
        let params = json!({ "notifications": { "resourceSubscriptions": all } });
        peer.modern(1.into(), "subscriptions/listen", params).await;
        let honoured = peer.next().await["params"]["notifications"].take();
        assert_eq!(honoured["resourceSubscriptions"], expected, "{scopes}");
    }
}

#[tokio::test]
async fn instances_that_take_scopes_are_protected_and_not_only_hidden() {
    for mut asker in askers(|| notes(&["read"])).await {
        assert_eq!(names(&mut asker, "resources/list", "resources").await, ["1"]);
        for uri in ["notes://7", "notes://%37", "notes://007"] {
            let uri = json!({ "uri": uri });
            let answer = asker.ask("resources/read", uri.clone()).await;
            assert_eq!(answer["error"]["data"]["scope"], "admin", "{uri}: {answer}");
            if !asker.is_modern() {
                assert_eq!(asker.code("resources/subscribe", uri).await, FORBIDDEN);
            }
        }
        for uri in ["notes://1", "open://7"] {
            assert_eq!(asker.code("resources/read", json!({ "uri": uri })).await, 0, "{uri}");
        }
        if asker.is_modern() {
            let listed = asker.ask("resources/list", json!({})).await;
            assert_eq!(listed["result"]["cacheScope"], "private");
        }
    }
    for mut asker in askers(|| notes(&["admin"])).await {
        assert_eq!(names(&mut asker, "resources/list", "resources").await, ["1", "7"]);
        let read = asker.ask("resources/read", json!({ "uri": "notes://7" })).await;
        assert!(read["error"].is_null(), "{read}");
        if asker.is_modern() {
            assert_eq!(read["result"]["cacheScope"], "private");
        }
    }
}

#[tokio::test]
async fn what_a_changing_server_was_told_counts_behind_a_search() {
    let runs = Runs::default();
    let server = || {
        let search = || Searchable::new(tools(&runs));
        Server::new("test", "1")
            .tools(DynamicTools::new())
            .tools(search())
            .scopes("read", ["reader"])
            .mount("sub_", Server::new("sub", "1").tools(search()).scopes("read", ["reader"]))
    };
    for mut asker in askers(server).await {
        for tool in ["call_tool", "sub_call_tool"] {
            let arguments = json!({ "name": "read", "arguments": {} });
            let call = json!({ "name": tool, "arguments": arguments });
            assert_eq!(asker.code("tools/call", call).await, FORBIDDEN, "{tool}");
        }
        let found = json!({ "name": "search_tools", "arguments": { "query": "reads" } });
        let found = asker.ask("tools/call", found).await.to_string();
        assert!(!found.contains("Reads"), "{found}");
    }
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn batches_are_refused_piece_by_piece() {
    let runs = Runs::default();
    let mut peer = crate::support::connect(server(&runs));
    peer.initialize("2025-03-26").await;
    let call = |id: u32, name: &str| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": name } })
    };
    peer.line(&json!([call(1, "write"), call(2, "read")]).to_string()).await;
    let answers = peer.next_batch().await;
    let code = |id: u32| {
        let found = answers.iter().find(|answer| answer["id"] == id).unwrap();
        found["error"]["code"].as_i64()
    };
    assert_eq!((code(1), code(2)), (Some(FORBIDDEN), None));
}

#[test]
fn what_cannot_be_meant_is_said_when_the_server_is_built() {
    let runs = Runs::default();
    let fault = |server: Server| server.build().unwrap_err();
    assert!(matches!(
        fault(server(&runs).scopes("wirte", ["write"])),
        BuildError::NothingScoped { name } if name == "wirte"
    ));
    assert!(matches!(
        fault(server(&runs).scopes("x://open/1", ["write"])),
        BuildError::InstanceScoped { template, .. } if template == "x://open/{x}"
    ));
    let changing = || Server::new("test", "1").resources(DynamicResources::new());
    let inner = changing().tools(Searchable::new(tools(&runs))).scopes("read", ["write"]);
    assert!(matches!(fault(inner), BuildError::NothingScoped { name } if name == "read"));
    changing().scopes("x://later", ["write"]).build().unwrap();
    for scope in ["", "a b", "a\"", "ä"] {
        assert!(matches!(fault(server(&runs).scopes("read", [scope])), BuildError::Scope { .. }));
        let tools = FnTools::new().tool("x", "", |_, (): ()| async { "" }).scopes([scope]);
        let built = fault(Server::new("test", "1").tools(tools));
        assert!(matches!(built, BuildError::Scope { .. }), "{scope:?}");
    }
}

#[test]
fn what_changes_later_and_says_nonsense_lets_nobody_in() {
    let tools = DynamicTools::new();
    let service = Server::new("test", "1").tools(tools.clone()).build().unwrap();
    tools.add(FnTools::new().tool("x", "", |_, (): ()| async { "" }).scopes(["a b"])).unwrap();
    assert_eq!(service.tools().len(), 1, "it is there, but for nobody");
}
