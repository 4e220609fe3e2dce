//! Tokens that the authorization server is asked about.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_http::fetch::Rules;

use super::{RESOURCE, Table, at, reaction, verified, verified_at, with};
use crate::testing::{AuthorizationServer, Client, Endpoint, Fault};
use crate::verify::{Introspection, VerifyError};

pub(super) const CASES: usize = 31;

const UNKNOWN: &str = "401 invalid_token: the token is not known, or no longer valid";
const TYPE: &str =
    "401 invalid_token: the token is no access token, by its `typ` or what else it says";
const NOW: &str = "503 -: the token cannot be verified";

async fn start() -> AuthorizationServer {
    let server = AuthorizationServer::start().await.unwrap();
    server.register(Client::with_secret("mcp", "canary-secret"));
    server.change(|it| (it.person, it.jwt) = ("ann".to_owned(), false));
    server
}

fn asking(server: &AuthorizationServer) -> Introspection {
    Introspection::new(server.issuer(), server.url(Endpoint::Introspect))
        .basic("mcp", "canary-secret")
}

fn claim(name: &str) -> String {
    format!("401 invalid_token: the token's claim `{name}` is missing or of a wrong type")
}

/// What peers see, and what the log says but for which server is at fault, and how.
async fn react(verifier: &Introspection, token: &str) -> String {
    let answer = verified(verifier, token).await;
    let unavailable = matches!(answer, Err(VerifyError::Unavailable(_)));
    let reaction = reaction(&answer);
    if unavailable { reaction.split(" now").next().unwrap().to_owned() } else { reaction }
}

#[tokio::test]
async fn tokens_that_are_asked_about() {
    let mut table = Table::default();
    unanswered(&mut table).await;
    answered(&mut table).await;
    ended(&mut table).await;
    table.judge(CASES);
}

async fn unanswered(table: &mut Table) {
    let other = start().await;
    let body = "<h1>canary</h1>".to_owned();
    let html = Fault::Answer { status: 200, media: "text/html".to_owned(), body };
    for (name, fault) in [
        ("no answer", Fault::Silent),
        ("a failure", Fault::status(500)),
        ("a refusal", Fault::status(403)),
        ("HTML", html),
        ("an answer of 300 KiB", Fault::Huge(300 << 10)),
        ("an end in between", Fault::Closes),
        ("a redirect", Fault::Redirect(307, other.url(Endpoint::Introspect))),
        ("a redirect for GET", Fault::Redirect(302, other.url(Endpoint::Introspect))),
    ] {
        let server = start().await;
        server.change(|it| drop(it.faults.insert(Endpoint::Introspect, fault)));
        let rules = Rules { timeout: Duration::from_millis(200), ..Rules::configured() };
        let verifier = asking(&server).rules(rules);
        table.row(name, react(&verifier, "opaque").await, NOW);
        // Nobody who asks later is told so for that.
        server.change(|it| it.faults.clear());
        assert_eq!(react(&verifier, "opaque").await, UNKNOWN, "{name}");
    }
    // Neither the token nor our secret went there.
    assert!(other.requests().is_empty());
    let server = start().await;
    let url = server.url(Endpoint::Introspect);
    let wrong = Introspection::new(server.issuer(), url).basic("mcp", "wrong");
    table.row("a secret that is wrong", react(&wrong, "opaque").await, NOW);
    let plain = Introspection::new("https://login.example.com", "http://login.example.com/")
        .bearer("canary");
    table.row("an endpoint without TLS", react(&plain, "opaque").await, NOW);
    for (name, token) in [
        ("a token with a line end", "opaque\r\nX-Evil: 1"),
        ("a token with a space", "opaque token"),
        ("a token beyond ASCII", "öpaque"),
        ("no token", ""),
    ] {
        table.row(name, react(&asking(&server), token).await, UNKNOWN);
    }
    assert_eq!(server.asked(Endpoint::Introspect).len(), 1, "only that of the wrong secret");
}

