//! Where tokens of JSON text end.

/// Where the string ends that a text begins with; the end of the text where it never does.
#[must_use]
pub fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::string_end;

    #[test]
    fn escaped_quotes_end_nothing() {
        for (text, end) in [(r#""a" b"#, 3), (r#""\"" "#, 4), (r#""\\""#, 4), (r#""open"#, 5)] {
            assert_eq!(string_end(text), end, "{text}");
        }
    }
}
