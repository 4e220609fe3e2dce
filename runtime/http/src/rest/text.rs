//! The text of a body, whatever its character encoding.

use super::media;

/// What windows-1252 has in place of the control characters from 0x80 on; where it has nothing, they
/// stay. Servers that say ISO-8859-1 mean it.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What ISO-8859-15 has in other places than ISO-8859-1.
const NINTH: [(u8, char); 8] = [
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

/// A text, and what is to be said where characters of it were lost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) remark: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16 { big: bool },
    Latin { ninth: bool },
}

/// The text of a body: in UTF-8 or what its media type says, and without a byte order mark, which
/// counts more than that. JSON is UTF-8 whatever is said, if it can be.
///
/// Specification: RFC 8259, section 8.1; the Encoding Standard, section 4.2.
pub(crate) fn read(body: Vec<u8>, content_type: &str, json: bool) -> Text {
    let label = media::parameter(content_type, "charset").unwrap_or_default();
    let known = match label.as_str() {
        // What is no ASCII, though it should be, is UTF-8 as a rule.
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Some(Charset::Utf8),
        "utf-16" | "utf-16le" => Some(Charset::Utf16 { big: false }),
        "utf-16be" => Some(Charset::Utf16 { big: true }),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" | "windows-1252" | "cp1252"
        | "x-cp1252" => Some(Charset::Latin { ninth: false }),
        "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin9" | "l9" => {
            Some(Charset::Latin { ninth: true })
        }
        _ => None,
    };
    let charset = match body.as_slice() {
        [0xfe, 0xff, ..] => Charset::Utf16 { big: true },
        [0xff, 0xfe, ..] => Charset::Utf16 { big: false },
        [0xef, 0xbb, 0xbf, ..] => Charset::Utf8,
        bytes if json && std::str::from_utf8(bytes).is_ok() => Charset::Utf8,
        _ => known.unwrap_or(Charset::Utf8),
    };
    let mut remark = None;
    let text = match charset {
        Charset::Latin { ninth } => body.into_iter().map(|byte| latin(byte, ninth)).collect(),
        Charset::Utf16 { big } => utf16(&body, big),
        Charset::Utf8 => String::from_utf8(body).unwrap_or_else(|error| {
            remark = Some(match known {
                Some(_) => "Some bytes of the response are no UTF-8; they are shown as \u{fffd}."
                    .to_owned(),
                None => {
                    let label: String = label.chars().take(32).collect();
                    format!(
                        "The response is in the character encoding `{label}`, which is not known; \
                         what is no UTF-8 in it is shown as \u{fffd}."
                    )
                }
            });
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }),
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Text { text, remark }
}

fn latin(byte: u8, ninth: bool) -> char {
    let other = NINTH.iter().find(|(place, _)| ninth && *place == byte).map(|(_, other)| *other);
    let windows = || WINDOWS.get(usize::from(byte.wrapping_sub(0x80))).copied();
    other.or_else(windows).unwrap_or(char::from(byte))
}

fn utf16(body: &[u8], big: bool) -> String {
    let unit = |pair: &[u8]| {
        let pair =
            [pair.first().copied().unwrap_or_default(), pair.get(1).copied().unwrap_or_default()];
        if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    char::decode_utf16(body.chunks(2).map(unit)).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &[u8], content_type: &str) -> (String, bool) {
        let Text { text, remark } = read(body.to_vec(), content_type, false);
        (text, remark.is_some())
    }

    #[test]
    fn texts_are_read_in_their_encoding() {
        for (body, content_type, text) in [
            (&b"caf\xe9 \x80\x93"[..], "text/plain; charset=ISO-8859-1", "café €“"),
            (b"\xa4\xe9", "text/plain; charset=\"iso-8859-15\"", "€é"),
            (b"caf\xc3\xa9", "text/plain; charset=us-ascii", "café"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", "text/plain; charset=latin1", "café"),
            (b"\xff\xfeh\0i\0", "text/plain", "hi"),
            (b"\xfe\xff\0h\0i", "text/plain; charset=utf-8", "hi"),
            (b"\0h\xd8\x3d\xde\x00", "text/plain; charset=utf-16be", "h😀"),
            (b"abc", "text/plain; charset=shift_jis", "abc"),
            (b"", "", ""),
        ] {
            assert_eq!(said(body, content_type), (text.to_owned(), false), "{content_type}");
        }
    }

    #[test]
    fn what_is_lost_is_said() {
        assert_eq!(said(b"a\xffb", "text/plain"), ("a\u{fffd}b".to_owned(), true));
        let unknown = read(b"\x83e".to_vec(), "text/plain; charset=Shift_JIS", false);
        assert!(unknown.remark.unwrap().contains("`shift_jis`"));
    }

    #[test]
    fn json_is_utf_8_if_it_can_be() {
        let json =
            |body: &[u8]| read(body.to_vec(), "application/json; charset=iso-8859-1", true).text;
        assert_eq!(json(b"\"\xc3\xa9\""), "\"é\"");
        assert_eq!(json(b"\"\xe9\""), "\"é\"");
    }
}
