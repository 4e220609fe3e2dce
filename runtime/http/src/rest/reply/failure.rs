//! The text of an HTTP error: what a model can act on, and nothing else of the response.

use http::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::json::{Lenient, compact};
use super::super::media::{self, Kind};
use super::super::received::Received;
use super::super::redact::{redact_json, redact_text};
use super::super::text;
use crate::secret::Secret;

/// Values below this many levels are left out.
const DEPTH: usize = 32;

/// What was asked, for the text.
pub(crate) struct Asked<'a> {
    /// Method and path template.
    pub(crate) label: &'a str,
    /// What has to be set for credentials.
    pub(crate) variables: &'a str,
    /// Secrets that were sent, to be kept out of the text.
    pub(crate) secrets: &'a [Secret],
    /// Bytes of the upstream's own text that are shown.
    pub(crate) limit: usize,
}

/// Says what went wrong: status, request, a hint, and the body where it is declared JSON.
pub(crate) fn failure(asked: &Asked<'_>, received: &Received) -> String {
    let status = received.status;
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let mut text = format!("HTTP {} {reason} from {}.", status.as_u16(), asked.label);
    if let Some(hint) = hint(asked, status) {
        text.push(' ');
        text.push_str(&hint);
    }
    if let Some(body) = body(received, asked.secrets) {
        text.push('\n');
        text.push_str(&shortened(body, asked.limit));
    }
    text
}

/// Whether a text of [`failure`] says that there is nothing of that name.
pub(crate) fn is_not_found(text: &str) -> bool {
    text.starts_with("HTTP 404 ") || text.starts_with("HTTP 410 ")
}

fn hint(asked: &Asked<'_>, status: StatusCode) -> Option<String> {
    let variables = asked.variables;
    Some(match status.as_u16() {
        401 if variables.is_empty() => "The service wants credentials.".to_owned(),
        401 if asked.secrets.is_empty() => format!(
            "The service wants credentials, and none are set: \
             the operator of this server has to set {variables}."
        ),
        401 => format!(
            "The service does not accept the credentials: \
             the operator of this server has to check {variables}."
        ),
        403 => "The credentials do not allow this; trying again will not help.".to_owned(),
        404 | 410 => "There is nothing under these arguments: check identifiers, \
                      for example by listing or searching first."
            .to_owned(),
        429 => "Too many calls: wait before trying again.".to_owned(),
        304 => {
            "What is asked for has not changed since the version that the request names.".to_owned()
        }
        300..=399 => "The service redirects elsewhere, which is not followed: \
                      the operator of this server has to check the base URL."
            .to_owned(),
        500..=599 => "The service failed; trying again later may help.".to_owned(),
        _ => return None,
    })
}

/// The body without secrets, if it is declared to be JSON and is; of a problem (RFC 9457) what it
/// says in words comes first. Numbers and the order of members stay as they are.
fn body(received: &Received, secrets: &[Secret]) -> Option<String> {
    let content_type = received.content_type.as_deref()?;
    let essence = media::essence(content_type);
    if media::kind(&essence) != Kind::Json {
        return None;
    }
    let text = text::read(received.body.clone(), content_type, true).text;
    serde_json::from_str::<&RawValue>(&text).ok()?;
    let text = compact(&text);
    let text = redact_json(&text, secrets).unwrap_or(text);
    let problem = match Lenient::parse(&text) {
        Ok(members) if essence == "application/problem+json" => {
            Some(problem(members, received.status))
        }
        _ => None,
    };
    // What a string spells with escapes may be a secret once it is read.
    Some(redact_text(problem.unwrap_or_else(|| without_traces(&text)), secrets))
}

/// `Title: detail`, then what else the problem has.
fn problem(members: Lenient<'_>, status: StatusCode) -> String {
    let mut members = members.0;
    let mut word = |name: &str| {
        let place = members.iter().position(|(key, _)| key == name)?;
        let (_, value) = members.get(place)?;
        let text = serde_json::from_str::<String>(value.get()).ok()?;
        let text = text.trim().to_owned();
        if text.is_empty() {
            return None;
        }
        members.remove(place);
        Some(text)
    };
    let (title, detail) = (word("title"), word("detail"));
    let said = match (title, detail) {
        (Some(title), Some(detail)) if title != detail => format!("{title}: {detail}"),
        (title, detail) => title.or(detail).unwrap_or_default(),
    };
    let code = status.as_u16().to_string();
    members.retain(|(name, value)| match name.as_str() {
        // The first line of the whole text has it.
        "status" => value.get() != code,
        "type" => value.get() != "\"about:blank\"",
        _ => true,
    });
    let mut rest = String::new();
    object(&members, DEPTH, &mut rest);
    match (said.is_empty(), rest.as_str()) {
        (_, "{}") => said,
        (true, _) => rest,
        (false, _) => format!("{said}\n{rest}"),
    }
}

/// JSON without what frameworks add for their developers.
fn without_traces(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    write(json, DEPTH, &mut out);
    out
}

