//! Proxies between client and server.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};

use http::HeaderMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use toolwright_core::client::Unreachable;
use toolwright_core::{BoxFuture, Client, ClientError};
use toolwright_http::client::{Authorize, Connect, ConnectWith, Http, Outbound};
use toolwright_http::fetch::{Fetch, FetchError, Rules};

use crate::clients::{Authority, ERAS, greets, server, start};

/// `me:secret`.
const CREDENTIALS: &str = "Basic bWU6c2VjcmV0";

/// A proxy that knows one name, and what it was asked for.
#[derive(Clone)]
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(wants_credentials: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, heads: Arc::default() };
        let serving = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().pass(stream, wants_credentials));
            }
        });
        proxy
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    async fn pass(self, mut stream: TcpStream, wants_credentials: bool) {
        let mut bytes = Vec::new();
        while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
            if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                return;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap().to_owned();
        self.heads.lock().unwrap().push(head.clone());
        if wants_credentials && !head.contains(CREDENTIALS) {
            let refusal = b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(refusal).await.unwrap();
            return;
        }
        let asked = head.split(' ').nth(1).unwrap();
        let place = asked.strip_prefix("http://").unwrap_or(asked).split('/').next().unwrap();
        let port = place.strip_prefix("mcp.test:").unwrap();
        let mut there = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        if head.starts_with("CONNECT ") {
            stream.write_all(b"HTTP/1.1 200 Go on\r\n\r\n").await.unwrap();
        } else {
            there.write_all(&bytes).await.unwrap();
        }
        let _ = copy_bidirectional(&mut stream, &mut there).await;
    }
}

#[tokio::test]
async fn requests_are_passed_on() {
    let port = start(server()).await.port();
    let proxy = Proxy::start(true).await;
    for speak in ERAS {
        let http = Http::new(&format!("http://mcp.test:{port}/mcp"));
        let http = http.proxy(&format!("http://me:secret@{}", proxy.address));
        assert!(!format!("{http:?}").contains("secret"));
        let client = Client::builder().era(speak).connect_http(http).await.unwrap();
        // This proxy keeps nothing for itself, so that what is for it can be seen behind it.
        assert_eq!(greets(client).await, "the secret");
    }
    let heads = proxy.heads();
    let whole = format!("POST http://mcp.test:{port}/mcp HTTP/1.1");
    assert!(heads.iter().any(|head| head.starts_with(&whole)), "{heads:?}");
}

#[tokio::test]
async fn secured_servers_are_reached_through_a_tunnel() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("mcp.test");
    let port = start(server().tls(chain, key).unwrap()).await.port();
    let proxy = Proxy::start(true).await;
    for speak in ERAS {
        let http = Http::new(&format!("https://mcp.test:{port}/mcp"))
            .root_certificate(&authority.pem)
            .proxy(&format!("http://me:secret@{}", proxy.address));
        let client = Client::builder().era(speak).connect_http(http).await.unwrap();
        assert_eq!(greets(client).await, "hello");
    }
    for head in proxy.heads() {
        assert!(head.starts_with(&format!("CONNECT mcp.test:{port} HTTP/1.1")), "{head}");
    }
}

#[tokio::test]
async fn proxies_that_let_nobody_through_are_told_apart() {
    let proxy = Proxy::start(true).await;
    let through = |target: &str, proxy: &str| {
        let http = Http::new(target).root_certificate(Authority::new().pem).proxy(proxy);
        Client::builder().connect_http(http)
    };
    let wrong = format!("http://me:wrong-password@{}", proxy.address);
    let error = through("https://mcp.test:1/mcp", &wrong).await.unwrap_err();
    assert!(matches!(error, ClientError::Connect { why: Unreachable::Proxy, .. }), "{error}");
    assert!(error.to_string().contains("authorization"), "{error}");
    assert!(!format!("{error} {error:?}").contains("wrong-password"));
    let error = through("http://mcp.test:1/mcp", &wrong).await.unwrap_err();
    assert!(matches!(error, ClientError::Http { status: 407, .. }), "{error}");
    for target in ["http://mcp.test:1/mcp", "https://mcp.test:1/mcp"] {
        let error = through(target, "http://127.0.0.1:1").await.unwrap_err();
        assert!(matches!(error, ClientError::Connect { why: Unreachable::Proxy, .. }), "{error}");
        let error = through(target, "ftp://me:secret@127.0.0.1:1").await.unwrap_err();
        assert!(matches!(error, ClientError::Usage { .. }), "{error}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn socks_passes_names_on() {
    let port = start(server()).await.port();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut greeting = [0; 2];
                stream.read_exact(&mut greeting).await.unwrap();
                let mut methods = vec![0; usize::from(greeting[1])];
                stream.read_exact(&mut methods).await.unwrap();
                stream.write_all(&[5, 0]).await.unwrap();
                let mut asked = [0; 15];
                stream.read_exact(&mut asked).await.unwrap();
                assert_eq!((&asked[..5], &asked[5..13]), (&[5, 1, 0, 3, 8][..], &b"mcp.test"[..]));
                let port = u16::from_be_bytes([asked[13], asked[14]]);
                let mut there = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut there).await;
            });
        }
    });
    let http = Http::new(&format!("http://mcp.test:{port}/mcp"));
    let http = http.proxy(&format!("socks5h://{address}"));
    assert_eq!(greets(Client::builder().connect_http(http).await.unwrap()).await, "hello");
}