async fn answered(table: &mut Table) {
    let audience =
        format!("401 invalid_token: the token was issued for another audience than `{RESOURCE}`");
    let bound = "401 invalid_token: the token is bound to a key and came without a proof for it";
    for (name, changes, expected) in [
        ("not active", json!({ "active": false }), UNKNOWN.to_owned()),
        ("perhaps active", json!({ "active": null }), UNKNOWN.to_owned()),
        ("active, as a text", json!({ "active": "true" }), UNKNOWN.to_owned()),
        ("active, as a number", json!({ "active": 1 }), UNKNOWN.to_owned()),
        ("for another server", json!({ "aud": "https://other.example" }), audience),
        ("for nobody in particular", json!({ "aud": null }), claim("aud")),
        (
            "by another issuer",
            json!({ "iss": "https://evil.example" }),
            "401 invalid_token: the token was issued by somebody else".to_owned(),
        ),
        (
            "expired nevertheless",
            json!({ "exp": at(-100) }),
            "401 invalid_token: the token has expired".to_owned(),
        ),
        ("ending at a text", json!({ "exp": "never" }), claim("exp")),
        (
            "not valid yet",
            json!({ "nbf": at(100) }),
            "401 invalid_token: the token is not valid yet".to_owned(),
        ),
        ("a refresh token", json!({ "token_type": "refresh_token" }), TYPE.to_owned()),
        ("used for refreshing", json!({ "token_use": "refresh_token" }), TYPE.to_owned()),
        ("of the type Refresh", json!({ "typ": "Refresh" }), TYPE.to_owned()),
        ("of nobody", json!({ "sub": null, "client_id": null }), claim("sub")),
        ("bound to a key", json!({ "cnf": { "jkt": "x" } }), bound.to_owned()),
    ] {
        let server = start().await;
        table.row(name, react(&asking(&server), &answering(&server, changes)).await, &expected);
    }
    let server = start().await;
    let body = r#"{"active":false,"active":true,"sub":"ann"}"#.to_owned();
    let twice = Fault::Answer { status: 200, media: "application/json".to_owned(), body };
    server.change(|it| drop(it.faults.insert(Endpoint::Introspect, twice)));
    table.row("active and not", react(&asking(&server), "opaque").await, NOW);
}

/// Makes a server answer with a good answer, but for these members; returns a token.
fn answering(server: &AuthorizationServer, changes: Value) -> String {
    let good = json!({ "active": true, "iss": server.issuer(), "aud": RESOURCE, "sub": "ann",
        "client_id": "editor", "exp": at(600), "token_type": "Bearer" });
    let body = Value::Object(with(good, changes)).to_string();
    let fault = Fault::Answer { status: 200, media: "application/json".to_owned(), body };
    server.change(|it| drop(it.faults.insert(Endpoint::Introspect, fault)));
    "opaque".to_owned()
}

async fn ended(table: &mut Table) {
    let server = start().await;
    let verifier = asking(&server);
    let token = server.access_token(RESOURCE, &["files:read"]).unwrap();
    let taken = verified(&verifier, &token).await.unwrap();
    assert_eq!((taken.principal().subject(), taken.scopes().len()), ("ann", 1));
    server.revoke_all();
    // For half a minute, nobody asks again.
    assert!(verified(&verifier, &token).await.is_ok());
    assert_eq!(server.asked(Endpoint::Introspect).len(), 1);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(30)).await;
    tokio::time::resume();
    table.row("a token that was revoked", react(&verifier, &token).await, UNKNOWN);
    let asked = server.asked(Endpoint::Introspect);
    assert_eq!(asked.len(), 2);
    // `mcp:canary-secret`
    assert_eq!(asked[0].header("authorization"), Some("Basic bWNwOmNhbmFyeS1zZWNyZXQ="));
}

/// One that was asked at another resource first, or before it was told what to take.
#[tokio::test]
async fn answers_are_for_one_resource() {
    const OTHER: &str = "https://other.example/mcp";
    let server = start().await;
    let here = asking(&server);
    let there = here.clone();
    let [ours, theirs] = [RESOURCE, OTHER].map(|it| server.access_token(it, &[]).unwrap());
    for _ in 0..2 {
        assert!(verified_at(RESOURCE, &here, &ours).await.is_ok());
        let stolen = verified_at(OTHER, &there, &ours).await;
        assert!(matches!(stolen, Err(VerifyError::Audience { .. })), "{stolen:?}");
        assert!(verified_at(RESOURCE, &here, &theirs).await.is_err());
        assert!(verified_at(OTHER, &there, &theirs).await.is_ok());
    }
    assert_eq!(server.asked(Endpoint::Introspect).len(), 4, "each once, at either place");

    let any = here.danger_any_audience();
    assert!(verified_at(RESOURCE, &any, &theirs).await.is_ok());
    let strict = any.clone().audience(RESOURCE);
    assert!(verified_at(RESOURCE, &strict, &theirs).await.is_err());
    assert!(verified_at(RESOURCE, &strict.danger_any_audience(), &theirs).await.is_ok());
}
