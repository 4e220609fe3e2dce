//! Every way to a token, against the authorization server for tests and a server of ours.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use http_body_util::Full;
use http_body_util::combinators::UnsyncBoxBody;
use serde_json::{Value, json};
use toolwright_core::client::{Denied, Speak};
use toolwright_core::tool::FnTools;
use toolwright_core::{BoxFuture, Client, ClientError, Server};
use toolwright_http::client::{ConnectWith as _, Http};
use toolwright_http::serve;

use super::*;
use crate::SigningKey;
use crate::jose::{decode, sha256_text};
use crate::testing::{self, AuthorizationServer, Endpoint, Fault};

const SERVER: &str = "http://localhost/mcp";
const CANARY: &str = "canary-secret";

/// A server of ours behind a gate that hears every credential, and refuses as often as it is
/// told.
#[derive(Clone)]
struct Gate {
    server: serve::Service,
    heard: Arc<Mutex<Vec<Heard>>>,
    refusals: Arc<Mutex<VecDeque<Refused>>>,
}

/// `Authorization`, and a proof.
type Heard = (String, Option<String>);
/// A status and headers.
type Refused = (u16, Vec<(&'static str, &'static str)>);
type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

impl Gate {
    fn new() -> Self {
        let tools =
            FnTools::new().tool("hello", "Greets", |_, _: serde_json::Map<String, Value>| {
                std::future::ready("hello")
            });
        let server = Server::new("gate", "1.0.0").tools(tools).build().unwrap();
        let server = serve::Service::new(server, &serve::Options::new()).unwrap();
        Self { server, heard: Arc::default(), refusals: Arc::default() }
    }

    fn refuse(&self, status: u16, header: &'static str, value: &'static str) {
        self.refuse_with(status, vec![(header, value)]);
    }

    fn refuse_with(&self, status: u16, headers: Vec<(&'static str, &'static str)>) {
        self.refusals.lock().unwrap().push_back((status, headers));
    }

    /// The values of `Authorization`, and the proofs.
    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    async fn connect(&self, login: MachineClient, speak: Speak) -> Result<Client, ClientError> {
        let http = Http::new(SERVER).with_service(self.clone()).authorize(login);
        Client::builder().era(speak).connect_http(http).await
    }
}

impl tower_service::Service<Request<Bytes>> for Gate {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let header =
            |name| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let heard = (header("authorization").unwrap_or_default(), header("dpop"));
        self.heard.lock().unwrap().push(heard);
        if let Some((status, headers)) = self.refusals.lock().unwrap().pop_front() {
            let mut refused =
                Response::new(Full::default().map_err(|never| match never {}).boxed_unsync());
            *refused.status_mut() = StatusCode::from_u16(status).unwrap();
            for (name, value) in headers {
                refused.headers_mut().insert(name, http::HeaderValue::from_static(value));
            }
            return Box::pin(std::future::ready(Ok(refused)));
        }
        *request.uri_mut() = http::Uri::from_static("/mcp");
        request.headers_mut().insert("host", http::HeaderValue::from_static("localhost"));
        let server = self.server.clone();
        Box::pin(async move {
            let response = server.handle(request.map(Full::new)).await;
            Ok(response.map(|body| body.map_err(Into::into).boxed_unsync()))
        })
    }
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&decode(part).unwrap()).unwrap()
}

async fn started() -> AuthorizationServer {
    let server = AuthorizationServer::start().await.unwrap();
    server.register(testing::Client::with_secret("machine", CANARY));
    server
}

fn machine(server: &AuthorizationServer) -> MachineClient {
    MachineClient::new(server.issuer(), Credentials::secret("machine", CANARY))
}

fn refused(error: ClientError) -> (Denied, String) {
    let text = error.to_string();
    assert!(!text.contains("canary"), "{text}");
    match error {
        ClientError::Unauthorized { why, .. } => (why, text),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_machine_gets_one_token_for_all_its_requests_in_both_eras() {
    for speak in [Speak::Modern, Speak::newest_session().unwrap()] {
        let (server, gate) = (started().await, Gate::new());
        let login = machine(&server).scopes(["a", "b"]);
        let client = gate.connect(login, speak).await.unwrap();
        client.list_tools().await.unwrap();
        let asked = server.asked(Endpoint::Token);
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].parameter("grant_type"), Some("client_credentials"));
        assert_eq!(asked[0].parameter("resource"), Some(SERVER));
        assert_eq!(asked[0].parameter("scope"), Some("a b"));
        assert!(asked[0].header("authorization").unwrap().starts_with("Basic "));
        let heard = gate.heard();
        assert!(heard.len() > 1 && heard.iter().all(|sent| *sent == heard[0]), "{heard:?}");
        let token = heard[0].0.strip_prefix("Bearer ").unwrap();
        assert_eq!(
            (&claims(token)["aud"], &claims(token)["sub"]),
            (&json!(SERVER), &json!("machine"))
        );
    }
}

