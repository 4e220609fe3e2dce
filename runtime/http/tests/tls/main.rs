//! Servers over HTTPS, for a client that checks certificates.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod clients;
mod fetch;
mod proxies;
mod upstream;

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use toolwright_core::tool::FnTools;
use toolwright_core::{ServeError, Server};
use toolwright_http::serve::{Runner, Serve};
use toolwright_http::tls::{Certificates, TlsError};
use toolwright_spec::{JsonSchema, Tool};

fn certified() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn pem(certified: &CertifiedKey<KeyPair>) -> (String, String) {
    (certified.cert.pem(), certified.signing_key.serialize_pem())
}

fn server() -> Runner {
    let tool = Tool::new("hello", JsonSchema::from(json!({ "type": "object" })));
    let tools = FnTools::new().with(tool, |_, _: Value| async { "hello" });
    Server::new("secured", "1.0.0").tools(tools).http("127.0.0.1:0")
}

struct Site {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Site {
    async fn start(runner: Runner) -> Self {
        let bound = runner.bind().await.unwrap();
        assert!(bound.url().starts_with("https://127.0.0.1:"), "{}", bound.url());
        let address = bound.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(bound.serve_until(async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    /// What a client that trusts one certificate alone gets.
    async fn send(&self, trusted: &CertificateDer<'static>, request: &str) -> Option<String> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut stream =
            connector(trusted).connect("localhost".try_into().unwrap(), stream).await.ok()?;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await.unwrap();
        Some(String::from_utf8(reply).unwrap())
    }

    async fn still_serves(&self, certified: &CertifiedKey<KeyPair>) {
        let reply = self.send(certified.cert.der(), &modern()).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }
}

fn connector(trusted: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config).into()
}

fn post(headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn modern() -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "hello", "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {} } } });
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n\
                   Mcp-Name: hello\r\n";
    post(headers, &body)
}

fn initialize() -> String {
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } });
    post("", &json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }))
}

#[tokio::test]
async fn clients_of_both_eras_are_served_over_tls() {
    let certified = certified();
    let (chain, key) = pem(&certified);
    let site = Site::start(server().tls(chain, key).unwrap()).await;
    let reply = site.send(certified.cert.der(), &modern()).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("\"hello\""), "{reply}");
    let reply = site.send(certified.cert.der(), &initialize()).await.unwrap();
    assert!(reply.contains("2025-11-25") && reply.contains("mcp-session-id"), "{reply}");
    site.stop.send(()).unwrap();
    site.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn certificates_are_replaced_while_it_serves() {
    let (old, new) = (certified(), certified());
    let (chain, key) = pem(&old);
    let certificates = Certificates::from_pem(chain, key).unwrap();
    let site = Site::start(server().certificates(&certificates)).await;
    site.still_serves(&old).await;
    assert!(site.send(new.cert.der(), &modern()).await.is_none());
    // A key of another certificate changes nothing.
    let mixed = certificates.replace(pem(&new).0, pem(&old).1);
    assert!(matches!(mixed, Err(TlsError::Pair(_))), "{mixed:?}");
    site.still_serves(&old).await;
    let (chain, key) = pem(&new);
    certificates.replace(chain, key).unwrap();
    site.still_serves(&new).await;
    assert!(site.send(old.cert.der(), &modern()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_does_not_speak_tls_is_not_served() {
    let certified = certified();
    let (chain, key) = pem(&certified);
    let site = Site::start(server().tls(chain, key).unwrap()).await;
    // Plain HTTP, garbage, half a handshake, and nothing at all.
    for bytes in [modern().as_bytes(), &[0; 100], b"\x16\x03\x01\x02\x00\x01", b""] {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut reply = Vec::new();
        // The end comes with or without a word, but no word of HTTP.
        let _ = stream.read_to_end(&mut reply).await;
        assert!(!reply.starts_with(b"HTTP"), "{reply:?}");
        site.still_serves(&certified).await;
    }
}

#[test]
fn what_is_no_certificate_is_said_at_once() {
    let (chain, key) = pem(&certified());
    let fails = |chain: &str, key: &str| Certificates::from_pem(chain, key).unwrap_err();
    assert!(matches!(fails("", &key), TlsError::NoCertificate));
    assert!(matches!(fails(&key, &key), TlsError::NoCertificate));
    assert!(matches!(fails(&chain, ""), TlsError::Key(_)));
    assert!(matches!(fails(&chain, &chain), TlsError::Key(_)));
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    assert!(matches!(fails(broken, &key), TlsError::Certificate(_)));
    // Nothing of the key is in what is said.
    let secret = key.lines().nth(1).unwrap();
    let shown = format!("{} {:?}", fails(&chain, &chain), fails(&key, &key));
    assert!(!shown.contains(secret));
}
