//! Servers inside of servers, in every revision.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::compose::{Prefixed, RemoteTools};
use toolwright_core::middleware::Timeout;
use toolwright_core::tool::{DynamicTools, FnTools, Searchable};
use toolwright_core::visibility::Item;
use toolwright_core::{Client, Context, Prompts, Resources, Server, ToolError};
use toolwright_spec::{Prompt, Resource, ResourceTemplate};

use super::both::askers;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Page {
    number: u32,
}

fn books() -> Server {
    let tools = FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "found" }).tool(
        "hang",
        "Never answers",
        |_cx, (): ()| std::future::pending::<String>(),
    );
    let page = ResourceTemplate::new("page", "book://pages/{number}");
    let resources = Resources::new()
        .text(Resource::new("title", "book://title"), "Solaris")
        .template(page, |_cx, page: Page| async move { page.number.to_string() })
        .complete("number", |_cx: Context, _| async { Ok(vec!["1".to_owned(), "2".to_owned()]) });
    let prompts = Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" });
    Server::new("books", "1").tools(tools).resources(resources).prompts(prompts)
}

fn listed(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let items = answer["result"][list].as_array().unwrap_or_else(|| panic!("{answer}"));
    items.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_mounted_server_is_found_under_its_prefix() {
    let mall = || {
        let search =
            FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "everywhere" });
        Server::new("mall", "1").tools(search).mount("books_", books()).mount("more_", books())
    };
    for mut asker in askers(mall).await {
        let tools = asker.ask("tools/list", json!({})).await;
        assert_eq!(
            listed(&tools, "tools", "name"),
            ["search", "books_search", "books_hang", "more_search", "more_hang"]
        );
        let call = asker.ask("tools/call", json!({ "name": "books_search" })).await;
        assert_eq!(call["result"]["content"][0]["text"], "found");
        let resources = asker.ask("resources/list", json!({})).await;
        let uris = listed(&resources, "resources", "uri");
        assert_eq!(uris, ["books+book://title", "more+book://title"]);
        for (uri, text) in [("books+book://title", "Solaris"), ("more+book://pages/7", "7")] {
            let read = asker.ask("resources/read", json!({ "uri": uri })).await;
            let contents = &read["result"]["contents"][0];
            assert_eq!((&contents["uri"], &contents["text"]), (&json!(uri), &json!(text)));
        }
        for uri in ["book://title", "wine+book://title"] {
            assert_ne!(asker.code("resources/read", json!({ "uri": uri })).await, 0, "{uri}");
        }
        let prompts = asker.ask("prompts/list", json!({})).await;
        assert_eq!(listed(&prompts, "prompts", "name"), ["books_greet", "more_greet"]);
        assert_eq!(asker.code("prompts/get", json!({ "name": "more_greet" })).await, 0);
        let params = json!({ "ref": { "type": "ref/resource", "uri": "more+book://pages/{number}" },
            "argument": { "name": "number", "value": "" } });
        let completed = asker.ask("completion/complete", params).await;
        assert_eq!(completed["result"]["completion"]["values"], json!(["1", "2"]));
    }
}

#[tokio::test]
async fn a_mounted_server_keeps_its_middleware_and_who_sees_what() {
    let mall = || {
        let stuck = FnTools::new().tool("own", "Is slow", |_cx, (): ()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            "late"
        });
        let books = books()
            .middleware(Timeout::new(Duration::from_millis(5)))
            .tool_middleware("search", Timeout::new(Duration::from_secs(5)))
            .visibility(|_: &Context, item: &Item<'_>| {
                !matches!(item.name(), "search" | "book://title" | "greet")
            });
        Server::new("mall", "1").tools(stuck).mount("books_", books)
    };
    for mut asker in askers(mall).await {
        let tools = asker.ask("tools/list", json!({})).await;
        assert_eq!(listed(&tools, "tools", "name"), ["own", "books_hang"]);
        assert_eq!(asker.code("tools/call", json!({ "name": "books_search" })).await, -32602);
        assert_ne!(asker.code("resources/read", json!({ "uri": "books+book://title" })).await, 0);
        assert_ne!(asker.code("prompts/get", json!({ "name": "books_greet" })).await, 0);
        let stopped = asker.ask("tools/call", json!({ "name": "books_hang" })).await;
        let text = stopped["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("hang took longer than 5ms"), "{text}");
        let own = asker.ask("tools/call", json!({ "name": "own" })).await;
        assert_eq!(own["result"]["content"][0]["text"], "late");
    }
}