#[tokio::test]
async fn every_kind_of_key_proves_who_a_machine_is() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys");
    for (name, algorithm) in
        [("p256", "ES256"), ("p384", "ES384"), ("ed25519", "EdDSA"), ("rsa", "RS256")]
    {
        let (server, gate) = (AuthorizationServer::start().await.unwrap(), Gate::new());
        let pem = std::fs::read_to_string(format!("{folder}/{name}.pem")).unwrap();
        let key = SigningKey::from_pem(&pem).unwrap();
        server.register(testing::Client::with_key("signer", key.public().to_json()));
        let login = MachineClient::new(server.issuer(), Credentials::key("signer", key));
        gate.connect(login, Speak::Modern).await.unwrap();
        let assertion =
            server.asked(Endpoint::Token)[0].parameter("client_assertion").unwrap().to_owned();
        let header: Value =
            serde_json::from_slice(&decode(assertion.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header["alg"], algorithm);
        assert_eq!(claims(&assertion)["aud"], server.issuer());
    }
}

#[tokio::test]
async fn an_enterprise_vouches_for_its_people() {
    let (provider, server, gate) = (started().await, started().await, Gate::new());
    server.trust(&provider);
    provider.register(testing::Client::public("assistant-at-acme"));
    provider.change(|it| it.client_elsewhere = Some("machine".to_owned()));
    let identity = provider.id_token("assistant-at-acme").unwrap();
    let login = MachineClient::enterprise(
        server.issuer(),
        Credentials::secret("machine", CANARY),
        IdentityProvider::new(
            provider.issuer(),
            Credentials::public("assistant-at-acme"),
            Assertion::new(identity.clone()),
        ),
    );
    gate.connect(login.scopes(["a"]), Speak::Modern).await.unwrap();
    let exchange = &provider.asked(Endpoint::Token)[0];
    for (name, value) in [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token", &identity),
        ("audience", server.issuer()),
        ("resource", SERVER),
        ("client_id", "assistant-at-acme"),
        ("scope", "a"),
    ] {
        assert_eq!(exchange.parameter(name), Some(value), "{name}");
    }
    assert!(!exchange.parameters("client_secret").any(|_| true));
    let token = gate.heard()[0].0.strip_prefix("Bearer ").unwrap().to_owned();
    assert_eq!((&claims(&token)["sub"], &claims(&token)["aud"]), (&json!("alice"), &json!(SERVER)));
    // The identity stays with its provider.
    let told: Vec<_> = server.requests().iter().map(|asked| format!("{asked:?}")).collect();
    assert!(told.iter().all(|asked| !asked.contains(&identity)));
}

