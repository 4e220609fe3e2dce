//! `#[prompts]`.

use serde_json::{Value, json};
use toolwright::completion::Partial;
use toolwright::spec::{ContentBlock, PromptMessage};
use toolwright::{Context, Failure, Server, prompts, serde};

use crate::both::askers;

trait Source: Send + Sync + 'static {
    fn names(&self) -> Vec<String>;
}

struct Fixed;

impl Source for Fixed {
    fn names(&self) -> Vec<String> {
        ["Ada", "Adam", "Bob"].map(str::to_owned).into()
    }
}

struct Shop<S> {
    source: S,
}

#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(crate = "toolwright::serde", rename_all = "lowercase")]
enum Style {
    Formal,
    Casual,
}

#[prompts]
impl<S: Source> Shop<S> {
    /// Greets somebody.
    ///
    /// In a style.
    #[prompt(
        title = "Greeting",
        icon("https://example.com/a.png", mime = "image/png", sizes = "48x48 96x96", theme = "dark"),
        meta = { "com.example/kind": ["greeting", 1] },
    )]
    async fn greet(
        &self,
        cx: &Context,
        /// Who is greeted
        #[arg(complete = Self::names)]
        name: String,
        #[arg(title = "How", complete = Self::styles)] style: Option<Style>,
        #[arg(name = "times", default = 2)] count: u8,
        #[arg(default)] loud: bool,
    ) -> Result<String, Failure> {
        cx.progress(0.5).await;
        if name.is_empty() {
            return Err(Failure::invalid("say who is greeted"));
        }
        Ok(format!("{name} {style:?} {count} {loud}"))
    }

    #[prompt(name = "two.messages", description = "Said elsewhere")]
    fn messages(&self) -> Vec<PromptMessage> {
        vec![
            PromptMessage::user("How are you?"),
            PromptMessage::assistant(ContentBlock::text(self.source.names().join(","))),
        ]
    }

    #[expect(dead_code, reason = "not a prompt")]
    fn not_a_prompt(&self) {}

    async fn names(&self, _: &Context, partial: Partial) -> Vec<String> {
        partial.filter(self.source.names())
    }

    async fn styles(&self, cx: &Context, partial: Partial) -> Result<Vec<String>, Failure> {
        cx.progress(0.5).await;
        match partial.argument("name") {
            Some("Bob") => Err(Failure::invalid("Bob has no style")),
            Some(_) => Ok(vec!["casual".to_owned()]),
            None => Ok(partial.filter(["formal", "casual"])),
        }
    }
}

fn server() -> Server {
    Server::new("test", "1").prompts(Shop { source: Fixed })
}

#[tokio::test]
async fn the_signature_is_the_definition() {
    for mut asker in askers(server).await {
        let mut listed = asker.ask("prompts/list", json!({})).await["result"]["prompts"].take();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert_eq!(listed[1], json!({ "name": "two.messages", "description": "Said elsewhere" }));
        assert_eq!(listed[0]["description"], "Greets somebody.\n\nIn a style.");
        let arguments = listed[0]["arguments"].take();
        let names: Vec<&Value> =
            arguments.as_array().unwrap().iter().map(|argument| &argument["name"]).collect();
        assert_eq!(names, ["name", "style", "times", "loud"]);
        assert_eq!(arguments[0]["description"], "Who is greeted");
        let required = |index: usize| arguments[index]["required"].as_bool().unwrap_or_default();
        assert_eq!([0, 1, 2, 3].map(required), [true, false, false, false]);
        if asker.is_modern() {
            assert_eq!(arguments[1]["title"], "How");
            assert_eq!(listed[0]["title"], "Greeting");
            assert_eq!(
                listed[0]["icons"],
                json!([{
                    "src": "https://example.com/a.png", "mimeType": "image/png",
                    "sizes": ["48x48", "96x96"], "theme": "dark",
                }])
            );
            assert_eq!(listed[0]["_meta"], json!({ "com.example/kind": ["greeting", 1] }));
        }
    }
}

#[tokio::test]
async fn prompts_are_filled() {
    for mut asker in askers(server).await {
        for (arguments, text) in [
            (json!({ "name": "Ada" }), "Ada None 2 false"),
            (
                json!({ "name": "Ada", "style": "formal", "times": "7", "loud": "true" }),
                "Ada Some(Formal) 7 true",
            ),
        ] {
            let params = json!({ "name": "greet", "arguments": arguments });
            let filled = asker.ask("prompts/get", params).await["result"].take();
            assert_eq!(filled["messages"][0]["content"]["text"], text);
            assert_eq!(filled["messages"][0]["role"], "user");
            assert_eq!(filled["description"], "Greets somebody.\n\nIn a style.");
        }
        let filled =
            asker.ask("prompts/get", json!({ "name": "two.messages" })).await["result"].take();
        assert_eq!(filled["messages"][1]["role"], "assistant");
        assert_eq!(filled["messages"][1]["content"]["text"], "Ada,Adam,Bob");
        assert_eq!(filled["description"], "Said elsewhere");
    }
}

#[tokio::test]
async fn wrong_arguments_are_named() {
    for mut asker in askers(server).await {
        for (arguments, told) in [
            (json!({}), "`name`"),
            (json!({ "name": "Ada", "times": "many" }), "times: expected an integer"),
            (json!({ "name": "Ada", "style": "rude" }), "style: unknown variant"),
            (json!({ "name": "" }), "say who is greeted"),
        ] {
            let params = json!({ "name": "greet", "arguments": arguments });
            let error = asker.ask("prompts/get", params).await["error"].take();
            assert_eq!(error["code"], -32602);
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(told), "{told} is not in {message}");
        }
    }
}

#[tokio::test]
async fn arguments_are_completed() {
    for mut asker in askers(server).await {
        let ask = |name: &str, value: &str, others: Value| {
            json!({
                "ref": { "type": "ref/prompt", "name": "greet" },
                "argument": { "name": name, "value": value },
                "context": { "arguments": others },
            })
        };
        for (params, values) in [
            (ask("name", "ad", json!({})), vec!["Ada", "Adam"]),
            (ask("style", "f", json!({})), vec!["formal"]),
            (ask("style", "f", json!({ "name": "Ada" })), vec!["casual"]),
            (ask("times", "", json!({})), vec![]),
        ] {
            let answer = asker.ask("completion/complete", params).await;
            assert_eq!(answer["result"]["completion"]["values"], json!(values), "{answer}");
        }
        let code =
            asker.code("completion/complete", ask("style", "", json!({ "name": "Bob" }))).await;
        assert_eq!(code, -32602);
    }
}
