//! Redirects: followed within the origin, never elsewhere.

use http::header::{CONTENT_TYPE, LOCATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Uri};

use super::base::has_scheme;
use super::encode::{has_dot_segment, reference};
use super::received::Received;
use super::request::Prepared;
use super::style::Pair;

/// The request that a response asks for instead, if it is one that is sent: at the same scheme,
/// host and port, and doing nothing else than the call was to do. Credentials go along.
///
/// Specification: RFC 9110, section 15.4.
pub(crate) fn next(request: &Prepared, received: &Received) -> Option<Prepared> {
    let mut next = request.clone();
    match received.status.as_u16() {
        // What was sent has been done; its result is elsewhere.
        303 => {
            if next.method != Method::HEAD {
                next.method = Method::GET;
            }
            next.body.clear();
            next.headers.remove(CONTENT_TYPE);
            next.is_idempotent = true;
        }
        // Some clients make a `GET` of these, others repeat what they sent: neither is safe to
        // assume.
        301 | 302 if next.method != Method::GET && next.method != Method::HEAD => return None,
        301 | 302 | 307 | 308 => {}
        _ => return None,
    }
    let location = std::str::from_utf8(received.headers.get(LOCATION)?.as_bytes()).ok()?;
    next.uri = with(resolve(&request.uri, location)?, &next.pairs)?;
    Some(next)
}

/// Where a reference leads, if that is within the origin.
fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    let location = location.trim().split('#').next().unwrap_or_default();
    if location.is_empty() || location.contains('\\') {
        return None;
    }
    if location.starts_with("//") {
        return None;
    }
    let location = reference(location);
    let target = if has_scheme(&location) {
        let uri: Uri = location.parse().ok()?;
        if !is_same_origin(base, &uri) {
            return None;
        }
        uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned()
    } else if location.starts_with('/') {
        location
    } else if location.starts_with('?') {
        format!("{}{location}", base.path())
    } else {
        let folder = base.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{location}")
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (target.as_str(), String::new()),
    };
    at(base, &format!("{}{query}", without_dots(path)?))
}

/// A path without the steps that are plainly in it; none if others are hidden.
fn without_dots(path: &str) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let path = format!("/{}", kept.join("/"));
    (!has_dot_segment(&path)).then_some(path)
}

/// Adds the parameters that carry credentials, unless they are there.
fn with(uri: Uri, pairs: &[Pair]) -> Option<Uri> {
    let mut target = uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    for (name, value) in pairs {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let is_there = query.split('&').any(|pair| pair.split('=').next() == Some(name.as_str()));
        if !is_there {
            let separator = if target.contains('?') { '&' } else { '?' };
            target.push_str(&format!("{separator}{}={}", name.as_str(), value.as_str()));
        }
    }
    at(&uri, &target)
}

/// Another target at the same origin.
fn at(base: &Uri, target: &str) -> Option<Uri> {
    let mut parts = base.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

fn is_same_origin(one: &Uri, other: &Uri) -> bool {
    let port = |uri: &Uri| {
        let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        uri.port_u16().unwrap_or(usual)
    };
    let host = |uri: &Uri| uri.host().map(str::to_ascii_lowercase);
    let is_plain = |authority: &Authority| !authority.as_str().contains('@');
    one.scheme() == other.scheme()
        && host(one) == host(other)
        && port(one) == port(other)
        && other.authority().is_some_and(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::encode::QueryPart;

    fn resolved(location: &str) -> Option<String> {
        let base: Uri = "http://Shop.example/a/b?c=1".parse().unwrap();
        resolve(&base, location).map(|uri| uri.to_string())
    }

    #[test]
    fn redirects_stay_at_their_origin() {
        for (location, leads) in [
            ("/x?y=1#z", "/x?y=1"),
            ("x", "/a/x"),
            ("../x", "/x"),
            ("../../../x", "/x"),
            ("./", "/a/"),
            ("?d=2", "/a/b?d=2"),
            ("http://shop.example:80/x", "/x"),
            ("/login?next=http://evil.example/", "/login?next=http://evil.example/"),
            ("login?next=http://evil.example/", "/a/login?next=http://evil.example/"),
            ("/a b?q=é", "/a%20b?q=%C3%A9"),
        ] {
            let leads = format!("http://Shop.example{leads}");
            assert_eq!(resolved(location), Some(leads), "{location}");
        }
        for location in [
            "",
            "#x",
            "https://shop.example/x",
            "http://shop.example:81/x",
            "http://evil.example/",
            "//evil.example/",
            "\\\\evil.example",
            "/\\evil.example",
            "http://shop.example@evil.example/",
            "http://me@shop.example/",
            "file:///etc/passwd",
            "/a/%2e%2e/b",
            "/a/%252e%252e/b",
            "mailto:me@shop.example",
        ] {
            assert_eq!(resolved(location), None, "{location}");
        }
    }

    #[test]
    fn credentials_in_the_query_go_along() {
        let pairs = [(QueryPart::data("key"), QueryPart::data("a b"))];
        let with = |uri: &'static str| with(Uri::from_static(uri), &pairs).unwrap().to_string();
        assert_eq!(with("http://h/x"), "http://h/x?key=a%20b");
        assert_eq!(with("http://h/x?y=1"), "http://h/x?y=1&key=a%20b");
        assert_eq!(with("http://h/x?key=b"), "http://h/x?key=b");
    }
}
