//! What an authorization server says of itself.
//!
//! Specification: `basic/authorization/authorization-server-discovery`; RFC 8414; OpenID Connect
//! Discovery 1.0.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use toolwright_http::fetch::{Fetch, FetchError, Rules};

const OAUTH: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

/// What an authorization server says of itself. Members of the wrong type are errors; what is
/// not known is left unread.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) registration_endpoint: Option<String>,
    pub(crate) introspection_endpoint: Option<String>,
    pub(crate) revocation_endpoint: Option<String>,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) scopes_supported: Option<Vec<String>>,
    pub(crate) grant_types_supported: Option<Vec<String>>,
    pub(crate) code_challenge_methods_supported: Option<Vec<String>>,
    pub(crate) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub(crate) revocation_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub(crate) dpop_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) client_id_metadata_document_supported: bool,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// Why an authorization server's metadata cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MetadataError {
    /// The issuer is no URL that metadata could be found under.
    #[error("the issuer `{issuer}` is no URL of `https` without query and fragment")]
    Issuer { issuer: String },
    /// Nothing is where it could be.
    #[error(
        "`{issuer}` has no metadata, neither as an OAuth authorization server \
         (`/.well-known/oauth-authorization-server`) nor as an OpenID provider \
         (`/.well-known/openid-configuration`)"
    )]
    Missing { issuer: String },
    /// The document is about somebody else. Nothing in it is used.
    #[error("the metadata of `{issuer}` says that it is about another issuer, so it is not used")]
    Foreign { issuer: String },
    /// The document is none.
    #[error("the metadata of `{issuer}` cannot be read: {reason}")]
    Unreadable { issuer: String, reason: String },
    /// The server answers with a failure.
    #[error("`{issuer}` answers a request for its metadata with HTTP {status}")]
    Status { issuer: String, status: u16 },
    /// The server cannot be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

impl Metadata {
    /// Asks an issuer for its metadata, wherever it may be.
    ///
    /// # Errors
    /// There is none, or it is another issuer's.
    pub(crate) async fn find(
        fetch: &Fetch,
        issuer: &str,
        rules: &Rules,
    ) -> Result<Self, MetadataError> {
        let places =
            places(issuer).ok_or_else(|| MetadataError::Issuer { issuer: issuer.to_owned() })?;
        for place in places {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
            let fetched = fetch.get(&place, headers, rules).await?;
            let status = fetched.status;
            if status.is_client_error() {
                continue;
            }
            if !status.is_success() {
                let (issuer, status) = (issuer.to_owned(), status.as_u16());
                return Err(MetadataError::Status { issuer, status });
            }
            return Self::read(issuer, &fetched.body);
        }
        Err(MetadataError::Missing { issuer: issuer.to_owned() })
    }

    /// Reads the metadata of an issuer.
    ///
    /// # Errors
    /// It is none, or another issuer's: the names have to be the same byte for byte.
    pub(crate) fn read(issuer: &str, document: &[u8]) -> Result<Self, MetadataError> {
        let read: Self = serde_json::from_slice(document).map_err(|error| {
            // Where, but nothing of what stands there.
            let reason = format!("line {}, column {}", error.line(), error.column());
            MetadataError::Unreadable { issuer: issuer.to_owned(), reason }
        })?;
        if read.issuer != issuer {
            return Err(MetadataError::Foreign { issuer: issuer.to_owned() });
        }
        Ok(read)
    }
}

impl MetadataError {
    /// Whether somebody may be lying.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self, Self::Foreign { .. })
    }
}

/// Where the metadata of an issuer may be, in the order in which it is looked for.
pub(crate) fn places(issuer: &str) -> Option<Vec<String>> {
    let (scheme, rest) = issuer.split_once("://")?;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\');
    let is_http = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    if !is_http || !rest.bytes().all(is_plain) {
        return None;
    }
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    if host.is_empty() || host.contains('@') {
        return None;
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let origin = format!("{scheme}://{host}");
    let mut places = vec![format!("{origin}{OAUTH}{path}"), format!("{origin}{OPENID}{path}")];
    if !path.is_empty() {
        places.push(format!("{origin}{path}{OPENID}"));
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_looked_for_in_order() {
        let all = |issuer| places(issuer).unwrap();
        assert_eq!(
            all("https://a.example/t1/"),
            [
                "https://a.example/.well-known/oauth-authorization-server/t1",
                "https://a.example/.well-known/openid-configuration/t1",
                "https://a.example/t1/.well-known/openid-configuration",
            ]
        );
        let plain = [
            "https://a.example:8/.well-known/oauth-authorization-server",
            "https://a.example:8/.well-known/openid-configuration",
        ];
        assert_eq!(all("https://a.example:8"), plain);
        assert_eq!(all("https://a.example:8/"), plain);
        for wrong in [
            "a.example",
            "ftp://a.example",
            "https://",
            "https:///t1",
            "https://u@a.example",
            "https://a.example/?x",
            "https://a.example/#x",
            "https://a.example/\r\nx",
            "https://ä.example",
        ] {
            assert_eq!(places(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_issuer_is_the_same_byte_for_byte() {
        let read = |issuer: &str| {
            let document =
                br#"{"issuer":"https://a.example","token_endpoint":"https://b.example"}"#;
            Metadata::read(issuer, document)
        };
        assert_eq!(read("https://a.example").unwrap().token_endpoint.unwrap(), "https://b.example");
        for issuer in ["https://a.example/", "https://A.example", "https://a.example:443"] {
            assert!(matches!(read(issuer), Err(MetadataError::Foreign { .. })), "{issuer}");
        }
        for document in ["", "[]", "{}", r#"{"issuer":1}"#, r#"{"issuer":"x","jwks_uri":[]}"#] {
            let read = Metadata::read("x", document.as_bytes());
            assert!(matches!(read, Err(MetadataError::Unreadable { .. })), "{document}");
        }
    }
}
