//! Lists and their pages.

use std::future;

use serde_json::{Value, json};
use toolwright_core::context::{Extensions, Principal};
use toolwright_core::seal::Keys;
use toolwright_core::server::transport::{Arrival, Event};
use toolwright_core::tool::FnTools;
use toolwright_core::{Prompts, Resources, Server, Service};
use toolwright_spec::{JsonSchema, Prompt, Resource, ResourceTemplate, Tool};

use crate::both::{Asker, askers};
use crate::support::{limits, modern};

/// Method, member of the result, and member of an item.
const LISTS: [(&str, &str, &str); 4] = [
    ("tools/list", "tools", "name"),
    ("resources/list", "resources", "uri"),
    ("resources/templates/list", "resourceTemplates", "uriTemplate"),
    ("prompts/list", "prompts", "name"),
];

/// Seven of everything.
fn server() -> Server {
    let (mut tools, mut resources, mut prompts) =
        (FnTools::new(), Resources::new(), Prompts::new());
    for number in 0..7 {
        let tool = Tool::new(format!("tool{number}"), JsonSchema::empty_object());
        tools = tools.with(tool, |_, (): ()| async { "" });
        let resource = Resource::new("x", format!("x://{number}"));
        resources = resources.text(resource, "");
        let template = ResourceTemplate::new("x", format!("x://{number}/{{a}}"));
        resources = resources.template(template, |_, (): ()| async { "" });
        let prompt = Prompt::new(format!("prompt{number}"));
        prompts = prompts.with(prompt, |_, (): ()| async { "" });
    }
    let keys = Keys::new([7; 32]);
    Server::new("test", "1").tools(tools).resources(resources).prompts(prompts).keys(keys)
}

fn paged() -> Server {
    server().limits(limits(|limits| limits.page_items = 3))
}

/// All pages of a list.
async fn pages(asker: &mut Asker, method: &str) -> Vec<Value> {
    let mut pages = vec![asker.ask(method, json!({})).await["result"].take()];
    while let Some(cursor) = pages.last().and_then(|page| page.get("nextCursor")).cloned() {
        assert!(pages.len() < 20, "an endless list");
        pages.push(asker.ask(method, json!({ "cursor": cursor })).await["result"].take());
    }
    pages
}

