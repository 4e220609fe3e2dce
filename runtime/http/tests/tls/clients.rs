//! Our client and servers over HTTPS: whom it trusts, and what it says of the others.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use toolwright_core::client::{Speak, Unreachable};
use toolwright_core::tool::FnTools;
use toolwright_core::{BoxFuture, Client, ClientError, Context, Server};
use toolwright_http::client::{Connect, ConnectWith, Http};
use toolwright_http::serve::{Handshake, Runner, Serve, Stream, parts};
use toolwright_spec::{JsonSchema, Revision, Tool};

pub(crate) const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

/// Who issues certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("an authority")
    }

    fn named(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for a name, and its key.
    pub(crate) fn issue(&self, name: &str) -> (String, String) {
        self.issue_until(name, 4000)
    }

    fn issue_until(&self, name: &str, year: i32) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// A server whose tool says whether it sees what is for proxies only.
pub(crate) fn server() -> Runner {
    let tool = Tool::new("hello", JsonSchema::from(json!({ "type": "object" })));
    let tools = FnTools::new().with(tool, |cx: Context, _: Value| async move {
        let seen = parts(&cx).is_some_and(|head| head.headers.contains_key("proxy-authorization"));
        if seen { "the secret" } else { "hello" }
    });
    let runner = Server::new("secured", "1.0.0").tools(tools).http("127.0.0.1:0");
    runner.host("mcp.test").host("localhost").host("127.0.0.1")
}

/// Serves until the test ends.
pub(crate) async fn start(runner: Runner) -> SocketAddr {
    let bound = runner.bind().await.unwrap();
    let address = bound.address();
    tokio::spawn(bound.serve_until(std::future::pending()));
    address
}

pub(crate) async fn greets(client: Client) -> String {
    let result = client.call("hello", &()).await.unwrap();
    client.shutdown().await;
    result.content[0].as_text().unwrap().to_owned()
}

fn refused(error: &ClientError) -> &str {
    let ClientError::Connect { why: Unreachable::Tls, reason } = error else { panic!("{error}") };
    reason
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_in_both_eras() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("localhost");
    let port = start(server().tls(chain, key).unwrap()).await.port();
    let url = format!("https://localhost:{port}/mcp");
    for speak in ERAS {
        let http = Http::new(&url).root_certificate(&authority.pem);
        let client = Client::builder().era(speak).connect_http(http).await.unwrap();
        assert_eq!(greets(client).await, "hello");
    }
    // What is trusted for one is not trusted for others.
    for other in [Authority::named("another"), Authority::new()] {
        let http = Http::new(&url).root_certificate(other.pem);
        let stranger = Client::builder().connect_http(http).await.unwrap_err();
        assert!(refused(&stranger).contains("`Http::root_certificate`"), "{stranger}");
    }
}

#[tokio::test]
async fn certificates_that_are_not_right_are_told_apart() {
    let authority = Authority::new();
    for (name, year, says) in [("localhost", 1999, "renewed"), ("other.test", 4000, "under a name")]
    {
        let (chain, key) = authority.issue_until(name, year);
        let port = start(server().tls(chain, key).unwrap()).await.port();
        let http = Http::new(&format!("https://localhost:{port}/mcp"));
        let http = http.root_certificate(&authority.pem);
        let error = Client::builder().connect_http(http).await.unwrap_err();
        assert!(refused(&error).contains(says), "{error}");
    }
}

#[tokio::test]
async fn servers_without_tls_are_told_apart() {
    let port = start(server()).await.port();
    let http = Http::new(&format!("https://localhost:{port}/mcp"));
    let http = http.root_certificate(Authority::new().pem);
    let error = Client::builder().connect_http(http).await.unwrap_err();
    assert!(refused(&error).contains("speak TLS"), "{error}");
}

/// Lets in who shows a certificate.
pub(crate) struct Members(pub(crate) Arc<ServerConfig>);

impl Handshake for Members {
    fn accept(&self, stream: TcpStream) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let stream = TlsAcceptor::from(Arc::clone(&self.0)).accept(stream).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

pub(crate) fn members(authority: &Authority) -> Members {
    let certificate = CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
    let (chain, key) = authority.issue("localhost");
    let chain = CertificateDer::pem_slice_iter(chain.as_bytes()).map(Result::unwrap).collect();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap());
    Members(Arc::new(config.unwrap()))
}

#[tokio::test]
async fn clients_show_a_certificate_where_one_is_wanted() {
    let authority = Authority::new();
    let port = start(server().handshake(members(&authority))).await.port();
    let http = Http::new(&format!("https://localhost:{port}/mcp")).root_certificate(&authority.pem);
    let (chain, key) = authority.issue("me");
    let shown = http.clone().client_certificate(chain, key);
    assert!(!format!("{shown:?}").contains("PRIVATE"));
    let client = Client::builder().connect_http(shown).await.unwrap();
    assert_eq!(greets(client).await, "hello");
    let nobody = Client::builder().connect_http(http).await.unwrap_err();
    let is_told = matches!(nobody, ClientError::Connect { .. } | ClientError::StreamLost { .. });
    assert!(is_told, "{nobody}");
}

#[tokio::test]
async fn what_is_no_certificate_is_said_before_anything_is_sent() {
    let (chain, key) = Authority::new().issue("me");
    let http = || Http::new("https://127.0.0.1:1/mcp");
    for unusable in [
        http().root_certificate("nothing"),
        http().root_certificate("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
        http().client_certificate(&chain, &chain),
        http().client_certificate(&key, &key),
        http().client_certificate(&chain, Authority::new().issue("other").1),
    ] {
        let error = Client::builder().connect_http(unusable).await.unwrap_err();
        assert!(matches!(error, ClientError::Usage { .. }), "{error}");
    }
    let nobody = Client::connect("https://127.0.0.1:1/mcp").await.unwrap_err();
    // Where the system has no certificates at all, that is what is said.
    let refused = matches!(nobody, ClientError::Connect { why: Unreachable::Refused, .. });
    assert!(refused || matches!(nobody, ClientError::Usage { .. }), "{nobody}");
}
