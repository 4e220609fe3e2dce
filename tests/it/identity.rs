//! An identity server of others: our clients log in with it, and our servers believe it.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Map;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use toolwright::auth::SigningKey;
use toolwright::auth::client::{
    self, Credentials, Dpop, LoggedOut, MachineClient, OAuth, Redirect,
};
use toolwright::auth::dpop::Checker;
use toolwright::auth::fetch::Fetch;
use toolwright::auth::server::ProtectedResource;
use toolwright::auth::verify::Introspection;
use toolwright::client::Speak;
use toolwright::http::Serve as _;
use toolwright::http_client::{Authorize, ConnectWith as _, Http};
use toolwright::spec::Revision;
use toolwright::tool::FnTools;
use toolwright::{Client, ClientError, Context, Server};
use toolwright_auth::testing::{AuthorizationServer, Endpoint};
use toolwright_tests::background::Background;
use toolwright_tests::{install, person, place};

const HERE: &str = "http://127.0.0.1/callback";

/// `oidc-provider`, if there is an npm to have it from.
fn identity() -> Option<Background> {
    let npm = Command::new("npm").arg("--version").stdout(Stdio::null()).status();
    if npm.is_err() {
        eprintln!("skipped: the identity server comes from npm, and there is none");
        return None;
    }
    let home = install::npm("identity").unwrap_or_else(|error| panic!("{error}"));
    let mut node = Command::new("node");
    node.arg(home.join("provider.mjs")).env("SIGNER_KEY", signer().public_jwk());
    Some(Background::start(&mut node).unwrap())
}

fn signer() -> SigningKey {
    let pem = place::root().join("runtime/auth/tests/keys/p256.pem");
    SigningKey::from_pem(&std::fs::read_to_string(pem).unwrap()).unwrap()
}

/// Runs a server whose one tool says who calls it, at a path. `protect` is given its URL.
async fn serve(path: &str, protect: impl FnOnce(&str) -> ProtectedResource) -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}{path}");
    let tools = FnTools::new().tool("whoami", "Says who calls", |cx: Context, _: Map<_, _>| {
        let who = cx.principal().map(|who| who.subject().to_owned()).unwrap_or_default();
        std::future::ready(who)
    });
    let server = Server::new("protected", "1.0.0").tools(tools);
    let runner = server.http(format!("127.0.0.1:{port}")).path(path).authority(protect(&url));
    let bound = runner.bind().await.unwrap();
    tokio::spawn(bound.serve_until(std::future::pending()));
    url
}

async fn connect(url: &str, login: impl Authorize, speak: Speak) -> Client {
    Client::builder().era(speak).connect_http(Http::new(url).authorize(login)).await.unwrap()
}

