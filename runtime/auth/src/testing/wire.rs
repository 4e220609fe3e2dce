//! Requests in, responses out.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::asked::{Asked, Endpoint};
use super::behaviour::Fault;
use super::reply::{self, Reply};
use super::state::Shared;
use super::{authorize, documents, inspect, register, token};
use crate::form;

/// The longest body that is read.
const MOST: usize = 256 * 1024;

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.spawn(connection(stream, shared.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, &shared));
    // Clients go away when they like.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Full<Bytes>>> {
    let asked = read(request, &shared.base).await?;
    let (endpoint, place) = (asked.endpoint, {
        let mut state = shared.state();
        state.asked.push(asked.clone());
        state.asked.len() - 1
    });
    let fault = shared.state().behaviour.faults.get(&endpoint).cloned();
    let reply = match fault {
        None => work(shared, &asked),
        Some(fault) => faulty(shared, &asked, fault).await?,
    };
    if let Some(asked) = shared.state().asked.get_mut(place) {
        asked.status = reply.status().as_u16();
    }
    Ok(reply.map(|body| Full::new(Bytes::from(body))))
}

async fn faulty(shared: &Shared, asked: &Asked, fault: Fault) -> io::Result<Reply> {
    Ok(match fault {
        Fault::Answer { status, media, body } => reply::body(status, &media, body),
        Fault::Late(time) => {
            tokio::time::sleep(time).await;
            work(shared, asked)
        }
        Fault::Redirect(status, to) => reply::redirect(status, &to),
        Fault::Huge(size) => {
            let body = format!(r#"{{"padding":"{}"}}"#, "x".repeat(size));
            reply::body(200, "application/json", body)
        }
        Fault::Silent => match std::future::pending::<Infallible>().await {},
        Fault::Closes => return Err(io::ErrorKind::ConnectionAborted.into()),
    })
}

fn work(shared: &Shared, asked: &Asked) -> Reply {
    let is_post = asked.method == Method::POST;
    match asked.endpoint {
        Endpoint::OAuthMetadata | Endpoint::OpenIdMetadata => {
            documents::metadata(shared, asked.endpoint)
        }
        Endpoint::Jwks => documents::jwks(shared),
        Endpoint::Authorize => authorize::authorize(shared, asked),
        Endpoint::Token if is_post => token::token(shared, asked),
        Endpoint::Register => register::register(shared, asked),
        Endpoint::Introspect if is_post => inspect::introspect(shared, asked),
        Endpoint::Revoke if is_post => inspect::revoke(shared, asked),
        _ => reply::body(404, "text/plain", String::new()),
    }
}

async fn read(request: Request<Incoming>, base: &str) -> io::Result<Asked> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MOST).collect().await.map_err(io::Error::other)?.to_bytes();
    let path = parts.uri.path().to_owned();
    let media = parts.headers.get(http::header::CONTENT_TYPE);
    let is_form = media.is_some_and(|media| {
        media.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded")
    });
    let text = if is_form { std::str::from_utf8(&body).unwrap_or_default() } else { "" };
    Ok(Asked {
        endpoint: Endpoint::of(&path, base),
        method: parts.method,
        query: form::decode(parts.uri.query().unwrap_or_default()).unwrap_or_default(),
        form: form::decode(text).unwrap_or_default(),
        path,
        headers: parts.headers,
        body: body.to_vec(),
        status: 0,
    })
}
