//! Requests to a protected server: status and challenge, byte for byte.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Map, Value, json};
use toolwright_core::Server;
use toolwright_http::serve::{Body, Options, Serve, Service};

use super::{RESOURCE, Table, at, claims, forged, key, signed};
use crate::Algorithm;
use crate::dpop::Checker;
use crate::server::ProtectedResource;
use crate::verify::JwtVerifier;

pub(super) const CASES: usize = 37;

const METADATA: &str =
    r#"resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp""#;
const SCOPE: &str = r#"scope="files:read""#;

/// A challenge with an error.
fn challenge(status: u16, error: &str, description: &str) -> String {
    let said = format!(r#"error="{error}", error_description="{description}""#);
    format!("{status} Bearer {said}, {METADATA}, {SCOPE}")
}

fn invalid(description: &str) -> String {
    challenge(401, "invalid_token", description)
}

fn resource() -> ProtectedResource {
    let keys = json!({ "keys": [key("p256").public().clone().named("1").to_json()] });
    ProtectedResource::new(RESOURCE)
        .authorization_server(super::ISSUER)
        .verifier(JwtVerifier::new(super::ISSUER).jwks(&keys.to_string()))
        .scopes(["files:read"])
}

fn served(resource: ProtectedResource) -> Service {
    let options = Options::new().host("mcp.example.com").authority(resource);
    Server::new("files", "1")
        .tool("write", "Writes", |_cx, (): ()| async { "written" })
        .scopes("write", ["files:write", "files:read"])
        .into_http_service_with(&options)
        .unwrap()
}

fn token(header: Value, changes: Value) -> String {
    let header = super::with(json!({ "typ": "at+jwt", "kid": "1" }), header);
    signed(&key("p256"), Algorithm::Es256, Value::Object(header), &claims(changes))
}

/// What begins in each era, what listens, and what ends.
fn requests(uri: &str) -> Vec<Request<Full<Bytes>>> {
    let modern = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "write", "arguments": {}, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {} } } });
    let old = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    let body = |json: &Value| Full::from(json.to_string());
    let all = [
        Request::post(uri)
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "write")
            .body(body(&modern)),
        Request::post(uri).body(body(&old)),
        Request::get(uri).header("mcp-session-id", "x").body(Full::default()),
        Request::delete(uri).header("mcp-session-id", "x").body(Full::default()),
    ];
    let mut all = all.map(Result::unwrap);
    for request in &mut all {
        let headers = request.headers_mut();
        headers.insert("host", "mcp.example.com".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("accept", "application/json, text/event-stream".parse().unwrap());
    }
    all.into()
}

/// Status and challenges.
async fn observed(response: Response<Body>) -> String {
    let status = response.status().as_u16();
    let all = response.headers().get_all("www-authenticate").iter();
    let challenges: Vec<String> = all.map(|it| it.to_str().unwrap().to_owned()).collect();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(!String::from_utf8_lossy(&body).contains("canary"), "{body:?}");
    format!("{status} {}", challenges.join(" + "))
}

