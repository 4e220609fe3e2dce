//! What must not be in the tree of dependencies.

use super::{Finding, Source};

/// The same list as in `deny.toml`, held without cargo-deny installed.
const BANNED: &[(&str, &str)] = &[
    ("rsa", "RUSTSEC-2023-0071, a timing side channel without a fix"),
    ("openssl", "one TLS stack: rustls"),
    ("openssl-sys", "one TLS stack: rustls"),
    ("native-tls", "one TLS stack: rustls"),
    ("serde_yaml", "unmaintained"),
];

/// Reports banned packages in `Cargo.lock`.
pub(crate) fn check_lock(source: &Source, findings: &mut Vec<Finding>) {
    for (index, line) in source.text.lines().enumerate() {
        let Some(name) = line.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"'))
        else {
            continue;
        };
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            findings.push(Finding {
                file: source.path.clone(),
                line: index + 1,
                message: format!("`{name}` is banned: {reason}"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_package_is_reported_at_its_line() {
        let text = "[[package]]\nname = \"rsa\"\n".to_owned();
        let mut findings = Vec::new();
        check_lock(&Source { path: "Cargo.lock".into(), text }, &mut findings);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 2);
    }
}
