//! What a protected resource answers, byte by byte. What comes of single tokens is told by the
//! negative table.

mod served;

use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::context::Principal;
use toolwright_http::serve::{Access, Authority, Denied, RequiredScopes};
use tower_layer::Layer;
use tower_service::Service;

use super::ProtectedResource;
use crate::dpop::Checker;
use crate::verify::{ApiKeys, InboundToken, Verified, VerifyError, from_fn};

const METADATA: &str =
    r#"resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp""#;

/// Takes tokens that are `name` or `name/scope/scope`.
fn resource() -> ProtectedResource {
    let verifier = from_fn(|token: InboundToken| async move {
        let mut words = token.expose().split('/');
        match words.next() {
            Some("bad") => Err(VerifyError::Expired),
            Some("later") => Err(VerifyError::Unavailable("canary".into())),
            name => {
                let who = Principal::new("test", name.unwrap_or_default()).with_scopes(words);
                Ok(Verified::new(who).audience([token.resource()]))
            }
        }
    });
    ProtectedResource::new("https://mcp.example.com/mcp")
        .authorization_server("https://login.example.com")
        .verifier(verifier)
        .implies("admin", ["write"])
        .implies("write", ["read"])
}

fn head(authorization: &[&str]) -> Parts {
    let mut request = Request::post("/mcp");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    request.body(()).unwrap().into_parts().0
}

async fn ask(resource: &ProtectedResource, authorization: &[&str]) -> Result<Access, Denied> {
    resource.authorize(&head(authorization)).await
}

/// Status and challenges.
fn told(denied: Denied) -> (u16, Vec<String>) {
    let challenges = denied.headers().get_all("www-authenticate").iter();
    let challenges = challenges.map(|value| value.to_str().unwrap().to_owned());
    (denied.status().as_u16(), challenges.collect())
}