/// What every kind of request is answered with these headers.
async fn answers(service: &Service, uri: &str, headers: &[(&str, &str)]) -> String {
    let mut all = Vec::new();
    for mut request in requests(uri) {
        let mut more = HeaderMap::new();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            more.append(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        for (name, value) in &more {
            request.headers_mut().append(name, value.clone());
        }
        all.push(observed(service.handle(request).await).await);
    }
    all.dedup();
    all.join(" | ")
}

async fn bearer(service: &Service, token: &str) -> String {
    answers(service, "/mcp", &[("authorization", &format!("Bearer {token}"))]).await
}

#[tokio::test]
async fn requests_to_a_protected_server() {
    let mut table = Table::default();
    presented(&mut table).await;
    judged(&mut table).await;
    scoped(&mut table).await;
    bound(&mut table).await;
    table.judge(CASES);
}

async fn presented(table: &mut Table) {
    let service = served(resource());
    let good = token(json!({}), json!({}));
    let unknown = format!("401 Bearer {METADATA}, {SCOPE}");
    let (bearer, bare) = (format!("Bearer {good}"), good.as_str());
    let twice = format!("Bearer {good}, Bearer {good}");
    let quoted = format!("Bearer \"{good}\"");
    for (name, headers) in [
        ("nothing", vec![]),
        ("a password", vec![("authorization", "Basic YW5uOmNhbmFyeQ==")]),
        ("a token without a scheme", vec![("authorization", bare)]),
        ("a token by DPoP, which is not on", vec![("authorization", "DPoP canary")]),
        ("a token in a cookie", vec![("cookie", "access_token=canary")]),
        ("a token in another header", vec![("x-access-token", bare)]),
    ] {
        table.row(name, answers(&service, "/mcp", &headers).await, &unknown);
    }
    let wrong = |reason: &str| challenge(400, "invalid_request", reason);
    let malformed = "the header Authorization is malformed";
    let url = "the access token belongs into the header Authorization, not into the URL";
    let two = vec![("authorization", bearer.as_str()), ("authorization", "Basic canary")];
    for (name, uri, headers, reason) in [
        ("a token in the URL", "/mcp?access_token=canary", vec![], url),
        (
            "a token in the URL besides",
            "/mcp?x=1&access_token=canary",
            vec![("authorization", bearer.as_str())],
            url,
        ),
        ("two headers", "/mcp", two, "there is more than one header Authorization"),
        ("two tokens in one header", "/mcp", vec![("authorization", twice.as_str())], malformed),
        ("a scheme without a token", "/mcp", vec![("authorization", "Bearer")], malformed),
        ("a token in quotes", "/mcp", vec![("authorization", quoted.as_str())], malformed),
        ("a token beyond ASCII", "/mcp", vec![("authorization", "Bearer ö")], malformed),
    ] {
        table.row(name, answers(&service, uri, &headers).await, &wrong(reason));
    }
    let evil = [("authorization", bearer.as_str()), ("origin", "https://evil.example")];
    table.row("a page of another origin", answers(&service, "/mcp", &evil).await, "403 ");
}

async fn judged(table: &mut Table) {
    let service = served(resource());
    let plain = "The access token is not valid";
    let other = "The access token was issued for another audience";
    let payload = Value::Object(claims(json!({}))).to_string();
    let unsigned = |header: &str| forged(header, &payload, |_| Vec::new());
    let foreign = signed(
        &key("other"),
        Algorithm::Rs256,
        json!({ "kid": "1", "jwk": key("other").public().to_json() }),
        &claims(json!({})),
    );
    let good = token(json!({}), json!({}));
    for (name, token, description) in [
        ("an opaque word", "canary".to_owned(), plain),
        ("an algorithm `none`", unsigned(r#"{"alg":"none","typ":"at+jwt"}"#), plain),
        ("an algorithm HS256", unsigned(r#"{"alg":"HS256","kid":"1"}"#), plain),
        ("a key in the header", foreign, plain),
        ("a signature less", good.rsplit_once('.').unwrap().0.to_owned() + ".", plain),
        ("a key that there is not", token(json!({ "kid": "2" }), json!({})), plain),
        ("an extension", token(json!({ "crit": ["x"] }), json!({})), plain),
        ("a proof instead", token(json!({ "typ": "dpop+jwt" }), json!({})), plain),
        ("a foreign issuer", token(json!({}), json!({ "iss": "https://evil.example" })), plain),
        ("a foreign audience", token(json!({}), json!({ "aud": "https://evil.example" })), other),
        ("a slash too much", token(json!({}), json!({ "aud": format!("{RESOURCE}/") })), other),
        ("a slash too few", token(json!({}), json!({ "aud": "https://mcp.example.com" })), other),
        (
            "yesterday's token",
            token(json!({}), json!({ "exp": at(-86400) })),
            "The access token has expired",
        ),
        (
            "tomorrow's token",
            token(json!({}), json!({ "nbf": at(86400) })),
            "The access token is not valid yet",
        ),
        ("a token without an end", token(json!({}), json!({ "exp": null })), plain),
        (
            "a bound token by itself",
            token(json!({}), json!({ "cnf": { "jkt": "x" } })),
            "The access token is bound to a key and needs a DPoP proof",
        ),
        (
            "a token that would be a challenge",
            token(json!({}), json!({ "aud": "\", error=\"\r\nX-Evil: 1" })),
            other,
        ),
    ] {
        table.row(name, bearer(&service, &token).await, &invalid(description));
    }
    let nobody = JwtVerifier::new("http://127.0.0.1:9/canary");
    let service = served(resource().verifier(nobody));
    let claims = json!({ "iss": "http://127.0.0.1:9/canary" });
    let token = token(json!({}), claims);
    table.row("keys that cannot be had", bearer(&service, &token).await, "503 ");
}

async fn scoped(table: &mut Table) {
    let service = served(resource());
    let narrow = token(json!({}), json!({ "scope": "files:read" }));
    let said = r#"error="insufficient_scope", error_description="The access token lacks scopes""#;
    let all = r#"scope="files:write files:read""#;
    let refused = format!("403 Bearer {said}, {METADATA}, {all}");
    let modern = requests("/mcp").remove(0);
    table.row("too few scopes", called(&service, modern, &narrow, None).await, &refused);
    // In a session, too.
    let opening = requests("/mcp").remove(1);
    let opened = service.handle(with_token(opening, &narrow)).await;
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call",
        "params": { "name": "write" } });
    let call = requests("/mcp").remove(1).map(|_| Full::from(call.to_string()));
    let called = called(&service, call, &narrow, Some(&session)).await;
    table.row("too few scopes in a session", called, &refused);
}

async fn called(
    service: &Service,
    mut request: Request<Full<Bytes>>,
    token: &str,
    session: Option<&str>,
) -> String {
    if let Some(session) = session {
        request.headers_mut().insert("mcp-session-id", session.parse().unwrap());
    }
    observed(service.handle(with_token(request, token)).await).await
}

fn with_token(mut request: Request<Full<Bytes>>, token: &str) -> Request<Full<Bytes>> {
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    request
}

async fn bound(table: &mut Table) {
    let service = served(resource().dpop(Checker::new()));
    let bound = token(json!({}), json!({ "cnf": { "jkt": key("p256").thumbprint() } }));
    let authorization = format!("DPoP {bound}");
    let algorithms = r#"algs="ES256 EdDSA PS256 RS256""#;
    let bearer = format!("Bearer {METADATA}, {SCOPE}");
    let said = r#"error="invalid_dpop_proof", error_description="The DPoP proof is not valid""#;
    let refused = format!("401 {bearer} + DPoP {algorithms}, {said}, {METADATA}, {SCOPE}");
    let alone = [("authorization", authorization.as_str())];
    let reaction = answers(&service, "/mcp", &alone).await;
    table.row("a bound token without a proof", reaction, &refused);
    let proof = |extra: Value| {
        let good = json!({ "htm": "POST", "htu": RESOURCE, "iat": at(0), "jti": "once",
            "ath": crate::jose::sha256_text(&bound) });
        let header = json!({ "typ": "dpop+jwt", "jwk": key("p256").public().to_json() });
        let claims: Map<String, Value> = super::with(good, extra);
        signed(&key("p256"), Algorithm::Es256, header, &claims)
    };
    let once = proof(json!({}));
    let request = || {
        let mut request = requests("/mcp").remove(0);
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        request.headers_mut().insert("dpop", once.parse().unwrap());
        request
    };
    assert_eq!(observed(service.handle(request()).await).await, "200 ");
    let again = observed(service.handle(request()).await).await;
    table.row("a proof for the second time", again, &refused);
    let strict = served(resource().dpop(Checker::new().with_nonces().unwrap()));
    let response = strict.handle(request()).await;
    assert!(response.headers().contains_key("dpop-nonce"));
    let said = "error=\"use_dpop_nonce\", error_description=\"The DPoP proof has to contain the \
                nonce of the response\"";
    let expected = format!("401 {bearer} + DPoP {algorithms}, {said}, {METADATA}, {SCOPE}");
    table.row("a proof without our nonce", observed(response).await, &expected);
}
