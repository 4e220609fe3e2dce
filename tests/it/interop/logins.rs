//! Our client logs in to servers of the official SDKs, at the authorization servers that these bring
//! along.

use std::process::Command;

use toolwright::auth::client::{OAuth, Redirect};
use toolwright::http_client::{ConnectWith, Http};
use toolwright::spec::CallToolResult;
use toolwright::{Client, ClientError};
use toolwright_tests::background::Background;
use toolwright_tests::{install, place, visits};

#[test]
fn our_client_logs_in_to_servers_of_the_python_sdk() {
    for package in ["mcp==1.30.0", "mcp==2.3.0"] {
        let python = install::python(package).unwrap_or_else(|error| panic!("{error}"));
        let mut command = Command::new(python);
        command.args(["-W", "ignore"]).arg(place::root().join("tests/peers/protected.py"));
        log_in(package, &mut command);
    }
}

#[test]
fn our_client_logs_in_to_servers_of_the_typescript_sdk() {
    let home = install::npm("peers").unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new("node");
    command.arg("protected.mjs").current_dir(home);
    log_in("@modelcontextprotocol/sdk", &mut command);
}

fn log_in(peer: &str, command: &mut Command) {
    let server = Background::start(command).unwrap_or_else(|error| panic!("{peer}: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tried = runtime.block_on(attempt(server.first_line()));
    tried.unwrap_or_else(|error| panic!("{peer}: {error}"));
}

async fn attempt(url: &str) -> Result<(), ClientError> {
    let handler = Redirect::new("http://localhost:3000/callback", visits::visit);
    let http = Http::new(url).authorize(OAuth::new().name("Interop").handler(handler));
    let client = Client::builder().connect_http(http).await?;
    assert_eq!(greeting(&client).await?, "Hello, Ada!");
    // Every token is refused from now on, and has to be refreshed.
    client.call("end", &()).await?;
    assert_eq!(greeting(&client).await?, "Hello, Ada!");
    client.shutdown().await;
    // Nobody gets in without.
    let error = Client::builder().connect_http(Http::new(url)).await.map(drop).unwrap_err();
    assert!(matches!(error, ClientError::Unauthorized { .. }), "{error}");
    Ok(())
}

async fn greeting(client: &Client) -> Result<String, ClientError> {
    let result: CallToolResult =
        client.call("greet", &std::collections::BTreeMap::from([("name", "Ada")])).await?;
    let first = result.content.first().and_then(|block| block.as_text());
    Ok(first.unwrap_or_default().to_owned())
}
