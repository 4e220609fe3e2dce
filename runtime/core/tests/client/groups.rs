//! Several servers behind one client, in both eras.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use toolwright_core::client::config::{Servers, Variables};
use toolwright_core::client::{ClientBuilder, Notice, Reply, Speak};
use toolwright_core::completion::Partial;
use toolwright_core::elicit::Form;
use toolwright_core::group::{GroupBuilder, Renamed};
use toolwright_core::tool::{DynamicTools, FnTools};
use toolwright_core::watch::Change;
use toolwright_core::{Client, ClientError, Context, Group, Prompts, Resources, Server, ToolError};
use toolwright_spec::{Resource, Revision, SubscriptionFilter};

const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Taste {
    genre: String,
}

fn shop() -> Server {
    let tools = FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "a book" }).tool(
        "order",
        "Orders",
        |cx: Context, (): ()| async move {
            let form = Form::new().string("name", |field| field).build()?;
            let answers = cx.elicit_form("name", "Who are you?", form).await?;
            Ok::<_, ToolError>(answers.field::<String>("name")?)
        },
    );
    let resources = Resources::new()
        .resource(Resource::new("stock", "shop://stock"), |_cx| async { "3 books" })
        .resource(Resource::new("both", "all://both"), |_cx| async { "shop" });
    let complete =
        |_cx: Context, partial: Partial| async move { Ok(partial.filter(["fiction", "poems"])) };
    let prompts = Prompts::new()
        .prompt("advise", "Gives advice", |_cx, taste: Taste| async move { taste.genre })
        .complete("genre", complete);
    Server::new("shop", "1.0.0").tools(tools).resources(resources).prompts(prompts)
}

fn mail() -> Server {
    let tools = FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "a letter" });
    let resources =
        Resources::new().resource(Resource::new("both", "all://both"), |_cx| async { "mail" });
    Server::new("mail", "1.0.0").tools(tools).resources(resources)
}

fn group(speak: Speak) -> GroupBuilder {
    Group::builder()
        .each(move |_, client| client.era(speak))
        .server("shop", |client| client.in_memory(shop()))
        .server("mail", |client| client.in_memory(mail()))
}

fn names<T>(listed: &toolwright_core::group::Listed<T>) -> Vec<&str> {
    listed.items.iter().map(|item| &*item.name).collect()
}

#[tokio::test]
async fn everything_is_found_at_its_server() {
    for speak in ERAS {
        let group = group(speak).connect().await.unwrap();
        // Without a list before.
        let found = group.call("mail_search", &()).await.unwrap();
        assert_eq!(found.content[0].as_text(), Some("a letter"));
        let tools = group.list_tools().await;
        assert_eq!(names(&tools), ["shop_search", "shop_order", "mail_search"]);
        assert_eq!(tools.items[2].own.name, "search");
        assert_eq!(tools.items[2].clone().into_tool().name, "mail_search");
        let tool = group.tool("shop_search").await.unwrap();
        assert_eq!((&*tool.server, &*tool.name), ("shop", "search"));

        assert_eq!(names(&group.list_prompts().await), ["shop_advise"]);
        let prompt = group.prompt("shop_advise", &json!({ "genre": "poems" })).await.unwrap();
        assert_eq!(prompt.messages.len(), 1);
        let completed = group.complete_prompt("shop_advise", "genre", "p").await.unwrap();
        assert_eq!(completed.completion.values, ["poems"]);

        group.read_resource("shop://stock").await.unwrap();
        let Err(ClientError::Usage { reason }) = group.read_resource("all://both").await else {
            panic!("two servers have it");
        };
        assert!(reason.contains("`shop` and `mail`"), "{reason}");
        group.client("mail").unwrap().read_resource("all://both").await.unwrap();
        assert_eq!(group.list_resources().await.items.len(), 3);

        for error in [
            group.call("shop_nothing", &()).await.err(),
            group.call("search", &()).await.err(),
            group.prompt("mail_advise", &()).await.err(),
            group.read_resource("shop://nothing").await.err(),
            group.client("post").err(),
        ] {
            assert!(matches!(error, Some(ClientError::Usage { .. })), "{error:?}");
        }
        let ended = group.shutdown().await;
        assert_eq!(ended.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["shop", "mail"]);
    }
}

