//! `multipart/form-data` as RFC 7578 has it.

use std::hash::{BuildHasher, Hasher, RandomState};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::super::base64::decode;
use super::super::descriptor::Body;
use super::super::error::CallError;
use super::super::json::{Shape, compact, plain, shape};

struct Part {
    name: String,
    file: bool,
    content_type: Option<String>,
    bytes: Vec<u8>,
}

/// The content type with its boundary, and the body.
pub(super) fn encode(body: &Body, value: &RawValue) -> Result<(String, Bytes), CallError> {
    let parts = parts(body, value)?;
    let boundary = boundary(&parts);
    let mut out = Vec::new();
    for part in &parts {
        let name = quoted(&part.name);
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        if part.file {
            head.push_str(&format!("; filename=\"{name}\""));
        }
        if let Some(content_type) = &part.content_type {
            head.push_str(&format!("\r\nContent-Type: {content_type}"));
        }
        head.push_str("\r\n\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&part.bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), Bytes::from(out)))
}

fn parts(body: &Body, value: &RawValue) -> Result<Vec<Part>, CallError> {
    let refuse = |error: serde_json::Error| CallError::refused(&body.argument, error.to_string());
    let Shape::Object(members) = shape(value).map_err(refuse)? else {
        return Err(CallError::refused(&body.argument, "a form is an object"));
    };
    let mut parts = Vec::new();
    for (name, value) in members {
        let values = match shape(value).map_err(refuse)? {
            Shape::List(items) => items,
            _ => vec![value],
        };
        for value in values {
            parts.push(part(body, &name, value)?);
        }
    }
    Ok(parts)
}

fn part(body: &Body, name: &str, value: &RawValue) -> Result<Part, CallError> {
    let encoding = body.encoding.get(name);
    let file = encoding.is_some_and(|encoding| encoding.base64);
    let declared = encoding
        .and_then(|encoding| encoding.content_type.as_deref())
        .and_then(|list| list.split(',').next())
        .map(str::trim)
        .filter(|media_type| !media_type.contains('*') && is_token(media_type))
        .map(str::to_owned);
    let compound = value.get().starts_with(['{', '[']);
    let bytes = if file {
        let text =
            plain(value).map_err(|error| CallError::refused(&body.argument, error.to_string()))?;
        decode(&text).ok_or_else(|| CallError::no_base64(&format!("{}.{name}", body.argument)))?
    } else if compound {
        compact(value.get()).into_bytes()
    } else {
        plain(value)
            .map_err(|error| CallError::refused(&body.argument, error.to_string()))?
            .into_bytes()
    };
    let implied = match (file, compound) {
        (true, _) => Some("application/octet-stream"),
        (false, true) => Some("application/json"),
        (false, false) if bytes.is_ascii() => None,
        (false, false) => Some("text/plain; charset=utf-8"),
    };
    Ok(Part {
        name: name.to_owned(),
        file,
        content_type: declared.or(implied.map(str::to_owned)),
        bytes,
    })
}

/// A boundary that none of the parts contains.
fn boundary(parts: &[Part]) -> String {
    loop {
        let random = || RandomState::new().build_hasher().finish();
        let boundary = format!("toolwright-{:016x}{:016x}", random(), random());
        let needle = boundary.as_bytes();
        let taken = parts
            .iter()
            .any(|part| part.bytes.windows(needle.len()).any(|window| window == needle));
        if !taken {
            return boundary;
        }
    }
}

/// A name within quotes: what would end it is percent-encoded.
fn quoted(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '"' => out.push_str("%22"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            '\0' => out.push_str("%00"),
            other => out.push(other),
        }
    }
    out
}

/// Whether a declared media type is fit for a header of its own.
fn is_token(media_type: &str) -> bool {
    media_type.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(value: &str) -> Result<String, CallError> {
        let body: Body = serde_json::from_str(
            r#"{"argument":"body","mediaType":"multipart/form-data","kind":"multipart","encoding":{
                "cover":{"contentType":"image/png, image/gif","style":"form","explode":true,"base64":true},
                "../x\"\r\nEvil: 1":{"style":"form","explode":true,"base64":true}}}"#,
        )
        .unwrap();
        let value: Box<RawValue> = serde_json::from_str(value).unwrap();
        let (content_type, bytes) = encode(&body, &value)?;
        let boundary = content_type.split_once("boundary=").unwrap().1.to_owned();
        Ok(String::from_utf8(bytes.to_vec()).unwrap().replace(&boundary, "B"))
    }

    #[test]
    fn texts_objects_lists_and_files_are_parts() {
        let text = encoded(r#"{"t":"x","o":{"a": 1},"l":[1,2],"cover":"aGk="}"#).unwrap();
        assert_eq!(
            text,
            "--B\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx\r\n\
             --B\r\nContent-Disposition: form-data; name=\"o\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n\
             --B\r\nContent-Disposition: form-data; name=\"l\"\r\n\r\n1\r\n\
             --B\r\nContent-Disposition: form-data; name=\"l\"\r\n\r\n2\r\n\
             --B\r\nContent-Disposition: form-data; name=\"cover\"; filename=\"cover\"\r\nContent-Type: image/png\r\n\r\nhi\r\n\
             --B--\r\n"
        );
    }

    #[test]
    fn names_cannot_leave_their_quotes() {
        let text = encoded(r#"{"../x\"\r\nEvil: 1":"aGk="}"#).unwrap();
        assert!(text.contains("filename=\"../x%22%0D%0AEvil: 1\"\r\n"), "{text}");
        assert!(!text.contains("\nEvil"), "{text}");
    }

    #[test]
    fn a_file_that_is_no_base64_names_its_member() {
        let error = encoded(r#"{"cover":"%%%"}"#).unwrap_err();
        assert!(error.to_string().contains("`body.cover`"), "{error}");
    }
}
