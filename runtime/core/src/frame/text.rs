//! JSON tokens: strings and numbers, checked where they lie.

/// How a string ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Behind the closing quote.
    pub(super) end: usize,
    /// It has escapes.
    pub(super) escaped: bool,
    /// An escape is half of a surrogate pair, so the string is not Unicode.
    pub(super) lone_surrogate: bool,
}

/// Reads the string whose opening quote is before `at`; `Err` is where it breaks.
pub(super) fn string(text: &[u8], mut at: usize) -> Result<Text, usize> {
    let mut escaped = false;
    let mut lone_surrogate = false;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let plain = plain(rest).map_err(|breaks| at + breaks)?;
        at += plain;
        if rest.get(plain) == Some(&b'"') {
            return Ok(Text { end: at + 1, escaped, lone_surrogate });
        }
        escaped = true;
        at = match escape(text, at + 1)? {
            Escape::Plain { end } => end,
            Escape::Lone { end } => {
                lone_surrogate = true;
                end
            }
        };
    }
}

/// Most strings are no longer than this, and for those nothing wider pays.
const SHORT: usize = 32;

/// How many bytes there are before a quote or a backslash; `Err` is where the string breaks.
fn plain(rest: &[u8]) -> Result<usize, usize> {
    let mut known = 0;
    while known < SHORT
        && let Some(bytes) = rest.get(known..).and_then(<[u8]>::first_chunk)
    {
        let special = special(*bytes);
        if special < 8 {
            let at = known + special;
            return if rest.get(at).is_some_and(|byte| *byte < 0x20) { Err(at) } else { Ok(at) };
        }
        known += 8;
    }
    let rest = rest.get(known..).unwrap_or_default();
    let plain = memchr::memchr2(b'"', b'\\', rest).ok_or(known + rest.len())?;
    let run = rest.get(..plain).unwrap_or_default();
    // All at once, which is far quicker than one by one.
    if run.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < 0x20 {
        let control = run.iter().position(|byte| *byte < 0x20).unwrap_or_default();
        return Err(known + control);
    }
    Ok(known + plain)
}

/// Which of eight bytes is the first that is a quote, a backslash or a control character; 8 if
/// none is. The bytes are looked at as one number: what is subtracted from a byte borrows from the
/// next one only where it was too small, which is behind the first that is looked for.
fn special(bytes: [u8; 8]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const TOP: u64 = u64::from_le_bytes([0x80; 8]);
    let bytes = u64::from_le_bytes(bytes);
    let below = |bytes: u64, least: u64| bytes.wrapping_sub(EACH * least) & !bytes & TOP;
    let is = |byte: u8| below(bytes ^ (EACH * u64::from(byte)), 1);
    let found = below(bytes, 0x20) | is(b'"') | is(b'\\');
    found.trailing_zeros() as usize / 8
}

enum Escape {
    Plain { end: usize },
    Lone { end: usize },
}

/// Reads the escape whose backslash is before `at`.
fn escape(text: &[u8], at: usize) -> Result<Escape, usize> {
    match text.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            Ok(Escape::Plain { end: at + 1 })
        }
        Some(b'u') => {
            let end = at + 5;
            match hex(text, at + 1)? {
                0xD800..0xDC00 => match low_half(text, end) {
                    Some(end) => Ok(Escape::Plain { end }),
                    None => Ok(Escape::Lone { end }),
                },
                0xDC00..0xE000 => Ok(Escape::Lone { end }),
                _ => Ok(Escape::Plain { end }),
            }
        }
        _ => Err(at),
    }
}

/// The end of the second half of a surrogate pair, if it begins at `at`.
fn low_half(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at..at + 2)? != b"\\u" {
        return None;
    }
    let half = hex(text, at + 2).ok()?;
    (0xDC00..0xE000).contains(&half).then_some(at + 6)
}

