//! A server made with rmcp that has every feature there is, under the names that
//! `toolwright_tests::everything` uses.
//!
//! Usage: `server stdio`, or `server http [stateless]`, which prints its URL.

mod asking;
mod contents;
mod handler;
mod shared;
mod tasks;
mod tools;

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rmcp::ServiceExt;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;

use handler::Server;
use shared::Shared;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let shared = Arc::new(Shared::new()?);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["stdio"] => {
            Server::new(shared).serve(rmcp::transport::stdio()).await?.waiting().await?;
            Ok(())
        }
        ["http"] => http(shared, StreamableHttpServerConfig::default()).await,
        // Without sessions, and with JSON where it does.
        ["http", "stateless"] => {
            let config = StreamableHttpServerConfig::default();
            http(shared, config.with_legacy_session_mode(false).with_json_response(true)).await
        }
        _ => Err("usage: server stdio | server http [stateless]".into()),
    }
}

async fn http(
    shared: Arc<Shared>,
    config: StreamableHttpServerConfig,
) -> Result<(), Box<dyn Error>> {
    let make = move || Ok(Server::new(Arc::clone(&shared)));
    let service =
        StreamableHttpService::new(make, Arc::new(LocalSessionManager::default()), config);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "http://{}/mcp", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::default());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
