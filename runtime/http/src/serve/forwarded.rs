//! What proxies say about the requests that they pass on: `Forwarded` (RFC 7239) and
//! `X-Forwarded-For`, `-Host`, `-Proto`.
//!
//! Anybody can write these headers, so they count only where a trusted proxy sends them. Each
//! proxy adds to the end of a list; what stands left of the first address that is no trusted
//! proxy's was written by strangers.

use std::net::{IpAddr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};

use super::host::{self, Host};
use super::network::Network;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// A request as the outermost trusted proxy saw it, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Forwarded {
    pub(super) client: Option<IpAddr>,
    pub(super) host: Option<Host>,
    pub(super) https: Option<bool>,
}

/// What such headers say cannot be read, or contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclear;

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies(Vec<Network>);

/// Whether there is any such header.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED, FOR, HOST].iter().any(|name| headers.contains_key(name))
}

impl Proxies {
    pub(super) fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether one of them is at this address.
    pub(super) fn include(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// What one of them says.
    pub(super) fn read(&self, headers: &HeaderMap) -> Result<Forwarded, Unclear> {
        let standard = self.standard(headers)?;
        let usual = self.usual(headers)?;
        Ok(Forwarded {
            client: agree(standard.client, usual.client)?,
            host: agree(standard.host, usual.host)?,
            https: agree(standard.https, usual.https)?,
        })
    }

    fn standard(&self, headers: &HeaderMap) -> Result<Forwarded, Unclear> {
        let mut seen = Forwarded::default();
        for element in list(headers, &FORWARDED)?.into_iter().rev() {
            seen = hop(element)?;
            if !seen.client.is_some_and(|address| self.include(address)) {
                break;
            }
        }
        Ok(seen)
    }

    fn usual(&self, headers: &HeaderMap) -> Result<Forwarded, Unclear> {
        let (mut client, mut depth) = (None, 0);
        for (index, text) in list(headers, &FOR)?.into_iter().rev().enumerate() {
            (client, depth) = (node(text), index);
            if !client.is_some_and(|address| self.include(address)) {
                break;
            }
        }
        // A proxy that sets a header instead of adding to it leaves one value.
        let at = |name| {
            let values = list(headers, name)?;
            let index = values.len().saturating_sub(1).saturating_sub(depth);
            Ok(values.get(index).copied())
        };
        Ok(Forwarded {
            client,
            host: at(&HOST)?.map(|text| host::parse(text).ok_or(Unclear)).transpose()?,
            https: at(&PROTO)?.map(scheme).transpose()?,
        })
    }
}

/// The values of a list, over all headers of this name.
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Vec<&'a str>, Unclear> {
    let mut values = Vec::new();
    for value in headers.get_all(name) {
        let text = value.to_str().map_err(|_| Unclear)?;
        values.extend(split(text, ',').map(str::trim).filter(|text| !text.is_empty()));
    }
    Ok(values)
}

/// Splits outside of quotes.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        quoted ^= c == '"';
        escaped = quoted && c == '\\';
        c == at && !quoted
    })
}

/// One element of `Forwarded`.
fn hop(element: &str) -> Result<Forwarded, Unclear> {
    let mut hop = Forwarded::default();
    for pair in split(element, ';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or(Unclear)?;
        let value = unquoted(value)?;
        if name.eq_ignore_ascii_case("for") {
            hop.client = node(&value);
        } else if name.eq_ignore_ascii_case("host") {
            hop.host = Some(host::parse(&value).ok_or(Unclear)?);
        } else if name.eq_ignore_ascii_case("proto") {
            hop.https = Some(scheme(&value)?);
        }
    }
    Ok(hop)
}

fn unquoted(value: &str) -> Result<String, Unclear> {
    let Some(inner) = value.strip_prefix('"') else {
        return Ok(value.to_owned());
    };
    let inner = inner.strip_suffix('"').ok_or(Unclear)?;
    let mut escaped = false;
    // A backslash stands for what follows it.
    let kept = inner.chars().filter(|c| {
        escaped = *c == '\\' && !escaped;
        !escaped
    });
    Ok(kept.collect())
}

/// An address with or without a port; `None` for a node that does not say where it is.
fn node(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

fn scheme(text: &str) -> Result<bool, Unclear> {
    match text {
        _ if text.eq_ignore_ascii_case("https") => Ok(true),
        _ if text.eq_ignore_ascii_case("http") => Ok(false),
        _ => Err(Unclear),
    }
}

/// One of both, or what both say.
fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> Result<Option<T>, Unclear> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Err(Unclear),
        (a, b) => Ok(a.or(b)),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Result<Forwarded, Unclear> {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|text| Network::parse(text).unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        Proxies::new(networks.to_vec()).read(&map)
    }

    fn said(client: &str, host: &str, https: bool) -> Result<Forwarded, Unclear> {
        let client = (!client.is_empty()).then(|| client.parse().unwrap());
        Ok(Forwarded { client, host: host::parse(host), https: Some(https) })
    }

    #[test]
    fn the_outermost_trusted_proxy_is_believed() {
        let one = [("forwarded", "for=192.0.2.1;host=a.example;proto=https")];
        assert_eq!(read(&one), said("192.0.2.1", "a.example", true));
        let chain = [(
            "forwarded",
            "for=1.1.1.1;host=spoofed;proto=http, \
             For=\"[2001:db8::1]:4711\";Host=\"a.example:8443\";Proto=HTTPS;by=x, \
             for=10.0.0.2;host=inner;proto=http",
        )];
        assert_eq!(read(&chain), said("2001:db8::1", "a.example:8443", true));
        let usual = [
            ("x-forwarded-for", "6.6.6.6, 192.0.2.1"),
            ("x-forwarded-for", "10.0.0.2:1234"),
            ("x-forwarded-host", "a.example, inner"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(read(&usual), said("192.0.2.1", "a.example", true));
        assert_eq!(read(&[]), Ok(Forwarded::default()));
    }

    #[test]
    fn who_hides_is_nobody() {
        let hidden = [("forwarded", "for=1.1.1.1;host=x, for=_hidden;host=a.example;proto=http")];
        assert_eq!(read(&hidden), said("", "a.example", false));
    }

    #[test]
    fn what_is_unclear_is_not_guessed_at() {
        for headers in [
            &[("forwarded", "host=\"a")][..],
            &[("forwarded", "host")],
            &[("forwarded", "host=a/b")],
            &[("forwarded", "proto=ftp")],
            &[("x-forwarded-host", "a b")],
            &[("x-forwarded-proto", "gopher")],
            &[("forwarded", "host=a.example"), ("x-forwarded-host", "b.example")],
            &[("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.2")],
        ] {
            assert_eq!(read(headers), Err(Unclear), "{headers:?}");
        }
    }

    #[test]
    fn quotes_hold_together() {
        let quoted = [("forwarded", r#"for="a\",b;c";host=a.example;proto=http"#)];
        assert_eq!(read(&quoted), said("", "a.example", false));
    }
}
