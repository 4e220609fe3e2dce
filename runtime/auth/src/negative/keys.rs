//! Keys that cannot be had, and such as change.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_http::fetch::Rules;

use super::{RESOURCE, Table, reaction, verified};
use crate::testing::{AuthorizationServer, Endpoint, Fault};
use crate::verify::JwtVerifier;

pub(super) const CASES: usize = 29;

const NONE: &str = "503 -: the token cannot be verified now: the issuer's keys cannot be had";
const UNKNOWN: &str = "401 invalid_token: the token names a key that the issuer does not have";
const TAKEN: &str = "taken: ann";
const MINUTE: Duration = Duration::from_secs(60);

async fn start() -> AuthorizationServer {
    let server = AuthorizationServer::start().await.unwrap();
    server.change(|it| it.person = "ann".to_owned());
    server
}

fn verifier(server: &AuthorizationServer) -> JwtVerifier {
    JwtVerifier::new(server.issuer())
}

fn token(server: &AuthorizationServer) -> String {
    server.access_token(RESOURCE, &["files:read"]).unwrap()
}

async fn react(verifier: &JwtVerifier, token: &str) -> String {
    reaction(&verified(verifier, token).await)
}

/// Time goes on, though nothing happens.
async fn advance(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn keys() {
    let mut table = Table::default();
    unanswered(&mut table).await;
    misled(&mut table).await;
    useless(&mut table).await;
    changing(&mut table).await;
    many(&mut table).await;
    table.judge(CASES);
}

async fn unanswered(table: &mut Table) {
    let html = || Fault::Answer {
        status: 200,
        media: "text/html".to_owned(),
        body: "<h1>canary</h1>".to_owned(),
    };
    for (endpoint, place) in [(Endpoint::Jwks, "keys"), (Endpoint::OAuthMetadata, "metadata")] {
        for (name, fault) in [
            ("never come", Fault::Silent),
            ("are a failure", Fault::status(500)),
            ("are HTML", html()),
            ("are 300 KiB", Fault::Huge(300 << 10)),
            ("break off", Fault::Closes),
        ] {
            let server = start().await;
            server.change(|it| drop(it.faults.insert(endpoint, fault)));
            let rules = Rules { timeout: Duration::from_millis(200), ..Rules::configured() };
            let verifier = verifier(&server).rules(rules);
            table.row(
                &format!("{place} that {name}"),
                react(&verifier, &token(&server)).await,
                NONE,
            );
            // For a while nobody asks again.
            assert_eq!(react(&verifier, &token(&server)).await, NONE);
            assert_eq!(server.asked(endpoint).len(), 1, "{place} that {name}");
        }
    }
}

async fn misled(table: &mut Table) {
    let other = start().await;
    for (name, fault) in [
        ("keys that are elsewhere", Fault::Redirect(302, other.url(Endpoint::Jwks))),
        ("keys that are inside", Fault::Redirect(307, "http://169.254.169.254/".to_owned())),
    ] {
        let server = start().await;
        server.change(|it| drop(it.faults.insert(Endpoint::Jwks, fault)));
        table.row(name, react(&verifier(&server), &token(&server)).await, NONE);
    }
    for (name, url) in [
        ("keys without TLS", "http://login.example.com/jwks"),
        ("keys in a file", "file:///etc/passwd"),
        ("keys in a script", "javascript:alert(1)"),
        ("keys behind a password", "https://me:secret@login.example.com/jwks"),
    ] {
        let server = start().await;
        server.change(|it| drop(it.metadata.insert("jwks_uri".to_owned(), url.into())));
        table.row(name, react(&verifier(&server), &token(&server)).await, NONE);
    }
    let server = start().await;
    server.change(|it| drop(it.metadata.insert("jwks_uri".to_owned(), Value::Null)));
    table.row("metadata without keys", react(&verifier(&server), &token(&server)).await, NONE);
    let server = start().await;
    server.change(|it| it.metadata_issuer = Some(other.issuer().to_owned()));
    table.row("metadata of another", react(&verifier(&server), &token(&server)).await, NONE);
    let server = start().await;
    server.change(|it| (it.oauth_metadata, it.openid_metadata) = (false, false));
    table.row("no metadata", react(&verifier(&server), &token(&server)).await, NONE);
    assert!(other.requests().is_empty());
}

async fn useless(table: &mut Table) {
    let key = super::key("p256").public().clone().named("1");
    let mut encryption = key.to_json();
    encryption["use"] = "enc".into();
    for (name, keys) in [
        ("a key set without keys", json!({ "keys": [] })),
        ("a key set of secrets", json!({ "keys": [{ "kty": "oct", "k": "AAAA" }] })),
        ("a key set for encryption", json!({ "keys": [encryption] })),
        ("a key set of 101 keys", json!({ "keys": vec![key.to_json(); 101] })),
    ] {
        let server = start().await;
        let (status, media, body) = (200, "application/json".to_owned(), keys.to_string());
        let fault = Fault::Answer { status, media, body };
        server.change(|it| drop(it.faults.insert(Endpoint::Jwks, fault)));
        table.row(name, react(&verifier(&server), &token(&server)).await, NONE);
    }
}

async fn changing(table: &mut Table) {
    let server = start().await;
    let verifier = verifier(&server);
    let old = token(&server);
    assert_eq!(react(&verifier, &old).await, TAKEN);
    server.rotate_keys().unwrap();
    let new = token(&server);
    table.row("a new key within a minute", react(&verifier, &new).await, UNKNOWN);
    advance(MINUTE).await;
    table.row("a new key after a minute", react(&verifier, &new).await, TAKEN);
    assert_eq!(server.asked(Endpoint::Jwks).len(), 2);
    // A key that was taken back goes with the hour.
    server.forget_keys();
    assert_eq!(react(&verifier, &old).await, TAKEN);
    advance(MINUTE * 60).await;
    assert_eq!(react(&verifier, &new).await, TAKEN);
    while server.asked(Endpoint::Jwks).len() < 3 {
        tokio::task::yield_now().await;
    }
    let gone = loop {
        match react(&verifier, &old).await {
            is if is == TAKEN => tokio::task::yield_now().await,
            is => break is,
        }
    };
    table.row("a key that was taken back", gone, UNKNOWN);
    // Nobody answers any more: for a day that does not matter.
    server.change(|it| drop(it.faults.insert(Endpoint::Jwks, Fault::status(500))));
    advance(MINUTE * 60 * 23).await;
    assert_eq!(react(&verifier, &new).await, TAKEN);
    advance(MINUTE * 60).await;
    table.row("keys that are a day old", react(&verifier, &new).await, NONE);
}

async fn many(table: &mut Table) {
    let server = start().await;
    let verifier = verifier(&server);
    let first = token(&server);
    // Someone asks and goes away.
    let mut leaving = Box::pin(verified(&verifier, &first));
    assert!(looked_at_once(&mut leaving).await.is_none());
    drop(leaving);
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let (verifier, token) = (verifier.clone(), first.clone());
        waiting.push(tokio::spawn(async move { react(&verifier, &token).await }));
    }
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap(), TAKEN);
    }
    let mut answers = Vec::new();
    for number in 0..50 {
        let claims = super::claims(json!({ "iss": server.issuer() }));
        let (key, header) = (super::key("p256"), json!({ "kid": number.to_string() }));
        let storm = super::signed(&key, crate::Algorithm::Es256, header, &claims);
        answers.push(react(&verifier, &storm).await);
    }
    assert!(answers.iter().all(|answer| answer == UNKNOWN));
    let asked = server.asked(Endpoint::Jwks).len();
    table.row("21 first tokens, and 50 unknown keys", format!("{asked} question"), "1 question");
    let stranger = start().await;
    advance(MINUTE).await;
    let foreign = react(&verifier, &token(&stranger)).await;
    let expected = "401 invalid_token: the token was issued by somebody else";
    table.row("tokens of another issuer", foreign, expected);
    assert_eq!(server.asked(Endpoint::Jwks).len(), 1);
    assert!(stranger.requests().is_empty());
}

/// What a future has after one look at it.
async fn looked_at_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
