//! Prompts.

use serde_json::{Value, json};
use toolwright_core::prompt::Prompts;
use toolwright_core::{BuildError, Failure, Server};
use toolwright_spec::{ContentBlock, Prompt, PromptArgument, PromptMessage};

use crate::both::askers;
use crate::support::connect;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Review {
    /// At most this many words
    words: Option<u32>,
    /// What to review
    title: String,
    tone: Option<Tone>,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Tone {
    Kind,
    Harsh,
}

fn prompts() -> Prompts {
    let declared = Prompt::new("declared")
        .with_title("Declared")
        .with_arguments([PromptArgument::new("a").with_required(true), PromptArgument::new("b")]);
    Prompts::new()
        .prompt("review", "Reviews a book", |_, review: Review| async move {
            if review.title == "Dune" {
                return Err(Failure::invalid("not that one again"));
            }
            Ok(format!("{} {:?} {:?}", review.title, review.words, review.tone))
        })
        .prompt("talk", "A dialogue", |_, (): ()| async {
            [
                PromptMessage::user("look"),
                PromptMessage::user(ContentBlock::image("AAAA", "image/png")),
                PromptMessage::assistant("nice"),
            ]
        })
        .with(declared, |_, given: std::collections::BTreeMap<String, String>| async move {
            format!("{given:?}")
        })
        .prompt("broken", "Fails", |_, (): ()| async {
            Err::<String, _>(std::io::Error::other("canary"))
        })
}

fn server() -> Server {
    let more = Prompts::new().prompt("more", "Another set", |_, (): ()| async { "more" });
    Server::new("test", "1").prompts(prompts()).prompts(more)
}

fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["result"]["messages"].as_array().map_or(&[][..], Vec::as_slice);
    messages.iter().map(|message| message["content"]["text"].as_str().unwrap_or("-")).collect()
}

#[tokio::test]
async fn prompts_are_listed_with_their_arguments() {
    for mut asker in askers(server).await {
        let listed = asker.ask("prompts/list", json!({})).await["result"].take();
        let names: Vec<_> =
            listed["prompts"].as_array().unwrap().iter().map(|prompt| &prompt["name"]).collect();
        assert_eq!(names, ["review", "talk", "declared", "broken", "more"]);
        assert_eq!(
            listed["prompts"][0],
            json!({ "name": "review", "description": "Reviews a book", "arguments": [
                { "name": "title", "description": "What to review", "required": true },
                { "name": "tone", "required": false },
                { "name": "words", "description": "At most this many words", "required": false },
            ] }),
            "{}",
            asker.revision()
        );
        assert_eq!(listed["prompts"][1].get("arguments"), None);
        assert_eq!(listed.get("ttlMs").is_some(), asker.is_modern());
        assert_eq!(asker.code("prompts/list", json!({ "cursor": "x" })).await, -32602);
    }
}

#[tokio::test]
async fn prompts_are_filled() {
    for mut asker in askers(server).await {
        for (name, arguments, expected) in [
            ("review", json!({ "title": "Solaris" }), vec!["Solaris None None"]),
            (
                "review",
                json!({ "title": "x", "words": "7", "tone": "harsh", "extra": "" }),
                vec!["x Some(7) Some(Harsh)"],
            ),
            ("talk", json!({}), vec!["look", "-", "nice"]),
            ("declared", json!({ "b": "2", "a": "1" }), vec![r#"{"a": "1", "b": "2"}"#]),
            ("more", json!({}), vec!["more"]),
        ] {
            let params = json!({ "name": name, "arguments": arguments });
            let answer = asker.ask("prompts/get", params).await;
            assert_eq!(texts(&answer), expected, "{answer}");
        }
        let talk = asker.ask("prompts/get", json!({ "name": "talk" })).await;
        assert_eq!(talk["result"]["description"], "A dialogue");
        assert_eq!(talk["result"]["messages"][1]["content"]["mimeType"], "image/png");
        assert_eq!(talk["result"]["messages"][2]["role"], "assistant");
    }
}

#[tokio::test]
async fn errors_name_the_argument() {
    for mut asker in askers(server).await {
        for (params, code, told) in [
            (json!({}), -32602, "name"),
            (json!({ "name": 7 }), -32602, "name"),
            (json!({ "name": "nothing" }), -32602, "nothing"),
            (json!({ "name": "review" }), -32602, "title"),
            (json!({ "name": "review", "arguments": { "words": "1" } }), -32602, "title"),
            (json!({ "name": "review", "arguments": { "title": 1 } }), -32602, "title"),
            (json!({ "name": "review", "arguments": [] }), -32602, "arguments"),
            (
                json!({ "name": "review", "arguments": { "title": "x", "words": "many" } }),
                -32602,
                "words",
            ),
            (
                json!({ "name": "review", "arguments": { "title": "x", "tone": "odd" } }),
                -32602,
                "tone",
            ),
            (json!({ "name": "review", "arguments": { "title": "Dune" } }), -32602, "again"),
            (json!({ "name": "declared", "arguments": { "b": "2" } }), -32602, "`a`"),
            (json!({ "name": "broken" }), -32603, "incident"),
        ] {
            let answer = asker.ask("prompts/get", params).await;
            assert_eq!(answer["error"]["code"], code, "{answer}");
            assert!(answer["error"]["message"].as_str().unwrap().contains(told), "{answer}");
            assert!(!answer.to_string().contains("canary"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_server_says_whether_it_has_prompts() {
    let mut peer = connect(server());
    peer.modern(1.into(), "server/discover", json!({})).await;
    assert_eq!(peer.next().await["result"]["capabilities"], json!({ "prompts": {} }));
    for mut asker in askers(|| Server::new("empty", "1")).await {
        assert_eq!(asker.code("prompts/list", json!({})).await, -32601);
        assert_eq!(asker.code("prompts/get", json!({ "name": "talk" })).await, -32601);
    }
}

#[test]
fn names_are_taken_once() {
    let twice = server().prompts(prompts()).build();
    assert!(matches!(twice, Err(BuildError::DuplicatePrompt { name }) if name == "review"));
}
