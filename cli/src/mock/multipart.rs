//! `multipart/form-data` and its kin, taken apart.

use percent_encoding::percent_decode_str;

/// A part of a body.
#[derive(Debug, PartialEq)]
pub(super) struct Part<'a> {
    /// What it is called, if it says so.
    pub(super) name: Option<String>,
    /// Its media type, if it says so.
    pub(super) media_type: Option<String>,
    /// Names of all of its headers, in lower case.
    pub(super) headers: Vec<String>,
    pub(super) body: &'a [u8],
}

/// The parts of a body, or what is wrong with it.
pub(super) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, String> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or("its media type has no `boundary`")?;
    let delimiter = format!("--{boundary}");
    let mut rest = after(body, delimiter.as_bytes()).ok_or("its boundary is nowhere in it")?;
    let mut parts = Vec::new();
    let between = format!("\r\n{delimiter}");
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let part = after(rest, b"\r\n").ok_or("a boundary has no line of its own")?;
        let end = find(part, between.as_bytes()).ok_or("it ends without its last boundary")?;
        let (part, behind) = part.split_at(end);
        parts.push(read(part)?);
        rest = behind.get(between.len()..).unwrap_or_default();
    }
}

fn read(part: &[u8]) -> Result<Part<'_>, String> {
    let (head, body) = match part.strip_prefix(b"\r\n") {
        Some(body) => (&[][..], body),
        None => {
            let end = find(part, b"\r\n\r\n").ok_or("a part has no empty line behind its head")?;
            let (head, body) = part.split_at(end);
            (head, body.get(4..).unwrap_or_default())
        }
    };
    let head = std::str::from_utf8(head).map_err(|_| "the head of a part is no UTF-8")?;
    let headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let headers: Vec<(String, &str)> =
        headers.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim())).collect();
    let value = |name: &str| headers.iter().find(|(own, _)| own == name).map(|(_, value)| *value);
    Ok(Part {
        name: value("content-disposition").and_then(|value| parameter(value, "name")),
        media_type: value("content-type").map(str::to_owned),
        headers: headers.iter().map(|(name, _)| name.clone()).collect(),
        body,
    })
}

/// A parameter of a header's value, with or without quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once(';') {
        let (key, behind) = behind.split_once('=')?;
        let quoted = behind.trim_start().strip_prefix('"');
        let (value, left) = match quoted {
            Some(quoted) => until_quote(quoted)?,
            None => {
                let end = behind.find(';').unwrap_or(behind.len());
                let (value, left) = behind.split_at(end);
                (value.trim().to_owned(), left)
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            // As browsers write quotes and line ends.
            let value = if quoted.is_some() && value.contains('%') {
                percent_decode_str(&value).decode_utf8_lossy().into_owned()
            } else {
                value
            };
            return Some(value);
        }
        rest = left;
    }
    None
}

/// The text before the next quote, and what is behind it.
fn until_quote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    None
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn after<'a>(text: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    text.get(find(text, what)? + what.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_names_types_and_bytes() {
        let body = b"--b c\r\nContent-Disposition: form-data; name=\"a\\\"%22\"; filename=\"x;y\"\r\n\
            content-type: image/png\r\nX-More: 1\r\n\r\n\x00\r\n--b\r\n--b c\r\n\r\nplain\r\n--b c--\r\n";
        let found = parts("multipart/form-data; boundary=\"b c\"", body).unwrap();
        let headers = ["content-disposition", "content-type", "x-more"].map(str::to_owned).to_vec();
        let first = Part {
            name: Some("a\"\"".to_owned()),
            media_type: Some("image/png".to_owned()),
            headers,
            body: b"\x00\r\n--b",
        };
        let second = Part { name: None, media_type: None, headers: Vec::new(), body: b"plain" };
        assert_eq!(found, [first, second]);
        assert_eq!(parts("multipart/mixed; boundary=b", b"--b--"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (content_type, body, part) in [
            ("multipart/form-data", "--b--", "no `boundary`"),
            ("multipart/form-data; boundary=b", "", "nowhere"),
            ("multipart/form-data; boundary=b", "--b\r\n\r\nx", "last boundary"),
            ("multipart/form-data; boundary=b", "--b\r\nx\r\n--b--", "empty line"),
        ] {
            let error = parts(content_type, body.as_bytes()).unwrap_err();
            assert!(error.contains(part), "{body}: {error}");
        }
    }
}
