//! Calls to an upstream that wants to see a certificate.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use toolwright_core::Context;
use toolwright_core::descriptor::Descriptor;
use toolwright_http::rest::{Upstream, UpstreamBuilder};

use super::clients::{Authority, members};

fn descriptor() -> Descriptor {
    let api = json!({
        "name": "bank", "title": "Bank", "version": "1",
        "securitySchemes": {"own": {"type": "mutualTLS", "env": "BANK_OWN"}},
    });
    let tool = json!({
        "name": "balance", "inputSchema": {"type": "object"}, "annotations": {},
        "reply": {"kind": "json", "wrapped": false},
        "http": {"method": "GET", "path": "/balance", "security": [[{"scheme": "own"}]]},
    });
    Descriptor { api: api.to_string().into(), tools: vec![tool.to_string().into()].into() }
}

/// Answers whoever shows a certificate.
async fn start(authority: &Authority) -> u16 {
    let acceptor = TlsAcceptor::from(members(authority).0);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                          Content-Length: 7\r\nConnection: close\r\n\r\n{\"n\":7}";
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

async fn called(builder: UpstreamBuilder) -> Result<String, String> {
    let upstream = builder.build().unwrap();
    let nothing = serde_json::value::to_raw_value(&json!({})).unwrap();
    let called = upstream.invoke(&Context::detached(), 0, &nothing).await;
    called.map(|result| format!("{result:?}")).map_err(|error| error.to_string())
}

#[tokio::test]
async fn upstreams_see_the_certificate_of_this_server() {
    let authority = Authority::new();
    let port = start(&authority).await;
    let descriptor = descriptor();
    let builder = || {
        Upstream::builder(&descriptor)
            .base_url(format!("https://localhost:{port}"))
            .root_certificate(&authority.pem)
    };
    let (chain, key) = authority.issue("me");
    let shown = builder().client_certificate(&chain, &key);
    assert!(!format!("{shown:?}").contains("PRIVATE"));
    let told = called(shown).await.unwrap();
    assert!(told.contains('7'), "{told}");
    // Without one, nothing is sent, and what has to be set is named.
    let missing = called(builder()).await.unwrap_err();
    assert!(missing.contains("BANK_CLIENT_CERT_FILE and BANK_CLIENT_KEY_FILE"), "{missing}");
    // One of somebody whom the service does not know is refused by it.
    let (chain, key) = Authority::new().issue("me");
    assert!(called(builder().client_certificate(chain, key)).await.is_err());
    // What is none is said before anything is sent.
    assert!(builder().client_certificate("none", "none").build().is_err());
    assert!(Upstream::builder(&descriptor).root_certificate("none").build().is_err());
}