#[tokio::test]
async fn a_platform_speaks_for_its_workloads() {
    let (platform, server) = (started().await, started().await);
    server.trust(&platform);
    let says = |audience: &str| {
        let now = credentials::now();
        let claims = json!({
            "iss": platform.issuer(), "sub": "job-7", "aud": audience, "exp": now + 60,
        });
        Assertion::new(platform.sign("JWT", &claims).unwrap())
    };
    let gate = Gate::new();
    let login = MachineClient::workload(server.issuer(), says(server.issuer()));
    gate.connect(login, Speak::Modern).await.unwrap();
    let asked = &server.asked(Endpoint::Token)[0];
    assert_eq!(asked.parameter("grant_type"), Some("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    assert_eq!((asked.parameter("client_id"), asked.header("authorization")), (None, None));
    // An assertion that is refused is not sent again, nor anything else instead.
    let login = MachineClient::workload(server.issuer(), says("https://other.example"));
    let gate = Gate::new();
    let error = gate.connect(login, Speak::Auto).await.err().unwrap();
    assert_eq!(refused(error).0, Denied::Login);
    assert_eq!(server.asked(Endpoint::Token).len(), 2);
    assert!(gate.heard().is_empty());
}

#[tokio::test]
async fn tokens_are_bound_and_nonces_are_learnt_from_both() {
    let (server, gate) = (started().await, Gate::new());
    server.change(|it| {
        it.needs_dpop = true;
        it.dpop_nonce = Some("from-login".to_owned());
    });
    gate.refuse(401, "dpop-nonce", "from-server");
    let dpop = Dpop::new().unwrap();
    let login = machine(&server).dpop(dpop.clone());
    gate.connect(login, Speak::Modern).await.unwrap().list_tools().await.unwrap();
    let nonces: Vec<_> = server
        .asked(Endpoint::Token)
        .iter()
        .map(|asked| claims(asked.header("dpop").unwrap())["nonce"].clone())
        .collect();
    assert_eq!(nonces, [json!(null), json!("from-login")]);
    let heard = gate.heard();
    let token = heard[0].0.strip_prefix("DPoP ").unwrap();
    assert_eq!(claims(token)["cnf"]["jkt"], dpop.thumbprint());
    let proofs: Vec<_> = heard.iter().map(|(_, proof)| claims(proof.as_ref().unwrap())).collect();
    let nonces: Vec<_> = proofs.iter().map(|proof| proof["nonce"].clone()).collect();
    assert_eq!(nonces[..3], [json!(null), json!("from-server"), json!("from-server")]);
    for proof in &proofs {
        assert_eq!((&proof["htu"], &proof["ath"]), (&json!(SERVER), &json!(sha256_text(token))));
    }
    let mut ids: Vec<_> = proofs.iter().map(|proof| proof["jti"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), proofs.len());
}

#[tokio::test]
async fn fresh_nonces_do_not_hide_why_a_token_was_refused() {
    let (server, gate) = (started().await, Gate::new());
    server.change(|it| it.needs_dpop = true);
    let login = machine(&server).dpop(Dpop::new().unwrap());
    let client = gate.connect(login, Speak::Modern).await.unwrap();
    let invalid = ("www-authenticate", "DPoP error=\"invalid_token\"");
    gate.refuse_with(401, vec![("dpop-nonce", "n1"), invalid]);
    client.list_tools().await.unwrap();
    assert_eq!(server.asked(Endpoint::Token).len(), 2, "the token is replaced at once");
    assert_eq!(claims(gate.heard().last().unwrap().1.as_ref().unwrap())["nonce"], "n1");
    // A nonce that is known already helps if the server says that it does.
    let nonce = ("www-authenticate", "Bearer resource_metadata=\"u\", DPoP error=use_dpop_nonce");
    gate.refuse_with(401, vec![("dpop-nonce", "n1"), nonce]);
    client.call("hello", &json!({})).await.unwrap();
    assert_eq!(server.asked(Endpoint::Token).len(), 2);
}

#[tokio::test]
async fn tokens_that_are_not_bound_are_refused() {
    let (server, gate) = (started().await, Gate::new());
    server.change(|it| drop(it.token_response.insert("token_type".into(), json!("Bearer"))));
    let error = gate.connect(machine(&server).dpop(Dpop::new().unwrap()), Speak::Modern).await;
    assert!(refused(error.err().unwrap()).1.contains("not bound"));
    assert!(gate.heard().is_empty());
}

#[tokio::test]
async fn a_nonce_is_tried_once() {
    let (server, gate) = (started().await, Gate::new());
    let fault = Fault::Answer {
        status: 400,
        media: "application/json".into(),
        body: r#"{"error":"use_dpop_nonce"}"#.into(),
    };
    server.change(|it| drop(it.faults.insert(Endpoint::Token, fault)));
    let login = machine(&server).dpop(Dpop::new().unwrap());
    let error = gate.connect(login, Speak::Modern).await.err().unwrap();
    assert!(refused(error).1.contains("use_dpop_nonce"));
    assert_eq!(server.asked(Endpoint::Token).len(), 1, "no nonce came with it");
}

#[tokio::test]
async fn what_was_good_once_is_replaced_and_nothing_else() {
    let (server, gate) = (started().await, Gate::new());
    let client = gate.connect(machine(&server), Speak::Modern).await.unwrap();
    gate.refuse(401, "www-authenticate", "Bearer error=\"invalid_token\"");
    client.list_tools().await.unwrap();
    assert_eq!(server.asked(Endpoint::Token).len(), 2);
    let (server, gate) = (started().await, Gate::new());
    gate.refuse(401, "www-authenticate", "Bearer error=\"invalid_token\"");
    let error = gate.connect(machine(&server), Speak::Modern).await.err().unwrap();
    let (why, text) = refused(error);
    assert!(why == Denied::Login && text.contains("audience"), "{text}");
    assert_eq!((server.asked(Endpoint::Token).len(), gate.heard().len()), (1, 1));
}

#[tokio::test]
async fn more_is_asked_for_when_a_server_says_so_and_it_may_be() {
    const NEEDED: &str = "Bearer error=\"insufficient_scope\", scope=\"b c\"";
    let (server, gate) = (started().await, Gate::new());
    server.change(|it| drop(it.token_response.insert("scope".into(), json!("a"))));
    let login = machine(&server).may_ask(["b", "c", "d"]);
    let client = gate.connect(login, Speak::Modern).await.unwrap();
    gate.refuse(403, "www-authenticate", NEEDED);
    client.list_tools().await.unwrap();
    let scopes = |server: &AuthorizationServer| -> Vec<Option<String>> {
        let asked = server.asked(Endpoint::Token);
        asked.iter().map(|asked| asked.parameter("scope").map(str::to_owned)).collect()
    };
    assert_eq!(scopes(&server), [None, Some("a b c".to_owned())]);
    // Not twice for the same, and never beyond what was set up.
    gate.refuse(403, "www-authenticate", NEEDED);
    let call = client.call("hello", &json!({})).await.err().unwrap();
    assert_eq!(refused(call).0, Denied::Scope);
    let (server, gate) = (started().await, Gate::new());
    gate.refuse(403, "www-authenticate", NEEDED);
    let error = gate.connect(machine(&server).scopes(["a"]), Speak::Modern).await.err().unwrap();
    let (why, text) = refused(error);
    assert!(why == Denied::Scope && text.contains("`b c`"), "{text}");
    assert_eq!(scopes(&server), [Some("a".to_owned())]);
    let (server, gate) = (started().await, Gate::new());
    gate.refuse(403, "www-authenticate", NEEDED);
    let login = machine(&server).scopes(["a", "b"]).may_ask(["c"]);
    gate.connect(login, Speak::Modern).await.unwrap();
    assert_eq!(scopes(&server), [Some("a b".to_owned()), Some("a b c".to_owned())]);
}

#[tokio::test]
async fn servers_do_not_decide_what_a_machine_asks_for() {
    const FOREIGN: &str = "https://other.example/.default";
    let needed = format!("Bearer error=\"insufficient_scope\", scope=\"b {FOREIGN}\"").leak();
    for may_ask in [&[][..], &["b"]] {
        let (server, gate) = (started().await, Gate::new());
        gate.refuse(403, "www-authenticate", needed);
        let login = machine(&server).may_ask(may_ask);
        let error = gate.connect(login, Speak::Modern).await.err().unwrap();
        let (why, text) = refused(error);
        assert!(why == Denied::Scope && text.contains("may_ask"), "{text}");
        assert_eq!((server.asked(Endpoint::Token).len(), gate.heard().len()), (1, 1));
    }
    // Nor by what a challenge names when it takes a token no more.
    let (server, gate) = (started().await, Gate::new());
    let client = gate.connect(machine(&server), Speak::Modern).await.unwrap();
    let anew = format!("Bearer error=\"invalid_token\", scope=\"{FOREIGN}\"").leak();
    gate.refuse(401, "www-authenticate", anew);
    client.list_tools().await.unwrap();
    let asked = server.asked(Endpoint::Token);
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|asked| asked.parameter("scope").is_none()));
}

