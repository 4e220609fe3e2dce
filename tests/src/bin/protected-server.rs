//! A server that takes access tokens, and the authorization server that issues them, which lets
//! everybody in as `ann`.
//!
//! Both listen on 127.0.0.1, on ports that are free; prints the URL of the first: that for HTTP+SSE
//! with the argument `sse`.

use std::io::Write;
use std::net::TcpListener;

use toolwright::auth::server::ProtectedResource;
use toolwright::http::Serve;
use toolwright::tool::FnTools;
use toolwright::{Context, Server};
use toolwright_auth::testing::AuthorizationServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let login = AuthorizationServer::start().await?;
    login.change(|it| it.person = "ann".to_owned());
    // What the server is called has its port in it.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let is_old = std::env::args().nth(1).as_deref() == Some("sse");
    let named = format!("http://{address}/mcp");
    let url = if is_old { format!("{named}/sse") } else { named.clone() };
    let resource = ProtectedResource::new(&named)
        .authorization_server(login.issuer())
        .scopes(["files:read"])
        .name("Files");
    let tools = FnTools::new()
        .tool("whoami", "Who asks, and what they may do", |cx: Context, (): ()| async move {
            let who = cx.principal();
            who.map(|who| format!("{} may {}", who.subject(), who.scopes().join(" ")))
                .unwrap_or_default()
        })
        .tool("write", "Writes a file", |_cx: Context, (): ()| async { "written" })
        .scopes(["files:write"]);
    let server = Server::new("protected", "1").tools(tools).list_forbidden(true);
    let runner = server.http(address.to_string()).http_sse("/mcp/sse", "/mcp/messages");
    let bound = runner.authority(resource).bind().await?;
    writeln!(std::io::stdout(), "{url}")?;
    bound.run().await?;
    Ok(())
}
