//! Calls under the schema that a provider's profile shapes, as a model makes them: every kind of
//! service understands them as it does those under the full schema.

use serde_json::{Value, json};
use toolwright::client::Speak;
use toolwright::rest::{RestTools, Upstream};
use toolwright::spec::Revision;
use toolwright::tool::Searchable;
use toolwright::{Client, Context, Server, ToolError, ToolSet};
use toolwright_codegen::Profile;

use crate::requests::recorder::Recorder;
use crate::requests::{descriptor, document};

toolwright::openapi!("openapi/profiles.yaml", name = "strictly", profile = "strict");
toolwright::openapi!("openapi/profiles.yaml", name = "gemini", profile = "gemini");
toolwright::openapi!("openapi/profiles.yaml", name = "whole", profile = "full");
toolwright::openapi!("openapi/draw.tools.json", name = "drawn", profile = "full");
toolwright::openapi!("openapi/draw.tools.json", name = "drawn_strictly", profile = "strict");

/// A call without anything to shape, and what has to arrive.
fn plain() -> Value {
    json!({
        "id": "n1", "dry-run": true,
        "body": {
            "title": "T", "priority": 2, "extra": {"x": [1, null]},
            "parts": [{"title": "P", "text": "t"}], "look": {"kind": "framed"},
        },
    })
}

/// The same as structured outputs have it: every member is there.
fn strict() -> Value {
    json!({
        "id": "n1", "dry-run": true, "tags": null,
        "body": {
            "title": "T", "text": null, "priority": 2, "due": null,
            "extra": "{\"x\": [1, null]}", "parts": ["{\"title\": \"P\", \"text\": \"t\"}"],
            "look": {"kind": "framed", "width": null},
        },
    })
}

/// The same without schemas for whatever is open, and without a dash in a name.
fn text() -> Value {
    let mut call = worded(plain());
    call["body"]["extra"] = strict()["body"]["extra"].clone();
    call["body"]["parts"] = strict()["body"]["parts"].clone();
    call
}

/// Arguments as Gemini has their names.
fn worded(mut call: Value) -> Value {
    let members = call.as_object_mut().unwrap();
    let dry_run = members.remove("dry-run").unwrap();
    members.insert("dry_run".to_owned(), dry_run);
    call
}

fn call_under(profile: Profile) -> Value {
    match profile {
        Profile::Strict => strict(),
        Profile::Gemini => text(),
        _ => plain(),
    }
}

/// The plain call with the names of a profile.
fn plain_under(profile: Profile) -> Value {
    if profile == Profile::Gemini { worded(plain()) } else { plain() }
}

/// The plain call with null for some of what may be left out, as OpenAI's strict mode has it; under
/// the others as well where the document takes no null.
fn nulls_under(profile: Profile) -> Value {
    let mut call = plain_under(profile);
    if profile == Profile::Strict {
        call["tags"] = json!(null);
        call["body"]["due"] = json!(null);
        call["body"]["text"] = json!(null);
        call["body"]["parts"][0]["due"] = json!(null);
        call["body"]["look"]["width"] = json!(null);
    }
    call
}

/// Every service in both eras; what the tool says.
async fn said(tools: impl ToolSet + Clone, arguments: &Value) -> Vec<Value> {
    let server = Server::new("notes", "1").tools(tools.clone());
    let client = Client::in_memory(server).await.unwrap();
    let listed = client.list_tools().await.unwrap();
    let schema: Value = serde_json::from_str(listed[0].input_schema.as_str()).unwrap();
    let judge = jsonschema::validator_for(&schema).unwrap();
    assert!(judge.is_valid(arguments), "{arguments} is no call under {schema}");
    called(tools, arguments).await
}

/// Likewise, whether or not the call is one under the schema that clients see.
async fn called(tools: impl ToolSet + Clone, arguments: &Value) -> Vec<Value> {
    let mut said = Vec::new();
    for speak in [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)] {
        let server = Server::new("notes", "1").tools(tools.clone());
        let client = Client::builder().era(speak).in_memory(server).await.unwrap();
        let result = client.call("putNote", arguments).await.unwrap();
        said.push(serde_json::to_value(result).unwrap());
    }
    said
}