#[tokio::test]
async fn who_brings_nothing_is_told_where_to_get_it() {
    let denied = ask(&resource(), &[]).await.unwrap_err();
    assert_eq!(told(denied), (401, vec![format!("Bearer {METADATA}")]));
    let scoped = resource().scopes(["read", "other"]);
    let expected = format!(r#"Bearer {METADATA}, scope="read other""#);
    for value in ["Basic YTpi", "Negotiate x", "DPoP x"] {
        let denied = ask(&scoped, &[value]).await.unwrap_err();
        assert_eq!(told(denied), (401, vec![expected.clone()]));
    }
    let required = scoped.require(["mcp"]);
    let denied = ask(&required, &[]).await.unwrap_err();
    assert_eq!(told(denied).1, [format!(r#"Bearer {METADATA}, scope="mcp""#)]);
}

#[tokio::test]
async fn bad_tokens_bad_requests_and_bad_days_are_told_apart() {
    let denied = ask(&resource(), &["Bearer bad"]).await.unwrap_err();
    let expired = format!(
        r#"Bearer error="invalid_token", error_description="The access token has expired", {METADATA}"#
    );
    assert_eq!(told(denied), (401, vec![expired]));
    for values in [&["Bearer a", "Bearer a"][..], &["Bearer"], &["Bearer a b"]] {
        let (status, challenges) = told(ask(&resource(), values).await.unwrap_err());
        assert_eq!(status, 400);
        assert!(challenges[0].starts_with(r#"Bearer error="invalid_request", "#), "{challenges:?}");
    }
    let mut head = head(&["Bearer ann"]);
    head.uri = "/mcp?access_token=ann".parse().unwrap();
    assert_eq!(resource().authorize(&head).await.unwrap_err().status(), StatusCode::BAD_REQUEST);
    let denied = ask(&resource(), &["Bearer later"]).await.unwrap_err();
    assert!(denied.headers().contains_key("retry-after") && !denied.message().contains("canary"));
    assert_eq!(told(denied), (503, Vec::new()));
}

#[tokio::test]
async fn broad_scopes_include_narrow_ones() {
    let access = ask(&resource(), &["Bearer ann/admin"]).await.unwrap();
    assert_eq!(access.principal().scopes(), ["admin", "write", "read"]);
    let required = resource().require(["read", "mcp"]);
    for token in ["Bearer ann", "Bearer ann/admin", "Bearer ann/mcp"] {
        let (status, challenges) = told(ask(&required, &[token]).await.unwrap_err());
        let expected = format!(
            "Bearer error=\"insufficient_scope\", error_description=\"The access token lacks \
             scopes\", {METADATA}, scope=\"read mcp\""
        );
        assert_eq!((status, challenges), (403, vec![expected]));
    }
    ask(&required, &["Bearer ann/mcp/write"]).await.unwrap();
    let step = required.challenge(&["write".to_owned(), "read".to_owned()]).unwrap();
    assert!(step.to_str().unwrap().ends_with(r#"scope="read mcp write""#), "{step:?}");
}

#[test]
fn metadata_is_the_same_at_every_path() {
    let resource = resource()
        .scopes(["read"])
        .require(["mcp", "read"])
        .name("Files \"here\"")
        .documentation("https://example.com/docs");
    let root = "/.well-known/oauth-protected-resource";
    assert_eq!(resource.paths(), [format!("{root}/mcp"), root.to_owned()]);
    for path in resource.paths() {
        let document: Value = serde_json::from_slice(&resource.document(&path).unwrap()).unwrap();
        let expected = json!({
            "resource": "https://mcp.example.com/mcp",
            "authorization_servers": ["https://login.example.com"],
            "scopes_supported": ["mcp", "read"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Files \"here\"",
            "resource_documentation": "https://example.com/docs",
        });
        assert_eq!(document, expected);
    }
    assert_eq!(resource.document("/.well-known/oauth-protected-resource/other"), None);
    assert_eq!(resource.document("/mcp"), None);
    let dpop = self::resource().dpop_required();
    let document: Value = serde_json::from_slice(&dpop.document(root).unwrap()).unwrap();
    assert_eq!(document["dpop_bound_access_tokens_required"], true);
    assert!(document["dpop_signing_alg_values_supported"].as_array().unwrap().len() > 1);
}

#[tokio::test]
async fn proofs_are_asked_for_where_they_are_taken() {
    let checker = Checker::new().with_nonces().unwrap();
    let either = resource().dpop(checker.clone());
    let denied = ask(&either, &[]).await.unwrap_err();
    assert!(denied.headers().contains_key("dpop-nonce"));
    let (_, challenges) = told(denied);
    assert_eq!(challenges[0], format!("Bearer {METADATA}"));
    assert!(challenges[1].starts_with("DPoP algs=\"ES256 "), "{challenges:?}");
    ask(&either, &["Bearer ann"]).await.unwrap();
    let (status, challenges) = told(ask(&either, &["DPoP ann"]).await.unwrap_err());
    assert_eq!((status, challenges[0].contains("error")), (401, false));
    assert!(challenges[1].contains(r#"error="invalid_token""#), "{challenges:?}");
    let required = resource().dpop(checker).dpop_required();
    let (status, challenges) = told(ask(&required, &["Bearer ann"]).await.unwrap_err());
    assert_eq!((status, challenges.len()), (401, 1));
    assert!(challenges[0].starts_with("DPoP ") && challenges[0].contains("invalid_token"));
}

#[tokio::test]
async fn with_several_verifiers_one_has_to_take_it() {
    let keys = ApiKeys::new().key("0123456789abcdef", Principal::new("key", "deploy"));
    let only = ApiKeys::new().key("fedcba9876543210", Principal::new("key", "other"));
    let resource = ProtectedResource::new("https://mcp.example.com/mcp")
        .without_authorization_server()
        .verifier(only)
        .verifier(keys);
    let access = ask(&resource, &["Bearer 0123456789abcdef"]).await.unwrap();
    assert_eq!(access.principal().subject(), "deploy");
    let (status, challenges) = told(ask(&resource, &["Bearer nobody"]).await.unwrap_err());
    assert_eq!(status, 401);
    let expected =
        r#"Bearer error="invalid_token", error_description="The access token is not valid""#;
    assert_eq!(challenges, [expected]);
    assert!(resource.paths().is_empty());
}

#[test]
fn mistakes_are_said_when_it_is_set_up() {
    let new = || ProtectedResource::new("https://mcp.example.com/mcp");
    let keys = || ApiKeys::new().key("0123456789abcdef", Principal::new("key", "deploy"));
    for (resource, word) in [
        (new(), "authorization server"),
        (ProtectedResource::new("mcp"), "scheme"),
        (new().without_authorization_server(), "verifier"),
        (
            new().without_authorization_server().verifier(keys()).authorization_server("https://a"),
            "has none",
        ),
        (new().authorization_server("login.example.com"), "issuer"),
        (resource().scopes(["a b"]), "no scope"),
        (resource().require(["offline_access"]), "leave it out"),
        (resource().implies("a", ["ä"]), "no scope"),
        (resource().verifier(ApiKeys::new().key("short", Principal::new("key", "x"))), "guessed"),
    ] {
        let error = resource.check().unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
    resource().check().unwrap();
}

/// A service of another make: says who is there, and at `/admin` that this takes more.
fn other(
    request: Request<Full<bytes::Bytes>>,
) -> std::future::Ready<Result<http::Response<Full<bytes::Bytes>>, std::convert::Infallible>> {
    let who: Option<&Principal> = request.extensions().get();
    let told = format!("{:?} {:?}", who.map(Principal::subject), request.headers());
    let mut response = http::Response::new(Full::from(told));
    if request.uri().path() == "/admin" {
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.extensions_mut().insert(RequiredScopes(vec!["admin".to_owned()]));
    }
    std::future::ready(Ok(response))
}

/// A function as a service.
#[derive(Clone)]
struct Other;

impl Service<Request<Full<bytes::Bytes>>> for Other {
    type Response = http::Response<Full<bytes::Bytes>>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<bytes::Bytes>>) -> Self::Future {
        other(request)
    }
}

#[tokio::test]
async fn services_of_any_make_can_be_protected() {
    let mut service = resource().layer().unwrap().layer(Other);
    let mut send = async |method: &str, path: &str, token: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path).header("dpop", "canary");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = service.call(request.body(Full::default()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head, String::from_utf8(body.to_vec()).unwrap())
    };
    let (head, _) = send("GET", "/mcp", None).await;
    assert_eq!(head.status, StatusCode::UNAUTHORIZED);
    assert_eq!(head.headers["www-authenticate"], format!("Bearer {METADATA}"));
    let (head, told) = send("GET", "/mcp", Some("ann")).await;
    assert_eq!((head.status, told.as_str()), (StatusCode::OK, "Some(\"ann\") {}"));
    let (head, _) = send("POST", "/admin", Some("ann")).await;
    let challenge = head.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"scope="admin""#), "{challenge}");
    let path = "/.well-known/oauth-protected-resource";
    for (method, status) in [("GET", 200), ("HEAD", 200), ("OPTIONS", 204), ("POST", 405)] {
        let (head, body) = send(method, path, None).await;
        assert_eq!((head.status.as_u16(), body.is_empty()), (status, method != "GET"), "{method}");
        assert_eq!(head.headers["access-control-allow-origin"], "*");
    }
}
