//! An authority that believes every name, a server behind it, and those who call.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::context::Principal;
use toolwright_core::elicit::Form;
use toolwright_core::task::TaskPolicy;
use toolwright_core::tool::FnTools;
use toolwright_core::{BoxFuture, Context, Resources, Server, ToolError};
use toolwright_http::serve::{
    Access, Authority, Body, Denied, Options, Serve, Service, client_ip, parts,
};
use toolwright_spec::Resource;

use crate::support::{message, mirrored};

/// Knows everybody by the name that is their token: `ann`, `ann+write` for one with a scope, and
/// `ann~30` for one who is known for 30 milliseconds.
pub(super) struct Door;

impl Authority for Door {
    fn authorize<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Access, Denied>> {
        Box::pin(async move {
            // As if somebody had to be asked.
            tokio::task::yield_now().await;
            let token = head.headers.get(AUTHORIZATION).and_then(|token| token.to_str().ok());
            let token = token.and_then(|token| token.strip_prefix("Bearer ")).ok_or_else(|| {
                Denied::new(StatusCode::UNAUTHORIZED, "knock first")
                    .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            })?;
            let (token, time) = token.split_once('~').unwrap_or((token, ""));
            let mut words = token.split('+');
            let name = words.next().unwrap_or_default();
            let access = Access::new(Principal::new("door", name).with_scopes(words));
            let access = access.header("x-door".parse().unwrap(), HeaderValue::from_static("seen"));
            Ok(match time.parse() {
                Ok(time) => access.expires_in(Duration::from_millis(time)),
                Err(_) => access,
            })
        })
    }

    fn document(&self, path: &str) -> Option<Bytes> {
        (path == "/.well-known/door").then(|| Bytes::from_static(b"{\"knock\":true}"))
    }

    fn challenge(&self, scopes: &[String]) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("Bearer scope=\"{}\"", scopes.join(" "))).ok()
    }
}

async fn ask(cx: Context, (): ()) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    let name: String = cx.elicit_form("name", "Name?", form).await?.field("name")?;
    Ok(format!("Hello, {name}!"))
}

/// A server that has everything that belongs to somebody.
pub(super) fn server() -> Server {
    let tools = FnTools::new()
        .tool("who", "Who asks, and what is told of it", |cx: Context, (): ()| async move {
            let head = parts(&cx).map(|parts| format!("{:?}", parts.headers)).unwrap_or_default();
            let name = cx.principal().map(|who| who.subject().to_owned());
            let _ = client_ip(&cx);
            json!([name, head.contains("authorization"), head.contains("Bearer")]).to_string()
        })
        .tool("write", "", |_cx: Context, (): ()| async { "written" })
        .scopes(["write"])
        .tool("begins", "", |cx: Context, (): ()| async move {
            cx.progress(0.5).await;
            tokio::task::yield_now().await;
            cx.require_scopes(["write", "more"])?;
            Ok::<_, ToolError>("written")
        })
        .tool("ask", "", ask)
        .tool("hang", "", |_cx: Context, (): ()| async {
            std::future::pending::<()>().await;
            "never"
        });
    let resources = Resources::new()
        .text(Resource::new("hours", "shop://hours"), "nine to six")
        .text(Resource::new("plans", "shop://plans"), "grow");
    let mut limits = toolwright_core::Limits::default();
    limits.page_items = 1;
    Server::new("door", "1")
        .tools(tools)
        .resources(resources)
        .subscriptions(true)
        .task_tool("hang", TaskPolicy::optional())
        .limits(limits)
}

pub(super) fn service() -> Service {
    let options = Options::new().path("/mcp").health("/healthz").authority(Door);
    server().into_http_service_with(&options.http_sse("/sse", "/messages")).unwrap()
}

/// Somebody who sends requests, and perhaps says who it is.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) service: Service,
    pub(super) token: Option<&'static str>,
    /// Headers of a session.
    pub(super) session: Vec<(String, String)>,
}

/// A response that was read to its end.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) challenge: Option<String>,
    pub(super) body: String,
}

impl Told {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The last message of a stream of events.
    pub(super) fn last(&self) -> Value {
        let mut lines = self.body.lines().rev();
        let data = lines.find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap()
    }
}

impl Caller {
    pub(super) fn new(service: &Service, token: Option<&'static str>) -> Self {
        Self { service: service.clone(), token, session: Vec::new() }
    }

    pub(super) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        for (name, value) in &self.session {
            request = request.header(name, value);
        }
        if let Some(token) = self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request
    }

    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Response<Body> {
        self.service.handle(request).await
    }

    pub(super) async fn told(&self, request: Request<Full<Bytes>>) -> Told {
        read(self.send(request).await).await
    }

    /// A POST of any message.
    pub(super) fn post(&self, body: &str) -> Request<Full<Bytes>> {
        let request = self.request("POST", "/mcp").header("content-type", "application/json");
        let request = request.header("accept", "application/json, text/event-stream");
        request.body(Full::from(body.to_owned())).unwrap()
    }

    /// A request of this caller's session.
    pub(super) fn old(&self, id: u32, method: &str, params: &Value) -> Request<Full<Bytes>> {
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.post(&body.to_string())
    }

    /// A request that stands alone.
    pub(super) fn modern(&self, method: &str, mut params: Value) -> Request<Full<Bytes>> {
        let capabilities = json!({ "elicitation": {},
            "extensions": { "io.modelcontextprotocol/tasks": {} } });
        params["_meta"] = json!({ "io.modelcontextprotocol/clientCapabilities": capabilities,
            "progressToken": 1 });
        let mut request = self.post(&message(1, method, params.clone()));
        let mut lines = mirrored(method, &params);
        if let Some(task) = params["taskId"].as_str() {
            lines.push_str(&format!("Mcp-Name: {task}\r\n"));
        }
        for line in lines.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    }

    /// Opens a session.
    pub(super) async fn open(mut self, revision: &str) -> Self {
        let params = json!({ "protocolVersion": revision, "capabilities": { "elicitation": {} },
            "clientInfo": { "name": "test", "version": "1" } });
        let opened = self.send(self.old(0, "initialize", &params)).await;
        assert_eq!(opened.status(), 200);
        let id = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        self.session = vec![
            ("mcp-session-id".to_owned(), id),
            ("mcp-protocol-version".to_owned(), revision.to_owned()),
        ];
        self
    }

    /// Somebody else, who got hold of this caller's session.
    pub(super) fn stolen_by(&self, token: &'static str) -> Self {
        Self { token: Some(token), ..self.clone() }
    }
}

pub(super) async fn read(response: Response<Body>) -> Told {
    let status = response.status().as_u16();
    let challenge = response.headers().get(WWW_AUTHENTICATE);
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Told { status, challenge, body: String::from_utf8(body.to_vec()).unwrap() }
}

/// The next event of a stream; `None` at its end.
pub(super) async fn next(response: &mut Response<Body>) -> Option<String> {
    let frame = response.body_mut().frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}