#[tokio::test]
async fn secrets_stay_at_the_origin_of_the_issuer() {
    let (server, other) = (started().await, started().await);
    let elsewhere = json!(other.url(Endpoint::Token));
    server.change(|it| drop(it.metadata.insert("token_endpoint".into(), elsewhere)));
    let provider = || {
        let credentials = Credentials::secret("machine", CANARY);
        IdentityProvider::new(server.issuer(), credentials, Assertion::new("canary-id"))
    };
    let trusted = started().await;
    let vouched = |provider| {
        let credentials = Credentials::secret("machine", CANARY);
        MachineClient::enterprise(trusted.issuer(), credentials, provider)
    };
    for login in [machine(&server), vouched(provider())] {
        let error = Gate::new().connect(login, Speak::Modern).await.err().unwrap();
        let (why, text) = refused(error);
        assert!(why == Denied::Untrusted && text.contains("allow_other_origin"), "{text}");
        assert!(other.requests().is_empty());
    }
    // Unless somebody says so.
    let url = other.url(Endpoint::Token);
    for login in [machine(&server).allow_other_origin(), machine(&server).token_endpoint(url)] {
        Gate::new().connect(login, Speak::Modern).await.unwrap();
    }
    assert_eq!(other.asked(Endpoint::Token).len(), 2);
    let login = vouched(provider().allow_other_origin());
    Gate::new().connect(login, Speak::Modern).await.err().unwrap();
    assert_eq!(other.asked(Endpoint::Token).len(), 3);
    // What a key signed counts nowhere else.
    let key = SigningKey::generate().unwrap();
    let login = MachineClient::new(server.issuer(), Credentials::key("signer", key));
    Gate::new().connect(login, Speak::Modern).await.err().unwrap();
    assert_eq!(other.asked(Endpoint::Token).len(), 4);
}

