//! The server that the official conformance suite and the official clients are run against.
//!
//! Listens on 127.0.0.1 at `PORT` (0: any free one), path `/mcp`, and prints its URL. With the
//! argument `stdio` it speaks over standard streams instead.

use std::io::Write;

use toolwright::http::Serve;
use toolwright_tests::everything;

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let server = everything::server();
    if std::env::args().nth(1).as_deref() == Some("stdio") {
        return server.stdio().await;
    }
    let port = std::env::var("PORT").unwrap_or_else(|_| "8001".to_owned());
    let serving = server.http(format!("127.0.0.1:{port}")).http_sse("/sse", "/messages");
    let bound = serving.bind().await?;
    writeln!(std::io::stdout(), "{}", bound.url())?;
    bound.run().await?;
    Ok(())
}
