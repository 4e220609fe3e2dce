//! Forms, as `application/x-www-form-urlencoded` writes them.

use std::fmt::Write as _;

/// Names and values as the body of a form, or as a query.
pub(crate) fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        part(&mut text, name);
        text.push('=');
        part(&mut text, value);
    }
    text
}

/// One name or value.
pub(crate) fn part(into: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            // Writing to a `String` cannot fail.
            _ => drop(write!(into, "%{byte:02X}")),
        }
    }
}

/// The names and values in a form or a query, as they stand; `None` if something in it is no
/// text of UTF-8, or a `%` is not followed by two digits.
pub(crate) fn decode(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode_part(name)?, decode_part(value)?))
        })
        .collect()
}

/// One name or value.
pub(crate) fn decode_part(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()?)? * 16 + digit(bytes.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(plain).ok()
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back() {
        let pairs =
            [("resource", "https://a.example/mcp?x=1&y=%20"), ("ä b", "+~*\u{0}"), ("", "")];
        let text = encode(pairs);
        assert!(text.is_ascii() && !text.contains([' ', '+', '*', ':', '/']), "{text}");
        let back = decode(&text).unwrap();
        let back: Vec<_> = back.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(back, pairs);
    }

    #[test]
    fn forms_of_others_are_read() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            decode("a=1+2&&b&c==").unwrap(),
            [pair("a", "1 2"), pair("b", ""), pair("c", "=")]
        );
        assert_eq!(decode(""), Some(Vec::new()));
        for wrong in ["%", "a=%4", "a=%zz", "%ff=1"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
