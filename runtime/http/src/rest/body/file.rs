//! Files in arguments: base64, or a `data:` URI, which can hold plain text and say what it is.

use percent_encoding::percent_decode_str;

use super::super::base64::decode;

/// A file that an argument holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: Option<String>,
    /// Without any folders.
    pub(super) name: Option<String>,
}

/// The file, unless the text is neither.
pub(super) fn read(text: &str) -> Option<File> {
    match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("data:") => uri(text.get(5..)?),
        _ => Some(File { bytes: decode(text)?, content_type: None, name: None }),
    }
}

/// `image/png;name=cover.png;base64,AAAA` (RFC 2397)
fn uri(text: &str) -> Option<File> {
    let (head, data) = text.split_once(',')?;
    let decoded: Vec<u8> = percent_decode_str(data).collect();
    let (mut media_type, mut name, mut base64) = (Vec::new(), None, false);
    for (index, part) in head.split(';').enumerate() {
        match part.split_once('=') {
            None if index > 0 && part.eq_ignore_ascii_case("base64") => base64 = true,
            Some((key, value)) if key.eq_ignore_ascii_case("name") => {
                let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
                name = value.rsplit(['/', '\\']).next().map(str::to_owned);
            }
            _ => media_type.push(part),
        }
    }
    let fit = |text: &String| text.contains('/') && text.bytes().all(|b| (0x20..0x7f).contains(&b));
    Some(File {
        bytes: if base64 { decode(std::str::from_utf8(&decoded).ok()?)? } else { decoded },
        content_type: Some(media_type.join(";")).filter(fit),
        name: name.filter(|name| !matches!(name.as_str(), "" | "." | "..")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &str, content_type: Option<&str>, name: Option<&str>) -> Option<File> {
        let owned = |text: &str| text.to_owned();
        Some(File {
            bytes: bytes.as_bytes().to_vec(),
            content_type: content_type.map(owned),
            name: name.map(owned),
        })
    }

    #[test]
    fn base64_and_data_uris() {
        assert_eq!(read("aGk="), file("hi", None, None));
        assert_eq!(read("data:,a%20b"), file("a b", None, None));
        assert_eq!(
            read("DATA:text/plain;charset=utf-8,a"),
            file("a", Some("text/plain;charset=utf-8"), None)
        );
        assert_eq!(
            read("data:image/png;name=a%2Fb%22.png;base64,aGk%3D"),
            file("hi", Some("image/png"), Some("b\".png"))
        );
        assert_eq!(read("data:text/plain;name=../..,x"), file("x", Some("text/plain"), None));
        for text in ["data:", "data:;base64,!", "file:///etc/passwd", "not base64!"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
