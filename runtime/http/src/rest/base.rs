//! The base URL: who sets it, and which are taken.

use http::Uri;
use http::uri::{Authority, Scheme};

use super::Error;
use super::encode::has_dot_segment;
use crate::address::Class;

/// Where requests go: scheme, host, port and a path prefix without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    pub(crate) scheme: Scheme,
    pub(crate) authority: Authority,
    pub(crate) prefix: String,
    /// Whether the operator named it; others must not lead into private networks.
    pub(crate) trusted: bool,
}

impl BaseUrl {
    /// Reads a base URL that the operator gave.
    pub(crate) fn operator(url: &str) -> Result<Self, Error> {
        Self::parse(url, true)
    }

    /// Reads a base URL that the document gave; with `allow_private` it is trusted.
    ///
    /// # Errors
    /// As for the operator's, and for addresses that are not public: the document's author must
    /// not choose which of the operator's machines are called.
    pub(crate) fn document(url: &str, allow_private: bool) -> Result<Self, Error> {
        let base = Self::parse(url, allow_private)?;
        if allow_private {
            return Ok(base);
        }
        if !Class::Public.allows_host(base.authority.host()) {
            return Err(bad(
                url,
                "the document names an address that is not public; give it as the base URL yourself if it is meant, or allow private addresses",
            ));
        }
        Ok(base)
    }

    fn parse(url: &str, trusted: bool) -> Result<Self, Error> {
        let url = url.trim();
        let uri: Uri = url.parse().map_err(|_| bad(url, "it is not a URL"))?;
        let parts = uri.into_parts();
        let scheme = parts
            .scheme
            .filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS)
            .ok_or_else(|| bad(url, "it has to begin with http:// or https://"))?;
        let authority = parts
            .authority
            .filter(|authority| !authority.host().is_empty())
            .ok_or_else(|| bad(url, "it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(bad(url, "user information does not belong into it"));
        }
        let path = parts.path_and_query.as_ref().map_or("", |path| path.path());
        if parts.path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(bad(url, "a query does not belong into it"));
        }
        if has_dot_segment(path) {
            return Err(bad(url, "it contains `.` or `..` as a segment"));
        }
        Ok(Self { scheme, prefix: path.trim_end_matches('/').to_owned(), authority, trusted })
    }

    /// Another path on the same host.
    pub(crate) fn at(&self, path: &str) -> Result<Self, Error> {
        if path.starts_with("//") {
            return Err(bad(path, "it names another host, but no scheme"));
        }
        let moved =
            Self::parse(&format!("{}://{}{path}", self.scheme, self.authority), self.trusted)?;
        let same = moved.authority == self.authority && moved.scheme == self.scheme;
        if same { Ok(moved) } else { Err(bad(path, "it leads to another host")) }
    }

    /// Whether calls go through TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }
}

/// Whether a reference begins with a scheme, so that it says by itself where it leads.
pub(crate) fn has_scheme(reference: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(fits)
    })
}

fn bad(url: &str, reason: &str) -> Error {
    Error::BaseUrl { url: url.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_may_name_any_http_url() {
        for (url, prefix) in [
            ("http://127.0.0.1:8080", ""),
            ("https://api.example.com/", ""),
            ("https://api.example.com/v1/", "/v1"),
            ("http://[::1]:9/a/b", "/a/b"),
        ] {
            assert_eq!(BaseUrl::operator(url).unwrap().prefix, prefix);
        }
    }

    #[test]
    fn what_is_no_plain_http_url_is_refused() {
        for url in [
            "file:///etc/passwd",
            "ftp://host/",
            "/v1",
            "example.com",
            "https://user:pass@example.com/",
            "https://example.com/?key=1",
            "https://example.com/a/../b",
            "https://example.com/%2e%2e/b",
            "https://",
            "",
            "https://exa mple.com",
            "https://example.com/\r\nx",
        ] {
            assert!(BaseUrl::operator(url).is_err(), "{url:?} was taken");
        }
    }

    #[test]
    fn the_document_must_not_name_private_addresses() {
        for host in [
            "169.254.169.254",
            "127.0.0.1",
            "localhost",
            "LOCALHOST",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "224.0.0.1",
        ] {
            let url = format!("http://{host}/latest");
            assert!(BaseUrl::document(&url, false).is_err(), "{url} was taken");
            assert!(BaseUrl::operator(&url).is_ok(), "{url}");
            assert!(BaseUrl::document(&url, true).is_ok(), "{url}");
        }
        assert!(BaseUrl::document("https://api.example.com/v1", false).is_ok());
        assert!(BaseUrl::document("https://[2606:4700::1111]/", false).is_ok());
    }
}
