//! URLs without what is nobody's business.

/// A URL without user information and query, for messages.
pub(crate) fn redact_url(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_user_information_and_query() {
        assert_eq!(redact_url("https://u:p@h:1/a?key=s#f"), "https://h:1/a");
        assert_eq!(redact_url("/v1?key=s"), "/v1");
    }
}
