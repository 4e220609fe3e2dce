//! HTTP/1 on the loopback interface.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use toolwright_codegen::ir::Api;

use super::answer::Answer;
use super::check::{Received, check};
use super::judge::Judge;
use super::problem::problem;
use super::reply::{not_found, success};
use super::route::{Route, find};
use super::sample::Sampler;

/// Bodies up to this size are read.
const LARGEST: usize = 8 << 20;

/// Listens on a port, 0 for a free one, and serves until the task is aborted.
pub(super) async fn start(
    api: Arc<Api>,
    port: u16,
    credentials: bool,
) -> io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let api = Arc::clone(&api);
            connections.spawn(async move {
                let service =
                    service_fn(move |request| respond(Arc::clone(&api), credentials, request));
                // A connection that breaks is its client's concern.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
            while connections.try_join_next().is_some() {}
        }
    });
    Ok((address, task))
}

async fn respond(
    api: Arc<Api>,
    credentials: bool,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let answer = match Limited::new(body, LARGEST).collect().await {
        Ok(body) => answer(&api, credentials, &parts, &body.to_bytes()),
        Err(_) => problem(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long."),
    };
    Ok(written(answer))
}

pub(super) fn answer(
    api: &Api,
    credentials: bool,
    parts: &http::request::Parts,
    body: &[u8],
) -> Answer {
    match find(api, parts.method.as_str(), parts.uri.path()) {
        Route::Nothing => problem(StatusCode::NOT_FOUND, "No operation has this path."),
        Route::OtherMethods(methods) => {
            let detail = format!("This path takes {}.", methods.join(", "));
            let allow = methods.join(", ");
            Answer { allow, ..problem(StatusCode::METHOD_NOT_ALLOWED, &detail) }
        }
        Route::Found(operation, binding, path) => {
            let received = Received {
                path: &path,
                query: parts.uri.query().unwrap_or_default(),
                headers: &parts.headers,
                body,
            };
            let sampler = Sampler::new(&api.definitions);
            let judge = Judge::of(operation);
            let checked = check((api, binding), &received, (&sampler, &judge), credentials);
            let path = decoded(&path);
            match checked {
                Err(answer) => answer,
                Ok(_) if path.values().any(|value| is_absent(value)) => not_found(api, binding),
                Ok(sent) => success(api, operation, binding, &path, sent.as_ref()),
            }
        }
    }
}

/// The values of a path.
fn decoded(path: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    path.iter().map(|(name, text)| (name.clone(), decoded(text))).collect()
}

/// Values in a path that ask for the answer to what isn't there.
fn is_absent(value: &str) -> bool {
    value.contains("missing") || value.bytes().all(|byte| byte == b'0')
}

fn written(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    if let Ok(media_type) = HeaderValue::from_str(&answer.media_type)
        && !answer.media_type.is_empty()
    {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    if let Ok(challenge) = HeaderValue::from_str(&answer.challenge)
        && !answer.challenge.is_empty()
    {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if let Ok(methods) = HeaderValue::from_str(&answer.allow)
        && !answer.allow.is_empty()
    {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}
