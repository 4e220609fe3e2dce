//! Where a request goes, and whether it may.

use http::Uri;

use super::error::FetchError;
use super::rules::Rules;
use crate::address::Class;
use crate::client::url::is_secure;

/// Bytes of a URL.
const LONGEST: usize = 8 << 10;
/// Of which so many characters are shown.
const SHOWN: usize = 200;

/// A URL that may be asked.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) uri: Uri,
    /// Which addresses it may lead to.
    pub(super) class: Class,
    /// For messages.
    pub(super) shown: String,
}

impl Target {
    /// Reads a URL as it is written: nothing is corrected.
    ///
    /// # Errors
    /// It is none, or the rules forbid it.
    pub(super) fn read(url: &str, rules: &Rules) -> Result<Self, FetchError> {
        let shown = shown(url);
        let no = |reason| Err(FetchError::NotAllowed { url: shown.clone(), reason });
        if url.len() > LONGEST {
            return no("it is longer than 8 KiB");
        }
        if !url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte)) {
            return no("it has characters that no URL has");
        }
        if url.contains('#') {
            return no("it has a fragment");
        }
        let Ok(uri) = url.parse::<Uri>() else { return no("it is no URL") };
        let is_secure = is_secure(&uri);
        if !is_secure && uri.scheme_str() != Some("http") {
            return no("it does not begin with https://");
        }
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty())
        else {
            return no("it names no host");
        };
        if authority.as_str().contains('@') {
            return no("it has a name or password in it");
        }
        let host = authority.host();
        // What the authority has beyond its host is a port.
        if authority.as_str().len() != host.len()
            && authority.port_u16().is_none_or(|port| port == 0)
        {
            return no("its port is none");
        }
        let class = match (rules.public_only, rules.allow_loopback) {
            // Without TLS, only this machine is as safe.
            _ if rules.https_only && !is_secure => {
                if !rules.allow_loopback {
                    return no("it does not begin with https://");
                }
                Class::Loopback
            }
            (true, true) => Class::PublicOrLoopback,
            (true, false) => Class::Public,
            (false, _) => Class::Any,
        };
        if class == Class::Loopback && !crate::address::is_local(host) {
            return no("without https:// it has to be on this machine");
        }
        if !class.allows_host(host) {
            return Err(FetchError::Private { url: shown });
        }
        Ok(Self { uri, class, shown })
    }
}

/// A URL without what may be secret: user information, query and fragment.
pub(super) fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").unwrap_or(("", plain));
    let (authority, path) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let separator = if scheme.is_empty() { "" } else { "://" };
    let whole = scheme.chars().chain(separator.chars()).chain(host.chars()).chain(path.chars());
    let legible = |c: char| if c.is_ascii_graphic() { c } else { '?' };
    whole.take(SHOWN).map(legible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_as_they_are_or_not_at_all() {
        let strict = Rules::default();
        for url in [
            "https://login.example.com/.well-known/x",
            "https://login.example.com:8443/a?b=c",
            "HTTPS://Login.Example.com",
            "https://[2606:4700::1111]/",
        ] {
            assert!(Target::read(url, &strict).is_ok(), "{url}");
        }
        for url in [
            "",
            "/x",
            "login.example.com",
            "http://login.example.com/",
            "ftp://login.example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "https:///x",
            "https://a@login.example.com/",
            "https://a:b@login.example.com/",
            "https://login.example.com@evil.example/",
            "https://login.example.com/#x",
            "https://login.example.com/\r\nX: y",
            "https://login.example.com/\u{7f}",
            "https://login.example.com\\@evil.example/",
            " https://login.example.com/",
            "https://login.example.com/a b",
            "https://\u{24db}ocalhost/",
            "https://１27.0.0.1/",
            "https://login.example.com:0/",
            "https://login.example.com:99999/",
            "https://login.example.com:/",
            "https://login.example.com:8a/",
        ] {
            let read = Target::read(url, &strict);
            assert!(matches!(read, Err(FetchError::NotAllowed { .. })), "{url}: {read:?}");
        }
        let long = format!("https://a.example/{}", "a".repeat(LONGEST));
        assert!(Target::read(&long, &strict).is_err());
    }

    #[test]
    fn addresses_are_told_from_names() {
        let strict = Rules::default();
        let local = Rules { allow_loopback: true, ..Rules::default() };
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "a.localhost"] {
            let url = format!("https://{host}/");
            let read = Target::read(&url, &strict);
            assert!(matches!(read, Err(FetchError::Private { .. })), "{url}: {read:?}");
            assert_eq!(Target::read(&url, &local).unwrap().class, Class::PublicOrLoopback);
            let plain = Target::read(&format!("http://{host}/"), &local).unwrap();
            assert_eq!(plain.class, Class::Loopback);
        }
        for host in ["169.254.169.254", "10.0.0.1", "[fd00::1]", "[64:ff9b::a00:1]", "0.0.0.0"] {
            let url = format!("https://{host}/");
            for rules in [&strict, &local] {
                let read = Target::read(&url, rules);
                assert!(matches!(read, Err(FetchError::Private { .. })), "{url}: {read:?}");
            }
            assert_eq!(Target::read(&url, &Rules::configured()).unwrap().class, Class::Any);
            let plain = Target::read(&format!("http://{host}/"), &Rules::configured());
            assert!(matches!(plain, Err(FetchError::NotAllowed { .. })), "{plain:?}");
        }
    }

    #[test]
    fn what_is_shown_holds_no_secrets() {
        for (url, expected) in [
            ("https://a.example/x?canary#canary", "https://a.example/x"),
            ("https://canary:canary@a.example/x", "https://a.example/x"),
            ("https://a.example\r\n/x", "https://a.example??/x"),
            ("nonsense?canary", "nonsense"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
