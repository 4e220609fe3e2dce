//! Logging in to the suite's servers, whose pages need no person.

use serde_json::Value;
use toolwright::auth::client::{Client, Dpop, OAuth, Redirect};

use crate::person::agree;

/// Where browsers come back to in the suite's scenarios.
const HERE: &str = "http://localhost:3000/callback";
/// What the suite takes for the URL of a client's metadata. It is never asked.
const METADATA: &str = "https://conformance-test.local/client-metadata.json";

/// A client that logs in to whatever a scenario wants it to.
///
/// # Errors
/// The system has no random numbers.
pub fn oauth(scenario: &str, context: &Value) -> toolwright::Result<OAuth> {
    let oauth = OAuth::new().handler(Redirect::new(HERE, agree)).client_metadata(METADATA);
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