fn write(json: &str, depth: usize, out: &mut String) {
    match json.as_bytes().first() {
        Some(b'{' | b'[') if depth == 0 => out.push_str("null"),
        Some(b'{') => match Lenient::parse(json) {
            Ok(members) => object(&members.0, depth, out),
            Err(_) => out.push_str("null"),
        },
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
            out.push('[');
            for (index, item) in items.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item.get(), depth - 1, out);
            }
            out.push(']');
        }
        _ => out.push_str(json),
    }
}

fn object(members: &[(String, &RawValue)], depth: usize, out: &mut String) {
    out.push('{');
    let mut between = "";
    for (name, value) in members.iter().filter(|(name, _)| !is_trace(name)) {
        out.push_str(between);
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write(value.get(), depth.saturating_sub(1), out);
        between = ",";
    }
    out.push('}');
}

fn is_trace(name: &str) -> bool {
    const TRACES: [&str; 6] =
        ["backtrace", "exceptiondetails", "stack", "stacktrace", "trace", "traceback"];
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    TRACES.contains(&plain.to_ascii_lowercase().as_str())
}

fn shortened(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let mut end = limit;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(status: u16, content_type: &str, body: &str) -> String {
        let secret = Secret::new("canary-secret");
        let asked = Asked {
            label: "GET /books/{isbn}",
            variables: "SHOP_KEY",
            secrets: &[secret],
            limit: 64,
        };
        let received = Received {
            status: StatusCode::from_u16(status).unwrap(),
            headers: http::HeaderMap::new(),
            content_type: Some(content_type.to_owned()),
            body: body.as_bytes().to_vec(),
            ..Received::default()
        };
        failure(&asked, &received)
    }

    #[test]
    fn the_model_learns_what_to_do() {
        assert_eq!(
            text(404, "application/problem+json", r#"{"title": "No such book"}"#),
            "HTTP 404 Not Found from GET /books/{isbn}. There is nothing under these arguments: \
             check identifiers, for example by listing or searching first.\n\
             No such book"
        );
        assert!(text(401, "text/plain", "").contains("check SHOP_KEY"));
        assert!(text(429, "text/plain", "").contains("wait"));
        assert!(text(302, "text/plain", "").contains("not followed"));
    }

    #[test]
    fn problems_say_in_words_what_is_wrong_and_keep_their_own_members() {
        let shown = |body: &str| {
            let text = text(409, "application/problem+json", body);
            text.split_once('\n').map(|(_, body)| body.to_owned())
        };
        let short = r#"{"type":"about:blank","title":"Sold","status":409,"detail":"None left."}"#;
        assert_eq!(shown(short).as_deref(), Some("Sold: None left."));
        let more = r#"{"title":"Sold","detail":"Sold","type":"/e/7","left":0,"trace":"x"}"#;
        assert_eq!(shown(more).as_deref(), Some("Sold\n{\"type\":\"/e/7\",\"left\":0}"));
        let odd = r#"{"title":7,"status":500}"#;
        assert_eq!(shown(odd).as_deref(), Some(r#"{"title":7,"status":500}"#));
        assert_eq!(shown("[1]").as_deref(), Some("[1]"));
    }

    #[test]
    fn pages_traces_and_secrets_stay_out() {
        assert!(!text(500, "text/html", "<pre>at x.java:1</pre>").contains("java"));
        assert!(!text(500, "application/json", "<pre>at x.java:1</pre>").contains("java"));
        let shown = text(
            500,
            "application/json",
            r#"{"m":"key canary-secret","errors":[{"stackTrace":"at x.java:1"}]}"#,
        );
        assert!(shown.ends_with(r#"{"m":"key [redacted]","errors":[{}]}"#), "{shown}");
        let spelled =
            r#"{"title":"key canary\u002dsecret","m":"canary\u002dsecret","trace":1,"trace":2}"#;
        let shown = text(500, "application/problem+json", spelled);
        assert!(shown.ends_with("key [redacted]\n{\"m\":\"[redacted]\"}"), "{shown}");
    }

    #[test]
    fn errors_keep_their_digits_and_their_order() {
        for body in [
            r#"{"id":12345678901234567890123,"a":1.50}"#,
            r#"{"z":1e400,"a":"x"}"#,
            r#"{"z":"\ufffd"}"#,
        ] {
            let shown = text(422, "application/json; charset=utf-8", body);
            assert!(shown.ends_with(body), "{shown}");
        }
        let latin = b"{\"m\":\"caf\xe9\"}".to_vec();
        let received = Received {
            status: StatusCode::BAD_REQUEST,
            content_type: Some("application/json; charset=ISO-8859-1".to_owned()),
            body: latin,
            ..Received::default()
        };
        assert_eq!(body(&received, &[]).as_deref(), Some(r#"{"m":"café"}"#));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(text(500, "application/json", &deep).contains("null"));
    }

    #[test]
    fn what_has_not_changed_is_no_redirect() {
        let shown = text(304, "text/plain", "");
        assert!(shown.contains("has not changed") && !shown.contains("redirect"), "{shown}");
    }

    #[test]
    fn long_bodies_are_cut_at_a_character() {
        let shown = text(500, "application/json", &format!("\"{}\"", "é".repeat(99)));
        let body = shown.lines().nth(1).unwrap();
        assert!(body.len() <= 64 + '…'.len_utf8(), "{body}");
        assert!(body.ends_with('…'));
    }
}
