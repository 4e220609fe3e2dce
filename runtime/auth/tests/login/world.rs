//! A protected server, its authorization server, and somebody who wants in.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use toolwright_auth::client::{LoginError, OAuth, Page, Redirect};
use toolwright_auth::testing::{AuthorizationServer, Endpoint};
use toolwright_core::client::{Denied, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_http::client::{ConnectWith, Http};

use crate::protected::Protected;
use crate::recorder::Recorder;

/// Where browsers come back to.
pub(crate) const HERE: &str = "http://127.0.0.1:9/callback";

/// See the module.
pub(crate) struct World {
    pub(crate) server: Protected,
    pub(crate) login: AuthorizationServer,
    /// Nobody has a reason to come here.
    pub(crate) evil: Recorder,
    /// Pages that were opened.
    pub(crate) pages: Arc<Mutex<Vec<String>>>,
    /// What becomes of the URL that a browser comes back to.
    bend: Arc<Mutex<Bend>>,
}

type Bend = Box<dyn Fn(String) -> String + Send>;

impl World {
    /// One in which everything is as it should be.
    pub(crate) async fn new() -> Self {
        let world = Self {
            server: Protected::start().await,
            login: AuthorizationServer::start().await.unwrap(),
            evil: Recorder::silent().await,
            pages: Arc::default(),
            bend: Arc::new(Mutex::new(Box::new(|callback| callback))),
        };
        world.server.describe(PLACE, &world.metadata());
        world.server.state().challenge = "Bearer".to_owned();
        world
    }

    /// The server is its own authorization server, and says so at its root, as in revision
    /// 2025-03-26. Returns its origin.
    pub(crate) fn is_of_2025_03_26(&self) -> String {
        self.server.state().documents.clear();
        let origin = self.server.recorder.origin.clone();
        self.server.describe(
            "/.well-known/oauth-authorization-server",
            &json!({ "issuer": origin, "authorization_endpoint": self.login.url(Endpoint::Authorize),
                "token_endpoint": self.login.url(Endpoint::Token),
                "registration_endpoint": self.login.url(Endpoint::Register),
                "code_challenge_methods_supported": ["S256"] }),
        );
        origin
    }

    /// What the server says of itself.
    pub(crate) fn metadata(&self) -> Value {
        json!({ "resource": self.server.url(), "authorization_servers": [self.login.issuer()] })
    }

    /// The server says something else of itself.
    pub(crate) fn says(&self, member: &str, value: impl Into<Value>) {
        let mut metadata = self.metadata();
        metadata[member] = value.into();
        self.server.describe(PLACE, &metadata);
    }

    /// Browsers come back with something else.
    pub(crate) fn bend(&self, bend: impl Fn(String) -> String + Send + 'static) {
        *self.bend.lock().unwrap() = Box::new(bend);
    }

    /// Somebody who agrees to everything.
    pub(crate) fn oauth(&self) -> OAuth {
        let (pages, bend) = (Arc::clone(&self.pages), Arc::clone(&self.bend));
        OAuth::new().handler(Redirect::new(HERE, move |page: Page| {
            let (pages, bend) = (Arc::clone(&pages), Arc::clone(&bend));
            async move {
                pages.lock().unwrap().push(page.url().as_str().to_owned());
                let callback = visit(page.url().as_str()).await;
                let callback = callback.ok_or(LoginError::Late)?;
                Ok((bend.lock().unwrap())(callback))
            }
        }))
    }

    pub(crate) async fn connect(&self, oauth: &OAuth) -> Result<Client, ClientError> {
        let http = Http::new(&self.server.url()).authorize(oauth.clone());
        Client::builder().era(Speak::Modern).connect_http(http).await
    }

    /// Connects, which fails.
    pub(crate) async fn denied(&self, oauth: &OAuth) -> (Denied, String) {
        match self.connect(oauth).await {
            Err(ClientError::Unauthorized { why, reason }) => (why, reason),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it let us in"),
        }
    }

    /// How often an endpoint of the authorization server was asked.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> usize {
        self.login.asked(endpoint).len()
    }

    /// What one request to the token endpoint said.
    pub(crate) fn token_request(&self, number: usize, name: &str) -> Option<String> {
        self.login.asked(Endpoint::Token)[number].parameter(name).map(str::to_owned)
    }
}

/// Where the server's metadata is.
pub(crate) const PLACE: &str = "/.well-known/oauth-protected-resource/mcp";

/// Opens a page as a browser would: where it is sent.
pub(crate) async fn visit(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let answer = get(host, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
    let mut lines = answer.lines().take_while(|line| !line.is_empty());
    lines.find_map(|line| {
        line.to_ascii_lowercase().starts_with("location:").then(|| line[9..].trim().to_owned())
    })
}

/// Sends a request, and reads until the connection is closed or the head of the answer is there.
pub(crate) async fn get(host: &str, request: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(host).await else { return String::new() };
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        if stream.read_buf(&mut answer).await.unwrap_or_default() == 0 {
            break;
        }
    }
    // Whatever is there of the body.
    let mut rest = [0; 4096];
    if let Ok(read) = stream.try_read(&mut rest) {
        answer.extend_from_slice(&rest[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}
