//! Addresses that users are sent to.

use crate::uri::is_uri;

/// What is wrong with the address of a page for a user to visit.
///
/// Specification: `client/elicitation`, section "Safe URL Handling".
pub(super) fn fault(url: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = url.split_once("://").filter(|_| is_uri(url)) else {
        return Some("the URL is not an absolute one");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("the URL has credentials in it, which the client would see");
    }
    let host = host(authority);
    if host.is_empty() {
        return Some("the URL names no host");
    }
    let secure = scheme.eq_ignore_ascii_case("https")
        || scheme.eq_ignore_ascii_case("http") && is_loopback(host);
    (!secure).then_some("the URL must be https, or http to this machine")
}

/// Without the port, and the brackets of IPv6.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_sent_to_safe_places_only() {
        for url in [
            "https://shop.example/pay?order=1",
            "HTTPS://shop.example",
            "https://[2001:db8::1]:8443/",
            "http://localhost:3000/connect",
            "http://127.0.0.1/",
            "http://[::1]:80",
        ] {
            assert_eq!(fault(url), None, "{url}");
        }
        for url in [
            "",
            "shop.example",
            "https:shop.example",
            "https://",
            "https:///path",
            "https://:443",
            "http://shop.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::2]",
            "https://user:secret@shop.example",
            "javascript://localhost/%0aalert(1)",
            "file:///etc/passwd",
            "https://shop.example/a b",
            "https://shop.example/\n",
        ] {
            assert!(fault(url).is_some(), "{url}");
        }
    }
}
