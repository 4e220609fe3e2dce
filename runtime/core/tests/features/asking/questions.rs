//! What clients are asked, and what comes of their answers.

use serde_json::{Value, json};

use super::dialogue::{Client, accept, clients, everything, text};
use super::server::server;

#[tokio::test]
async fn forms_are_filled_in() {
    for mut client in clients(|| server().0, everything()).await {
        let answer = |_: &Value| accept(json!({ "copies": 3.0, "more": [] }));
        let response = client.call("order", answer).await;
        assert_eq!(text(&response), "3 s", "{}", client.revision);

        // Titles of options have another form in the oldest revision that has forms.
        let mut size = json!({ "type": "string", "default": "s", "oneOf": [
            { "const": "s", "title": "Small" }, { "const": "l", "title": "Large" }] });
        let mut params = json!({ "mode": "form", "message": "How many?" });
        if client.revision == "2025-06-18" {
            size = json!({ "type": "string", "enum": ["s", "l"], "enumNames": ["Small", "Large"] });
            params.as_object_mut().unwrap().remove("mode");
        }
        params["requestedSchema"] = json!({ "type": "object", "required": ["copies"],
            "properties": { "copies": { "type": "integer", "minimum": 1 }, "size": size } });
        let question = json!({ "method": "elicitation/create", "params": params });
        assert_eq!(client.asked, [question], "{}", client.revision);
    }
}

#[tokio::test]
async fn users_are_sent_to_pages() {
    for mut client in clients(|| server().0, everything()).await {
        let response = client.call("pay", |_| json!({ "action": "accept" })).await;
        if client.revision == "2025-06-18" {
            assert!(text(&response).contains("cannot be asked"), "{response}");
            assert!(client.asked.is_empty());
            continue;
        }
        assert_eq!(text(&response), "paid");
        let mut question = client.asked[0]["params"].take();
        let id = question.as_object_mut().unwrap().remove("elicitationId");
        assert_eq!(id.is_some_and(|id| id.is_string()), client.revision == "2025-11-25");
        assert_eq!(
            question,
            json!({ "mode": "url", "message": "Please pay.", "url": "https://shop.example/pay/7" })
        );
    }
}

#[tokio::test]
async fn models_use_tools() {
    let mut turns = 0;
    let mut answer = |question: &Value| {
        assert_eq!(question["method"], "sampling/createMessage");
        assert_eq!(question["params"]["tools"][0]["name"], "weather");
        assert_eq!(question["params"]["includeContext"], "thisServer");
        let messages = question["params"]["messages"].as_array().unwrap().len();
        turns += 1;
        match messages {
            1 => json!({ "role": "assistant", "model": "m", "content": [
                { "type": "tool_use", "id": "a", "name": "weather", "input": {} },
                { "type": "tool_use", "id": "b", "name": "weather", "input": {} }] }),
            _ => json!({ "role": "assistant", "model": "m", "stopReason": "endTurn",
                "content": { "type": "text", "text": "It is sunny." } }),
        }
    };
    for mut client in clients(|| server().0, everything()).await {
        let response = client.call("weather", &mut answer).await;
        if client.revision == "2025-06-18" {
            assert!(text(&response).contains("has no tools"), "{response}");
            continue;
        }
        assert_eq!(text(&response), "It is sunny.");
        let messages = &client.asked[1]["params"]["messages"];
        assert_eq!(messages[2]["role"], "user");
        assert_eq!(messages[2]["content"][1]["toolUseId"], "b");
    }
    assert_eq!(turns, 4);
}

#[tokio::test]
async fn advice_that_is_not_heeded_is_left_out() {
    let capabilities = json!({ "sampling": { "tools": {} } });
    for mut client in clients(|| server().0, capabilities).await.split_off(1) {
        let answer = json!({ "role": "assistant", "model": "m",
            "content": { "type": "text", "text": "It is." } });
        assert_eq!(text(&client.call("weather", |_| answer.clone()).await), "It is.");
        assert_eq!(client.asked[0]["params"].get("includeContext"), None);
    }
}

fn anything(question: &Value) -> Value {
    match question["method"].as_str().unwrap() {
        "elicitation/create" => accept(json!({ "name": "Ada", "text": "x", "reason": "why not" })),
        "roots/list" => json!({ "roots": [{ "uri": "file:///home/ada" }] }),
        _ => json!({ "role": "assistant", "model": "m",
            "content": { "type": "text", "text": "Hello" } }),
    }
}

#[tokio::test]
async fn questions_of_one_moment_go_out_together() {
    for mut client in clients(|| server().0, everything()).await {
        let response = client.call("several", anything).await;
        assert_eq!(text(&response), "Hello, Ada of file:///home/ada");
        let mut methods: Vec<_> =
            client.asked.iter().map(|asked| asked["method"].as_str().unwrap()).collect();
        methods.sort_unstable();
        assert_eq!(methods, ["elicitation/create", "roots/list", "sampling/createMessage"]);
        assert_eq!(client.rounds, if client.is_modern() { 2 } else { 1 });
    }
    let mut client = Client::modern(server().0).await;
    let response = client.one("tools/call", json!({ "name": "several" })).await;
    let mut asked = response["result"]["inputRequests"].clone();
    assert_eq!(asked["roots"].take(), json!({ "method": "roots/list", "params": {} }));
    assert_eq!(
        asked["greeting"].take(),
        json!({ "method": "sampling/createMessage", "params": { "maxTokens": 50, "messages": [
            { "role": "user", "content": { "type": "text", "text": "Greet." } }] } })
    );
    assert_eq!(asked["name"]["params"]["mode"], "form");
}

#[tokio::test]
async fn one_answer_leads_to_another_question() {
    for mut client in clients(|| server().0, everything()).await {
        assert_eq!(text(&client.call("steps", anything).await), "x x");
        assert_eq!(client.asked.len(), 2);
        assert_eq!(client.asked[1]["params"]["message"], "After x?");
        assert_eq!(client.rounds, if client.is_modern() { 3 } else { 1 });
    }
}

#[tokio::test]
async fn prompts_and_resources_ask_too() {
    for mut client in clients(|| server().0, everything()).await {
        let prompt = client.request("prompts/get", json!({ "name": "greet" }), anything).await;
        assert_eq!(prompt["result"]["messages"][0]["content"]["text"], "Greet Ada.", "{prompt}");
        let uri = json!({ "uri": "shop://secret" });
        let resource = client.request("resources/read", uri, anything).await;
        assert_eq!(resource["result"]["contents"][0]["text"], "because why not", "{resource}");
    }
}

#[tokio::test]
async fn nothing_is_asked_for_other_requests() {
    let mut client = Client::modern(server().0).await;
    for method in ["tools/list", "prompts/list", "resources/list", "server/discover"] {
        let params = json!({ "inputResponses": { "a": 1 }, "requestState": "x" });
        let response = client.one(method, params).await;
        assert_eq!(response["result"]["resultType"], "complete", "{response}");
    }
}
