//! Texts without what is nobody's business.

use std::borrow::Cow;

use serde_json::Value;
use toolwright_core::lexeme::string_end;

use crate::secret::Secret;

/// What stands in place of a secret.
const INSTEAD: &str = "\"[redacted]\"";

/// A text without secrets.
pub(crate) fn redact_text(text: String, secrets: &[Secret]) -> String {
    secrets.iter().fold(text, |text, secret| secret.redact(text))
}

/// JSON text without secrets, however its strings write them; a number that is one becomes a string.
/// `None`: there are none in it.
pub(crate) fn redact_json(json: &str, secrets: &[Secret]) -> Option<String> {
    let is_secret = |text: &str| secrets.iter().any(|secret| secret.is_in(text));
    if !is_secret(json) && !json.contains('\\') {
        return None;
    }
    let (mut out, mut rest, mut any) = (String::with_capacity(json.len()), json, false);
    while !rest.is_empty() {
        let end = match rest.as_bytes().first() {
            Some(b'"') => string_end(rest),
            _ => rest.find(['"', ',', ':', '[', ']', '{', '}']).unwrap_or(rest.len()).max(1),
        };
        let (token, behind) = rest.split_at(end);
        rest = behind;
        match read(token) {
            Some(string) if is_secret(&string) => {
                any = true;
                let string = redact_text(string.into_owned(), secrets);
                out.push_str(&Value::from(string).to_string());
            }
            None if secrets.iter().any(|secret| secret.is(token.trim())) => {
                any = true;
                out.push_str(INSTEAD);
            }
            _ => out.push_str(token),
        }
    }
    any.then_some(out)
}

/// What a string says, if the token is one.
fn read(token: &str) -> Option<Cow<'_, str>> {
    let inner = token.strip_prefix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(token).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner.strip_suffix('"').unwrap_or(inner)))
}

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
    fn secrets_are_found_however_json_writes_them() {
        let secrets = [Secret::new("a/b+c\"d"), Secret::new("1234567")];
        for (json, shown) in [
            (r#"{"k":"x a\/b\u002bc\"d y","n":1}"#, Some(r#"{"k":"x [redacted] y","n":1}"#)),
            (r#"{"a/b+c\"d":[]}"#, Some(r#"{"[redacted]":[]}"#)),
            (
                r#"{"id":1234567,"big":12345678,"l":[1234567],"s":"n1234567"}"#,
                Some(r#"{"id":"[redacted]","big":12345678,"l":["[redacted]"],"s":"n[redacted]"}"#),
            ),
            (r#"{"k":"\n","big":12345678,"é":1.50}"#, None),
            ("1234567", Some("\"[redacted]\"")),
            ("{}", None),
        ] {
            assert_eq!(redact_json(json, &secrets).as_deref(), shown, "{json}");
        }
    }

    #[test]
    fn urls_lose_user_information_and_query() {
        assert_eq!(redact_url("https://u:p@h:1/a?key=s#f"), "https://h:1/a");
        assert_eq!(redact_url("/v1?key=s"), "/v1");
    }
}
