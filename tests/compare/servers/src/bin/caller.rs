//! Calls echo for some time: `caller bare|ours|theirs URL session|stateless IN_FLIGHT SECONDS`.
//! Prints the number of calls and the processor time they took this process, in microseconds.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::{ClientLifecycleMode, ClientServiceExt};
use serde::Deserialize;
use toolwright::Client;
use toolwright::client::{CheckOutput, Speak};
use toolwright::http_client::ConnectWith;
use toolwright::spec::Revision;

const TEXT: &str = "0123456789abcdef0123456789abcdef";
const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"0"},"io.modelcontextprotocol/clientCapabilities":{}},"#;
const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"0"}}}"#;

type Anything<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Anything<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [who, url, era, in_flight, seconds] = arguments.as_slice() else {
        return Err("five arguments, please".into());
    };
    let (is_stateless, in_flight) = (era == "stateless", in_flight.parse()?);
    let time = Duration::from_secs(seconds.parse()?);
    match who.as_str() {
        "bare" => {
            let bare = Arc::new(Bare::new(url, is_stateless).await?);
            measure(in_flight, time, move || bare.clone().call()).await
        }
        "ours" => {
            let speak = match is_stateless {
                true => Speak::Modern,
                false => Speak::Legacy(Revision::V2025_11_25),
            };
            let client = Client::builder().era(speak).check_output(CheckOutput::Off);
            let client = client.connect(url).await?;
            measure(in_flight, time, move || {
                let client = client.clone();
                async move {
                    let arguments = serde_json::json!({ "text": TEXT });
                    let result = client.call("echo", &arguments).await?;
                    check(result.content.first().and_then(|block| block.as_text()))
                }
            })
            .await
        }
        _ => {
            let lifecycle = match is_stateless {
                true => {
                    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
                    ClientLifecycleMode::Discover { preferred_versions }
                }
                false => ClientLifecycleMode::Initialize,
            };
            let transport = StreamableHttpClientTransport::from_uri(url.as_str());
            let client = Arc::new(().serve_with_lifecycle(transport, lifecycle).await?);
            measure(in_flight, time, move || {
                let client = client.clone();
                async move {
                    let arguments = serde_json::json!({ "text": TEXT }).as_object().cloned();
                    let call = CallToolRequestParams::new("echo")
                        .with_arguments(arguments.unwrap_or_default());
                    let result = client.call_tool(call).await?;
                    let first = result.content.first().and_then(|block| block.as_text());
                    check(first.map(|text| text.text.as_str()))
                }
            })
            .await
        }
    }
}

fn check(text: Option<&str>) -> Anything<()> {
    if text == Some(TEXT) { Ok(()) } else { Err("another answer".into()) }
}

async fn measure<F, Fut>(in_flight: usize, time: Duration, call: F) -> Anything<()>
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Anything<()>> + Send,
{
    // Connections are opened, and caches filled, before it counts.
    run(in_flight, Duration::from_millis(200), call.clone()).await?;
    let before = cpu()?;
    let calls = run(in_flight, time, call).await?;
    println!("{calls} {}", (cpu()? - before).as_micros());
    std::process::exit(0);
}

async fn run<F, Fut>(in_flight: usize, time: Duration, call: F) -> Anything<u64>
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Anything<()>> + Send,
{
    let calls = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + time;
    let workers: Vec<_> = (0..in_flight)
        .map(|_| {
            let (calls, call) = (calls.clone(), call.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    call().await?;
                    calls.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, Box<dyn Error + Send + Sync>>(())
            })
        })
        .collect();
    for worker in workers {
        worker.await??;
    }
    Ok(calls.load(Ordering::Relaxed))
}

/// Processor time of this process; Linux counts it in hundredths of a second.
fn cpu() -> Anything<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks =
        fields.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u32>().ok());
    Ok(Duration::from_millis(10) * ticks.sum::<u32>())
}

/// The least that makes a call: a pool of connections, a text to send, typed serde to read.
struct Bare {
    pool: Pool<HttpConnector, Full<Bytes>>,
    url: Uri,
    session: Option<String>,
    next: AtomicU64,
}

impl Bare {
    async fn new(url: &str, is_stateless: bool) -> Anything<Self> {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let pool = Pool::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(tcp);
        let next = AtomicU64::new(1);
        let mut bare = Self { pool, url: url.parse()?, session: None, next };
        if !is_stateless {
            let hello = bare.request().body(Full::from(HELLO))?;
            let response = bare.pool.request(hello).await?;
            let session = response.headers().get("mcp-session-id");
            bare.session = Some(session.ok_or("no session")?.to_str()?.to_owned());
            response.into_body().collect().await?;
        }
        Ok(bare)
    }

    fn request(&self) -> hyper::http::request::Builder {
        Request::post(self.url.clone())
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
    }

    async fn call(self: Arc<Self>) -> Anything<()> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (mut request, meta) = (self.request(), if self.session.is_some() { "" } else { META });
        match &self.session {
            Some(session) => {
                request = request
                    .header("mcp-protocol-version", "2025-11-25")
                    .header("mcp-session-id", session);
            }
            None => {
                request = request
                    .header("mcp-protocol-version", "2026-07-28")
                    .header("mcp-method", "tools/call")
                    .header("mcp-name", "echo");
            }
        }
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{{meta}"name":"echo","arguments":{{"text":"{TEXT}"}}}}}}"#
        );
        let response = self.pool.request(request.body(Full::from(body))?).await?;
        let body = response.into_body().collect().await?.to_bytes();
        let answer: Answer<'_> = serde_json::from_slice(&body)?;
        check(answer.result.content.first().map(|block| block.text))
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    result: Output<'a>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
}

#[derive(Deserialize)]
struct Block<'a> {
    text: &'a str,
}