fn hex(text: &[u8], at: usize) -> Result<u32, usize> {
    let digits = text.get(at..at + 4).ok_or(text.len())?;
    digits.iter().enumerate().try_fold(0, |value, (index, digit)| {
        let digit = char::from(*digit).to_digit(16).ok_or(at + index)?;
        Ok(value * 16 + digit)
    })
}

/// Reads the number that begins at `at`: its end, and whether it is beyond the range of `f64`.
pub(super) fn number(text: &[u8], at: usize) -> Result<(usize, bool), usize> {
    let mut end = at + usize::from(text.get(at) == Some(&b'-'));
    end = match text.get(end) {
        Some(b'0') => end + 1,
        Some(b'1'..=b'9') => digits(text, end)?,
        _ => return Err(end),
    };
    let mut large = end - at > 300;
    if text.get(end) == Some(&b'.') {
        end = digits(text, end + 1)?;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        large = true;
        end += 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(text, end)?;
    }
    Ok((end, large && is_infinite(text.get(at..end).unwrap_or_default())))
}

/// Behind one digit or more.
fn digits(text: &[u8], at: usize) -> Result<usize, usize> {
    let rest = text.get(at..).unwrap_or_default();
    match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
        0 => Err(at),
        count => Ok(at + count),
    }
}

fn is_infinite(number: &[u8]) -> bool {
    let number = str::from_utf8(number).ok().and_then(|number| number.parse::<f64>().ok());
    number.is_none_or(f64::is_infinite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_special_is_found_anywhere_in_eight_bytes() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                for around in [b'a', 0x21, 0x7f, 0x80, 0xff] {
                    let mut bytes = [around; 8];
                    bytes[place] = byte;
                    let is_special = byte < 0x20 || matches!(byte, b'"' | b'\\');
                    assert_eq!(special(bytes), if is_special { place } else { 8 }, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn strings_end_and_break_at_any_length() {
        for length in 0..100 {
            let text = format!("{}\" ", "ä".repeat(length));
            assert_eq!(string(text.as_bytes(), 0).unwrap().end, 2 * length + 1);
            let broken = format!("{}\u{1}\"", "a".repeat(length));
            assert_eq!(string(broken.as_bytes(), 0), Err(length));
            assert_eq!(string("a".repeat(length).as_bytes(), 0), Err(length));
        }
    }

    #[test]
    fn strings() {
        let read = |text: &str| string(text.as_bytes(), 0);
        let ok = |end, escaped, lone_surrogate| Ok(Text { end, escaped, lone_surrogate });
        assert_eq!(read(r#"a" "#), ok(2, false, false));
        assert_eq!(read(r#"\"\\\u00e4é" "#), ok(13, true, false));
        assert_eq!(read(r#"\ud83d\ude00""#), ok(13, true, false));
        assert_eq!(read(r#"\ud83d""#), ok(7, true, true));
        assert_eq!(read(r#"\ud83d\u0041""#), ok(13, true, true));
        assert_eq!(read(r#"\ude00""#), ok(7, true, true));
        assert_eq!(read("a\u{1}\""), Err(1));
        assert_eq!(read(r#"\x""#), Err(1));
        assert_eq!(read(r#"\u12g4""#), Err(4));
        assert_eq!(read("abc"), Err(3));
    }

    #[test]
    fn numbers() {
        let read = |text: &str| number(text.as_bytes(), 0);
        for (text, end) in [("0,", 1), ("-12]", 3), ("1.50 ", 4), ("2e+10}", 5), ("01", 1)] {
            assert_eq!(read(text), Ok((end, false)), "{text}");
        }
        assert_eq!(read("1e400"), Ok((5, true)));
        assert_eq!(read("-1e400"), Ok((6, true)));
        assert_eq!(read("1e-400"), Ok((6, false)));
        let long = "9".repeat(400);
        assert_eq!(read(&long), Ok((400, true)));
        for text in ["-", ".5", "1.", "1e", "+1", "NaN"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
