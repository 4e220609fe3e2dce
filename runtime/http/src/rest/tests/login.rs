//! Credentials: missing, changing, refused; and who gets to see them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::*;
use crate::rest::{ClientCredentials, Provider, ProviderError, Secret, Upstream, Wanted};

fn api() -> String {
    json!({
        "name": "shop", "title": "Shop", "version": "1",
        "servers": [{"url": "https://api.example.com/v1"}],
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "api_key", "env": "SHOP_KEY"},
            "login": {"type": "oauth2", "tokenUrl": "https://login.example.com/token", "env": "SHOP_LOGIN"},
            "token": {"type": "bearer", "env": "SHOP_TOKEN"},
        },
    })
    .to_string()
}

fn with(security: Value, url: &str) -> UpstreamBuilder {
    let http = json!({"method": "GET", "path": "/x", "security": security});
    let tool = tool(json!({"kind": "json", "wrapped": false}), http);
    UpstreamBuilder::new(&api(), [tool.as_str()].into_iter()).base_url(url)
}

fn login(scopes: &[&str]) -> Value {
    json!([[{"scheme": "login", "scopes": scopes}]])
}

fn nothing() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).unwrap()
}

async fn called(upstream: &Upstream) -> Result<(), String> {
    upstream.exchange(&Context::detached(), 0, &nothing()).await.map(drop)
}

fn token(name: &str, expires: u32) -> Answer {
    let body = json!({"access_token": name, "token_type": "Bearer", "expires_in": expires});
    Answer::new("200 OK", "application/json", &body.to_string())
}

fn ok() -> Answer {
    Answer::new("200 OK", "application/json", "{}")
}

fn denied() -> Answer {
    Answer::new("401 Unauthorized", "text/plain", "")
}

fn sent(server: &Recorder) -> Vec<String> {
    let header = |request: &String| {
        let line = request.lines().find_map(|line| line.strip_prefix("authorization: "));
        line.unwrap_or("none").to_owned()
    };
    server.requests().iter().map(header).collect()
}

#[tokio::test]
async fn missing_credentials_are_an_error_that_names_them_and_nothing_is_sent() {
    let server = Recorder::start(ok()).await;
    let both = json!([[{"scheme": "key"}, {"scheme": "token"}], [{"scheme": "login"}]]);
    let upstream = with(both.clone(), &server.url).build().unwrap();
    let set = "SHOP_KEY and SHOP_TOKEN, or \
               SHOP_LOGIN (or SHOP_LOGIN_CLIENT_ID and SHOP_LOGIN_CLIENT_SECRET)";
    assert_eq!(
        upstream.warnings(),
        [format!("the tool `tool` wants credentials that are not set: set {set}")]
    );
    let text = called(&upstream).await.unwrap_err();
    assert!(
        text.contains("the operator of this server has to set") && text.contains(set),
        "{text}"
    );
    assert_eq!(server.requests().len(), 0);
    // One of two is not enough; none at all is, where the document or the operator says so.
    let half = with(both.clone(), &server.url).credential("key", "k-123456").build().unwrap();
    let text = called(&half).await.unwrap_err();
    assert!(text.contains("has to set SHOP_TOKEN, or SHOP_LOGIN (or"), "{text}");
    let anonymous = with(both, &server.url).anonymous().build().unwrap();
    let optional = with(json!([[{"scheme": "key"}], []]), &server.url).build().unwrap();
    for upstream in [anonymous, optional] {
        assert_eq!(upstream.warnings(), Vec::<String>::new());
        called(&upstream).await.unwrap();
    }
    assert_eq!(sent(&server), ["none", "none"]);
}

