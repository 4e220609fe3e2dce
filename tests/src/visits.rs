//! Logging in to the suite's servers, whose pages need no person.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use toolwright::auth::client::{Client, Dpop, LoginError, OAuth, Page, Redirect};

/// Where browsers come back to in the suite's scenarios.
const HERE: &str = "http://localhost:3000/callback";
/// What the suite takes for the URL of a client's metadata. It is never asked.
const METADATA: &str = "https://conformance-test.local/client-metadata.json";

/// A client that logs in to whatever a scenario wants it to.
///
/// # Errors
/// The system has no random numbers.
pub fn oauth(scenario: &str, context: &Value) -> toolwright::Result<OAuth> {
    let oauth = OAuth::new().handler(Redirect::new(HERE, visit)).client_metadata(METADATA);
    let text = |name: &str| context.get(name).and_then(Value::as_str);
    let oauth = match text("client_id") {
        None => oauth,
        Some(id) => {
            let client = match text("issuer") {
                Some(issuer) => Client::new(issuer, id),
                None => Client::wherever_the_server_says(id),
            };
            oauth.client(match text("client_secret") {
                None => client,
                Some(secret) => client.secret(secret),
            })
        }
    };
    match scenario {
        "auth/dpop" | "auth/dpop-nonce" => Ok(oauth.dpop(Dpop::new()?)),
        old if old.contains("2025-03-26") => Ok(oauth.allow_2025_03_26()),
        _ => Ok(oauth),
    }
}

/// Opens a page as a browser would whose person agrees: where it is sent back to.
///
/// # Errors
/// The page cannot be had, or sends nobody anywhere.
pub async fn visit(page: Page) -> Result<String, LoginError> {
    let failed = |reason: &str| LoginError::Page { reason: reason.to_owned() };
    let url = page.url().as_str();
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(|| failed("it is not on this machine"))?;
    let got = async {
        let mut stream = TcpStream::connect(host).await?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = got.await.map_err(|error| failed(&error.to_string()))?;
    let answer = String::from_utf8_lossy(&answer);
    let mut lines = answer.lines().take_while(|line| !line.is_empty());
    let location = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
    });
    location.ok_or_else(|| failed("it sends nobody back"))
}
