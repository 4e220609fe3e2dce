//! Tokens of JSON pointers (RFC 6901).

/// A member's name as it stands in a pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The member's name that a token stands for.
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_come_back() {
        assert_eq!(escape("a/b~1"), "a~1b~01");
        assert_eq!(unescape("a~1b~01"), "a/b~1");
    }
}
