//! The text of an HTTP error: what a model can act on, and nothing else of the response.

use http::StatusCode;
use serde_json::{Map, Value};

use super::super::media::{self, Kind};
use super::super::received::Received;
use crate::secret::Secret;

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
    if let Some(body) = body(received) {
        let body = asked.secrets.iter().fold(body, |text, secret| secret.redact(text));
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
        300..=399 => "The service redirects elsewhere, which is not followed: \
                      the operator of this server has to check the base URL."
            .to_owned(),
        500..=599 => "The service failed; trying again later may help.".to_owned(),
        _ => return None,
    })
}

/// The body, if it is declared to be JSON and is; of a problem (RFC 9457) what it says in words
/// comes first.
fn body(received: &Received) -> Option<String> {
    let content_type = received.content_type.as_deref()?;
    let essence = media::essence(content_type);
    if media::kind(&essence) != Kind::Json {
        return None;
    }
    let mut value: Value = serde_json::from_slice(&received.body).ok()?;
    drop_traces(&mut value);
    match value {
        Value::Object(members) if essence == "application/problem+json" => {
            Some(problem(members, received.status))
        }
        value => Some(value.to_string()),
    }
}

/// `Title: detail`, then what else the problem has.
fn problem(mut members: Map<String, Value>, status: StatusCode) -> String {
    let mut word = |name: &str| match members.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => {
            let text = text.trim().to_owned();
            members.remove(name);
            Some(text)
        }
        _ => None,
    };
    let (title, detail) = (word("title"), word("detail"));
    let said = match (title, detail) {
        (Some(title), Some(detail)) if title != detail => format!("{title}: {detail}"),
        (title, detail) => title.or(detail).unwrap_or_default(),
    };
    // The first line of the whole text has it.
    if members.get("status").and_then(Value::as_u64) == Some(u64::from(status.as_u16())) {
        members.remove("status");
    }
    if members.get("type").and_then(Value::as_str) == Some("about:blank") {
        members.remove("type");
    }
    if members.is_empty() {
        return said;
    }
    let between = if said.is_empty() { "" } else { "\n" };
    format!("{said}{between}{}", Value::Object(members))
}

/// Drops what frameworks add for their developers.
fn drop_traces(value: &mut Value) {
    const TRACES: [&str; 6] =
        ["backtrace", "exceptiondetails", "stack", "stacktrace", "trace", "traceback"];
    match value {
        Value::Object(members) => {
            members.retain(|name, _| {
                let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                !TRACES.contains(&plain.to_ascii_lowercase().as_str())
            });
            members.values_mut().for_each(drop_traces);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_traces),
        _ => {}
    }
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
        assert_eq!(shown(more).as_deref(), Some("Sold\n{\"left\":0,\"type\":\"/e/7\"}"));
        let odd = r#"{"title":7,"status":500}"#;
        assert_eq!(shown(odd).as_deref(), Some(r#"{"status":500,"title":7}"#));
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
        assert!(shown.ends_with(r#"{"errors":[{}],"m":"key [redacted]"}"#), "{shown}");
    }

    #[test]
    fn long_bodies_are_cut_at_a_character() {
        let shown = text(500, "application/json", &format!("\"{}\"", "é".repeat(99)));
        let body = shown.lines().nth(1).unwrap();
        assert!(body.len() <= 64 + '…'.len_utf8(), "{body}");
        assert!(body.ends_with('…'));
    }
}