#[tokio::test]
async fn a_mounted_server_publishes_under_its_prefix() {
    let dynamic = DynamicTools::new();
    let mut inner = books().tools(dynamic.clone());
    let publisher = inner.publisher();
    let mut peer = crate::support::connect(Server::new("mall", "1").mount("books_", inner));
    let params = json!({ "notifications": { "toolsListChanged": true,
        "resourceSubscriptions": ["books+book://title"] } });
    peer.modern(1.into(), "subscriptions/listen", params).await;
    peer.next().await;
    publisher.resource_updated("book://title");
    assert_eq!(peer.next().await["params"]["uri"], "books+book://title");
    dynamic.add(FnTools::new().tool("new", "Is new", |_cx, (): ()| async { "new" })).unwrap();
    assert_eq!(peer.next().await["method"], "notifications/tools/list_changed");
    peer.call(2, "books_new", json!({})).await;
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "new");
}

#[tokio::test]
async fn handlers_of_mounted_servers_publish_under_all_prefixes() {
    let touch = || {
        FnTools::new().tool("touch", "Touches", |cx: Context, (): ()| async move {
            cx.publisher().resource_updated("book://title");
        })
    };
    let inner = books().tools(touch()).subscriptions(true);
    let middle = Server::new("shop", "1").mount("b_", inner);
    let mut peer = crate::support::connect(Server::new("mall", "1").mount("a_", middle));
    let params = json!({ "notifications": { "resourceSubscriptions": ["a+b+book://title"] } });
    peer.modern(1.into(), "subscriptions/listen", params).await;
    peer.next().await;
    peer.call(2, "a_b_touch", json!({})).await;
    let mut messages = [peer.next().await, peer.next().await];
    messages.sort_by_key(|message| message["id"].as_i64());
    assert_eq!(messages[0]["params"]["uri"], "a+b+book://title", "{messages:?}");
}

#[tokio::test]
async fn nothing_hidden_by_either_server_is_found_by_searching_in_a_mounted_one() {
    let mall = || {
        let tools = FnTools::new()
            .tool("open_door", "Opens", |_cx, (): ()| async { "open" })
            .tool("open_safe", "Opens", |_cx, (): ()| async { "open" })
            .tool("open_till", "Opens", |_cx, (): ()| async { "open" })
            .tool("open_roof", "Opens", |_cx, (): ()| async { "open" });
        let shop = Server::new("shop", "1")
            .tools(Searchable::new(tools))
            .visibility(|_, item| item.name() != "open_safe");
        let street = Server::new("street", "1")
            .mount("b_", shop)
            .visibility(|_, item| item.name() != "b_open_till");
        Server::new("mall", "1")
            .mount("a_", street)
            .visibility(|_, item| item.name() != "a_b_open_roof")
    };
    for mut asker in askers(mall).await {
        let params = json!({ "name": "a_b_search_tools", "arguments": { "query": "open" } });
        let found = asker.ask("tools/call", params).await;
        let found = found["result"]["content"][0]["text"].as_str().unwrap();
        let found: Value = serde_json::from_str(found).unwrap();
        assert_eq!(found["total"], 1, "{found}");
        assert_eq!(found["tools"][0]["name"], "open_door", "{found}");
        for (name, hidden) in
            [("open_door", false), ("open_safe", true), ("open_till", true), ("open_roof", true)]
        {
            let arguments = json!({ "name": name, "arguments": {} });
            let params = json!({ "name": "a_b_call_tool", "arguments": arguments });
            let called = asker.ask("tools/call", params).await;
            assert_eq!(called["result"]["isError"] == true, hidden, "{name}: {called}");
        }
    }
}

#[tokio::test]
async fn sets_ask_what_is_shown_by_their_own_names() {
    let mall = || {
        let asking = FnTools::new().tool("asks", "Asks", |cx: Context, (): ()| async move {
            let greet = Prompt::new("greet");
            let page = ResourceTemplate::new("page", "book://pages/{number}");
            let shows = |item| cx.shows(&item);
            let shown = [
                shows(Item::Resource("book://title")),
                shows(Item::Resource("book://other")),
                shows(Item::Prompt(&greet)),
                shows(Item::Template(&page)),
            ];
            format!("{shown:?}")
        });
        let complete = |cx: Context, _| async move {
            let shown = cx.shows(&Item::Resource("book://title"));
            Ok(vec![shown.to_string()])
        };
        let prompts = Prompts::new()
            .prompt("asks", "Asks", |_cx, _: Page| async { "" })
            .complete("number", complete);
        let books = books().tools(asking).prompts(prompts);
        Server::new("mall", "1").mount("books_", books).visibility(|_, item| {
            let hidden = ["books+book://title", "books_greet", "books+book://pages/{number}"];
            !hidden.contains(&item.name())
        })
    };
    for mut asker in askers(mall).await {
        let told = asker.ask("tools/call", json!({ "name": "books_asks" })).await;
        let told = &told["result"]["content"][0]["text"];
        assert_eq!(told, "[false, true, false, false]");
        let params = json!({ "ref": { "type": "ref/prompt", "name": "books_asks" },
            "argument": { "name": "number", "value": "" } });
        let told = asker.ask("completion/complete", params).await;
        assert_eq!(told["result"]["completion"]["values"][0], "false", "{told}");
    }
}

