//! What callers show to a server made of an OpenAPI document does not reach the API behind it, unless
//! whoever builds the server says so.

use serde_json::{Map, Value, json};
use toolwright::__rt::Descriptor;
use toolwright::auth::server::ProtectedResource;
use toolwright::auth::verify::{InboundToken, Verified, from_fn};
use toolwright::client::Speak;
use toolwright::context::Principal;
use toolwright::http::Serve as _;
use toolwright::http_client::{ConnectWith as _, Http};
use toolwright::rest::{Provider, ProviderError, RestTools, Secret, Upstream, Wanted};
use toolwright::{Client, Context, Server};
use toolwright_codegen::{Profile, source::Document};

use super::requests::{descriptor, recorder::Recorder};

const DOCUMENT: &str = r#"{
  openapi: 3.1.0,
  info: {title: api, version: '1'},
  servers: [{url: 'https://api.example.com/api'}],
  security: [{token: []}],
  paths: {/me: {get: {operationId: me, responses: {200: {content: {application/json: {}}}}}}},
  components: {securitySchemes: {token: {type: http, scheme: bearer}}},
}"#;

fn interpreted() -> Descriptor {
    let document = Document::parse("api.yaml", DOCUMENT.as_bytes()).unwrap();
    descriptor(&document, Profile::default())
}

/// Takes every token, and keeps it where the server is built so.
fn resource(url: &str, keeps: bool) -> ProtectedResource {
    let verifier = from_fn(move |token: InboundToken| {
        let kept = keeps.then(|| ("token".to_owned(), Value::from(token.expose())));
        let user = Principal::new("tests", "ann").with_claims(Map::from_iter(kept));
        std::future::ready(Ok(Verified::new(user)))
    });
    ProtectedResource::new(url).authorization_server("https://login.example.com").verifier(verifier)
}

/// Gives out what was kept.
struct OfTheCaller;

impl Provider for OfTheCaller {
    async fn secret(&self, cx: &Context, _: &Wanted<'_>) -> Result<Secret, ProviderError> {
        let token = cx.principal().and_then(|user| user.claims().get("token")?.as_str());
        token.map(Secret::new).ok_or(ProviderError::new("no token was kept"))
    }
}

/// Calls the tool through such a server; the authorization that the API received, and what the model was told.
async fn called(speak: Speak, keeps: bool, own: bool) -> (Vec<String>, String) {
    let api = Recorder::start().await;
    let descriptor = interpreted();
    let upstream = Upstream::builder(&descriptor).base_url(format!("{}/api", api.url));
    let upstream = match own {
        true => upstream.credential("token", "of the server"),
        false => upstream.provider("token", OfTheCaller),
    };
    let tools = RestTools::new(&descriptor, upstream.build().unwrap());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/mcp");
    let server = Server::new("api", "1").tools(tools);
    let runner = server.http(format!("127.0.0.1:{port}")).authority(resource(&url, keeps));
    let bound = runner.bind().await.unwrap();
    tokio::spawn(bound.serve_until(std::future::pending()));
    let http = Http::new(&url).header("Authorization", "Bearer of-the-caller");
    let client = Client::builder().era(speak).connect_http(http).await.unwrap();
    let result = client.call("me", &json!({})).await.unwrap();
    let shown = |request: String| {
        let line = request.lines().find_map(|line| line.strip_prefix("authorization: "));
        line.unwrap_or("none").to_owned()
    };
    (api.take().into_iter().map(shown).collect(), serde_json::to_string(&result).unwrap())
}

#[tokio::test]
async fn tokens_of_callers_stay_here_unless_the_server_is_built_to_pass_them_on() {
    for speak in [Speak::Modern, Speak::newest_session().unwrap()] {
        for keeps in [false, true] {
            let (sent, _) = called(speak, keeps, true).await;
            assert_eq!(sent, ["Bearer of the server"]);
        }
        let (sent, told) = called(speak, false, false).await;
        assert_eq!(sent, [""; 0]);
        assert!(told.contains("no token was kept"), "{told}");
        let (sent, _) = called(speak, true, false).await;
        assert_eq!(sent, ["Bearer of-the-caller"]);
    }
}
