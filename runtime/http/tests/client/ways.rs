//! Other ways to a server: sockets, connectors and services of the user's.

use std::convert::Infallible;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use toolwright_core::client::{Speak, Unreachable};
use toolwright_core::tool::FnTools;
use toolwright_core::{BoxFuture, Client, ClientError, Server};
use toolwright_http::client::{Connect, ConnectWith, Http};
use toolwright_http::serve::{Serve, Service};
use toolwright_spec::{JsonSchema, Revision, Tool};

const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

fn server() -> Server {
    let schema = JsonSchema::from(json!({ "type": "object" }));
    let tools = FnTools::new().with(Tool::new("hello", schema), |_, _: Value| async { "hello" });
    Server::new("reached", "1.0.0").tools(tools)
}

async fn greets(client: Client) {
    let result = client.call("hello", &()).await.unwrap();
    assert_eq!(result.content[0].as_text(), Some("hello"));
    client.shutdown().await;
}

/// Our own server as something that answers requests without a connection.
#[derive(Clone)]
struct Mounted(Service);

impl tower_service::Service<Request<Bytes>> for Mounted {
    type Response = Response<toolwright_http::serve::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let service = self.0.clone();
        let mut request = request;
        request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
        Box::pin(async move { Ok(service.handle(request.map(Full::new)).await) })
    }
}

#[tokio::test]
async fn requests_go_through_a_service_of_the_users() {
    let service = server().into_http_service().unwrap();
    for speak in ERAS {
        let http = Http::new("http://localhost/").with_service(Mounted(service.clone()));
        greets(Client::builder().era(speak).connect_http(http).await.unwrap()).await;
    }
}

#[tokio::test]
async fn nobody_at_an_address_is_told_from_no_address() {
    let why = |error: ClientError| match error {
        ClientError::Connect { why, reason } => {
            assert!(!reason.is_empty());
            why
        }
        other => panic!("{other}"),
    };
    let refused = Client::connect("http://127.0.0.1:1/mcp").await.unwrap_err();
    assert_eq!(why(refused), Unreachable::Refused);
    let unknown = Client::connect("http://does-not-exist.invalid/").await.unwrap_err();
    assert!(unknown.to_string().contains("`does-not-exist.invalid`"), "{unknown}");
    assert_eq!(why(unknown), Unreachable::Name);
}

#[cfg(unix)]
#[tokio::test]
async fn servers_at_a_socket_are_reached() {
    let path = std::env::temp_dir().join(format!("toolwright-{}.sock", std::process::id()));
    let at = path.display();
    let bound = server().http("").bind_unix(&path).await.unwrap();
    assert_eq!(bound.url(), format!("unix:{at}:/mcp"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let url = bound.url();
    let serving = tokio::spawn(bound.serve_until(async {
        let _ = stopped.await;
    }));
    for speak in ERAS {
        greets(Client::builder().era(speak).connect(&url).await.unwrap()).await;
    }
    // Somebody serves there already.
    assert!(server().http("").bind_unix(&path).await.is_err());
    greets(Client::connect(&format!("unix:{at}")).await.unwrap()).await;
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(!path.exists());
    let gone = Client::connect(&url).await.unwrap_err();
    assert!(matches!(gone, ClientError::Connect { why: Unreachable::Refused, .. }), "{gone}");
    // What a server left that was killed is in nobody's way.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    drop(server().http("").bind_unix(&path).await.unwrap());
    assert!(!path.exists());
}