fn upstream(descriptor: &toolwright::__rt::Descriptor, url: &str) -> Upstream {
    Upstream::builder(descriptor).base_url(url).build().unwrap()
}

/// First line and body of the requests, which have to be the same.
fn arrived(recorder: &Recorder) -> (String, Value) {
    let requests: Vec<(String, Value)> = recorder
        .take()
        .into_iter()
        .map(|request| {
            let (head, body) = request.split_once("\n\n").unwrap();
            let line = head.lines().next().unwrap().to_owned();
            (line, serde_json::from_str(body).unwrap())
        })
        .collect();
    assert_eq!(requests.len(), 2, "one in each era: {requests:?}");
    assert_eq!(requests[0], requests[1]);
    requests[0].clone()
}

fn expected() -> (String, Value) {
    ("PUT /notes/n1?dry-run=true".to_owned(), plain()["body"].clone())
}

#[tokio::test]
async fn what_serve_runs_understands_every_profile() {
    let recorder = Recorder::start().await;
    for profile in Profile::ALL {
        let descriptor = descriptor(&document("profiles.yaml"), profile);
        let tools = RestTools::new(&descriptor, upstream(&descriptor, &recorder.url));
        let tools = std::sync::Arc::new(tools);
        said(std::sync::Arc::clone(&tools), &call_under(profile)).await;
        assert_eq!(arrived(&recorder), expected(), "{profile}");
        // Clients that know nothing of the profile leave out what can be left out.
        called(std::sync::Arc::clone(&tools), &plain_under(profile)).await;
        assert_eq!(arrived(&recorder), expected(), "{profile}");
        called(tools, &nulls_under(profile)).await;
        assert_eq!(arrived(&recorder), expected(), "{profile}");
    }
}

/// What every service of a generated module is tried with.
macro_rules! services {
    ($test:ident, $module:ident, $service:ident, $override:ident, $profile:expr) => {
        #[tokio::test]
        async fn $test() {
            struct ByHand;

            impl $module::$service for ByHand {
                async fn put_note(
                    &self,
                    _: &Context,
                    args: $module::PutNote,
                ) -> Result<String, ToolError> {
                    Ok(serde_json::to_string(&args)?)
                }
            }

            struct Overridden($module::Proxy);

            impl $module::$override for Overridden {
                fn proxy(&self) -> &$module::Proxy {
                    &self.0
                }
            }

            let call = call_under($profile);
            let recorder = Recorder::start().await;
            let proxy = || $module::Proxy::new(upstream($module::descriptor(), &recorder.url));
            said(std::sync::Arc::new(proxy()), &call).await;
            assert_eq!(arrived(&recorder), expected(), "the proxy");
            said(std::sync::Arc::new($module::tools(Overridden(proxy()))), &call).await;
            assert_eq!(arrived(&recorder), expected(), "the typed methods");
            for call in [plain_under($profile), nulls_under($profile)] {
                called(std::sync::Arc::new(proxy()), &call).await;
                assert_eq!(arrived(&recorder), expected(), "the proxy: {call}");
                called(std::sync::Arc::new($module::tools(Overridden(proxy()))), &call).await;
                assert_eq!(arrived(&recorder), expected(), "the typed methods: {call}");
            }
            let meant = if $profile == Profile::Gemini { worded(plain()) } else { plain() };
            for result in said(std::sync::Arc::new($module::tools(ByHand)), &call).await {
                let args = result["content"][0]["text"].as_str().unwrap();
                assert_eq!(serde_json::from_str::<Value>(args).unwrap(), meant, "by hand");
            }
        }
    };
}

services!(services_understand_strict_calls, strictly, Strictly, StrictlyOverride, Profile::Strict);
services!(services_understand_calls_of_gemini, gemini, Gemini, GeminiOverride, Profile::Gemini);
services!(services_understand_calls_of_full, whole, Whole, WholeOverride, Profile::Full);

#[tokio::test]
async fn behind_a_search_the_same_holds() {
    struct ByHand;

    impl strictly::Strictly for ByHand {
        async fn put_note(
            &self,
            _: &Context,
            args: strictly::PutNote,
        ) -> Result<String, ToolError> {
            Ok(serde_json::to_string(&args)?)
        }
    }

    let server = Server::new("notes", "1").tools(Searchable::new(strictly::tools(ByHand)));
    let client = Client::in_memory(server).await.unwrap();
    for arguments in [strict(), plain()] {
        let call = json!({"name": "putNote", "arguments": arguments});
        let result = serde_json::to_value(client.call("call_tool", &call).await.unwrap()).unwrap();
        let args = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(args).unwrap(), plain());
    }
}