/// Runs this test again, as a process with another environment, which connects to `CHILD_URL`.
async fn connects(url: &str, environment: &[(&str, &str)]) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "proxies::the_environment_names_proxies"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child.env("CHILD_URL", url).envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || child.output().unwrap());
    output.await.unwrap().status.success()
}

#[tokio::test]
async fn the_environment_names_proxies() {
    if let Ok(url) = std::env::var("CHILD_URL") {
        assert_eq!(greets(Client::connect(&url).await.unwrap()).await, "hello");
        return;
    }
    let port = start(server()).await.port();
    let proxy = Proxy::start(false).await;
    let through = format!("http://{}", proxy.address);
    let url = format!("http://mcp.test:{port}/mcp");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        assert!(connects(&url, &[(name, &through)]).await, "{name}");
    }
    // Otherwise the name leads nowhere.
    assert!(!connects(&url, &[("HTTPS_PROXY", &through)]).await);
    for no in ["mcp.test", ".test", "*"] {
        assert!(!connects(&url, &[("HTTP_PROXY", &through), ("NO_PROXY", no)]).await, "{no}");
    }
    assert!(!connects(&url, &[("HTTP_PROXY", &through), ("REQUEST_METHOD", "GET")]).await);
    let here = format!("http://127.0.0.1:{port}/mcp");
    assert!(connects(&here, &[("HTTP_PROXY", "http://127.0.0.1:1")]).await);
}

/// Sends requests of its own, to the server of its client: as that does, and as to a stranger.
#[derive(Debug, Clone, Default)]
struct Curious(Arc<Mutex<Vec<Result<u16, FetchError>>>>);

impl Authorize for Curious {
    fn headers<'a>(
        &'a self,
        request: &'a Outbound<'a>,
    ) -> BoxFuture<'a, Result<HeaderMap, ClientError>> {
        Box::pin(async move {
            let network = request.network;
            let strict = Rules::default();
            let private = "https://10.0.0.1/".to_owned();
            let url = request.url.to_string();
            for (fetch, url, rules) in [
                (Fetch::of(network), &url, Rules::configured()),
                (Fetch::beside(network), &url, Rules::configured()),
                (Fetch::of(network), &url, strict.clone()),
                (Fetch::of(network), &url, Rules { trust_proxy: true, ..strict.clone() }),
                (Fetch::of(network), &private, Rules { trust_proxy: true, ..strict }),
            ] {
                let fetched = fetch.get(url, HeaderMap::new(), &rules).await;
                self.0.lock().unwrap().push(fetched.map(|fetched| fetched.status.as_u16()));
            }
            Ok(HeaderMap::new())
        })
    }
}

#[tokio::test]
async fn authorizers_go_the_same_way() {
    let authority = Authority::new();
    let (chain, key) = authority.issue("mcp.test");
    let port = start(server().tls(chain, key).unwrap()).await.port();
    let proxy = Proxy::start(true).await;
    let curious = Curious::default();
    // The order does not matter.
    let http = Http::new(&format!("https://mcp.test:{port}/mcp"))
        .authorize(curious.clone())
        .root_certificate(&authority.pem)
        .proxy(&format!("http://me:secret@{}", proxy.address));
    let client = Client::builder().era(ERAS[0]).connect_http(http).await.unwrap();
    client.shutdown().await;
    let seen = curious.0.lock().unwrap().clone();
    let [own, beside, hidden, trusted, private, ..] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((own, trusted), (&Ok(406), &Ok(406)));
    assert!(matches!(beside, Err(FetchError::Tls { .. })), "{beside:?}");
    assert!(matches!(hidden, Err(FetchError::Proxied { .. })), "{hidden:?}");
    assert!(matches!(private, Err(FetchError::Private { .. })), "{private:?}");
    let heads = proxy.heads();
    assert!(heads.len() >= 4, "{heads:?}");
    assert!(heads.iter().all(|head| head.contains(CREDENTIALS)), "{heads:?}");
}