fn keys(pages: &[Value], member: &str, key: &str) -> Vec<String> {
    let items = pages.iter().flat_map(|page| page[member].as_array().unwrap());
    items.map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_list_has_pages_in_order() {
    for mut asker in askers(paged).await {
        for (method, member, key) in LISTS {
            let pages = pages(&mut asker, method).await;
            let lengths: Vec<_> =
                pages.iter().map(|page| page[member].as_array().unwrap().len()).collect();
            assert_eq!(lengths, [3, 3, 1], "{method}");
            let found = keys(&pages, member, key);
            assert!(found.is_sorted() && found.len() == 7, "{found:?}");
            let scope = asker.is_modern().then_some("private");
            for page in &pages {
                assert_eq!(page["cacheScope"].as_str(), scope, "{method}");
                assert_eq!(page["ttlMs"].is_i64(), asker.is_modern());
            }
        }
    }
}

#[tokio::test]
async fn small_lists_are_one_page() {
    for mut asker in askers(server).await {
        for (method, member, _) in LISTS {
            let pages = pages(&mut asker, method).await;
            assert_eq!((pages.len(), pages[0][member].as_array().unwrap().len()), (1, 7));
        }
    }
    let bare = || {
        let (tools, prompts) = (FnTools::new(), Prompts::new());
        Server::new("test", "1").tools(tools).resources(Resources::new()).prompts(prompts)
    };
    for mut asker in askers(bare).await {
        for (method, member, _) in LISTS {
            assert_eq!(asker.ask(method, json!({})).await["result"][member], json!([]));
        }
    }
}

#[tokio::test]
async fn pages_are_bounded_by_bytes() {
    let server = || {
        let tool = |name: &str, length| {
            Tool::new(name, JsonSchema::empty_object()).with_description("x".repeat(length))
        };
        let mut tools = FnTools::new();
        for (name, length) in [("a", 100), ("b", 100), ("c", 5000), ("d", 100)] {
            tools = tools.with(tool(name, length), |_, (): ()| async { "" });
        }
        Server::new("test", "1").tools(tools).limits(limits(|limits| limits.page_bytes = 1000))
    };
    for mut asker in askers(server).await {
        let pages = pages(&mut asker, "tools/list").await;
        let names: Vec<_> =
            pages.iter().map(|page| keys(std::slice::from_ref(page), "tools", "name")).collect();
        assert_eq!(names, [vec!["a", "b"], vec!["c"], vec!["d"]]);
    }
}

#[tokio::test]
async fn other_cursors_are_refused() {
    let mut others = askers(|| paged().keys(Keys::new([8; 32]))).await;
    let foreign = others.pop().unwrap().ask("tools/list", json!({})).await;
    let foreign = foreign["result"]["nextCursor"].clone();
    for mut asker in askers(paged).await {
        let cursor = asker.ask("tools/list", json!({})).await["result"]["nextCursor"].take();
        let mut altered = cursor.as_str().unwrap().to_owned();
        altered.replace_range(50..51, if &altered[50..51] == "A" { "B" } else { "A" });
        for (method, cursor) in [
            ("tools/list", json!("")),
            ("tools/list", json!("3")),
            ("tools/list", json!(3)),
            ("tools/list", json!(altered)),
            ("tools/list", foreign.clone()),
            ("prompts/list", cursor.clone()),
        ] {
            let answer = asker.ask(method, json!({ "cursor": cursor })).await;
            assert_eq!(answer["error"]["code"], -32602, "{method} {cursor} {answer}");
        }
        let answer = asker.ask("tools/list", json!({ "cursor": "x" })).await;
        let told = answer["error"]["message"].as_str().unwrap();
        assert!(told.contains("without a cursor"), "{told}");
        // Absent and null are the beginning.
        let first = asker.ask("tools/list", json!({ "cursor": null })).await;
        assert_eq!(first["result"]["tools"][0]["name"], "tool0");
        assert_eq!(asker.code("tools/list", json!({ "cursor": cursor })).await, 0);
    }
}

#[tokio::test]
async fn replicas_with_the_same_keys_go_on_for_each_other() {
    let (mut these, mut those) = (askers(paged).await, askers(paged).await);
    for (one, other) in these.iter_mut().zip(&mut those) {
        let cursor = one.ask("prompts/list", json!({})).await["result"]["nextCursor"].take();
        let page = other.ask("prompts/list", json!({ "cursor": cursor })).await;
        assert_eq!(page["result"]["prompts"][0]["name"], "prompt3");
    }
}

/// The answer to a request that stands alone, from somebody.
async fn ask_as(service: &Service, who: Option<&str>, params: Value) -> Value {
    let request = modern(1.into(), "tools/list", params);
    let params = request["params"].to_string();
    let mut extensions = Extensions::default();
    if let Some(who) = who {
        extensions.insert(Principal::new("https://login.example", who));
    }
    let arrival = Arrival::new("tools/list", Some(&params)).with_extensions(extensions);
    let mut call = service.call(1.into(), arrival).unwrap();
    match future::poll_fn(|cx| call.poll_event(cx)).await {
        Some(Event::Answer(answer)) => serde_json::from_slice(&answer.text).unwrap(),
        event => panic!("no answer: {event:?}"),
    }
}

#[tokio::test]
async fn a_cursor_is_for_whom_it_was_given_to() {
    let service = paged().build().unwrap();
    let mut answer = ask_as(&service, Some("ann"), json!({})).await;
    let cursor = json!({ "cursor": answer["result"]["nextCursor"].take() });
    for (who, code) in [(Some("ann"), 0), (Some("bob"), -32602), (None, -32602)] {
        let answer = ask_as(&service, who, cursor.clone()).await;
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), code, "{who:?}");
    }
}

#[tokio::test]
async fn instances_of_templates_stand_behind_the_rest() {
    let server = || {
        let resource = |uri: &str| Resource::new("x", uri);
        let template = ResourceTemplate::new("page", "book://pages/{number}");
        let book = Resources::new()
            .text(resource("book://title"), "")
            .template(template, |_, (): ()| async { "" })
            .instances(move |cx| async move {
                assert!(!cx.is_cancelled());
                // Neither twice, nor what is there already, nor what is no URI.
                let uris = ["book://pages/1", "book://pages/2", "book://pages/1"];
                let more = ["book://title", "no uri", "book://pages/3"];
                Ok(uris.into_iter().chain(more).map(|uri| Resource::new("x", uri)).collect())
            });
        let later = Resources::new().text(resource("book://end"), "");
        let limits = limits(|limits| limits.page_items = 3);
        Server::new("test", "1").resources(book).resources(later).limits(limits)
    };
    for mut asker in askers(server).await {
        let pages = pages(&mut asker, "resources/list").await;
        let expected = ["title", "end", "pages/1", "pages/2", "pages/3"];
        let expected = expected.map(|path| format!("book://{path}"));
        assert_eq!(keys(&pages, "resources", "uri"), expected);
        assert_eq!(pages.len(), 2);
    }
    let broken = || {
        let template = ResourceTemplate::new("x", "x://{a}");
        let failing = Resources::new().template(template, |_, (): ()| async { "" });
        let failing = failing.instances(|_| async { Err(std::io::Error::other("canary").into()) });
        Server::new("test", "1").resources(failing)
    };
    for mut asker in askers(broken).await {
        let answer = asker.ask("resources/list", json!({})).await;
        assert_eq!(answer["error"]["code"], -32603);
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
}