#[tokio::test]
async fn tokens_are_asked_for_once_and_kept() {
    let server = Recorder::start(ok()).await;
    let issuer = Recorder::script(vec![token("t-1", 3600)]).await;
    let credentials = ClientCredentials::new("me:1", "s&canary")
        .token_url(format!("{}/token?tenant=1", issuer.url))
        .parameter("audience", "a b");
    let upstream = with(login(&["write", "read"]), &server.url)
        .client_credentials("login", credentials)
        .build()
        .unwrap();
    // All at once, and one get the token.
    let (one, two, three) = tokio::join!(called(&upstream), called(&upstream), called(&upstream));
    one.and(two).and(three).unwrap();
    called(&upstream).await.unwrap();
    assert_eq!(sent(&server), ["Bearer t-1"; 4]);
    let requests = issuer.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("POST /token?tenant=1 HTTP/1.1\r\n"), "{}", requests[0]);
    // `me%3A1:s%26canary`
    assert!(requests[0].contains("authorization: Basic bWUlM0ExOnMlMjZjYW5hcnk=\r\n"));
    let body = "grant_type=client_credentials&scope=read%20write&audience=a%20b";
    assert!(requests[0].ends_with(body), "{}", requests[0]);
    assert!(!format!("{upstream:?}").contains("canary"));
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let server = Recorder::script(vec![denied(), ok(), denied(), denied()]).await;
    let issuer = Recorder::script(vec![token("t-1", 3600), token("t-2", 3600)]).await;
    let credentials =
        ClientCredentials::new("me", "secret").token_url(&issuer.url).scopes(["x"]).in_body();
    let upstream =
        with(login(&[]), &server.url).client_credentials("login", credentials).build().unwrap();
    called(&upstream).await.unwrap();
    assert_eq!(sent(&server), ["Bearer t-1", "Bearer t-2"]);
    let body = "grant_type=client_credentials&scope=x&client_id=me&client_secret=secret";
    assert!(issuer.requests()[0].ends_with(body));
    // Whoever refuses everything is not given one token after the other.
    let text = called(&upstream).await.unwrap_err();
    assert!(text.starts_with("HTTP 401"), "{text}");
    assert_eq!((server.requests().len(), issuer.requests().len()), (3, 2));
}

#[tokio::test]
async fn a_token_that_ends_is_replaced_before() {
    let server = Recorder::start(ok()).await;
    let issuer = Recorder::script(vec![token("t-1", 0), token("t-2", 3600)]).await;
    let credentials = ClientCredentials::new("me", "secret").token_url(&issuer.url);
    let upstream =
        with(login(&[]), &server.url).client_credentials("login", credentials).build().unwrap();
    for _ in 0..3 {
        called(&upstream).await.unwrap();
    }
    assert_eq!(sent(&server), ["Bearer t-1", "Bearer t-2", "Bearer t-2"]);
}

#[tokio::test]
async fn f23_a_refresh_that_fails_fails_once_for_all_who_wait() {
    let server = Recorder::start(ok()).await;
    let refusal = r#"{"error":"invalid_client","error_description":"canary"}"#;
    let refusal = Answer::new("400 Bad", "application/json", refusal);
    let issuer = Recorder::script(vec![refusal, token("t-1", 3600)]).await;
    let credentials = ClientCredentials::new("me", "canary-secret").token_url(&issuer.url);
    let upstream =
        with(login(&[]), &server.url).client_credentials("login", credentials).build().unwrap();
    let upstream = Arc::new(upstream);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let upstream = Arc::clone(&upstream);
            tokio::spawn(async move { called(&upstream).await })
        })
        .collect();
    for call in calls {
        let text = call.await.unwrap().unwrap_err();
        assert!(
            text.contains("`invalid_client`") && text.contains("SHOP_LOGIN_CLIENT_ID"),
            "{text}"
        );
        assert!(!text.contains("canary") && !text.contains("127.0.0.1"), "{text}");
    }
    assert_eq!((server.requests().len(), issuer.requests().len()), (0, 1));
    called(&upstream).await.unwrap();
}

#[tokio::test]
async fn answers_of_an_authorization_server_are_bounded_and_go_nowhere_else() {
    let server = Recorder::start(ok()).await;
    let elsewhere = Recorder::start(token("t-1", 3600)).await;
    let redirect = Answer::head("307 Elsewhere", &format!("Location: {}\r\n", elsewhere.url), "");
    let here = Answer::head("307 Elsewhere", "Location: /token\r\n", "");
    let large = Answer::new("200 OK", "application/json", &"x".repeat(257 << 10));
    for (answer, told) in [(redirect, "HTTP 307"), (here, "redirects"), (large, "262144 bytes")] {
        let issuer = Recorder::start(answer).await;
        let credentials = ClientCredentials::new("me", "secret").token_url(&issuer.url);
        let upstream =
            with(login(&[]), &server.url).client_credentials("login", credentials).build().unwrap();
        let text = called(&upstream).await.unwrap_err();
        assert!(text.contains(told), "{text}");
    }
    assert_eq!((server.requests().len(), elsewhere.requests().len()), (0, 0));
}

