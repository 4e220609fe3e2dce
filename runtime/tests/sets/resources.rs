//! `#[resources]`.

use serde_json::json;
use toolwright::completion::Partial;
use toolwright::{Context, Failure, Server, resources};

use crate::both::askers;

struct Shop {
    books: Vec<&'static str>,
}

#[resources]
impl Shop {
    /// When the shop is open.
    #[resource(
        "shop://hours",
        title = "Hours",
        mime = "text/plain",
        size = 10,
        audience(user, assistant),
        priority = 0.5,
        last_modified = "2026-07-28T10:00:00Z",
        icon("data:image/png;base64,AA=="),
        meta = { "com.example/a": null },
    )]
    async fn hours(&self, cx: &Context) -> &'static str {
        cx.progress(1.0).await;
        "nine to six"
    }

    #[resource("shop://logo", name = "logo.png", mime = "image/png")]
    fn logo(&self) -> Vec<u8> {
        vec![0, 255]
    }

    /// One book.
    #[resource("shop://books/{id}", title = "Book", mime = "text/markdown", priority = 1)]
    async fn book(&self, #[arg(complete = Self::ids)] id: usize) -> Result<String, Failure> {
        self.books.get(id).map(|title| format!("# {title}")).ok_or_else(Failure::not_found)
    }

    #[resource("shop://{shelf}/pages/{page.number}{?mode}")]
    async fn page(
        &self,
        #[arg(name = "page.number")] page: u8,
        mode: Option<String>,
        shelf: String,
    ) -> String {
        format!("{shelf} {page} {mode:?}")
    }

    async fn ids(&self, _: &Context, partial: Partial) -> Vec<String> {
        partial.filter((0..self.books.len()).map(|id| id.to_string()))
    }
}

fn server() -> Server {
    Server::new("test", "1").resources(Shop { books: vec!["Dune", "Solaris"] })
}

#[tokio::test]
async fn the_signature_is_the_definition() {
    for mut asker in askers(server).await {
        let mut listed = asker.ask("resources/list", json!({})).await["result"]["resources"].take();
        let logo = json!({ "name": "logo.png", "uri": "shop://logo", "mimeType": "image/png" });
        assert_eq!(listed[1], logo);
        assert_eq!(listed.as_array().unwrap().len(), 2);
        let mut hours = listed[0].take();
        assert_eq!(hours["description"], "When the shop is open.");
        let mut templates =
            asker.ask("resources/templates/list", json!({})).await["result"]["resourceTemplates"]
                .take();
        assert_eq!(
            templates[1],
            json!({ "name": "page", "uriTemplate": "shop://{shelf}/pages/{page.number}{?mode}" })
        );
        if asker.is_modern() {
            assert_eq!(
                hours.take(),
                json!({
                    "name": "hours", "title": "Hours", "uri": "shop://hours",
                    "description": "When the shop is open.", "mimeType": "text/plain", "size": 10,
                    "annotations": {
                        "audience": ["user", "assistant"], "priority": 0.5,
                        "lastModified": "2026-07-28T10:00:00Z",
                    },
                    "icons": [{ "src": "data:image/png;base64,AA==" }],
                    "_meta": { "com.example/a": null },
                })
            );
            assert_eq!(
                templates[0].take(),
                json!({
                    "name": "book", "title": "Book", "uriTemplate": "shop://books/{id}",
                    "description": "One book.", "mimeType": "text/markdown",
                    "annotations": { "priority": 1 },
                })
            );
        }
    }
}

#[tokio::test]
async fn resources_are_read() {
    for mut asker in askers(server).await {
        for (uri, contents) in [
            ("shop://hours", json!({ "mimeType": "text/plain", "text": "nine to six" })),
            ("shop://logo", json!({ "mimeType": "image/png", "blob": "AP8=" })),
            ("shop://books/1", json!({ "mimeType": "text/markdown", "text": "# Solaris" })),
            ("shop://top%20shelf/pages/7", json!({ "text": "top shelf 7 None" })),
            ("shop://a/pages/7?mode=x", json!({ "text": "a 7 Some(\"x\")" })),
        ] {
            let mut expected = contents;
            expected["uri"] = uri.into();
            let answer = asker.ask("resources/read", json!({ "uri": uri })).await;
            assert_eq!(answer["result"]["contents"], json!([expected]), "{answer}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_from_what_is_wrong() {
    for mut asker in askers(server).await {
        let missing = if asker.is_modern() { -32602 } else { -32002 };
        for uri in ["shop://books/2", "shop://nothing", "shop://books/../hours"] {
            assert_eq!(asker.code("resources/read", json!({ "uri": uri })).await, missing, "{uri}");
        }
        let answer = asker.ask("resources/read", json!({ "uri": "shop://books/x" })).await;
        assert_eq!(answer["error"]["code"], -32602);
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("id: expected an integer"), "{message}");
    }
}

#[tokio::test]
async fn variables_are_completed() {
    for mut asker in askers(server).await {
        for (template, name, values) in [
            ("shop://books/{id}", "id", vec!["1"]),
            ("shop://{shelf}/pages/{page.number}{?mode}", "shelf", vec![]),
        ] {
            let params = json!({
                "ref": { "type": "ref/resource", "uri": template },
                "argument": { "name": name, "value": "1" },
            });
            let answer = asker.ask("completion/complete", params).await;
            assert_eq!(answer["result"]["completion"]["values"], json!(values), "{answer}");
        }
    }
}
