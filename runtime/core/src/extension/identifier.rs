//! What extensions may be called.

/// What is wrong with an identifier.
///
/// Specification: `basic/index`, section "`_meta`".
pub(crate) fn fault(identifier: &str) -> Option<&'static str> {
    let Some((prefix, name)) = identifier.split_once('/') else {
        return Some("it has no prefix; write it like `com.example/reservations`");
    };
    let labels: Vec<&str> = prefix.split('.').collect();
    if !labels.iter().all(|label| is_label(label)) {
        return Some(
            "its prefix is not made of labels that begin with a letter, end with a letter or \
             digit, and have only those and hyphens within",
        );
    }
    if !is_name(name) {
        return Some(
            "its name does not begin and end with a letter or digit, with only those, hyphens, \
             underscores and dots within",
        );
    }
    let reserved = matches!(labels.get(1), Some(&("mcp" | "modelcontextprotocol")));
    (reserved && prefix != "io.modelcontextprotocol")
        .then_some("its prefix is reserved; use a domain of yours")
}

fn is_label(label: &str) -> bool {
    label.starts_with(|first: char| first.is_ascii_alphabetic())
        && label.ends_with(|last: char| last.is_ascii_alphanumeric())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.ends_with(|last: char| last.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_a_prefix_and_a_name() {
        for legal in ["com.example/x", "io.modelcontextprotocol/ui", "a/b_c.d-e", "x-1.y/9"] {
            assert_eq!(fault(legal), None, "{legal}");
        }
        for illegal in [
            "",
            "x",
            "/x",
            "com.example/",
            "com..x/y",
            "1com/x",
            "com-/x",
            "com.example/-x",
            "com.example/x/y",
            "com.example/x ",
            "com.ex_ample/x",
            "com.mcp.tools/x",
            "dev.modelcontextprotocol/x",
        ] {
            assert!(fault(illegal).is_some(), "{illegal}");
        }
    }
}