#[tokio::test]
async fn handlers_are_told_who_asks() {
    for speak in ERAS {
        let group = group(speak)
            .on_elicit(|server, form| async move {
                assert_eq!(form.message, "Who are you?");
                Reply::accept(&json!({ "name": format!("somebody at the {server}") }))
            })
            .connect()
            .await
            .unwrap();
        let ordered = group.call("shop_order", &()).await.unwrap();
        assert_eq!(ordered.content[0].as_text(), Some("somebody at the shop"));
    }
}

#[tokio::test]
async fn servers_that_are_missing_do_not_take_the_others_with_them() {
    for speak in ERAS {
        let lost = Arc::new(Mutex::new(Vec::new()));
        let servers = Arc::clone(&lost);
        let group = group(speak)
            .server("none", |_| async { Err(ClientError::closed()) })
            .server("mad", |_| async { panic!("as it says") })
            .server("frail", move |client: ClientBuilder| {
                let servers = Arc::clone(&servers);
                async move {
                    let service = mail().build()?;
                    let (here, there) = tokio::io::duplex(1 << 16);
                    let (input, output) = tokio::io::split(there);
                    let server = tokio::spawn(async move { service.serve(input, output).await });
                    servers.lock().unwrap().push(server.abort_handle());
                    let (reader, writer) = tokio::io::split(here);
                    client.over(reader, writer).await
                }
            })
            .connect()
            .await
            .unwrap();
        let ready = |group: &Group| {
            let status = group.status().into_iter();
            status.map(|status| status.error.is_none()).collect::<Vec<_>>()
        };
        assert_eq!(ready(&group), [true, true, false, false, true]);
        assert_eq!(group.list_tools().await.items.len(), 4);

        lost.lock().unwrap()[0].abort();
        let gone = group.call("frail_search", &()).await;
        assert!(matches!(gone, Err(ClientError::Closed { .. })), "{gone:?}");
        assert_eq!(ready(&group), [true, true, false, false, false]);
        let tools = group.list_tools().await;
        assert_eq!(names(&tools), ["shop_search", "shop_order", "mail_search"]);
        let missing: Vec<&str> = tools.missing.iter().map(|(name, _)| &**name).collect();
        assert_eq!(missing, ["none", "mad", "frail"]);
        // It is still known whose it was.
        let gone = group.call("frail_search", &()).await;
        assert!(matches!(gone, Err(ClientError::Closed { .. })), "{gone:?}");

        group.reconnect("frail").await.unwrap();
        group.call("frail_search", &()).await.unwrap();
        assert!(group.reconnect("none").await.is_err());
        group.shutdown().await;
    }
}

#[tokio::test]
async fn not_all_servers_are_connected_to_at_the_same_time() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut builder = Group::builder().at_once(3);
    for index in 0..12 {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        builder = builder.server(&format!("s{index}"), move |client| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                let client = client.in_memory(mail()).await;
                now.fetch_sub(1, Ordering::SeqCst);
                client
            }
        });
    }
    let group = builder.connect().await.unwrap();
    assert!(group.status().iter().all(|status| status.error.is_none()));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn changes_of_all_servers_come_in_one_stream() {
    for speak in ERAS {
        let tools = DynamicTools::new();
        let changing = tools.clone();
        let mut server = shop();
        let publisher = server.publisher();
        let shop = Client::builder().era(speak).in_memory(server).await.unwrap();
        let mail = Server::new("mail", "1.0.0").tools(tools);
        let mail = Client::builder().era(speak).in_memory(mail).await.unwrap();
        let group =
            Group::builder().client("shop", shop).client("mail", mail).connect().await.unwrap();
        let filter = SubscriptionFilter::new()
            .with_tools_list_changed(true)
            .with_resource_subscriptions(["shop://stock".to_owned()]);
        let mut changes = group.listen(filter).await;
        assert!(changes.missing().is_empty(), "{changes:?}");

        publisher.resource_updated("shop://stock");
        let (server, notice) = changes.next().await.unwrap();
        let stock = Change::Resource("shop://stock".to_owned());
        assert_eq!((&*server, notice.unwrap()), ("shop", Notice::Changed(stock)));

        assert_eq!(names(&group.list_tools().await), ["shop_search", "shop_order"]);
        let send = FnTools::new().tool("send", "Sends", |_cx, (): ()| async { "sent" });
        changing.add(send).unwrap();
        let (server, notice) = changes.next().await.unwrap();
        assert_eq!((&*server, notice.unwrap()), ("mail", Notice::Changed(Change::Tools)));
        assert_eq!(names(&group.list_tools().await), ["shop_search", "shop_order", "mail_send"]);
        group.shutdown().await;
    }
}

