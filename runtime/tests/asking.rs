//! Questions from the handler to the person and back, with nothing but the public API, in sessions
//! and without.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use toolwright::client::{ClientBuilder, Form, Reply, Speak, Visit};
use toolwright::spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitAction, Role, Root, SamplingMessage,
    SamplingMessageContentBlock as Block, TextContent,
};
use toolwright::{AskError, Client, Context, Elicit, Server, ToolError, tools};

#[derive(Elicit)]
struct Order {
    /// How many copies?
    #[elicit(min = 1, default = 1)]
    copies: u32,
    binding: Option<Binding>,
    #[elicit(default = true)]
    gift: bool,
}

#[derive(Debug, Clone, Copy, Elicit)]
enum Binding {
    /// In leather
    Leather,
    /// In cloth
    Cloth,
}

struct Shop {
    held: Arc<AtomicUsize>,
}

#[tools]
impl Shop {
    /// Orders a book.
    #[tool]
    async fn order(&self, cx: &Context, title: String) -> Result<String, ToolError> {
        let held = async || Ok::<_, ToolError>(self.held.fetch_add(1, Ordering::SeqCst));
        let number = cx.once("hold", held).await?;
        let order: Order = match cx.elicit("order", format!("Order {title}?")).await {
            Err(AskError::Declined) => return Ok("nothing was ordered".to_owned()),
            answer => answer?,
        };
        cx.elicit_url("pay", "Please pay.", format!("https://shop.example/{number}")).await?;
        let Order { copies, binding, gift } = order;
        Ok(format!("{copies} {binding:?} {gift} {number}"))
    }

    /// Recommends a book.
    #[tool]
    async fn recommend(&self, cx: &Context) -> Result<String, ToolError> {
        let text = Block::from(TextContent::new("Name a book."));
        let request = CreateMessageRequestParams::new([SamplingMessage::new(Role::User, text)], 50);
        let (answer, roots) = tokio::join!(cx.sample("book", request), cx.roots("roots"));
        match answer?.content.as_slice() {
            [Block::Text(text)] => Ok(format!("{} for {}", text.text, roots?.len())),
            _ => Err(ToolError::new("no text")),
        }
    }
}

fn person() -> ClientBuilder {
    Client::builder()
        .on_elicit(|form: Form| async move {
            if form.message == "Order Dune?" {
                return Ok(Reply::Decline);
            }
            Reply::accept(&json!({ "binding": "Cloth" }))
        })
        .on_visit(|visit: Visit| async move {
            assert!(visit.host() == Some("shop.example"));
            Ok(ElicitAction::Accept)
        })
        .on_sample(|_| async {
            let text = Block::from(TextContent::new("Solaris"));
            Ok(CreateMessageResult::new(Role::Assistant, text, "model"))
        })
        .roots([Root::new("file:///books")])
}

#[tokio::test]
async fn people_models_and_roots_are_asked() {
    for speak in [Speak::Legacy("2025-11-25".parse().unwrap()), Speak::Auto] {
        let held = Arc::new(AtomicUsize::new(0));
        let server = Server::new("shop", "1.0.0").tools(Shop { held: Arc::clone(&held) });
        let client = person().era(speak).in_memory(server).await.unwrap();
        let text = async |tool: &str, arguments| {
            let result = client.call(tool, &arguments).await.unwrap();
            result.content[0].as_text().unwrap().to_owned()
        };
        let order = text("order", json!({ "title": "Solaris" })).await;
        assert_eq!(order, "1 Some(Cloth) true 0");
        assert_eq!(held.load(Ordering::SeqCst), 1, "ran once, whatever the rounds");
        assert_eq!(text("order", json!({ "title": "Dune" })).await, "nothing was ordered");
        assert_eq!(text("recommend", json!({})).await, "Solaris for 1");
    }
}
