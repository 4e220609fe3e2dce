//! What requests bring.
//!
//! Specification: RFC 6750, section 2; RFC 9110, section 11.4.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::verify::Scheme;

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// A request says who sends it in a way that is not taken, for this reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// The token of a request; none if it has no credentials, or some of a kind that is not taken.
pub(super) fn read(head: &Parts, dpop: bool) -> Result<Option<(Scheme, &str)>, Malformed> {
    if in_query(head) {
        return Err(Malformed(
            "the access token belongs into the header Authorization, not into the URL",
        ));
    }
    let Some(value) = only(&head.headers)? else {
        return Ok(None);
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let scheme = match scheme {
        _ if scheme.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        _ if dpop && scheme.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return Ok(None),
    };
    let token = token.trim_matches(' ');
    if token.len() > LONGEST {
        return Err(Malformed("the access token is too long"));
    }
    if !is_token(token) {
        return Err(Malformed("the header Authorization is malformed"));
    }
    Ok(Some((scheme, token)))
}

/// The one header that there may be.
fn only(headers: &HeaderMap) -> Result<Option<&str>, Malformed> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Malformed("there is more than one header Authorization"));
    }
    let text = first.to_str().map_err(|_| Malformed("the header Authorization is malformed"))?;
    Ok(Some(text))
}

/// Whether a token stands where logs and histories keep it.
fn in_query(head: &Parts) -> bool {
    let pairs = head.uri.query().unwrap_or_default().split('&');
    pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name)).any(|name| {
        // Whoever encodes the name means the same.
        let plain = name.replace("%5F", "_").replace("%5f", "_");
        plain.eq_ignore_ascii_case("access_token")
    })
}

/// Whether a text is a token as of RFC 6750 (`b64token`).
fn is_token(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !bare.is_empty() && bare.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn head(uri: &str, values: &[&[u8]]) -> Parts {
        let mut request = Request::get(uri);
        for value in values {
            request = request.header("authorization", *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn tokens_are_told_from_everything_else() {
        let long = [b"Bearer ", "a".repeat(LONGEST + 1).as_bytes()].concat();
        let taken = [
            (&b"Bearer abc"[..], Scheme::Bearer, "abc"),
            (b"bearer  a-._~+/==", Scheme::Bearer, "a-._~+/=="),
            (b"DPoP abc", Scheme::Dpop, "abc"),
        ];
        for (value, scheme, token) in taken {
            assert_eq!(read(&head("/", &[value]), true), Ok(Some((scheme, token))));
        }
        for value in [&b"Basic YTpi"[..], b"Bearerabc", b"", b"Negotiate"] {
            assert_eq!(read(&head("/", &[value]), true), Ok(None), "{value:?}");
        }
        assert_eq!(read(&head("/", &[b"DPoP abc"]), false), Ok(None));
        assert_eq!(read(&head("/", &[]), true), Ok(None));
        for value in [
            &b"Bearer"[..],
            b"Bearer ",
            b"Bearer =",
            b"Bearer a b",
            b"Bearer a, Bearer b",
            b"Bearer \"a\"",
            b"Bearer a=b",
            b"Bearer a\xff",
            &long,
        ] {
            assert!(read(&head("/", &[value]), true).is_err(), "{value:?}");
        }
        assert!(read(&head("/", &[b"Bearer a", b"Bearer a"]), true).is_err());
        assert!(read(&head("/", &[b"Bearer a", b"Basic a"]), true).is_err());
    }

    #[test]
    fn tokens_in_urls_are_refused_whatever_else_there_is() {
        for query in ["access_token=a", "x=1&access_token=a", "ACCESS%5ftoken=a", "access_token"] {
            for values in [&[][..], &[&b"Bearer a"[..]]] {
                let read = read(&head(&format!("/mcp?{query}"), values), false).map(|_| ());
                assert!(read.is_err(), "{query}");
            }
        }
        assert_eq!(read(&head("/mcp?xaccess_token=a&b", &[]), false), Ok(None));
    }
}
