//! Generated modules at work: a trait implemented by hand, and a proxy with one method replaced.

use serde_json::{Value, json};
use toolwright::{Client, Context, Server, ToolError};

toolwright::generated!("farm");
toolwright::openapi!("../cli/assets/bookshop.yaml", name = "shop", include = ["tag:books"]);
toolwright::openapi!("openapi/letters.yaml");

struct Farmer;

impl farm::Farm for Farmer {
    async fn find_animals(
        &self,
        _cx: &Context,
        args: farm::FindAnimals,
    ) -> Result<farm::FindAnimalsReply, ToolError> {
        if matches!(args.kind, farm::FindAnimalsKind::Minus1) {
            return Err(ToolError::new("there are no less than no animals"));
        }
        let home = json!({ "place": "field", "area": 2.5 });
        let mother = farm::Animal { name: "Ada".to_owned(), parent: None, home: None };
        let animal = farm::Animal {
            name: format!("{:?} of {} without {:?}", args.kind, args.limit, args.names),
            parent: Some(Box::new(mother)),
            home: Some(serde_json::from_value(home)?),
        };
        Ok(farm::FindAnimalsReply { animals: vec![animal] })
    }

    async fn ring_the_bell(&self, _cx: &Context) -> Result<String, ToolError> {
        Ok("dong".to_owned())
    }
}

#[tokio::test]
async fn a_tools_file_becomes_a_trait() {
    let server = Server::new("farm", "1.0.0").tools(farm::tools(Farmer));
    let client = Client::in_memory(server).await.unwrap();
    let tools = client.list_tools().await.unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["find_animals", "ring-the-bell"]);

    let result = client.call("find_animals", &json!({ "kind": "+1", "names": [] })).await.unwrap();
    let result = serde_json::to_value(result).unwrap();
    let animal = &result["structuredContent"]["animals"][0];
    assert_eq!(animal["name"], "Plus1 of 3 without Some([])");
    assert_eq!(animal["parent"], json!({ "name": "Ada" }));
    assert_eq!(animal["home"], json!({ "place": "field", "area": 2.5 }));

    for (arguments, said) in
        [(json!({ "kind": "-1" }), "no less"), (json!({ "kind": "cow" }), "kind")]
    {
        let result =
            serde_json::to_value(client.call("find_animals", &arguments).await.unwrap()).unwrap();
        assert_eq!(result["isError"], true, "{arguments}");
        assert!(result["content"].to_string().contains(said), "{result}");
    }
    let result =
        serde_json::to_value(client.call("ring-the-bell", &json!({})).await.unwrap()).unwrap();
    assert_eq!(result["content"][0]["text"], "dong");
}

#[test]
fn unions_with_a_tag_say_what_is_wrong() {
    let read =
        |home: Value| serde_json::from_value::<farm::Animal>(json!({ "name": "a", "home": home }));
    assert!(read(json!({ "place": "barn", "stall": 1 })).is_ok());
    let error = read(json!({ "place": "sea" })).unwrap_err().to_string();
    assert!(error.contains("`place`"), "{error}");
}

struct Shop(shop::Proxy);

impl shop::ShopOverride for Shop {
    fn proxy(&self) -> &shop::Proxy {
        &self.0
    }

    async fn read_excerpt(
        &self,
        _cx: &Context,
        _args: shop::ReadExcerpt,
    ) -> Result<String, ToolError> {
        Ok("It was a dark night.".to_owned())
    }
}

#[tokio::test]
async fn one_method_of_a_proxy_is_replaced() {
    // Nothing listens there.
    let upstream =
        toolwright::rest::Upstream::builder(shop::descriptor()).base_url("http://127.0.0.1:9");
    let shop = Shop(shop::Proxy::new(upstream.build().unwrap()));
    let client =
        Client::in_memory(Server::new("shop", "1.0.0").tools(shop::tools(shop))).await.unwrap();
    let names: Vec<String> =
        client.list_tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
    assert!(names.iter().any(|name| name == "getBook"), "{names:?}");
    assert!(!names.iter().any(|name| name == "placeOrder"), "{names:?}");

    let isbn = json!({ "isbn": "9780141439518" });
    let excerpt = serde_json::to_value(client.call("readExcerpt", &isbn).await.unwrap()).unwrap();
    assert_eq!(excerpt["content"][0]["text"], "It was a dark night.");
    let book = serde_json::to_value(client.call("getBook", &isbn).await.unwrap()).unwrap();
    assert_eq!(book["isError"], true);
}

struct Scribe;

impl letters::Letters for Scribe {
    async fn put_name(&self, _: &Context, args: letters::PutName) -> Result<String, ToolError> {
        let body = args.body;
        assert_eq!((body.imya.as_str(), body.soru.as_deref()), ("Иван", Some("б")));
        assert_eq!((body.grosse, body.u53e3.as_deref()), (Some(3), Some("口")));
        Ok(serde_json::to_string(&body)?)
    }
}

/// The names are written with Latin letters; on the wire they are what they were.
#[tokio::test]
async fn names_beyond_ascii_stay_apart_and_arrive_as_they_are() {
    let server = Server::new("letters", "1").tools(letters::tools(Scribe));
    let client = Client::in_memory(server).await.unwrap();
    let body = json!({
        "имя": "Иван", "copy": "a", "сору": "б", "größe": 3, "όνομα": "Α", "名前": "あ",
        "口": "口", "カ": "1", "力": "2", "이름": "가", "цвет": "Красный",
    });
    let result = client.call("putName", &json!({ "body": body })).await.unwrap();
    let result = serde_json::to_value(result).unwrap();
    let written = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(written).unwrap(), body);
}
