//! Host names and origins in normal form.

use std::net::Ipv6Addr;

/// Names of this machine that reach nobody else.
pub(super) const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// A `Host` header's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// In lower case, without the dot at its end; IPv6 addresses in brackets and shortest form.
    pub(super) name: String,
    pub(super) port: Option<u16>,
}

/// An `Origin` header's value that names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) https: bool,
    pub(super) host: Host,
}

/// Reads `name`, `name:port`, `[address]` or `[address]:port`.
pub(super) fn parse(text: &str) -> Option<Host> {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            (format!("[{address}]"), port)
        }
        None => {
            let end = text.find(':').unwrap_or(text.len());
            let (name, port) = text.split_at_checked(end)?;
            (name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase(), port)
        }
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        None => return None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            // `Host: name:` is legal and means the default port.
            if digits.is_empty() { None } else { Some(digits.parse().ok()?) }
        }
        Some(_) => return None,
    };
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_name = !name.is_empty() && name.bytes().all(legal);
    (is_name || name.starts_with('[')).then_some(Host { name, port })
}

/// Reads `http://host` or `https://host`, with or without a port.
pub(super) fn origin(text: &str) -> Option<Origin> {
    let (scheme, host) = text.split_once("://")?;
    let https = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return None,
    };
    let mut host = parse(host)?;
    if host.port == Some(if https { 443 } else { 80 }) {
        host.port = None;
    }
    Some(Origin { https, host })
}

/// Whether a name is one of [`LOOPBACK`].
pub(super) fn is_loopback(name: &str) -> bool {
    LOOPBACK.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Option<(String, Option<u16>)> {
        parse(text).map(|host| (host.name, host.port))
    }

    #[test]
    fn hosts_have_one_form() {
        assert_eq!(normal("LocalHost"), Some(("localhost".into(), None)));
        assert_eq!(normal("localhost.:80"), Some(("localhost".into(), Some(80))));
        assert_eq!(normal("[0:0::1]:8000"), Some(("[::1]".into(), Some(8000))));
        assert_eq!(normal("a.b:"), Some(("a.b".into(), None)));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "", ":80", ".", "a:b", "a:1:2", "a:99999", "a b", "user@a", "[::1", "[::1]x", "[a]",
            "a/b", "::1", "a,b", "a:+1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn origins_have_a_scheme_and_nothing_behind_the_host() {
        assert_eq!(origin("HTTPS://A:443"), origin("https://a"));
        assert_ne!(origin("https://a"), origin("http://a"));
        for text in ["null", "a", "ftp://a", "http://a/", "http://", "http://a?b", "file://"] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
