//! Where an issuer has its keys.

use http::HeaderMap;
use http::header::{ACCEPT, HeaderValue};
use serde_json::{Map, Value};
use toolwright_http::fetch::{Fetch, Rules};

use crate::jose::object;

/// Finds the URL of an issuer's keys in its metadata.
///
/// # Errors
/// There is none, or it is somebody else's; the text is for the log.
pub(super) async fn jwks_url(fetch: &Fetch, rules: &Rules, issuer: &str) -> Result<String, String> {
    let mut seen = String::new();
    for url in documents(issuer) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let fetched = fetch.get(&url, headers, rules).await.map_err(|error| error.to_string())?;
        if fetched.status != 200 {
            seen.push_str(&format!(" {url} answers {};", fetched.status.as_u16()));
            continue;
        }
        let metadata = object(&fetched.body)
            .ok_or_else(|| format!("the metadata at {url} is no JSON object"))?;
        return in_metadata(&metadata, issuer, &url);
    }
    Err(format!("the issuer {issuer} has no metadata:{seen} give the URL of its keys yourself"))
}

fn in_metadata(metadata: &Map<String, Value>, issuer: &str, url: &str) -> Result<String, String> {
    match metadata.get("issuer").and_then(Value::as_str) {
        Some(is) if is == issuer => {}
        Some(other) => {
            let other: String = other.chars().take(200).collect();
            return Err(format!(
                "the metadata at {url} is of the issuer {other:?}, which is not {issuer:?} byte by \
                 byte: a slash at the end counts"
            ));
        }
        None => return Err(format!("the metadata at {url} names no issuer")),
    }
    let keys = metadata.get("jwks_uri").and_then(Value::as_str);
    keys.map(str::to_owned).ok_or_else(|| format!("the metadata at {url} names no `jwks_uri`"))
}

/// Where an issuer's metadata may be, in the order in which they are asked for.
///
/// Specification: RFC 8414, section 3.1; `basic/authorization`.
fn documents(issuer: &str) -> Vec<String> {
    let after = issuer.find("://").map_or(0, |at| at + 3);
    let slash = issuer.get(after..).and_then(|rest| rest.find('/')).map(|at| after + at);
    let (origin, path) = issuer.split_at(slash.unwrap_or(issuer.len()));
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut all = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        all.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_looked_for_in_order() {
        let plain = [
            "https://a.example/.well-known/oauth-authorization-server",
            "https://a.example/.well-known/openid-configuration",
        ];
        assert_eq!(documents("https://a.example"), plain);
        assert_eq!(documents("https://a.example/"), plain);
        assert_eq!(
            documents("https://a.example:8443/realms/x"),
            [
                "https://a.example:8443/.well-known/oauth-authorization-server/realms/x",
                "https://a.example:8443/.well-known/openid-configuration/realms/x",
                "https://a.example:8443/realms/x/.well-known/openid-configuration",
            ]
        );
    }
}
