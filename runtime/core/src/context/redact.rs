//! Keeps secrets out of what is logged to a peer.

use serde_json::Value;

/// Parts of names whose values nobody wants in a log.
const SECRET: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "authorization",
    "credential",
    "cookie",
    "privatekey",
    "accesskey",
    "sessionid",
    "signature",
    "bearer",
];

/// Replaces the values of members that are named like secrets.
pub(super) fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if is_secret(name) {
                    *member = "[redacted]".into();
                } else {
                    redact(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    SECRET.iter().any(|secret| plain.contains(secret))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_replaced_wherever_they_are() {
        let mut data = json!({
            "user": "ann", "api-key": "canary",
            "headers": [{ "Authorization": { "x": "canary" }, "Accept": "text/plain" }],
        });
        redact(&mut data);
        let expected = json!({
            "user": "ann", "api-key": "[redacted]",
            "headers": [{ "Authorization": "[redacted]", "Accept": "text/plain" }],
        });
        assert_eq!(data, expected);
    }
}
