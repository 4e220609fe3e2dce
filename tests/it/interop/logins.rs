//! Our client logs in to servers of the official SDKs, at the authorization servers that these bring
//! along.

use std::process::Command;

use toolwright::auth::client::{self, Credentials, LoggedOut, LoginError, OAuth, Redirect};
use toolwright::http_client::{ConnectWith, Http};
use toolwright::spec::CallToolResult;
use toolwright::{Client, ClientError};
use toolwright_tests::background::Background;
use toolwright_tests::{install, person, place};

/// What the clients have that these servers know beforehand.
const SECRET: &str = "a secret: 1+1%";

#[test]
fn our_client_logs_in_to_servers_of_the_python_sdk() {
    for package in ["mcp==1.30.0", "mcp==2.3.0"] {
        let known = vec![
            Credentials::secret("client_secret_basic", SECRET),
            // Other clients have theirs in the header there.
            Credentials::secret("client_secret_post", SECRET).in_form(),
        ];
        log_in(package, &mut python(package, &[]), known);
    }
}

#[test]
fn our_client_logs_in_to_servers_of_the_python_sdk_over_http_sse() {
    for package in ["mcp==1.30.0", "mcp==2.3.0"] {
        log_in(package, &mut python(package, &["sse"]), Vec::new());
    }
}

#[test]
fn our_client_logs_in_to_servers_of_the_typescript_sdk() {
    // It takes secrets in the form only, and says so.
    let known = vec![Credentials::secret("known", SECRET)];
    log_in("@modelcontextprotocol/sdk", &mut typescript(&[]), known);
}

#[test]
fn our_client_logs_in_to_servers_of_the_typescript_sdk_over_http_sse() {
    log_in("@modelcontextprotocol/sdk", &mut typescript(&["sse"]), Vec::new());
}

/// Not by a peer, but on the way that they go.
#[tokio::test]
async fn our_client_logs_in_to_our_server_over_http_sse() {
    let server = place::binary("toolwright-tests", "protected-server");
    let server = server.unwrap_or_else(|error| panic!("{error}"));
    let server = Background::start(Command::new(server).arg("sse")).unwrap();
    let url = server.first_line();
    let oauth =
        OAuth::new().handler(Redirect::new("http://localhost:3000/callback", person::agree));
    let http = Http::new(url).authorize(oauth.clone());
    let client = Client::builder().connect_http(http).await.unwrap();
    let said = async |tool: &str| -> Result<String, ClientError> {
        let result: CallToolResult = client.call(tool, &()).await?;
        let first = result.content.first().and_then(|block| block.as_text());
        Ok(first.unwrap_or_default().to_owned())
    };
    assert_eq!(said("whoami").await.unwrap(), "ann may files:read");
    // The stream has the scopes of its token.
    let refused = said("write").await.unwrap_err().to_string();
    assert!(refused.contains("files:write"), "{refused}");
    assert_eq!(said("whoami").await.unwrap(), "ann may files:read");
    client.shutdown().await;
    assert_eq!(oauth.log_out(url).await, Ok(LoggedOut::Revoked));
}

fn python(package: &str, arguments: &[&str]) -> Command {
    let python = install::python(package).unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(python);
    command.args(["-W", "ignore"]).arg(place::root().join("tests/peers/protected.py"));
    command.args(arguments);
    command
}

fn typescript(arguments: &[&str]) -> Command {
    let home = install::npm("peers").unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new("node");
    command.arg("protected.mjs").args(arguments).current_dir(home);
    command
}

/// Logs in as a client that registers itself, and as those that are known beforehand.
fn log_in(peer: &str, command: &mut Command, known: Vec<Credentials>) {
    let server = Background::start(command).unwrap_or_else(|error| panic!("{peer}: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = server.first_line();
    let handler = || Redirect::new("http://localhost:3000/callback", person::agree);
    let new = || OAuth::new().name("Interop").handler(handler());
    let origin = url.rsplit_once('/').unwrap().0;
    // Most SDKs write their issuer with a slash.
    let issuer = if peer == "mcp==2.3.0" { origin.to_owned() } else { format!("{origin}/") };
    let known = known.into_iter().map(|credentials| {
        new().never_register().client(client::Client::with_credentials(&issuer, credentials))
    });
    for oauth in std::iter::once(new()).chain(known) {
        let tried = runtime.block_on(attempt(url, &oauth));
        tried.unwrap_or_else(|error| panic!("{peer}: {error}: {oauth:?}"));
        log_out(peer, runtime.block_on(oauth.log_out(url)), &oauth);
    }
}

/// The authorization server is told.
fn log_out(peer: &str, outcome: Result<LoggedOut, LoginError>, oauth: &OAuth) {
    match outcome {
        Ok(LoggedOut::Revoked) => {}
        // The Python SDK ends tokens only for clients whose form has `client_secret`.
        Err(LoginError::Revocation { reason, .. })
            if peer.starts_with("mcp==")
                && !format!("{oauth:?}").contains("client_secret_post") =>
        {
            assert!(reason.contains("invalid_request"), "{peer}: {reason}");
        }
        other => panic!("{peer}: {other:?}"),
    }
}

async fn attempt(url: &str, oauth: &OAuth) -> Result<(), ClientError> {
    let http = Http::new(url).authorize(oauth.clone());
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

/// The command line opens the browser of the system, which is a script here, and only once.
#[cfg(target_os = "linux")]
#[test]
fn the_command_line_logs_in_once() {
    use std::os::unix::fs::PermissionsExt;

    let python = install::python("mcp==2.3.0").unwrap_or_else(|error| panic!("{error}"));
    let toolwright = place::binary("toolwright-cli", "toolwright");
    let toolwright = toolwright.unwrap_or_else(|error| panic!("{error}"));
    let server = Background::start(&mut self::python("mcp==2.3.0", &[])).unwrap();
    let folder = place::target().join("tmp/login");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let config = serde_json::json!({ "mcpServers": { "it": { "url": server.first_line() } } });
    std::fs::write(folder.join("mcp.json"), config.to_string()).unwrap();
    let browser = folder.join("xdg-open");
    let visit = "import sys, urllib.request as r; r.urlopen(sys.argv[1]).read()";
    let script = format!("#!/bin/sh\nexec {} -c '{visit}' \"$1\"\n", python.display());
    std::fs::write(&browser, script).unwrap();
    std::fs::set_permissions(&browser, PermissionsExt::from_mode(0o700)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    for login in ["To log in, open http://127.0.0.1", ""] {
        let output = Command::new(&toolwright)
            .args(["tools", "--login", "--config", "mcp.json"])
            .current_dir(&folder)
            .env("XDG_CONFIG_HOME", &folder)
            .env("PATH", &path)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("greet"));
        assert!(error.starts_with(login) && error.is_empty() == login.is_empty(), "{error}");
    }
}