#[test]
fn secrets_go_to_token_endpoints_over_https_or_on_this_machine() {
    let build = |url: &str| {
        let credentials = ClientCredentials::new("me", "secret").token_url(url);
        let builder = with(login(&[]), "http://127.0.0.1:1");
        builder.client_credentials("login", credentials).build()
    };
    for url in ["http://login.example.com/", "http://10.0.0.1/", "ftp://x/", "", "/token"] {
        assert!(matches!(build(url), Err(crate::rest::Error::BaseUrl { .. })), "{url}");
    }
    for url in ["http://127.0.0.1:1/token", "http://localhost:1/", "http://[::1]:1/"] {
        assert!(build(url).is_ok(), "{url}");
    }
    // The document's own may not be on this machine.
    let api = api().replace("https://login.example.com", "http://127.0.0.1:1");
    let tool = tool(json!({"kind": "empty"}), json!({"method": "GET", "path": "/"}));
    let built = |builder: UpstreamBuilder| {
        let builder = builder.base_url("http://127.0.0.1:1");
        builder.client_credentials("login", ClientCredentials::new("me", "secret")).build()
    };
    let builder = || UpstreamBuilder::new(&api, [tool.as_str()].into_iter());
    assert!(built(builder()).is_err());
    assert!(built(builder().allow_private()).is_ok());
}

#[tokio::test]
async fn providers_are_asked_for_each_call_and_once_more_if_refused() {
    #[derive(Default)]
    struct Rotating(AtomicUsize, Mutex<Vec<(bool, Vec<String>)>>);
    impl Provider for Arc<Rotating> {
        async fn secret(&self, _: &Context, wanted: &Wanted<'_>) -> Result<Secret, ProviderError> {
            self.1.lock().unwrap().push((wanted.is_refused, wanted.scopes.to_vec()));
            match self.0.fetch_add(1, Ordering::SeqCst) {
                3 => Err(ProviderError::new("the vault is sealed")),
                count => Ok(Secret::new(format!("t-{count}"))),
            }
        }
    }
    let server = Recorder::script(vec![ok(), denied(), ok()]).await;
    let rotating = Arc::new(Rotating::default());
    let upstream = with(login(&["read"]), &server.url)
        .provider("login", Arc::clone(&rotating))
        .build()
        .unwrap();
    called(&upstream).await.unwrap();
    called(&upstream).await.unwrap();
    assert_eq!(sent(&server), ["Bearer t-0", "Bearer t-1", "Bearer t-2"]);
    let asked = rotating.1.lock().unwrap().clone();
    assert_eq!(asked.iter().map(|(refused, _)| *refused).collect::<Vec<_>>(), [false, false, true]);
    assert!(asked.iter().all(|(_, scopes)| scopes == &["read"]));
    let text = called(&upstream).await.unwrap_err();
    assert!(text.contains("the vault is sealed"), "{text}");
}

#[tokio::test]
async fn files_are_read_again_when_their_secret_is_refused() {
    let server = Recorder::script(vec![ok(), denied(), ok()]).await;
    let path = std::env::temp_dir().join(format!("toolwright-secret-{}", std::process::id()));
    std::fs::write(&path, "t-old\n").unwrap();
    let token = json!([[{"scheme": "token"}]]);
    let upstream = with(token, &server.url).secret_file("token", &path).build().unwrap();
    called(&upstream).await.unwrap();
    std::fs::write(&path, "t-new\n").unwrap();
    called(&upstream).await.unwrap();
    assert_eq!(sent(&server), ["Bearer t-old", "Bearer t-old", "Bearer t-new"]);
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn p19_keys_in_queries_are_shown_nowhere() {
    let echo = r#"{"next":"/x?page=2&api_key=c%26anary-key","key":"c&anary-key"}"#;
    for (status, limits) in [("200 OK", Limits::default()), ("400 Bad", Limits::default())] {
        let server = Recorder::start(Answer::new(status, "application/json", echo)).await;
        let upstream = with(json!([[{"scheme": "key"}]]), &server.url)
            .limits(limits)
            .credential("key", "c&anary-key")
            .build()
            .unwrap();
        let shown = match upstream.exchange(&Context::detached(), 0, &nothing()).await {
            Ok((_, read)) => format!("{read:?}"),
            Err(text) => text,
        };
        assert!(shown.contains("[redacted]") && !shown.contains("anary"), "{shown}");
        assert!(server.requests()[0].contains("api_key=c%26anary-key"));
        assert!(!format!("{upstream:?}").contains("anary"));
    }
    let gone = with(json!([[{"scheme": "key"}]]), "http://127.0.0.1:1");
    let limits = Limits { retries: 0, ..Limits::default() };
    let gone = gone.limits(limits).credential("key", "canary-key").build().unwrap();
    assert!(!called(&gone).await.unwrap_err().contains("canary"));
}
