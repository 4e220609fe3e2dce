//! URLs as they were written, once they were looked at.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

/// Bytes of a URL.
const LONGEST: usize = 4 << 10;

/// A URL of `http` or `https`, byte for byte as it was written. There is no user information in
/// it, no fragment, and no character that a URL does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    text: String,
    uri: Uri,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("it is longer than 4 KiB");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte)) {
            return Err("it has characters that no URL has");
        }
        if text.contains('#') {
            return Err("it has a fragment");
        }
        let uri: Uri = text.parse().map_err(|_| "it is no URL")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err("it does not begin with https://");
        }
        let authority = uri.authority().ok_or("it names no host")?;
        if authority.host().is_empty() {
            return Err("it names no host");
        }
        if authority.as_str().contains('@') {
            return Err("it has a name or password in it");
        }
        if authority.as_str().len() != authority.host().len() && authority.port_u16().is_none() {
            return Err("its port is none");
        }
        Ok(Self { text: text.to_owned(), uri })
    }

    /// As [`read`](Self::read), for what has to be safe on its way: `https`, or a loopback
    /// address where these are allowed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn safe(text: &str, allow_loopback: bool) -> Result<Self, &'static str> {
        let address = Self::read(text)?;
        match address.is_secure() || allow_loopback && address.is_loopback() {
            true => Ok(address),
            false => Err("it does not begin with https://"),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.uri.host().unwrap_or_default().to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Scheme, host and port as they were written.
    pub(crate) fn origin(&self) -> &str {
        let begin = self.text.find("://").map_or(0, |at| at + 3);
        let rest = self.text.get(begin..).unwrap_or_default();
        let end = rest.find(['/', '?']).map_or(self.text.len(), |at| begin + at);
        self.text.get(..end).unwrap_or_default()
    }

    /// The path as it was written, without a slash at its end: empty for the root.
    pub(crate) fn path(&self) -> &str {
        let rest = self.text.get(self.origin().len()..).unwrap_or_default();
        let path = rest.split('?').next().unwrap_or_default();
        path.strip_suffix('/').unwrap_or(path)
    }

    pub(crate) fn query(&self) -> Option<&str> {
        self.text.split_once('?').map(|(_, query)| query)
    }

    /// Whether both are at one scheme, host and port.
    pub(crate) fn same_origin(&self, other: &Self) -> bool {
        let host = |address: &Self| address.uri.host().unwrap_or_default().to_ascii_lowercase();
        self.is_secure() == other.is_secure()
            && self.port() == other.port()
            && host(self) == host(other)
    }

    /// Whether both name the same thing: scheme and host in any case, a slash at the end or not.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.same_origin(other) && self.path() == other.path() && self.query() == other.query()
    }

    /// Whether `other` is this, or below it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        let below = other.path().strip_prefix(self.path());
        self.same_origin(other)
            && self.query().is_none()
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The document of this name about what is here, with the path behind the name.
    pub(crate) fn well_known(&self, name: &str) -> String {
        format!("{}/.well-known/{name}{}", self.origin(), self.path())
    }

    /// The document of this name at the root.
    pub(crate) fn root_well_known(&self, name: &str) -> String {
        format!("{}/.well-known/{name}", self.origin())
    }

    fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.is_secure() { 443 } else { 80 })
    }
}

/// A URL, which need not be one, as it is shown: without its query, and plain.
pub(crate) fn shown(text: &str) -> String {
    let plain = text.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let host = rest.split('/').next().unwrap_or_default();
    match (host.rsplit_once('@'), scheme) {
        (Some((_, host)), scheme) => super::error::legible(&format!("{scheme}://{host}")),
        (None, _) => super::error::legible(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::read(text).unwrap_or_else(|reason| panic!("{text}: {reason}"))
    }

    #[test]
    fn what_is_no_plain_url_is_none() {
        for text in [
            "",
            "x",
            "//a.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "ftp://a.example",
            "https://",
            "https://a:b@a.example",
            "https://a.example/#x",
            "https://a.example/\r\nX: y",
            "https://a.example/ x",
            "https://a.example/\"",
            "https://a.example/`id`",
            "https://a.example/|x",
            "https://a.example\\@b.example",
            "https://a.example:/",
            "https://a.example:99999/",
            "https://ä.example/",
        ] {
            assert!(Address::read(text).is_err(), "{text}");
        }
        assert!(Address::read(&format!("https://a.example/{}", "x".repeat(LONGEST))).is_err());
    }

    #[test]
    fn only_this_machine_needs_no_tls() {
        for text in
            ["http://localhost:1", "http://127.9.9.9", "http://[::1]:1", "http://a.localhost"]
        {
            assert!(Address::safe(text, true).is_ok() && Address::safe(text, false).is_err());
        }
        for text in ["http://a.example", "http://127.0.0.1.a.example", "http://localhost.a.example"]
        {
            assert!(Address::safe(text, true).is_err(), "{text}");
        }
        assert!(Address::safe("https://a.example", false).is_ok());
    }

    #[test]
    fn parts_are_as_they_were_written() {
        for (text, origin, path) in [
            ("https://A.example", "https://A.example", ""),
            ("https://A.example/", "https://A.example", ""),
            ("https://a.example:443/b/C/?d=/e", "https://a.example:443", "/b/C"),
            ("https://a.example?x=/y", "https://a.example", ""),
        ] {
            assert_eq!((address(text).origin(), address(text).path()), (origin, path));
        }
        let there = address("https://a.example/b");
        assert_eq!(there.well_known("x"), "https://a.example/.well-known/x/b");
        assert_eq!(there.root_well_known("x"), "https://a.example/.well-known/x");
    }

    #[test]
    fn names_of_one_thing_are_equal() {
        let server = address("https://a.example/b/mcp");
        for same in ["HTTPS://A.Example:443/b/mcp/", "https://a.example/b/mcp"] {
            assert!(server.is(&address(same)), "{same}");
        }
        for other in [
            "http://a.example/b/mcp",
            "https://a.example:444/b/mcp",
            "https://a.example/b/MCP",
            "https://a.example/b/mcp?x",
            "https://a.example.evil.example/b/mcp",
            "https://a.example/b",
        ] {
            assert!(!server.is(&address(other)), "{other}");
        }
        for (parent, contains) in [
            ("https://a.example", true),
            ("https://a.example/b/", true),
            ("https://a.example/b/mcp", true),
            ("https://a.example/b/mc", false),
            ("https://a.example/b/mcp/x", false),
            ("https://b.example", false),
        ] {
            assert_eq!(address(parent).contains(&server), contains, "{parent}");
        }
    }

    #[test]
    fn what_is_shown_is_no_secret() {
        for (text, expected) in [
            ("https://a.example/x?canary", "https://a.example/x"),
            ("https://u:canary@a.example/x", "https://a.example"),
            ("javascript:x\u{1b}[0m", "javascript:x?[0m"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
