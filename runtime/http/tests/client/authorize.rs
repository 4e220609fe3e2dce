//! Whoever has credentials for requests, and what refusals lead to.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use toolwright_core::client::{Denied, Speak};
use toolwright_core::{BoxFuture, Client, ClientError};
use toolwright_http::client::{Authorize, ConnectWith, Http, Outbound, Reaction, Refusal};

use crate::script::Script;

/// Has tokens for as many refusals as there are reactions.
#[derive(Debug, Default, Clone)]
struct Numbered(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    urls: Vec<String>,
    refused: u32,
    reactions: Vec<Reaction>,
}

impl Authorize for Numbered {
    fn headers<'a>(
        &'a self,
        request: &'a Outbound<'a>,
    ) -> BoxFuture<'a, Result<HeaderMap, ClientError>> {
        let mut seen = self.0.lock().unwrap();
        seen.urls.push(request.url.to_string());
        assert!(seen.urls[0].starts_with(request.server));
        let value = HeaderValue::try_from(format!("Bearer {}", seen.refused)).unwrap();
        Box::pin(async { Ok(HeaderMap::from_iter([(header::AUTHORIZATION, value)])) })
    }

    fn refused<'a>(
        &'a self,
        refusal: &'a Refusal<'a>,
    ) -> BoxFuture<'a, Result<Reaction, ClientError>> {
        let mut seen = self.0.lock().unwrap();
        let sent = format!("Bearer {}", seen.refused);
        assert_eq!(refusal.sent[header::AUTHORIZATION], sent);
        seen.refused += 1;
        let reaction =
            if seen.reactions.is_empty() { Reaction::Leave } else { seen.reactions.remove(0) };
        Box::pin(async move { Ok(reaction) })
    }
}

async fn begin(
    reactions: &[Reaction],
) -> (Script, Numbered, tokio::task::JoinHandle<Result<Client, ClientError>>) {
    let script = Script::start().await;
    let numbered = Numbered::default();
    numbered.0.lock().unwrap().reactions = reactions.to_vec();
    let http = Http::new(&script.url())
        .header("Authorization", "Bearer of-the-user")
        .authorize(numbered.clone());
    let builder = Client::builder().era(Speak::Auto);
    (script, numbered, tokio::spawn(builder.connect_http(http)))
}

#[tokio::test]
async fn what_is_refused_is_sent_again_with_other_credentials() {
    let (mut script, _, client) = begin(&[Reaction::Retry, Reaction::RetryAnew]).await;
    for number in 0..2 {
        let request = script.expect("server/discover").await;
        assert_eq!(request.header("authorization").unwrap(), format!("Bearer {number}"));
        // Whatever the body is, nobody takes it for an answer.
        let error =
            json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "" } });
        request.json(if number == 0 { 401 } else { 403 }, &error).await;
    }
    let request = script.expect("server/discover").await;
    assert_eq!(request.header("authorization"), Some("Bearer 2"));
    request.discovered().await;
    client.await.unwrap().unwrap();
}

#[tokio::test]
async fn there_is_an_end_to_it() {
    let (mut script, seen, client) = begin(&[Reaction::Retry; 100]).await;
    for _ in 0..4 {
        script.expect("server/discover").await.reply(401, "", "").await;
    }
    let error = client.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Unauthorized { why: Denied::Login, .. }), "{error}");
    assert_eq!(seen.0.lock().unwrap().refused, 3);
}

#[tokio::test]
async fn no_refusal_leads_to_another_era() {
    for (status, headers, why) in [
        (401, "", Denied::Login),
        (403, "WWW-Authenticate: Bearer error=\"insufficient_scope\"\r\n", Denied::Scope),
    ] {
        let (mut script, _, client) = begin(&[]).await;
        let error =
            json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "" } });
        let headers = format!("Content-Type: application/json\r\n{headers}");
        script.expect("server/discover").await.reply(status, &headers, &error.to_string()).await;
        match client.await.unwrap().unwrap_err() {
            ClientError::Unauthorized { why: found, .. } => assert_eq!(found, why),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn every_hop_has_its_own_credentials_and_none_leads_elsewhere() {
    let (mut script, seen, client) = begin(&[]).await;
    script.next().await.reply(307, "Location: /other\r\n", "").await;
    let request = script.next().await;
    assert_eq!((&*request.path, request.header("authorization")), ("/other", Some("Bearer 0")));
    let mut elsewhere = Script::start().await;
    let location = format!("Location: {}\r\n", elsewhere.url());
    request.reply(307, &location, "").await;
    let error = client.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Redirected { .. }), "{error}");
    let urls = seen.0.lock().unwrap().urls.clone();
    assert_eq!(urls, [script.url(), script.url().replace("/mcp", "/other")]);
    assert!(is_idle(&mut elsewhere).await);
}

/// Whether nothing has come to a server that was given no reason.
async fn is_idle(script: &mut Script) -> bool {
    tokio::select! {
        biased;
        _ = script.next() => false,
        () = tokio::task::yield_now() => true,
    }
}
