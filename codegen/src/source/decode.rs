//! From the bytes of a file to its text.

use std::borrow::Cow;

use crate::code;
use crate::diagnostic::Diagnostic;

/// The text, and what there is to say about how it is written.
pub(super) type Decoded<'t> = (Cow<'t, str>, Vec<Diagnostic>);

/// Reads UTF-8, and UTF-16 with a finding.
pub(super) fn decode<'t>(file: &str, bytes: &'t [u8]) -> Result<Decoded<'t>, Vec<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(text) = utf16(bytes) {
        let message = "the document is UTF-16 text; it is read as that";
        let finding = code::ODD_TEXT.diagnostic(file, None, "", message);
        return Ok((Cow::Owned(text), vec![finding]));
    }
    let unreadable =
        |line, message| Err(vec![code::UNREADABLE.diagnostic(file, line, "", message)]);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Vec::new())),
        Err(_) if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"PK\x03\x04") => {
            unreadable(None, "the document is compressed; unpack it first")
        }
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
            let message = "the document is not UTF-8 text; save it as that";
            unreadable(u32::try_from(line).ok(), message)
        }
    }
}

/// UTF-16 is told by its mark, or else by the zeros in its first two letters.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (bytes, unit): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest, u16::from_be_bytes),
        [1..=255, 0, 1..=255, 0, ..] => (bytes, u16::from_le_bytes),
        [0, 1..=255, 0, 1..=255, ..] => (bytes, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    Some(
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_in_both_orders_with_a_mark_and_without() {
        let text = "a: \"\u{e9}\u{1F408}\"\n";
        for (mark, order) in [
            (&b"\xFF\xFE"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (b"\xFE\xFF", u16::to_be_bytes),
            (b"", u16::to_le_bytes),
            (b"", u16::to_be_bytes),
        ] {
            let mut bytes = mark.to_vec();
            bytes.extend(text.encode_utf16().flat_map(order));
            let (read, findings) = decode("t", &bytes).unwrap();
            assert_eq!((&*read, findings[0].code), (text, "TW0107"));
        }
        assert_eq!(decode("t", "a: \u{e9}".as_bytes()).unwrap().1, []);
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, word) in
            [(&b"\x1F\x8B\x08\x00\x01\xFF"[..], "compressed"), (b"a: 1\nb: \xE4\n", "UTF-8")]
        {
            let errors = decode("t", bytes).unwrap_err();
            assert_eq!(errors[0].code, "TW0101");
            assert!(errors[0].message.contains(word), "{}", errors[0]);
        }
    }
}
