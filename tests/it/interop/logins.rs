//! Our client logs in to servers of the official SDKs, at the authorization servers that these bring
//! along.

use std::process::Command;

use toolwright::auth::client::{OAuth, Redirect};
use toolwright::http_client::{ConnectWith, Http};
use toolwright::spec::CallToolResult;
use toolwright::{Client, ClientError};
use toolwright_tests::background::Background;
use toolwright_tests::{install, person, place};

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
    let handler = Redirect::new("http://localhost:3000/callback", person::agree);
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

/// The command line opens the browser of the system, which is a script here, and only once.
#[cfg(target_os = "linux")]
#[test]
fn the_command_line_logs_in_once() {
    use std::os::unix::fs::PermissionsExt;

    let python = install::python("mcp==2.3.0").unwrap_or_else(|error| panic!("{error}"));
    let toolwright = place::binary("toolwright-cli", "toolwright");
    let toolwright = toolwright.unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(&python);
    command.args(["-W", "ignore"]).arg(place::root().join("tests/peers/protected.py"));
    let server = Background::start(&mut command).unwrap();
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
