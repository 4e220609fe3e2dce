//! What a protected resource is called.

use std::net::IpAddr;

use crate::verify::ConfigError;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The URI of a resource, kept byte for byte: clients ask for tokens for it, and it is what stands
/// in `aud`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResourceUri {
    text: String,
    /// Where the path begins.
    path: usize,
}

impl ResourceUri {
    /// Checks a URI.
    ///
    /// # Errors
    /// It is not in the form that all clients come to by themselves; the text says which is.
    pub(super) fn new(text: &str) -> Result<Self, ConfigError> {
        let wrong = |why: &str| {
            let shown: String = text.chars().take(256).flat_map(char::escape_default).collect();
            Err(ConfigError::new(format!("the resource `{shown}` {why}")))
        };
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
            return wrong(
                "has characters that no URI has: write names of hosts in Punycode, and others \
                 with `%`",
            );
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return wrong("has no scheme: write it as in `https://mcp.example.com/mcp`");
        };
        if text.contains(['#', '?']) {
            return wrong(
                "has a query or a fragment: leave it out, as tokens name the server only",
            );
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.contains('@') {
            return wrong("names a user before the host: leave it out");
        }
        let (host, port) = split(authority);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_name = !host.is_empty() && host.bytes().all(plain);
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if !(is_name || address(host).is_some_and(|it| it.is_ipv6())) || !is_port {
            return wrong("has no host, or a port that is none");
        }
        let folded =
            format!("{}://{}", scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
        if !text.starts_with(&folded) {
            let why =
                format!("has upper-case letters where clients have none: write `{folded}{path}`");
            return wrong(&why);
        }
        match (scheme, port) {
            ("https", Some("443")) | ("http", Some("80")) => {
                return wrong("names the usual port, which clients leave out: leave it out");
            }
            ("https", _) => {}
            ("http", _) if is_loopback(host) => {}
            ("http", _) => {
                return wrong(
                    "is of `http`, by which tokens travel for everybody to read: write `https`, \
                     as clients see the server, and have a proxy or the feature `tls` secure it",
                );
            }
            _ => return wrong("is of another scheme than `https`"),
        }
        if path == "/" {
            return wrong("ends in a slash, which clients leave out after a host: leave it out");
        }
        let is_strange =
            |part: &str| matches!(part, "." | "..") || part.to_ascii_lowercase().contains("%2e");
        if path.split('/').skip(1).any(is_strange) {
            return wrong("has `.` or `..` in its path: write where it leads");
        }
        Ok(Self { text: text.to_owned(), path: text.len() - path.len() })
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }

    /// Where its metadata is.
    pub(super) fn metadata_url(&self) -> String {
        format!("{}{WELL_KNOWN}{}", self.origin(), self.path())
    }

    /// All paths at which somebody may look for its metadata.
    pub(super) fn metadata_paths(&self) -> Vec<String> {
        let mut paths = vec![format!("{WELL_KNOWN}{}", self.path())];
        let shorter = format!("{WELL_KNOWN}{}", self.path().trim_end_matches('/'));
        for path in [shorter, WELL_KNOWN.to_owned()] {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

/// Host and port.
fn split(authority: &str) -> (&str, Option<&str>) {
    if authority.ends_with(']') {
        return (authority, None);
    }
    match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match bare {
        Some(host) => host.parse().ok().filter(IpAddr::is_ipv6),
        None => host.parse().ok().filter(IpAddr::is_ipv4),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || address(host).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_uris_are_kept_as_they_are() {
        for (text, url) in [
            (
                "https://mcp.example.com",
                "https://mcp.example.com/.well-known/oauth-protected-resource",
            ),
            (
                "https://mcp.example.com:8443/a/mcp",
                "https://mcp.example.com:8443/.well-known/oauth-protected-resource/a/mcp",
            ),
            (
                "http://127.0.0.1:8000/mcp/",
                "http://127.0.0.1:8000/.well-known/oauth-protected-resource/mcp/",
            ),
            ("http://[::1]:8000", "http://[::1]:8000/.well-known/oauth-protected-resource"),
            ("http://localhost", "http://localhost/.well-known/oauth-protected-resource"),
        ] {
            let uri = ResourceUri::new(text).unwrap();
            assert_eq!((uri.text.as_str(), uri.metadata_url().as_str()), (text, url));
        }
        let paths = ResourceUri::new("http://localhost/mcp/").unwrap().metadata_paths();
        let root = "/.well-known/oauth-protected-resource";
        assert_eq!(paths, [format!("{root}/mcp/"), format!("{root}/mcp"), root.to_owned()]);
        assert_eq!(ResourceUri::new("https://a").unwrap().metadata_paths(), [root]);
    }

    #[test]
    fn others_are_refused_with_words_that_help() {
        for (text, word) in [
            ("mcp.example.com", "no scheme"),
            ("", "no scheme"),
            ("https://", "no host"),
            ("https:///mcp", "no host"),
            ("https://a:b", "port"),
            ("https://a:0", "port"),
            ("https://[::g]", "no host"),
            ("https://a#b", "fragment"),
            ("https://a/b?c", "query"),
            ("https://user@a", "user"),
            ("https://A.example/mcp", "`https://a.example/mcp`"),
            ("HTTPS://a/MCP", "`https://a/MCP`"),
            ("https://a:443/mcp", "usual port"),
            ("http://localhost:80", "usual port"),
            ("http://mcp.example.com/mcp", "write `https`"),
            ("http://localhost.evil.example", "write `https`"),
            ("ftp://a", "another scheme"),
            ("https://a/", "slash"),
            ("https://a/b/../c", "`..`"),
            ("https://a/%2e%2e/c", "`..`"),
            ("https://ä/mcp", "Punycode"),
            ("https://a/b c", "characters"),
            ("https://a/\"", "characters"),
            ("https://a/\r\nx", "characters"),
        ] {
            let error = ResourceUri::new(text).unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
