//! As much of URIs as is needed here.

/// Longest URI that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

/// Whether a text is an absolute URI as of RFC 3986. Characters beyond ASCII pass, as in IRIs.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    text.len() <= LONGEST
        && letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && rest.chars().all(is_legal)
        && rest.split('%').skip(1).all(|code| escaped(code).is_some())
}

/// `%XX` decoded. `None`: an escape is broken, or what comes out is no UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(escaped(piece)?);
        bytes.extend_from_slice(piece.as_bytes().get(2..)?);
    }
    String::from_utf8(bytes).ok()
}

/// What a URI means, however it is spelled: two that are one to somebody who decodes them, or does
/// not tell capitals from small letters, are one here. Others may be as well, so this is good for
/// nothing but to be careful.
pub(crate) fn meaning(uri: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut pieces = uri.split('%');
    bytes.extend(pieces.next().into_iter().flat_map(str::bytes));
    for piece in pieces {
        match (escaped(piece), piece.as_bytes().get(2..)) {
            (Some(byte), Some(rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest);
            }
            _ => {
                bytes.push(b'%');
                bytes.extend_from_slice(piece.as_bytes());
            }
        }
    }
    bytes.make_ascii_lowercase();
    bytes
}

/// The byte that two hexadecimal digits stand for.
fn escaped(code: &str) -> Option<u8> {
    let digits = code.get(..2).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

fn is_legal(character: char) -> bool {
    !character.is_control()
        && !character.is_whitespace()
        && !matches!(character, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_told_from_other_text() {
        for uri in ["file:///a", "shop://books/1?x=%20", "urn:isbn:1", "a+b-c.d:x", "x:é"] {
            assert!(is_uri(uri), "{uri}");
        }
        let long = format!("x:{}", "a".repeat(LONGEST));
        for text in
            ["", "a", ":a", "1a:b", "file:", "x:a b", "x:%zz", "x:%+1", "x:%é", "x:a\0", "x:\\"]
        {
            assert!(!is_uri(text), "{text}");
        }
        assert!(!is_uri(&long));
    }

    #[test]
    fn spellings_of_a_uri_mean_the_same() {
        for spelled in ["x:a/b", "X:a/b", "x:%61/b", "x:a%2Fb", "x:a%2fb", "x:%41%2fB"] {
            assert_eq!(meaning(spelled), b"x:a/b", "{spelled}");
        }
        assert_eq!(meaning("x:%2561%ff%2"), b"x:%61\xff%2");
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(decoded("a%2Fb%252e").as_deref(), Some("a/b%2e"));
        assert_eq!(decoded("%ff"), None);
        assert_eq!(decoded("%2"), None);
    }
}
