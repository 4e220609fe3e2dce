//! JSON as people write it: with comments, and commas behind the last member.

/// The same text with blanks in the place of comments and of commas that are too many. Every byte
/// and line stays where it is.
pub(super) fn plain(text: &str) -> String {
    let mut bytes = text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes().to_vec();
    let mut position = 0;
    let mut comma = None;
    while let Some(byte) = bytes.get(position).copied() {
        let next = match (byte, bytes.get(position + 1)) {
            (b'"', _) => {
                comma = None;
                string(&bytes, position)
            }
            (b'/', Some(b'/')) => blank(&mut bytes, position, |rest| {
                rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
            }),
            (b'/', Some(b'*')) => blank(&mut bytes, position, |rest| {
                let inside = rest.get(2..).unwrap_or_default();
                inside.windows(2).position(|end| end == b"*/").map_or(rest.len(), |end| end + 4)
            }),
            (b',', _) => {
                comma = Some(position);
                position + 1
            }
            (b'}' | b']', _) => {
                if let Some(comma) = comma.take().and_then(|comma: usize| bytes.get_mut(comma)) {
                    *comma = b' ';
                }
                position + 1
            }
            (b' ' | b'\t' | b'\r' | b'\n', _) => position + 1,
            _ => {
                comma = None;
                position + 1
            }
        };
        position = next;
    }
    // Only whole comments and commas were replaced.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Behind the end of a string.
fn string(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'"' => return position + 1,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    position
}

/// Writes blanks over a comment, but keeps its lines; the position behind it.
fn blank(bytes: &mut [u8], start: usize, length: impl Fn(&[u8]) -> usize) -> usize {
    let length = length(bytes.get(start..).unwrap_or_default());
    for byte in bytes.iter_mut().skip(start).take(length) {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_become_blanks() {
        for (text, expected) in [
            ("{\"a\": 1, // b\n}", "{\"a\": 1      \n}"),
            ("[1, /* ü\n */ 2 , ]", "[1,      \n    2   ]"),
            (r#"{"//": "/* , } */"}"#, r#"{"//": "/* , } */"}"#),
            (r#"{"a\"//": ",]"}"#, r#"{"a\"//": ",]"}"#),
            ("[1,,]", "[1, ]"),
            ("[,]", "[ ]"),
            ("/* open", "       "),
            ("\u{feff}{}", "{}"),
            ("\"open", "\"open"),
            ("\"\\", "\"\\"),
            ("/", "/"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