#[tokio::test]
async fn the_full_schema_goes_on_holding() {
    let recorder = Recorder::start().await;
    let descriptor = strictly::descriptor();
    let tools = strictly::Proxy::new(upstream(descriptor, &recorder.url));
    let client = Client::in_memory(Server::new("notes", "1").tools(tools)).await.unwrap();
    let mut call = strict();
    call["body"]["look"]["width"] = json!(0);
    let result = serde_json::to_value(client.call("putNote", &call).await.unwrap()).unwrap();
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("putNote"), "{result}");
    // What is required is missing, whatever the profile.
    let mut call = strict();
    call["body"].as_object_mut().unwrap().remove("title");
    let result = serde_json::to_value(client.call("putNote", &call).await.unwrap()).unwrap();
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("title"), "{result}");
    assert!(recorder.take().is_empty());
}

#[tokio::test]
async fn a_value_that_fits_no_alternative_is_told_them_by_name() {
    let recorder = Recorder::start().await;
    let interpreted = descriptor(&document("profiles.yaml"), Profile::Common);
    let interpreted = RestTools::new(&interpreted, upstream(&interpreted, &recorder.url));
    let proxy = |descriptor| upstream(descriptor, &recorder.url);
    let mut call = plain();
    call["body"]["parts"][0]["look"] = json!({"kind": "round"});
    for said in [
        called(std::sync::Arc::new(interpreted), &call).await,
        called(std::sync::Arc::new(whole::Proxy::new(proxy(whole::descriptor()))), &call).await,
        called(std::sync::Arc::new(strictly::Proxy::new(proxy(strictly::descriptor()))), &call)
            .await,
    ] {
        for result in said {
            assert_eq!(result["isError"], true, "{result}");
            let text = result["content"][0]["text"].as_str().unwrap();
            let place = "/body/parts/0/look: matches none of Plain (";
            assert!(text.contains(place) && text.contains("Framed ("), "{text}");
            assert!(text.contains("must be \"framed\", got \"round\""), "{text}");
        }
    }
    assert!(recorder.take().is_empty());
}

/// Alternatives at the root: `full` shows them, under `strict` every member of each is written.
#[tokio::test]
async fn alternatives_at_the_root_reach_a_service_as_an_enum() {
    struct Pen;

    impl drawn::Drawn for Pen {
        async fn draw(&self, _: &Context, args: drawn::Draw) -> Result<String, ToolError> {
            Ok(format!("{args:?}"))
        }
    }

    impl drawn_strictly::DrawnStrictly for Pen {
        async fn draw(&self, _: &Context, args: drawn_strictly::Draw) -> Result<String, ToolError> {
            Ok(format!("{args:?}"))
        }
    }

    async fn drawn(tools: impl ToolSet, arguments: Value) -> String {
        let server = Server::new("pen", "1").tools(tools);
        let client = Client::in_memory(server).await.unwrap();
        let result = client.call("draw", &arguments).await.unwrap();
        let result = serde_json::to_value(result).unwrap();
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    let tools = drawn::tools(Pen).tools();
    let schema: Value = serde_json::from_str(tools[0].input_schema.as_str()).unwrap();
    assert_eq!(schema["anyOf"].as_array().map(Vec::len), Some(2), "{schema}");
    let said = drawn(drawn::tools(Pen), json!({"square": 2, "tilt": "a"})).await;
    assert!(said.starts_with("Square("), "{said}");
    let said = drawn(drawn::tools(Pen), json!({"tilt": 1})).await;
    assert!(said.contains("not valid"), "{said}");

    let all = json!({"circle": 1.5, "square": null, "tilt": null});
    let said = drawn(drawn_strictly::tools(Pen), all).await;
    assert!(said.starts_with("Circle("), "{said}");
    let all = json!({"circle": null, "square": 2, "tilt": 3});
    let said = drawn(drawn_strictly::tools(Pen), all).await;
    assert!(said.starts_with("Square(") && said.contains('3'), "{said}");
}
