//! Clients that cannot, will not, or answer nonsense.

use serde_json::{Value, json};
use toolwright_core::tool::FnTools;
use toolwright_core::{
    AskError, BoxFuture, Context, Middleware, Next, ProtocolError, Request, Response, Server,
    ToolError,
};
use toolwright_spec::CreateMessageRequestParams;

use super::dialogue::{Client, accept, clients, everything, text};
use super::server::{Any, form, said, says, server};

#[tokio::test]
async fn nobody_is_asked_for_what_they_cannot_do() {
    let capabilities = json!({ "elicitation": {}, "sampling": {} });
    let mut without = clients(|| server().0, json!({})).await;
    let mut with_little = clients(|| server().0, capabilities).await;
    for (little, tool, required) in [
        (false, "order", json!({ "elicitation": { "form": {} } })),
        (false, "several", json!({ "elicitation": { "form": {} } })),
        (true, "pay", json!({ "elicitation": { "url": {} } })),
        (true, "weather", json!({ "sampling": { "tools": {} } })),
    ] {
        for client in if little { &mut with_little } else { &mut without } {
            let response = client.call(tool, |asked| panic!("{asked}")).await;
            if client.is_modern() {
                let error = &response["error"];
                assert_eq!(error["code"], -32021, "{response}");
                assert_eq!(error["data"], json!({ "requiredCapabilities": required }));
            } else {
                assert_eq!(response["result"]["isError"], true, "{response}");
                assert!(text(&response).contains("cannot be asked"), "{response}");
            }
        }
    }
    let uri = json!({ "uri": "shop://secret" });
    for mut client in without {
        let response = client.one("resources/read", uri.clone()).await;
        let code = if client.is_modern() { -32021 } else { -32602 };
        assert_eq!(response["error"]["code"], code, "{response}");
    }
}

#[tokio::test]
async fn revisions_without_forms_have_none() {
    for revision in ["2024-11-05", "2025-03-26"] {
        let mut client = Client::new(server().0, revision, everything()).await;
        let response = client.call("order", |asked| panic!("{asked}")).await;
        assert!(text(&response).contains("cannot be asked"), "{response}");
    }
}

#[tokio::test]
async fn users_may_say_no() {
    for mut client in clients(|| server().0, everything()).await {
        for (action, told) in [("decline", "declined"), ("cancel", "dismissed")] {
            let answer = json!({ "action": action });
            for tool in ["order", "pay"] {
                if tool == "pay" && client.revision == "2025-06-18" {
                    continue;
                }
                let response = client.call(tool, |_| answer.clone()).await;
                assert_eq!(response["result"]["isError"], true, "{response}");
                assert!(text(&response).contains(told), "{response}");
            }
            let params = json!({ "name": "greet" });
            let response = client.request("prompts/get", params, |_| answer.clone()).await;
            assert!(response["error"]["message"].as_str().unwrap().contains(told), "{response}");
        }
    }
}

#[tokio::test]
async fn handlers_can_do_without_an_answer() {
    let server = || {
        Server::new("shop", "1").tools(FnTools::new().tool(
            "roots",
            "",
            |cx: Context, _: Any| async move {
                match cx.roots("roots").await {
                    Ok(roots) => Ok(format!("{} roots", roots.len())),
                    Err(AskError::Unsupported(_)) => Ok("no roots".to_owned()),
                    Err(error) => Err(ToolError::from(error)),
                }
            },
        ))
    };
    for mut client in clients(server, json!({})).await {
        assert_eq!(text(&client.call("roots", |asked| panic!("{asked}")).await), "no roots");
    }
    for mut client in clients(server, everything()).await {
        assert_eq!(text(&client.call("roots", |_| json!({ "roots": [] })).await), "0 roots");
    }
}

/// What is no answer to the tool `order`.
fn nonsense() -> Vec<Value> {
    vec![
        json!(7),
        json!(null),
        json!("accept"),
        json!([]),
        json!({}),
        json!({ "action": "perhaps" }),
        json!({ "action": "accept" }),
        accept(json!({})),
        accept(json!({ "copies": "three" })),
        accept(json!({ "copies": 0 })),
        accept(json!({ "copies": 1.5 })),
        accept(json!({ "copies": 1, "size": "xl" })),
        json!({ "roots": [] }),
        json!({ "role": "assistant", "model": "m", "content": { "type": "text", "text": "3" } }),
    ]
}