#[tokio::test]
async fn strange_names_are_made_to_fit_and_reported() {
    let tools = FnTools::new().tool("b_c", "One", |_cx, (): ()| async { "one" });
    let other = FnTools::new().tool("c", "Other", |_cx, (): ()| async { "other" }).tool(
        "d.e",
        "Dotted",
        |_cx, (): ()| async { "dotted" },
    );
    let (one, other) =
        (Server::new("a", "1.0.0").tools(tools), Server::new("b", "1.0.0").tools(other));
    let group = Group::builder()
        .client("a", Client::in_memory(one).await.unwrap())
        .client("a_b", Client::in_memory(other).await.unwrap())
        .connect()
        .await
        .unwrap();
    let tools = group.list_tools().await;
    let why: Vec<_> = tools.items.iter().map(|item| item.renamed).collect();
    assert_eq!(why, [Some(Renamed::Clash), Some(Renamed::Clash), Some(Renamed::Characters)]);
    assert!(matches!(group.call("a_b_c", &()).await, Err(ClientError::Usage { .. })));
    for (item, answer) in tools.items.iter().zip(["one", "other", "dotted"]) {
        let called = group.call(&item.name, &()).await.unwrap();
        assert_eq!(called.content[0].as_text(), Some(answer));
    }
    for name in ["", "a"] {
        let twice = Group::builder()
            .server("a", |client| client.in_memory(mail()))
            .server(name, |client| client.in_memory(mail()));
        assert!(matches!(twice.connect().await, Err(ClientError::Usage { .. })));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_configuration_becomes_a_group() {
    let text = r#"{ "mcpServers": {
        // a server of a few lines
        "good": { "command": "sh", "args": ["-c", "${SCRIPT}"], "env": { "NAME": "${NAME}" } },
        "gone": { "command": "/no/such/program" },
        "unset": { "command": "sh", "args": ["${UNSET}"] },
        "far": { "url": "http://127.0.0.1:1/mcp" },
        "off": { "command": "sh", "disabled": true },
        "slow": { "command": "sh", "args": ["-c", "sleep 1000"], "timeout": 0.2 },
    } }"#;
    let script = r#"read line; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"'"$NAME"'","version":"0"}}}'; cat >/dev/null"#;
    let variables = Variables::new().set("SCRIPT", script).set("NAME", "given");
    let servers = Servers::read(text).unwrap();
    let group = Group::builder()
        .each(|_, client| client.era(Speak::Legacy(Revision::V2025_11_25)))
        .servers(&servers, &variables)
        .connect()
        .await
        .unwrap();
    assert_eq!(group.client("good").unwrap().server_info().unwrap().name, "given");
    let errors: Vec<(String, String)> = group
        .status()
        .into_iter()
        .filter_map(|status| Some((status.server.to_string(), status.error?.to_string())))
        .collect();
    let told = |name: &str| {
        let found = errors.iter().find(|(server, _)| server == name);
        found.map(|(_, error)| &**error).unwrap_or_default()
    };
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(told("gone").contains("could not be started"), "{errors:?}");
    assert!(told("unset").contains("/mcpServers/unset/args/0: the variable `UNSET` is not set"));
    assert!(told("far").contains("`http-client`"), "{errors:?}");
    assert!(told("slow").contains("no answer within"), "{errors:?}");
    assert!(group.client("off").is_err());
    let started = std::time::Instant::now();
    assert_eq!(group.shutdown().await[0].1.unwrap().code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(5), "it ends with its input");
}
