//! Single requests: where they go, and where they do not.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use toolwright_http::fetch::{Fetch, FetchError, Rules};

use crate::clients::Authority;

/// A server that answers by the path, and everything it was sent.
#[derive(Clone)]
struct Place {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Place {
    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let place = Self { address, seen: Arc::default(), connections: Arc::default() };
        let serving = place.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *serving.connections.lock().unwrap() += 1;
                let (serving, tls) = (serving.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serving.serve(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serving.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        place
    }

    async fn secure(authority: &Authority) -> Self {
        let (chain, key) = authority.issue("localhost");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(chain.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            )
            .unwrap();
        Self::start(Some(Arc::new(config).into())).await
    }

    async fn serve(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        loop {
            let mut bytes = Vec::new();
            while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
                if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                    return;
                }
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.seen.lock().unwrap().push(text.clone());
            let path = text.split([' ', '?']).nth(1).unwrap();
            let Some(reply) = self.reply(path) else { return std::future::pending().await };
            if stream.write_all(reply.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    fn reply(&self, path: &str) -> Option<String> {
        let to = |status: u16, location: &str| {
            format!("HTTP/1.1 {status} x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
        };
        Some(match path {
            "/slow" => return None,
            "/moved" => to(302, "/document"),
            "/circle" => to(302, "/circle"),
            "/nowhere" => "HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "/away" => to(307, &format!("http://localhost:{}/document", self.address.port())),
            "/inside" => to(302, "http://169.254.169.254/latest"),
            "/plain" => to(302, &format!("http://{}/document", self.address)),
            "/other" => to(302, "//evil.example/"),
            "/missing" => "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "/zipped" => {
                "HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx".to_owned()
            }
            "/garbage" => "no HTTP at all\r\n\r\n".to_owned(),
            // Without an end, as far as the head says.
            "/endless" => format!("HTTP/1.1 200 x\r\n\r\n{}", "x".repeat(2000)),
            "/lies" => "HTTP/1.1 200 x\r\nContent-Length: 99999999999\r\n\r\nx".to_owned(),
            _ => "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        })
    }

    fn seen(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

fn local() -> Rules {
    Rules { allow_loopback: true, ..Rules::default() }
}

async fn get(url: &str, rules: &Rules) -> Result<u16, FetchError> {
    let mut headers = HeaderMap::new();
    headers.insert("x-secret", HeaderValue::from_static("canary"));
    Ok(Fetch::new().no_proxy().get(url, headers, rules).await?.status.as_u16())
}

#[tokio::test]
async fn documents_are_fetched_within_the_origin() {
    let place = Place::start(None).await;
    let at = |path: &str| format!("http://{}{path}", place.address);
    assert_eq!(get(&at("/document"), &local()).await, Ok(200));
    assert_eq!(get(&at("/missing"), &local()).await, Ok(404));
    assert_eq!(get(&at("/moved"), &local()).await, Ok(200));
    let before = place.seen();
    for path in ["/circle", "/nowhere", "/away", "/inside", "/other"] {
        let got = get(&at(path), &local()).await;
        assert!(matches!(got, Err(FetchError::Redirected { .. })), "{path}: {got:?}");
    }
    // The circle was tried four times, the others once.
    assert_eq!(place.seen() - before, 8);
    let none = Rules { redirects: 0, ..local() };
    assert!(matches!(get(&at("/moved"), &none).await, Err(FetchError::Redirected { .. })));
}

#[tokio::test]
async fn what_is_sent_is_sent_once() {
    let place = Place::start(None).await;
    let fetch = Fetch::new().no_proxy();
    for (path, is_fine) in [("/document", true), ("/moved", false), ("/away", false)] {
        let url = format!("http://{}{path}", place.address);
        let sent = fetch.post(&url, HeaderMap::new(), Bytes::from("a=b"), &local()).await;
        assert_eq!(sent.is_ok(), is_fine, "{path}: {sent:?}");
    }
    assert_eq!(place.seen(), 3);
    // One connection served them all.
    assert_eq!(place.connections(), 1);
}

#[tokio::test]
async fn answers_are_bounded() {
    let place = Place::start(None).await;
    let rules = Rules { most_bytes: 1999, ..local() };
    for path in ["/endless", "/zipped", "/garbage"] {
        let got = get(&format!("http://{}{path}", place.address), &rules).await;
        match path {
            "/endless" => assert!(matches!(got, Err(FetchError::TooLarge { most: 1999, .. }))),
            _ => assert!(matches!(got, Err(FetchError::Broken { .. })), "{path}: {got:?}"),
        }
    }
    for path in ["/slow", "/lies"] {
        let rules = Rules { timeout: Duration::from_millis(50), ..local() };
        let got = get(&format!("http://{}{path}?canary", place.address), &rules).await;
        assert!(matches!(got, Err(FetchError::Timeout { .. })), "{got:?}");
        assert!(!format!("{got:?}").contains("canary"));
    }
}

/// Not a byte gets through, and no connection is opened.
#[tokio::test]
async fn strangers_do_not_choose_whom_we_ask_here() {
    let place = Place::start(None).await;
    let port = place.address.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0",
        "0.0.0.0",
        "127.0.0.1.",
        "localhost",
        "localhost.",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::1]",
        "[::]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
    ];
    for host in hosts {
        let secure = get(&format!("https://{host}:{port}/document"), &Rules::default()).await;
        assert!(secure.is_err(), "{host}: {secure:?}");
        let plain = get(&format!("http://{host}:{port}/"), &Rules::default()).await;
        assert!(matches!(plain, Err(FetchError::NotAllowed { .. })), "{plain:?}");
        let rules = Rules { https_only: false, ..Rules::default() };
        let got = get(&format!("http://{host}:{port}/document"), &rules).await;
        // Spellings that a system does not take are unknown names there.
        let is_name = !host.starts_with('[') && host != "localhost" && host != "127.0.0.1";
        let is_refused = matches!(got, Err(FetchError::Private { .. }))
            || is_name && matches!(got, Err(FetchError::Name { .. }));
        assert!(is_refused, "{host}: {got:?}");
    }
    assert_eq!(place.connections(), 0);
    // A connection that was allowed to others is not lent.
    let fetch = Fetch::new().no_proxy();
    let url = format!("http://127.1:{port}/document");
    let lax = Rules { https_only: false, public_only: false, ..Rules::default() };
    let strict = Rules { https_only: false, ..Rules::default() };
    if fetch.get(&url, HeaderMap::new(), &lax).await.is_ok() {
        let got = fetch.get(&url, HeaderMap::new(), &strict).await;
        assert!(matches!(got, Err(FetchError::Private { .. })), "{got:?}");
        assert_eq!(place.connections(), 1);
    }
}

#[tokio::test]
async fn proxies_do_not_hide_addresses() {
    let proxy = Place::start(None).await;
    let fetch = Fetch::new().proxy(&format!("http://me:canary@{}", proxy.address));
    assert!(!format!("{fetch:?}").contains("canary"));
    let rules = Rules { https_only: false, ..Rules::default() };
    let got = fetch.get("http://login.example/", HeaderMap::new(), &rules).await;
    assert!(matches!(got, Err(FetchError::Proxied { .. })), "{got:?}");
    let got = fetch.get("https://login.example/", HeaderMap::new(), &Rules::default()).await;
    assert!(matches!(got, Err(FetchError::Proxied { .. })), "{got:?}");
    assert_eq!(proxy.connections(), 0);
    let trusting = Rules { trust_proxy: true, ..rules };
    let got = fetch.get("http://10.0.0.1/", HeaderMap::new(), &trusting).await;
    assert!(matches!(got, Err(FetchError::Private { .. })), "{got:?}");
    let here = Rules { trust_proxy: true, ..local() };
    let got = fetch.get("http://localhost:9/", HeaderMap::new(), &here).await;
    assert!(matches!(got, Err(FetchError::Proxied { .. })), "{got:?}");
    let got = fetch.get("http://login.example/", HeaderMap::new(), &trusting).await;
    assert_eq!(got.unwrap().status, 200);
    let seen = proxy.seen.lock().unwrap()[0].to_lowercase();
    assert!(seen.starts_with("get http://login.example/ "), "{seen}");
    assert!(seen.contains("proxy-authorization: basic "), "{seen}");
}

/// Answers everything with a redirect to where it was not asked to go.
#[derive(Clone, Default)]
struct Mine(Arc<Mutex<Vec<String>>>);

impl tower_service::Service<http::Request<Bytes>> for Mine {
    type Response = http::Response<http_body_util::Full<Bytes>>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        self.0.lock().unwrap().push(request.uri().to_string());
        let mut response = http::Response::new(http_body_util::Full::from("{}"));
        if request.uri().path() != "/document" {
            *response.status_mut() = http::StatusCode::FOUND;
            let to = HeaderValue::from_static("https://evil.example/document");
            response.headers_mut().insert("location", to);
        }
        std::future::ready(Ok(response))
    }
}

#[tokio::test]
async fn clients_of_ones_own_keep_to_the_rules() {
    let mine = Mine::default();
    let fetch = Fetch::with_service(mine.clone());
    let rules = Rules::default();
    let get = async |url: &str| fetch.get(url, HeaderMap::new(), &rules).await;
    assert_eq!(get("https://a.example/document").await.unwrap().body, "{}");
    let away = get("https://a.example/away").await;
    assert!(matches!(away, Err(FetchError::Redirected { .. })), "{away:?}");
    for url in ["http://a.example/document", "https://127.0.0.1/document", "https://[::1]/"] {
        assert!(get(url).await.is_err(), "{url}");
    }
    let asked = ["https://a.example/document", "https://a.example/away"];
    assert_eq!(*mine.0.lock().unwrap(), asked);
}

#[tokio::test]
async fn certificates_are_checked() {
    let (authority, other) = (Authority::new(), Authority::new());
    let place = Place::secure(&authority).await;
    let url = format!("https://localhost:{}/document", place.address.port());
    let stranger = Fetch::new().root_certificate(&other.pem);
    let got = stranger.get(&url, HeaderMap::new(), &local()).await;
    assert!(matches!(got, Err(FetchError::Tls { .. })), "{got:?}");
    let fetch = stranger.root_certificate(&authority.pem);
    assert_eq!(fetch.get(&url, HeaderMap::new(), &local()).await.unwrap().body, "{}");
    // Never from a secured place to one that is not.
    let down = url.replace("/document", "/plain");
    let got = fetch.get(&down, HeaderMap::new(), &local()).await;
    assert!(matches!(got, Err(FetchError::Redirected { .. })), "{got:?}");
    let got = fetch.root_certificate("no PEM").get(&url, HeaderMap::new(), &local()).await;
    assert!(matches!(got, Err(FetchError::Settings { .. })), "{got:?}");
}
