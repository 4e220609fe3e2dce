//! The address of a server, and which other addresses belong to it.

use std::path::PathBuf;

use http::Uri;
use http::uri::{PathAndQuery, Scheme};
use toolwright_core::ClientError;

/// Where a server behind a socket is found unless its address says otherwise.
const PATH: &str = "/mcp";

/// Reads what a user says a server's address is: a URL, or `unix:`, the path of a socket, and,
/// behind a colon, that of the server. Returns the URL, and the socket.
///
/// # Errors
/// It is neither.
pub(super) fn address(text: &str) -> Result<(Uri, Option<PathBuf>), ClientError> {
    let Some(rest) = text.trim().strip_prefix("unix:") else { return Ok((parse(text)?, None)) };
    let (socket, path) = match rest.rfind(":/") {
        Some(colon) => rest.split_at(colon),
        None => (rest, ""),
    };
    let path = path.strip_prefix(':').unwrap_or(PATH);
    if socket.is_empty() {
        let reason = format!("`{text}` names no socket; it is like unix:/run/server.sock:/mcp");
        return Err(ClientError::Usage { reason });
    }
    Ok((parse(&format!("http://localhost{path}"))?, Some(socket.into())))
}

/// Reads a URL.
///
/// # Errors
/// It is no `http` or `https` URL, or has a name and password in it.
pub(super) fn parse(url: &str) -> Result<Uri, ClientError> {
    let bad = |reason: &str| ClientError::Usage { reason: format!("`{url}` {reason}") };
    let uri: Uri = url.trim().parse().map_err(|_| bad("is no URL"))?;
    if uri.scheme() != Some(&Scheme::HTTP) && uri.scheme() != Some(&Scheme::HTTPS) {
        return Err(bad("does not begin with http:// or https://"));
    }
    let authority = uri.authority().ok_or_else(|| bad("names no host"))?;
    if authority.host().is_empty() {
        return Err(bad("names no host"));
    }
    if authority.as_str().contains('@') {
        return Err(bad("contains user information, which does not belong there"));
    }
    Ok(uri)
}

/// Whether it is reached through TLS.
pub(crate) fn is_secure(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
}

/// Whether two addresses are at one origin: scheme, host and port.
pub(crate) fn same_origin(one: &Uri, other: &Uri) -> bool {
    let port = |uri: &Uri| uri.port_u16().unwrap_or(if is_secure(uri) { 443 } else { 80 });
    let same_host = match (one.host(), other.host()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    one.scheme() == other.scheme() && same_host && port(one) == port(other)
}

/// Where a reference leads from `base`, if that is at the same origin.
///
/// # Errors
/// It leads elsewhere, or nowhere.
pub(crate) fn within(base: &Uri, reference: &str) -> Result<Uri, ClientError> {
    let elsewhere = || ClientError::Redirected { to: reference.chars().take(512).collect() };
    let reference = reference.trim();
    let uri = if reference.contains("://") {
        parse(reference).map_err(|_| elsewhere())?
    } else if reference.starts_with("//") || reference.starts_with('\\') {
        return Err(elsewhere());
    } else {
        let path = match reference.strip_prefix('/') {
            Some(_) => reference.to_owned(),
            None => {
                let path = base.path();
                let folder = path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or("/");
                format!("{folder}{reference}")
            }
        };
        let path: PathAndQuery = path.parse().map_err(|_| elsewhere())?;
        let mut parts = base.clone().into_parts();
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| elsewhere())?
    };
    if same_origin(base, &uri) { Ok(uri) } else { Err(elsewhere()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_urls_are_taken() {
        for url in ["http://127.0.0.1:8000/mcp", "https://example.com", " http://[::1]:9/a?b "] {
            assert!(parse(url).is_ok(), "{url}");
        }
        for url in ["", "/mcp", "example.com", "file:///etc", "ws://x/", "https://u:p@example.com/"]
        {
            assert!(matches!(parse(url), Err(ClientError::Usage { .. })), "{url}");
        }
    }

    #[test]
    fn sockets_have_a_path_and_a_server_behind_it() {
        for (text, url, socket) in [
            ("unix:/run/a.sock:/mcp", "http://localhost/mcp", "/run/a.sock"),
            ("unix:/run/a.sock", "http://localhost/mcp", "/run/a.sock"),
            ("unix:a b.sock:/x?y=z", "http://localhost/x?y=z", "a b.sock"),
            ("unix:/a:/b:/c", "http://localhost/c", "/a:/b"),
        ] {
            let (found, at) = address(text).unwrap();
            assert_eq!((found.to_string(), at), (url.to_owned(), Some(PathBuf::from(socket))));
        }
        for text in ["unix:", "unix::/mcp"] {
            assert!(matches!(address(text), Err(ClientError::Usage { .. })), "{text}");
        }
        assert_eq!(address("http://a/b").unwrap().1, None);
    }

    #[test]
    fn references_stay_at_their_origin() {
        let base = parse("http://Example.com/a/mcp?x=1").unwrap();
        for (reference, leads) in [
            ("/b?s=1", "http://Example.com/b?s=1"),
            ("b", "http://Example.com/a/b"),
            ("http://example.com:80/c", "http://example.com:80/c"),
        ] {
            assert_eq!(within(&base, reference).unwrap().to_string(), leads);
        }
        for reference in [
            "https://example.com/c",
            "http://example.com:81/",
            "http://evil.com/",
            "//evil.com/",
            "\\\\evil.com",
            "file:///etc/passwd",
            "http://example.com@evil.com/",
        ] {
            let found = within(&base, reference);
            assert!(matches!(found, Err(ClientError::Redirected { .. })), "{reference}: {found:?}");
        }
    }
}
