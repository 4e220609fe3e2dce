//! One encoder per place of a request, each a type of its own, so that data cannot get where
//! its encoding does not hold.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const DATA: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `allowReserved`: reserved characters stay, but for those that end a query or a pair in it
/// and `+`, which servers read as a space.
const RESERVED: &AsciiSet = &DATA
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// `allowReserved` in a path: as above, but a segment has no `?` and no end, and its `&` and `+`
/// mean nothing.
const RESERVED_SEGMENT: &AsciiSet = &RESERVED.add(b'/').add(b'?').remove(b'&').remove(b'+');

/// What a path template may hold as it is, `/` included; `%` because templates are encoded.
const TEMPLATE: &AsciiSet = &RESERVED.remove(b'&').remove(b'+').remove(b'%').add(b'?');

/// What no URL holds as it is, though references in answers do.
const FOREIGN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'^');

/// Part of a path: encoded data, or a literal of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathSegment(String);

impl PathSegment {
    /// Encodes a value for use within one segment.
    ///
    /// # Errors
    /// Says why the value is not sent: it is empty, or some server on the way might read it as
    /// more than one segment, or as a step upwards. Percent-encoding does not help against
    /// those that decode before they route.
    pub(crate) fn data(value: &str) -> Result<Self, &'static str> {
        harmless(value)?;
        Ok(Self(encode(value)))
    }

    /// Likewise, but reserved characters that end no segment stay as they are, and so does what is
    /// percent-encoded already.
    pub(crate) fn reserved(value: &str) -> Result<Self, &'static str> {
        harmless(value)?;
        Ok(Self(expanded(value, RESERVED_SEGMENT)))
    }

    /// A literal of the path template.
    pub(crate) fn literal(text: &str) -> Self {
        Self(utf8_percent_encode(text, TEMPLATE).to_string())
    }

    /// The encoded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name or value of a query string or an URL-encoded form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryPart(String);

impl QueryPart {
    /// Encodes data.
    pub(crate) fn data(text: &str) -> Self {
        Self(encode(text))
    }

    /// Encodes data whose reserved characters stay as they are, and so does what is
    /// percent-encoded already (RFC 6570, section 3.2.3).
    pub(crate) fn reserved(text: &str) -> Self {
        Self(expanded(text, RESERVED))
    }

    /// Parts with an encoded delimiter between them.
    pub(crate) fn join(parts: &[Self], delimiter: &str) -> Self {
        let parts: Vec<&str> = parts.iter().map(Self::as_str).collect();
        Self(parts.join(delimiter))
    }

    /// The encoded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A header's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderPart(String);

impl HeaderPart {
    /// Checks a value: headers carry printable ASCII, nothing is encoded.
    pub(crate) fn data(text: &str) -> Result<Self, &'static str> {
        if !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err("it is sent in a header, which takes printable ASCII only");
        }
        if text.trim_matches(' ').len() != text.len() {
            return Err("it is sent in a header, which cannot begin or end with a space");
        }
        Ok(Self(text.to_owned()))
    }

    /// The checked text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name or value in the `Cookie` header; `;`, `=`, `,`, spaces and the like are encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CookiePart(String);

impl CookiePart {
    /// Encodes data.
    pub(crate) fn data(text: &str) -> Self {
        Self(encode(text))
    }

    /// Data that is sent as it is, if it can be (RFC 6265, section 4.1.1).
    pub(crate) fn plain(text: &str) -> Result<Self, &'static str> {
        let octet = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        if !text.bytes().all(octet) {
            return Err(
                "it is sent in a cookie as it is, which takes ASCII without spaces and `\",;\\`",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The encoded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `name` is a header that a parameter must not set: it says who calls, how the message
/// is framed, or where it came from.
pub(crate) fn forbidden_header(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "connection",
        "content-length",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "proxy-authorization",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-real-ip",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("x-forwarded-")
}

/// Header parameters that OpenAPI says to ignore: media types and security schemes decide. Answers
/// that are compressed are not read, so none is asked for.
pub(crate) fn ignored_header(name: &str) -> bool {
    ["accept", "accept-encoding", "authorization", "content-type"]
        .iter()
        .any(|ignored| name.eq_ignore_ascii_case(ignored))
}

/// Whether any segment of a path is a dot segment, however often it is decoded.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    path.split('/').any(|segment| {
        let decoded = decode_fully(segment);
        decoded.split(['/', '\\']).any(|part| matches!(part.split(';').next(), Some("." | "..")))
    })
}

fn harmless(value: &str) -> Result<(), &'static str> {
    if value.is_empty() {
        return Err("it is empty, and it is part of the path");
    }
    let decoded = decode_fully(value);
    if decoded.contains(['/', '\\']) {
        return Err("it contains a slash or backslash, and it is one segment of the path");
    }
    if decoded.chars().any(char::is_control) {
        return Err("it contains a control character, and it is part of the path");
    }
    // Some servers drop `;name=value` from a segment before they look at it.
    if matches!(decoded.split(';').next(), Some("." | "..")) {
        return Err("`.` and `..` have a meaning in paths");
    }
    Ok(())
}

