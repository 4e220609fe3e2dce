//! URLs of further pages, which the upstream names: they never lead elsewhere.

use http::Uri;
use http::uri::PathAndQuery;

use super::super::base::{BaseUrl, has_scheme};
use super::super::encode::{has_dot_segment, reference};
use super::super::style::Pair;

/// Bytes of a URL that is followed.
const LONGEST: usize = 64 << 10;

/// The URL of the next page, from what the page at `current` calls it. `credentials` replace
/// pairs of the same name.
///
/// # Errors
/// Says why it is not followed.
pub(crate) fn resolve(
    base: &BaseUrl,
    current: &Uri,
    link: &str,
    credentials: &[Pair],
) -> Result<Uri, &'static str> {
    const WRONG: &str = "it is no URL";
    let link = link.trim().split('#').next().unwrap_or_default();
    if link.len() > LONGEST {
        return Err("it is too long");
    }
    let reference = reference(link);
    let target = if reference.starts_with("//") || has_scheme(&reference) {
        of_same_origin(base, &reference)?
    } else if reference.starts_with('/') {
        reference
    } else if reference.starts_with('?') {
        format!("{}{reference}", current.path())
    } else {
        let folder = current.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{reference}")
    };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let below = path
        .strip_prefix(base.prefix.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if !below || has_dot_segment(path) {
        return Err("it leads out of the API's own path");
    }
    let own = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !credentials.iter().any(|(key, _)| key.as_str() == name)
    };
    let mut pairs: Vec<String> = query.split('&').filter(own).map(str::to_owned).collect();
    pairs.extend(
        credentials.iter().map(|(name, value)| format!("{}={}", name.as_str(), value.as_str())),
    );
    let path = if path.is_empty() { "/" } else { path };
    let separator = if pairs.is_empty() { "" } else { "?" };
    let target = format!("{path}{separator}{}", pairs.join("&"));
    let target = PathAndQuery::try_from(target).map_err(|_| WRONG)?;
    Uri::builder()
        .scheme(base.scheme.clone())
        .authority(base.authority.clone())
        .path_and_query(target)
        .build()
        .map_err(|_| WRONG)
}

/// Path and query of an absolute URL.
fn of_same_origin(base: &BaseUrl, reference: &str) -> Result<String, &'static str> {
    let elsewhere = "it leads to another origin";
    let uri: Uri = reference.parse().map_err(|_| "it is no URL")?;
    let authority = uri.authority().ok_or(elsewhere)?;
    let port = |port: Option<u16>| port.unwrap_or(if base.is_tls() { 443 } else { 80 });
    let same = uri.scheme() == Some(&base.scheme)
        && !authority.as_str().contains('@')
        && authority.host().eq_ignore_ascii_case(base.authority.host())
        && port(authority.port_u16()) == port(base.authority.port_u16());
    if !same {
        return Err(elsewhere);
    }
    Ok(uri.path_and_query().map_or("", PathAndQuery::as_str).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::super::encode::QueryPart;
    use super::*;

    #[test]
    fn only_urls_of_the_same_origin_are_followed() {
        let base = BaseUrl::operator("https://Api.example.com/v1").unwrap();
        let current: Uri = "https://api.example.com/v1/books?page=1&key=s".parse().unwrap();
        let key = [(QueryPart::data("key"), QueryPart::data("a&b"))];
        for (reference, expected) in [
            ("https://api.example.com:443/v1/books?page=2#x", Ok("/v1/books?page=2&key=a%26b")),
            ("/v1/books?key=stolen&page=2", Ok("/v1/books?page=2&key=a%26b")),
            ("?page=2", Ok("/v1/books?page=2&key=a%26b")),
            ("books?page=2", Ok("/v1/books?page=2&key=a%26b")),
            ("http://api.example.com/v1/books", Err("it leads to another origin")),
            ("https://evil.example/v1/books", Err("it leads to another origin")),
            ("//evil.example/v1/books", Err("it leads to another origin")),
            ("https://api.example.com@evil.example/v1/", Err("it leads to another origin")),
            ("https://u:p@api.example.com/v1/", Err("it leads to another origin")),
            ("https://api.example.com:8443/v1/", Err("it leads to another origin")),
            ("/v2/books", Err("it leads out of the API's own path")),
            ("/v1x/books", Err("it leads out of the API's own path")),
            ("/v1/../admin", Err("it leads out of the API's own path")),
            ("/v1/%2e%2e/admin", Err("it leads out of the API's own path")),
            ("/v1/a b?q=é {x}", Ok("/v1/a%20b?q=%C3%A9%20%7Bx%7D&key=a%26b")),
            (
                "/v1/books?of=https://other.example/",
                Ok("/v1/books?of=https://other.example/&key=a%26b"),
            ),
            (
                "books?of=https://other.example/",
                Ok("/v1/books?of=https://other.example/&key=a%26b"),
            ),
            ("javascript:alert(1)", Err("it leads to another origin")),
        ] {
            let found = resolve(&base, &current, reference, &key);
            let found = found.map(|uri| uri.path_and_query().unwrap().to_string());
            assert_eq!(found, expected.map(str::to_owned), "{reference}");
        }
    }
}
