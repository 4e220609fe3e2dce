//! Completion.

use serde_json::{Value, json};
use toolwright_core::completion::Partial;
use toolwright_core::prompt::Prompts;
use toolwright_core::resource::Resources;
use toolwright_core::{BuildError, Failure, Server};
use toolwright_spec::{Prompt, PromptArgument, ResourceTemplate};

use crate::both::askers;
use crate::support::{connect, limits};

fn server() -> Server {
    let arguments = ["city", "street", "free", "broken"].map(PromptArgument::new);
    let prompts = Prompts::new()
        .with(Prompt::new("visit").with_arguments(arguments), |_, (): ()| async { "" })
        .complete("city", |_, partial: Partial| async move {
            Ok(partial.filter(["Berlin", "Bern", "Paris"]))
        })
        .complete("street", |_, partial: Partial| async move {
            Ok(vec![format!("{} Street", partial.argument("city").unwrap_or("Main"))])
        })
        .complete("broken", |_, _: Partial| async {
            Err(Failure::from(std::io::Error::other("canary")))
        });
    let template = ResourceTemplate::new("number", "x://{number}/{other}");
    let resources = Resources::new()
        .template(template, |_, (): ()| async { "" })
        .complete("number", |_, _: Partial| async {
            Ok((0..250).map(|number| number.to_string()).collect())
        });
    Server::new("test", "1").prompts(prompts).resources(resources)
}

fn ask(kind: &str, what: &str, name: &str, value: &str) -> Value {
    let key = if kind == "ref/prompt" { "name" } else { "uri" };
    json!({ "ref": { "type": kind, key: what }, "argument": { "name": name, "value": value } })
}

#[tokio::test]
async fn values_are_suggested() {
    for mut asker in askers(server).await {
        for (params, values) in [
            (ask("ref/prompt", "visit", "city", "ber"), vec!["Berlin", "Bern"]),
            (ask("ref/prompt", "visit", "city", "x"), vec![]),
            (ask("ref/prompt", "visit", "street", ""), vec!["Main Street"]),
            (ask("ref/prompt", "visit", "free", ""), vec![]),
            (ask("ref/resource", "x://{number}/{other}", "other", ""), vec![]),
        ] {
            let answer = asker.ask("completion/complete", params).await;
            assert_eq!(answer["result"]["completion"]["values"], json!(values), "{answer}");
            assert_ne!(answer["result"]["completion"]["hasMore"], true);
        }
        let mut params = ask("ref/prompt", "visit", "street", "");
        params["context"] = json!({ "arguments": { "city": "Bern" } });
        let answer = asker.ask("completion/complete", params).await;
        assert_eq!(answer["result"]["completion"]["values"], json!(["Bern Street"]));
    }
}

#[tokio::test]
async fn a_hundred_are_enough() {
    for mut asker in askers(server).await {
        let params = ask("ref/resource", "x://{number}/{other}", "number", "");
        let completion =
            asker.ask("completion/complete", params).await["result"]["completion"].take();
        assert_eq!(completion["values"].as_array().unwrap().len(), 100);
        assert_eq!(completion["values"][99], "99");
        assert_eq!((&completion["total"], &completion["hasMore"]), (&json!(250), &json!(true)));
    }
}

#[tokio::test]
async fn what_is_unknown_is_refused() {
    for mut asker in askers(server).await {
        for (params, code) in [
            (ask("ref/prompt", "nothing", "city", ""), -32602),
            (ask("ref/prompt", "visit", "nothing", ""), -32602),
            (ask("ref/resource", "x://{number}", "number", ""), -32602),
            (ask("ref/resource", "x://{number}/{other}", "nothing", ""), -32602),
            (ask("ref/other", "visit", "city", ""), -32602),
            (json!({ "argument": { "name": "city", "value": "" } }), -32602),
            (json!({ "ref": { "type": "ref/prompt", "name": "visit" } }), -32602),
            (json!({}), -32602),
            (ask("ref/prompt", "visit", "broken", ""), -32603),
        ] {
            let answer = asker.ask("completion/complete", params).await;
            assert_eq!(answer["error"]["code"], code, "{answer}");
            assert!(!answer.to_string().contains("canary"));
        }
    }
}

#[tokio::test]
async fn a_server_says_whether_it_completes() {
    let mut peer = connect(server());
    peer.modern(1.into(), "server/discover", json!({})).await;
    let capabilities = json!({ "completions": {}, "prompts": {}, "resources": {} });
    assert_eq!(peer.next().await["result"]["capabilities"], capabilities);
    let plain = || {
        let prompts = Prompts::new().prompt("visit", "", |_, (): ()| async { "" });
        Server::new("plain", "1").prompts(prompts)
    };
    for mut asker in askers(plain).await {
        let params = ask("ref/prompt", "visit", "city", "");
        assert_eq!(asker.code("completion/complete", params).await, -32601);
    }
}

#[tokio::test]
async fn suggestions_are_not_for_nothing() {
    let server = || server().limits(limits(|limits| limits.completions_per_second = 2));
    for mut asker in askers(server).await {
        let mut codes = Vec::new();
        for _ in 0..10 {
            codes.push(
                asker.code("completion/complete", ask("ref/prompt", "visit", "city", "")).await,
            );
        }
        assert_eq!(codes[..2], [0, 0]);
        assert!(codes.contains(&-32603), "{codes:?}");
        assert_eq!(asker.code("prompts/list", json!({})).await, 0);
    }
}

#[test]
fn there_has_to_be_something_to_complete() {
    let nothing = |_, _: Partial| async { Ok(Vec::new()) };
    let visit = Prompts::new().prompt("visit", "", |_, (): ()| async { "" });
    let built = Server::new("test", "1").prompts(visit.complete("city", nothing)).build();
    let Err(BuildError::NothingToComplete { name, .. }) = built else {
        panic!("{built:?}");
    };
    assert_eq!(name, "city");
    let template = ResourceTemplate::new("number", "x://{number}");
    let numbers = Resources::new().template(template, |_, (): ()| async { "" });
    let built = Server::new("test", "1").resources(numbers.complete("numbers", nothing)).build();
    let told = built.unwrap_err().to_string();
    assert!(told.contains("its variables are number"), "{told}");
    let built = Server::new("test", "1").resources(Resources::new().complete("a", nothing)).build();
    assert!(built.is_err());
}