/// Encodes what is not in a set of characters that stay, but for percent-encoded triples.
fn expanded(text: &str, set: &'static AsciiSet) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.extend(utf8_percent_encode(before, set));
        let triple =
            after.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if triple { "%" } else { "%25" });
        rest = after;
    }
    out.extend(utf8_percent_encode(rest, set));
    out
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, DATA).to_string()
}

/// A reference as URLs have it: what they have no place for is percent-encoded, all else stays.
pub(crate) fn reference(text: &str) -> String {
    utf8_percent_encode(text, FOREIGN).to_string()
}

/// Percent-decodes until nothing changes any more. What a triple stands for may end another one,
/// which is seen as soon as it is there: the time is that of one reading.
fn decode_fully(text: &str) -> String {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        bytes.push(byte);
        while let Some(decoded) = last_triple(&bytes) {
            bytes.truncate(bytes.len() - 3);
            bytes.push(decoded);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn last_triple(bytes: &[u8]) -> Option<u8> {
    let [.., b'%', high, low] = bytes else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_values_that_could_be_more_than_one_segment_are_refused() {
        for value in [
            "",
            ".",
            "..",
            "%2e",
            "%2e%2e",
            ".%2E",
            "%2E.",
            "..%2f",
            "%252e%252e",
            "a/b",
            "a\\b",
            "a%2Fb",
            "a%5cb",
            "a%252fb",
            "//evil",
            "..;",
            "..;a=b",
            ".;x",
            "%2e%2e%3bx",
            "a\0b",
            "a\r\nb",
            "a\tb",
            "a%00b",
            "a%0d%0ab",
            "..\\..",
            "/",
            "\\",
            "\u{7f}",
            "a\u{85}b",
        ] {
            assert!(PathSegment::data(value).is_err(), "{value:?} was let through");
        }
    }

    #[test]
    fn other_path_values_are_data() {
        for (value, encoded) in [
            ("?x=1", "%3Fx%3D1"),
            ("#f", "%23f"),
            (";v=1", "%3Bv%3D1"),
            ("@evil", "%40evil"),
            (":80", "%3A80"),
            ("a b+c", "a%20b%2Bc"),
            ("100%", "100%25"),
            ("50%25", "50%2525"),
            ("...", "..."),
            ("v1.2..3", "v1.2..3"),
            ("日本", "%E6%97%A5%E6%9C%AC"),
            ("😀", "%F0%9F%98%80"),
            ("{id}", "%7Bid%7D"),
        ] {
            assert_eq!(PathSegment::data(value).unwrap().as_str(), encoded);
        }
    }

    #[test]
    fn reserved_characters_stay_but_for_those_that_end_a_pair() {
        assert_eq!(QueryPart::reserved("a:/?@!$'()*,;=b").as_str(), "a:/?@!$'()*,;=b");
        assert_eq!(QueryPart::reserved("#&+[ ]%").as_str(), "%23%26%2B%5B%20%5D%25");
        assert_eq!(QueryPart::reserved("%20%2f%2%zz%").as_str(), "%20%2f%252%25zz%25");
        assert_eq!(
            PathSegment::reserved("a:@!$&'()*+,;=%20 ?#é").unwrap().as_str(),
            "a:@!$&'()*+,;=%20%20%3F%23%C3%A9"
        );
        for value in ["a/b", "..", "%2e%2e", "a%2fb", "..;x", ""] {
            assert!(PathSegment::reserved(value).is_err(), "{value}");
        }
    }

    #[test]
    fn headers_take_printable_ascii() {
        for value in ["a\r\nb", "a\nb", "\ta", "é", " a", "a ", "a\0", "\u{7f}"] {
            assert!(HeaderPart::data(value).is_err(), "{value:?} was let through");
        }
        assert_eq!(HeaderPart::data("a b;c=\"d\"").unwrap().as_str(), "a b;c=\"d\"");
    }

    #[test]
    fn headers_that_frame_or_identify_are_forbidden() {
        for name in ["Host", "CONTENT-LENGTH", "Proxy-Anything", "x-forwarded-for", "Forwarded"] {
            assert!(forbidden_header(name), "{name}");
        }
        assert!(!forbidden_header("X-Request-Id"));
        assert!(ignored_header("Authorization") && ignored_header("Accept-Encoding"));
    }

    #[test]
    fn dot_segments_are_found_however_encoded() {
        for path in ["/a/../b", "/a/%2e%2e/b", "/.", "/a/.%2E", "/a/..;x/b", "/%252e%252e/"] {
            assert!(has_dot_segment(path), "{path}");
        }
        assert!(!has_dot_segment("/a/.well-known/..b/c."));
        assert!(has_dot_segment("/%25%32%65./b") && has_dot_segment("/%%32%65%2%65/b"));
    }

    /// One round of decoding for each level would take a day.
    #[test]
    fn however_often_something_is_encoded_it_is_read_once() {
        let levels = |end: &str| format!("/%{}{end}/b", "25".repeat(1 << 20));
        assert!(has_dot_segment(&levels("2e.")));
        assert!(!has_dot_segment(&levels("41")));
        assert!(PathSegment::data(&levels("2f").replace('/', "")).is_err());
    }
}
