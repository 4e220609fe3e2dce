//! Echo without a library: reads the call with typed serde and writes the answer, over a bare
//! hyper handler or a bare loop. What is beyond this is the price of the protocol.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    params: Option<Params<'a>>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    arguments: Option<Arguments<'a>>,
}

#[derive(Deserialize)]
struct Arguments<'a> {
    #[serde(borrow)]
    text: std::borrow::Cow<'a, str>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "http", port] => http(port).await,
        _ => stdio().await,
    }
}

/// Appends the answer to a call; any other request gets `list`.
fn answer(call: &[u8], list: &str, out: &mut Vec<u8>) {
    let Ok(call) = serde_json::from_slice::<Call<'_>>(call) else { return };
    let Some(id) = call.id else { return };
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    out.extend_from_slice(id.get().as_bytes());
    out.extend_from_slice(b",\"result\":");
    match call.params.and_then(|params| params.arguments) {
        Some(arguments) => {
            out.extend_from_slice(b"{\"content\":[{\"type\":\"text\",\"text\":");
            let _ = serde_json::to_writer(&mut *out, &arguments.text);
            out.extend_from_slice(b"}]}");
        }
        None => out.extend_from_slice(list.as_bytes()),
    }
    out.extend_from_slice(b"}\n");
}

async fn stdio() -> Result<(), Box<dyn Error>> {
    let (mut input, mut output) = (tokio::io::stdin(), tokio::io::stdout());
    let (mut read, mut out) = (Vec::with_capacity(1 << 16), Vec::new());
    while input.read_buf(&mut read).await? > 0 {
        let end = read.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        for line in read[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            answer(line, "{}", &mut out);
        }
        read.drain(..end);
        output.write_all(&out).await?;
        output.flush().await?;
        out.clear();
    }
    Ok(())
}

async fn http(port: &str) -> Result<(), Box<dyn Error>> {
    let tools: Vec<_> = (0..toolwright_bench::more_tools())
        .map(|number| {
            let schema = toolwright_bench::schema();
            serde_json::json!({ "name": format!("tool_{number}"), "description": "One of many",
                "inputSchema": schema })
        })
        .collect();
    let list: Arc<str> = serde_json::json!({ "tools": tools }).to_string().into();
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let list = Arc::clone(&list);
        tokio::spawn(async move {
            let service = service_fn(move |request| respond(request, Arc::clone(&list)));
            let http = hyper::server::conn::http1::Builder::new();
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn respond(
    request: Request<Incoming>,
    list: Arc<str>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let mut out = Vec::new();
    answer(&body, &list, &mut out);
    let mut response = Response::new(Full::new(out.into()));
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    Ok(response)
}