#[tokio::test]
async fn what_is_no_answer_does_not_count() {
    for mut client in clients(|| server().0, everything()).await {
        for wrong in nonsense() {
            let mut answers = [accept(json!({ "copies": 2 })), wrong.clone()].to_vec();
            let response = client.call("order", |_| answers.pop().unwrap()).await;
            if client.is_modern() {
                // It is asked again.
                assert_eq!(text(&response), "2 s", "{wrong}");
                assert_eq!(client.rounds, 3);
            } else {
                assert_eq!(response["result"]["isError"], true, "{response}");
                assert!(text(&response).contains("cannot be used"), "{response}");
            }
        }
    }
}

#[tokio::test]
async fn roots_and_models_are_checked_too() {
    for mut client in clients(|| server().0, everything()).await {
        let mut first = true;
        let response = client.call("several", |asked| {
            let again = !std::mem::take(&mut first);
            match asked["method"].as_str().unwrap() {
                "roots/list" if !again => panic!("not the first"),
                "roots/list" => json!({ "roots": [{ "uri": "https://shop.example" }] }),
                "elicitation/create" => accept(json!({ "name": "Ada" })),
                _ => json!({ "role": "assistant", "model": "m", "content": {
                    "type": "tool_use", "id": "a", "name": "x", "input": {} } }),
            }
        });
        let response = response.await;
        if client.is_modern() {
            // Asked again until it is too often.
            assert_eq!(response["error"]["code"], -32603, "{response}");
            assert_eq!(client.rounds, 9);
        } else {
            assert!(text(&response).contains("cannot be used"), "{response}");
        }
    }
}

fn wrong_questions() -> Server {
    let tools = FnTools::new()
        .tool("plain", "", |cx: Context, _: Any| async move {
            cx.elicit_url("pay", "Pay.", "http://shop.example/pay").await?;
            Ok::<_, ToolError>("paid")
        })
        .tool("two", "", |cx: Context, _: Any| async move {
            let _ = tokio::join!(cx.elicit_form("one", "One?", form("a")), async {
                cx.elicit_form("one", "Two?", form("a")).await.map(drop)
            },);
            cx.elicit_form("one", "Three?", form("a")).await?;
            Ok::<_, ToolError>("asked")
        })
        .tool("results", "", |cx: Context, _: Any| async move {
            let mut request = CreateMessageRequestParams::new([says("x")], 10);
            request.max_tokens = 0;
            Ok::<_, ToolError>(said(&cx.sample("sample", request).await?))
        });
    Server::new("shop", "1").tools(tools)
}

#[tokio::test]
async fn mistakes_of_the_server_are_for_its_log() {
    for mut client in clients(wrong_questions, everything()).await {
        for tool in ["plain", "results"] {
            let response = client.call(tool, |asked| panic!("{asked}")).await;
            assert!(text(&response).contains("incident"), "{response}");
            assert!(!response.to_string().contains("shop.example"), "{response}");
        }
        let response = client.call("two", |_| accept(json!({ "a": "x" }))).await;
        assert!(text(&response).contains("incident"), "{response}");
        assert_eq!(client.asked.len(), 1);
    }
}

/// Asks before every tool runs.
struct Guard;

impl Middleware for Guard {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            if request.tool().is_some() {
                let answer = cx.elicit_form("sure", "Sure?", form("yes")).await;
                let refused = |error: AskError| ProtocolError::new(1, error.to_string());
                answer.map_err(refused)?;
            }
            let response = next.run(cx, request).await?;
            if let Some(asked) = response.questions() {
                assert!(asked.request_state.is_some());
            }
            Ok(response)
        })
    }
}

#[tokio::test]
async fn middleware_asks_in_sessions_only_and_sees_what_is_asked() {
    for mut client in clients(|| server().0.middleware(Guard), everything()).await {
        let answer = |_: &Value| accept(json!({ "yes": "yes", "copies": 1 }));
        let response = client.call("order", answer).await;
        if client.is_modern() {
            let told = response["error"]["message"].as_str().unwrap();
            assert!(told.contains("only tools"), "{response}");
        } else {
            assert_eq!(text(&response), "1 s");
        }
        let params = json!({ "name": "greet" });
        let prompt = client.request("prompts/get", params, |_| accept(json!({ "name": "Ada" })));
        assert!(prompt.await["result"]["messages"].is_array());
    }
}