#[test]
fn clashes_name_both() {
    let clash = |server: Server| server.build().unwrap_err().to_string();
    assert_eq!(
        clash(Server::new("mall", "1").mount("a_", books()).mount("a_", books())),
        "two tools are called `a_search`; rename one of them or prefix one set"
    );
    let own = FnTools::new().tool("a_search", "Searches", |_cx, (): ()| async { "" });
    assert_eq!(
        clash(Server::new("mall", "1").mount("a_", books()).tools(own)),
        "the server `books` mounted as `a_` and the server itself both have a tool `a_search`; \
         choose another prefix"
    );
    let tools = FnTools::new().tool("b_search", "Searches", |_cx, (): ()| async { "" });
    let other = Server::new("other", "1").tools(tools);
    assert_eq!(
        clash(Server::new("mall", "1").mount("a_b_", books()).mount("a_", other)),
        "the server `books` mounted as `a_b_` and the server `other` mounted as `a_` both have a \
         tool `a_b_search`; choose another prefix"
    );
    let title = Resource::new("title", "a+book://title");
    let own = Resources::new().text(title, "");
    let error = clash(Server::new("mall", "1").resources(own).mount("a_", books()));
    assert!(error.starts_with("the server itself and the server `books`"), "{error}");
    let own = Prompts::new().prompt("a_greet", "", |_cx, (): ()| async { "" });
    let error = clash(Server::new("mall", "1").prompts(own).mount("a_", books()));
    assert!(error.contains("both have a prompt `a_greet`"), "{error}");
    // A prefix that makes no legal name is refused as any other.
    let error = clash(Server::new("mall", "1").mount("a b ", books()));
    assert!(error.contains("the tool name `a b search`"), "{error}");
    let error = clash(Server::new("mall", "1").mount(
        "1_",
        Server::new("r", "1").resources(Resources::new().text(Resource::new("t", "t:1"), "")),
    ));
    assert!(error.contains("`1+t:1` is not an absolute URI"), "{error}");
}

#[tokio::test]
async fn a_remote_server_is_fronted() {
    let dynamic = DynamicTools::new();
    let tools = FnTools::new()
        .tool("search", "Searches", |_cx, page: Page| async move { format!("{}", page.number) })
        .tool("fail", "Fails", |_cx, (): ()| async { Err::<String, _>(ToolError::new("no")) });
    let far = Server::new("far", "1").tools(tools).tools(dynamic.clone());
    let remote = RemoteTools::connect(Client::in_memory(far).await.unwrap()).await.unwrap();
    let front = || Server::new("front", "1").tools(Prefixed::new("far_", Arc::new(remote.clone())));
    for mut asker in askers(front).await {
        let tools = asker.ask("tools/list", json!({})).await;
        assert_eq!(listed(&tools, "tools", "name"), ["far_search", "far_fail"]);
        let call = |arguments: Value| json!({ "name": "far_search", "arguments": arguments });
        let answer = asker.ask("tools/call", call(json!({ "number": 7 }))).await;
        assert_eq!(answer["result"]["content"][0]["text"], "7");
        let answer = asker.ask("tools/call", call(json!({ "number": "x" }))).await;
        assert_eq!(answer["result"]["isError"], true);
        let answer = asker.ask("tools/call", json!({ "name": "far_fail" })).await;
        assert_eq!(answer["result"]["content"][0]["text"], "no");
    }
    // The other server changes, and ours follows when it asks.
    let front = front().build().unwrap();
    dynamic.add(FnTools::new().tool("new", "Is new", |_cx, (): ()| async { "new" })).unwrap();
    assert_eq!(front.tools().len(), 2);
    remote.refresh().await.unwrap();
    assert_eq!(front.tools()[2].name, "far_new");
    dynamic.remove("new");
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let (input, output) = tokio::io::split(there);
        front.serve(input, output).await
    });
    let (reader, writer) = tokio::io::split(here);
    let client = Client::over(reader, writer).await.unwrap();
    let error = client.call("far_new", &()).await.unwrap_err();
    assert!(error.to_string().contains("nknown tool: "), "{error}");
}