#[tokio::test]
async fn tokens_go_over_https_or_stay_on_this_machine() {
    let connect = |login: MachineClient, gate: &Gate, url: &str| {
        let http = Http::new(url).with_service(gate.clone()).authorize(login);
        Client::builder().era(Speak::Modern).connect_http(http)
    };
    let (server, gate) = (started().await, Gate::new());
    let plain = "http://mcp.example.com/mcp";
    let error = connect(machine(&server), &gate, plain).await.err().unwrap();
    let (why, text) = refused(error);
    assert!(why == Denied::Setup && text.contains("allow_plain_http"), "{text}");
    assert!(gate.heard().is_empty() && server.requests().is_empty());
    for url in ["https://mcp.example.com/mcp", "http://127.0.0.1/mcp", "http://[::1]/mcp"] {
        connect(machine(&server), &gate, url).await.unwrap();
    }
    connect(machine(&server).allow_plain_http(), &gate, plain).await.unwrap();
}

#[tokio::test]
async fn credentials_reach_nobody_but_the_issuer() {
    let other = started().await;
    let untouched = |server: &AuthorizationServer| {
        server.asked(Endpoint::Token).is_empty() && other.requests().is_empty()
    };
    // Metadata of somebody else, with an endpoint of somebody else.
    let server = started().await;
    server.change(|it| {
        it.metadata_issuer = Some(other.issuer().to_owned());
        it.metadata.insert("token_endpoint".into(), json!(other.url(Endpoint::Token)));
    });
    let error = Gate::new().connect(machine(&server), Speak::Modern).await.err().unwrap();
    assert_eq!(refused(error).0, Denied::Untrusted);
    assert!(untouched(&server));
    // A name that is nearly right.
    let server = started().await;
    let near = format!("{}/", server.issuer());
    let login = MachineClient::new(near, Credentials::secret("machine", CANARY));
    assert!(Gate::new().connect(login, Speak::Modern).await.is_err());
    assert!(untouched(&server));
    // Redirects of metadata to another origin, and of the token endpoint to anywhere.
    for (endpoint, status) in [
        (Endpoint::OAuthMetadata, 302),
        (Endpoint::Token, 302),
        (Endpoint::Token, 307),
        (Endpoint::Token, 308),
    ] {
        let server = started().await;
        let fault = Fault::Redirect(status, other.url(endpoint));
        server.change(|it| drop(it.faults.insert(endpoint, fault)));
        let error = Gate::new().connect(machine(&server), Speak::Modern).await.err().unwrap();
        refused(error);
        assert!(other.requests().is_empty(), "{status}");
    }
    // A server that names another one is not heard.
    let (server, gate) = (started().await, Gate::new());
    let elsewhere = "Bearer resource_metadata=\"http://127.0.0.1:1/canary\"";
    gate.refuse(401, "www-authenticate", elsewhere);
    gate.connect(machine(&server), Speak::Modern).await.err().unwrap();
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn failures_are_told_without_what_strangers_said() {
    for (fault, part) in [
        (Fault::status(500), "HTTP 500"),
        (Fault::error("invalid_client"), "invalid_client"),
        (Fault::error("<canary>"), "HTTP 400"),
        (Fault::Huge(1 << 20), "bytes"),
        (Fault::Closes, "http://127.0.0.1"),
    ] {
        let (server, gate) = (started().await, Gate::new());
        server.change(|it| drop(it.faults.insert(Endpoint::Token, fault)));
        let error = gate.connect(machine(&server), Speak::Modern).await.err().unwrap();
        let (_, text) = refused(error);
        assert!(text.contains(part), "{text}");
        assert!(gate.heard().is_empty());
    }
}
