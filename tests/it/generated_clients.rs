//! Generated clients, against servers made from the same descriptions.

use serde_json::json;
use toolwright::client::{Origin, Speak};
use toolwright::spec::{CallToolResult, Revision, Tool};
use toolwright::{BoxFuture, Client, ClientError, Context, Server, ToolCall, ToolError, ToolSet};

toolwright::generated!("bookshop");
toolwright::generated!("bookshop_client");
toolwright::generated!("farm_client");

use bookshop_client::Bookshop;
use farm_client::{Farm, FindAnimals, FindAnimalsKind};

/// A server of what a client was generated from, which answers every call with `answer`.
struct Described<F> {
    tools: Vec<Tool>,
    answer: F,
}

impl<F> ToolSet for Described<F>
where
    F: Fn(&str, &str) -> Result<CallToolResult, ToolError> + Send + Sync + 'static,
{
    fn tools(&self) -> Vec<Tool> {
        self.tools.clone()
    }

    fn call<'a>(
        &'a self,
        _: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        let answer = (self.answer)(call.name(), call.arguments().get());
        Box::pin(async move { answer })
    }
}

/// Both ways to speak, one after the other.
fn eras() -> [Speak; 2] {
    [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)]
}

async fn connected(server: Server, speak: Speak) -> Client {
    Client::builder().era(speak).in_memory(server).await.unwrap()
}

fn farm(
    promises: bool,
    answer: impl Fn(&str, &str) -> Result<CallToolResult, ToolError> + Send + Sync + 'static,
) -> Server {
    let description = include_str!("farm.tools.json");
    let description: serde_json::Value = serde_json::from_str(description).unwrap();
    let mut tools: Vec<Tool> = serde_json::from_value(description["tools"].clone()).unwrap();
    if !promises {
        // What breaks a promise is not let out.
        tools.iter_mut().for_each(|tool| tool.output_schema = None);
    }
    Server::new("farm", "1.0.0").tools(Described { tools, answer })
}

fn structured(value: &serde_json::Value) -> Result<CallToolResult, ToolError> {
    Ok(serde_json::from_value(json!({ "content": [], "structuredContent": value }))?)
}

#[tokio::test]
async fn arguments_and_results_have_types() {
    for speak in eras() {
        let server = farm(true, |tool, arguments| match tool {
            "find_animals" => {
                let read: serde_json::Value = serde_json::from_str(arguments)?;
                assert_eq!(read, json!({ "kind": "+1", "limit": 2, "names": ["Ada"] }));
                let ada = json!({ "name": "Ada", "parent": { "name": "Eve" }, "colour": "red" });
                structured(&json!({ "animals": [ada] }))
            }
            _ => Ok(CallToolResult::text("dong")),
        });
        let farm = Farm::new(connected(server, speak).await);
        let args = FindAnimals {
            kind: FindAnimalsKind::Plus1,
            limit: 2.try_into().unwrap(),
            names: vec!["Ada".to_owned()].into(),
            type_: None,
        };
        let found = farm.find_animals(&args).await.unwrap();
        let [ada] = found.animals.as_slice() else { panic!("{found:?}") };
        assert_eq!(ada.name, "Ada");
        assert_eq!(ada.parent.as_ref().unwrap().name, "Eve");

        let bell = farm.ring_the_bell().await.unwrap();
        assert_eq!(bell.content[0].as_text(), Some("dong"));
        assert!(farm.client().server_capabilities().tools.is_some());
    }
}

#[tokio::test]
async fn what_goes_wrong_is_an_error_of_the_client() {
    for speak in eras() {
        let server = farm(false, |tool, _| match tool {
            "find_animals" => structured(&json!({ "animals": [{ "name": 7 }] })),
            _ => Err(ToolError::new("the rope is torn")),
        });
        let farm = Farm::new(connected(server, speak).await);
        let torn = farm.ring_the_bell().await.unwrap_err();
        assert_eq!(torn.origin(), Origin::Tool);
        let ClientError::Tool(result) = torn else { panic!("{torn}") };
        assert_eq!(result.content[0].as_text(), Some("the rope is torn"));

        let args: FindAnimals = serde_json::from_value(json!({ "kind": "cat" })).unwrap();
        let error = farm.find_animals(&args).await.unwrap_err();
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{error}");
        assert!(error.to_string().contains("structuredContent"), "{error}");

        let nobody = Farm::new(connected(Server::new("empty", "1.0.0"), speak).await);
        let error = nobody.ring_the_bell().await.unwrap_err();
        assert!(matches!(error, ClientError::Peer(_)), "{error}");
    }
}

/// The bookshop, without anything behind it.
struct Shop(bookshop::Proxy);

impl bookshop::BookshopOverride for Shop {
    fn proxy(&self) -> &bookshop::Proxy {
        &self.0
    }

    async fn list_reviews(
        &self,
        _: &Context,
        args: bookshop::ListReviews,
    ) -> Result<Vec<bookshop::Review>, ToolError> {
        assert_eq!(args.limit, Some(2));
        Ok(serde_json::from_value(
            json!([{ "stars": 5, "text": "Again!", "written": "2026-01-01T00:00:00Z" }]),
        )?)
    }

    async fn delete_book(&self, _: &Context, _: bookshop::DeleteBook) -> Result<(), ToolError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_client_of_an_api_calls_the_server_generated_from_it() {
    for speak in eras() {
        // Nothing listens there.
        let upstream = toolwright::rest::Upstream::builder(bookshop::descriptor())
            .base_url("http://127.0.0.1:9");
        let shop = Shop(bookshop::Proxy::new(upstream.build().unwrap()));
        let server = Server::new("bookshop", "1.0.0").tools(bookshop::tools(shop));
        let shop = Bookshop::new(connected(server, speak).await);

        let isbn = "9780141439518";
        let args = serde_json::from_value(json!({ "isbn": isbn, "limit": 2 })).unwrap();
        let reviews: Vec<bookshop_client::Review> = shop.list_reviews(&args).await.unwrap();
        assert_eq!(reviews[0].text, "Again!");

        let args = serde_json::from_value(json!({ "isbn": isbn })).unwrap();
        let deleted: CallToolResult = shop.delete_book(&args).await.unwrap();
        assert!(!deleted.failed());

        let args = serde_json::from_value(json!({ "isbn": isbn })).unwrap();
        let unreachable = shop.get_book(&args).await.unwrap_err();
        assert!(matches!(unreachable, ClientError::Tool(_)), "{unreachable}");
    }
}
