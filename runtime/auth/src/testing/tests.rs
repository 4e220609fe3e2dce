//! The server does as it says, over its socket.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::keys::{self, Key, digest};
use super::token::{JWT_BEARER, TOKEN_EXCHANGE};
use super::*;
use crate::form;

const RESOURCE: &str = "http://127.0.0.1:9/mcp";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-rfc-7636";

/// Status, headers, body.
struct Came(u16, String, String);

impl Came {
    fn json(&self) -> Value {
        serde_json::from_str(&self.2).unwrap()
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let line = self.1.lines().find_map(|line| line.strip_prefix("location: "))?;
        let pairs = form::decode(line.split_once('?')?.1).unwrap();
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

async fn send(url: &str, headers: &str, form: Option<&[(&str, &str)]>) -> Came {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = form.map(|form| form::encode(form.iter().copied())).unwrap_or_default();
    let method = if form.is_some() { "POST" } else { "GET" };
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Came(status, head.to_owned(), body.to_owned())
}

async fn code(server: &AuthorizationServer) -> Came {
    let query = form::encode([
        ("response_type", "code"),
        ("client_id", "app"),
        ("redirect_uri", "http://127.0.0.1:5000/callback"),
        ("state", "s t&te"),
        ("scope", "a b"),
        ("resource", RESOURCE),
        ("code_challenge", &digest(VERIFIER)),
        ("code_challenge_method", "S256"),
    ]);
    send(&format!("{}?{query}", server.url(Endpoint::Authorize)), "", None).await
}

async fn token(server: &AuthorizationServer, headers: &str, form: &[(&str, &str)]) -> Came {
    send(&server.url(Endpoint::Token), headers, Some(form)).await
}

fn redeem(code: &str) -> [(&'static str, String); 5] {
    [
        ("grant_type", "authorization_code".into()),
        ("client_id", "app".into()),
        ("code", code.into()),
        ("code_verifier", VERIFIER.into()),
        ("resource", RESOURCE.into()),
    ]
}

fn pairs<'a>(owned: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    owned.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

async fn started() -> AuthorizationServer {
    let server = AuthorizationServer::start().await.unwrap();
    server.register(Client::public("app").redirect("http://127.0.0.1/callback"));
    server
}

#[tokio::test]
async fn nothing_but_the_loopback_interface() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = AuthorizationServer::start_at(address.parse().unwrap(), "").await;
        assert!(refused.unwrap_err().to_string().contains("loopback"), "{address}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_refresh_tokens_rotate() {
    let server = started().await;
    let came = code(&server).await;
    assert_eq!((came.0, came.parameter("state").as_deref()), (302, Some("s t&te")));
    assert_eq!(came.parameter("iss").as_deref(), Some(server.issuer()));
    let code = came.parameter("code").unwrap();
    let tokens = token(&server, "", &pairs(&redeem(&code))).await;
    assert_eq!(tokens.0, 200, "{}", tokens.2);
    let tokens = tokens.json();
    let told = keys::verify(tokens["access_token"].as_str().unwrap(), &server.jwks()).unwrap();
    assert_eq!(
        (&told.claims["aud"], &told.claims["sub"], &told.claims["scope"], &told.header["typ"]),
        (&json!(RESOURCE), &json!("alice"), &json!("a b"), &json!("at+jwt"))
    );
    let refresh = |text: &Value| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", "app".into()),
            ("refresh_token", text.as_str().unwrap().into()),
        ]
    };
    let again = token(&server, "", &pairs(&refresh(&tokens["refresh_token"]))).await.json();
    assert_ne!(again["refresh_token"], tokens["refresh_token"]);
    // The old one again: somebody stole it, so nobody has any more.
    let old = token(&server, "", &pairs(&refresh(&tokens["refresh_token"]))).await;
    assert_eq!((old.0, &old.json()["error"]), (400, &json!("invalid_grant")));
    assert_eq!(token(&server, "", &pairs(&refresh(&again["refresh_token"]))).await.0, 400);
    let replayed = token(&server, "", &pairs(&redeem(&code))).await;
    assert_eq!((replayed.0, &replayed.json()["error"]), (400, &json!("invalid_grant")));
    assert_eq!(server.asked(Endpoint::Token).last().unwrap().parameter("code"), Some(&*code));
    assert_eq!(server.asked(Endpoint::Token).last().unwrap().status, 400);
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let server = started().await;
    let wrong = code(&server).await.parameter("code").unwrap();
    let mut form = redeem(&wrong);
    form[3].1 = "another-verifier-that-is-as-long-as-the-first-was".into();
    assert_eq!(token(&server, "", &pairs(&form)).await.json()["error"], "invalid_grant");
    let other = code(&server).await.parameter("code").unwrap();
    let mut form = redeem(&other);
    form[4].1 = "http://127.0.0.1:10/mcp".into();
    assert_eq!(token(&server, "", &pairs(&form)).await.json()["error"], "invalid_target");
    let elsewhere = format!(
        "{}?response_type=code&client_id=app&redirect_uri=https://evil.example/",
        server.url(Endpoint::Authorize)
    );
    assert_eq!(send(&elsewhere, "", None).await.0, 400);
    server.change(|it| it.consents = false);
    assert_eq!(code(&server).await.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn clients_prove_who_they_are() {
    let server = started().await;
    let key = Key::new().unwrap();
    server.register(Client::with_secret("machine", "s:cret"));
    server.register(Client::with_key("signer", key.public.clone()));
    let grant = ("grant_type", "client_credentials");
    // `machine:s%3Acret`
    let basic = "authorization: Basic bWFjaGluZTpzJTNBY3JldA==\r\n";
    assert_eq!(token(&server, basic, &[grant]).await.0, 200);
    let posted = [grant, ("client_id", "machine"), ("client_secret", "s:cret")];
    assert_eq!(token(&server, "", &posted).await.0, 401);
    let now = server.shared_now();
    let claims = json!({
        "iss": "signer", "sub": "signer", "aud": server.issuer(), "jti": "1", "exp": now + 60,
    });
    let assertion = key.sign("JWT", &claims).unwrap();
    let signed = [
        grant,
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    assert_eq!(token(&server, "", &signed).await.0, 200);
    assert_eq!(token(&server, "", &signed).await.json()["error"], "invalid_client");
}

#[tokio::test]
async fn people_of_an_enterprise_are_known_elsewhere() {
    let (provider, server) = (started().await, started().await);
    server.trust(&provider);
    let identity = provider.id_token("app").unwrap();
    let form = [
        ("grant_type", TOKEN_EXCHANGE),
        ("client_id", "app"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token", &identity),
        ("audience", server.issuer()),
        ("resource", RESOURCE),
    ];
    let exchanged = token(&provider, "", &form).await.json();
    assert_eq!(exchanged["token_type"], "N_A");
    let assertion = exchanged["access_token"].as_str().unwrap();
    let form = [("grant_type", JWT_BEARER), ("client_id", "app"), ("assertion", assertion)];
    let granted = token(&server, "", &form).await.json();
    let told = keys::verify(granted["access_token"].as_str().unwrap(), &server.jwks()).unwrap();
    assert_eq!((&told.claims["aud"], &told.claims["sub"]), (&json!(RESOURCE), &json!("alice")));
    assert_eq!(token(&provider, "", &form).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn tokens_are_bound_to_keys_and_nonces_are_asked_for() {
    let server = started().await;
    server.register(Client::with_secret("machine", "secret"));
    server.change(|it| {
        it.needs_dpop = true;
        it.dpop_nonce = Some("n1".to_owned());
    });
    let key = Key::new().unwrap();
    let basic = "authorization: Basic bWFjaGluZTpzZWNyZXQ=\r\n";
    let form = [("grant_type", "client_credentials")];
    assert_eq!(token(&server, basic, &form).await.json()["error"], "invalid_dpop_proof");
    let proof = |nonce: Option<&str>, jti: &str| {
        let claims = json!({
            "htm": "POST", "htu": server.url(Endpoint::Token), "jti": jti,
            "iat": server.shared_now(), "nonce": nonce,
        });
        let proof =
            key.sign_with(&json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.public}), &claims);
        format!("{basic}dpop: {}\r\n", proof.unwrap())
    };
    let came = token(&server, &proof(None, "1"), &form).await;
    assert_eq!(came.json()["error"], "use_dpop_nonce");
    assert!(came.1.contains("dpop-nonce: n1"));
    let came = token(&server, &proof(Some("n1"), "2"), &form).await.json();
    assert_eq!(came["token_type"], "DPoP");
    let told = keys::peek(came["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(told.claims["cnf"]["jkt"], keys::thumbprint(&key.public).unwrap());
    let again = token(&server, &proof(Some("n1"), "2"), &form).await.json();
    assert_eq!(again["error"], "invalid_dpop_proof");
}

#[tokio::test]
async fn it_tells_what_it_gave_and_takes_it_back() {
    let server = started().await;
    server.register(Client::with_secret("mcp", "secret"));
    let basic = "authorization: Basic bWNwOnNlY3JldA==\r\n";
    let access = server.access_token(RESOURCE, &["a"]).unwrap();
    let form: &[(&str, &str)] = &[("token", &access)];
    let url = server.url(Endpoint::Introspect);
    let told = send(&url, basic, Some(form)).await.json();
    assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!(RESOURCE)));
    assert_eq!(send(&url, "", Some(form)).await.0, 401);
    server.revoke_all();
    assert_eq!(send(&url, basic, Some(form)).await.json(), json!({"active": false}));
}

#[tokio::test]
async fn metadata_and_keys_are_where_they_should_be() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = AuthorizationServer::start_at(address, "/tenant1").await.unwrap();
    let origin = server.issuer().strip_suffix("/tenant1").unwrap();
    for path in [
        "/.well-known/oauth-authorization-server/tenant1",
        "/.well-known/openid-configuration/tenant1",
        "/tenant1/.well-known/openid-configuration",
    ] {
        let came = send(&format!("{origin}{path}"), "", None).await.json();
        assert_eq!(came["issuer"], server.issuer());
    }
    assert_eq!(
        send(&format!("{origin}/.well-known/oauth-authorization-server"), "", None).await.0,
        404
    );
    let keys =
        || async { send(&server.url(Endpoint::Jwks), "", None).await.json()["keys"].clone() };
    let first = keys().await;
    server.rotate_keys().unwrap();
    assert_eq!(keys().await.as_array().unwrap().len(), 2);
    server.forget_keys();
    let last = keys().await;
    assert!(last.as_array().unwrap().len() == 1 && last != first);
    server.change(|it| it.metadata_issuer = Some("https://other.example".to_owned()));
    let came = send(&server.url(Endpoint::OAuthMetadata), "", None).await.json();
    assert_eq!(came["issuer"], "https://other.example");
    server.change(|it| drop(it.faults.insert(Endpoint::Jwks, Fault::status(500))));
    assert_eq!(send(&server.url(Endpoint::Jwks), "", None).await.0, 500);
}

impl AuthorizationServer {
    fn shared_now(&self) -> i64 {
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
    }
}