async fn who(client: &Client) -> String {
    let result = client.call("whoami", &()).await.unwrap();
    assert_ne!(result.is_error, Some(true), "{result:?}");
    let result = serde_json::to_value(result).unwrap();
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Tells the identity server to do something.
async fn tell(issuer: &str, what: &str) {
    let host = issuer.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("POST {what} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

/// A server that asks about each token.
fn introspected(url: &str, issuer: &str) -> ProtectedResource {
    let verifier = Introspection::new(issuer, format!("{issuer}/token/introspection"))
        .basic("mcp", "the secret of the server")
        .cache_ttl(Duration::ZERO);
    let resource = ProtectedResource::new(url).authorization_server(issuer);
    resource.scopes(["mcp:read"]).verifier(verifier)
}

fn eras() -> [Speak; 2] {
    [Speak::Modern, Speak::newest_session().unwrap()]
}

#[tokio::test]
async fn people_log_in_and_keys_change() {
    let Some(identity) = identity() else { return };
    let issuer = identity.first_line();
    let url = serve("/mcp", |url| {
        ProtectedResource::new(url).authorization_server(issuer).scopes(["mcp:read"])
    })
    .await;
    for speak in eras() {
        let oauth = OAuth::new()
            .handler(Redirect::new(HERE, person::agree))
            .client(client::Client::new(issuer, "app"));
        let client = connect(&url, oauth, speak).await;
        assert_eq!(who(&client).await, "alice");
    }
    // Its keys change, and the old ones are gone. Servers ask for keys once a minute at most.
    tell(issuer, "/rotate").await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    let oauth = OAuth::new()
        .handler(Redirect::new(HERE, person::agree))
        .client(client::Client::new(issuer, "app"));
    let client = connect(&url, oauth, Speak::Modern).await;
    assert_eq!(who(&client).await, "alice");
}

#[tokio::test]
async fn a_client_that_registers_itself_stays_logged_in() {
    let Some(identity) = identity() else { return };
    let issuer = identity.first_line();
    let url = serve("/opaque", |url| introspected(url, issuer)).await;
    let logins = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = logins.clone();
    let handler = Redirect::new(HERE, move |page| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        person::agree(page)
    });
    let client = connect(&url, OAuth::new().handler(handler), Speak::Modern).await;
    assert_eq!(who(&client).await, "alice");
    for _ in 0..2 {
        // The server learns that by asking; the client has a refresh token, and each time another.
        tell(issuer, "/revoke-all").await;
        assert_eq!(who(&client).await, "alice");
    }
    assert_eq!(logins.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[tokio::test]
async fn clients_of_people_prove_who_they_are() {
    let Some(identity) = identity() else { return };
    let issuer = identity.first_line();
    let url = serve("/opaque", |url| introspected(url, issuer)).await;
    let secret = "an app's secret: 1+1%";
    for credentials in [
        Credentials::secret("client_secret_basic", secret),
        Credentials::secret("client_secret_post", secret).in_form(),
        Credentials::key("signing app", signer()),
    ] {
        for speak in eras() {
            let known = client::Client::with_credentials(issuer, credentials.clone());
            let handler = Redirect::new(HERE, person::agree);
            let oauth = OAuth::new().handler(handler).client(known);
            let client = connect(&url, oauth.clone(), speak).await;
            assert_eq!(who(&client).await, "alice");
            // The refresh token is theirs, too, and so is its end.
            tell(issuer, "/revoke-all").await;
            assert_eq!(who(&client).await, "alice");
            assert_eq!(oauth.log_out(&url).await, Ok(LoggedOut::Revoked));
        }
    }
}

#[tokio::test]
async fn machines_log_in_and_their_tokens_are_bound() {
    let Some(identity) = identity() else { return };
    let issuer = identity.first_line();
    let url = serve("/mcp", |url| {
        ProtectedResource::new(url)
            .authorization_server(issuer)
            .dpop(Checker::new().with_nonces().unwrap())
    })
    .await;
    for speak in eras() {
        let secret = Credentials::secret("machine", "a machine's secret: 1+1%");
        let client = connect(&url, MachineClient::new(issuer, secret), speak).await;
        assert_eq!(who(&client).await, "machine");
        let signs = MachineClient::new(issuer, Credentials::key("signer", signer()));
        let client = connect(&url, signs.dpop(Dpop::new().unwrap()), speak).await;
        assert_eq!(who(&client).await, "signer");
    }
}

/// A certificate of the server's own counts where the server itself is asked, and for no one else.
#[tokio::test]
async fn people_log_in_to_servers_with_certificates_of_their_own() {
    let login = AuthorizationServer::start().await.unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let start = async |issuer: &str| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("https://localhost:{port}/mcp");
        let resource = ProtectedResource::new(&url).authorization_server(issuer);
        let tools = FnTools::new().tool("whoami", "", |cx: Context, (): ()| async move {
            cx.principal().map(|who| who.subject().to_owned()).unwrap_or_default()
        });
        let runner = Server::new("secured", "1.0.0").tools(tools).http(format!("127.0.0.1:{port}"));
        let runner = runner.host("localhost").authority(resource).tls(&chain, &key).unwrap();
        tokio::spawn(runner.bind().await.unwrap().serve_until(std::future::pending()));
        url
    };
    let http = |url: &str, oauth: OAuth| Http::new(url).authorize(oauth).root_certificate(&chain);
    let oauth = || OAuth::new().handler(Redirect::new(HERE, person::agree));
    let url = start(login.issuer()).await;
    for speak in eras() {
        let builder = Client::builder().era(speak);
        let client = builder.connect_http(http(&url, oauth())).await.unwrap();
        assert_eq!(who(&client).await, "alice");
    }
    // Whoever has the server's key could say to be anybody.
    let pretender = start(login.issuer()).await;
    let pretender = pretender.strip_suffix("/mcp").unwrap();
    let url = start(pretender).await;
    let error = Client::builder().connect_http(http(&url, oauth())).await.unwrap_err().to_string();
    assert!(error.contains(pretender) && error.contains("trusted"), "{error}");
    // Unless somebody says so: then it is asked, and has nothing to say.
    let fetch = Fetch::new().root_certificate(&chain);
    let oauth = oauth().fetch(fetch);
    let error = Client::builder().connect_http(http(&url, oauth)).await.unwrap_err().to_string();
    assert!(error.contains("has no metadata"), "{error}");
}

/// The stream of HTTP+SSE ends with its token. The next one needs no login.
#[tokio::test]
async fn streams_of_2024_11_05_end_with_their_token() {
    let login = AuthorizationServer::start().await.unwrap();
    login.change(|it| it.lifetime = Duration::from_secs(2));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/sse");
    let resource = ProtectedResource::new(&url).authorization_server(login.issuer());
    let tools = FnTools::new()
        .tool("whoami", "", |cx: Context, (): ()| async move {
            cx.principal().map(|who| who.subject().to_owned()).unwrap_or_default()
        })
        .tool("hang", "", |_: Context, (): ()| std::future::pending::<String>());
    let runner = Server::new("protected", "1.0.0").tools(tools).http(format!("127.0.0.1:{port}"));
    let runner = runner.http_sse("/sse", "/messages").authority(resource);
    tokio::spawn(runner.bind().await.unwrap().serve_until(std::future::pending()));
    let oauth = OAuth::new().handler(Redirect::new(HERE, person::agree));
    let oldest = Speak::Legacy(Revision::V2024_11_05);
    let client = connect(&url, oauth.clone(), oldest).await;
    assert_eq!(who(&client).await, "alice");
    let error = client.call("hang", &()).await.unwrap_err();
    assert!(matches!(error, ClientError::StreamLost { .. }), "{error}");
    login.change(|it| it.lifetime = Duration::from_secs(600));
    let client = connect(&url, oauth, oldest).await;
    assert_eq!(who(&client).await, "alice");
    assert_eq!(login.asked(Endpoint::Authorize).len(), 1);
}
