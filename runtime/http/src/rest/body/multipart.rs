//! `multipart/form-data` as RFC 7578 has it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::super::descriptor::{Body, Encoding, Style};
use super::super::error::CallError;
use super::super::json::{Shape, compact, plain, shape};
use super::super::media::essence;
use super::file;

/// A part; in an array the parts have no names.
struct Part<'b> {
    name: Option<String>,
    file_name: Option<String>,
    content_type: Option<String>,
    headers: Option<&'b BTreeMap<String, String>>,
    bytes: Vec<u8>,
}

/// The content type with its boundary, and the body.
pub(super) fn encode(body: &Body, value: &RawValue) -> Result<(String, Bytes), CallError> {
    let parts = match value.get().starts_with('[') {
        true => items(body, value)?,
        false => members(body, value)?,
    };
    let boundary = boundary(&parts);
    let mut out = Vec::new();
    for part in &parts {
        out.extend_from_slice(head(part, &boundary).as_bytes());
        out.extend_from_slice(&part.bytes);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("{}; boundary={boundary}", media_type(&body.media_type)), Bytes::from(out)))
}

/// The declared media type without a boundary of its own.
fn media_type(declared: &str) -> String {
    if !essence(declared).starts_with("multipart/") || declared.contains('*') {
        return "multipart/form-data".to_owned();
    }
    let foreign =
        |parameter: &&str| !parameter.trim_start().to_ascii_lowercase().starts_with("boundary");
    declared.split(';').filter(foreign).collect::<Vec<_>>().join(";").trim_end().to_owned()
}

fn head(part: &Part<'_>, boundary: &str) -> String {
    let mut head = format!("--{boundary}");
    if let Some(name) = &part.name {
        let name = quoted(name);
        head.push_str(&format!("\r\nContent-Disposition: form-data; name=\"{name}\""));
        if let Some(file_name) = &part.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
    }
    if let Some(content_type) = &part.content_type {
        head.push_str(&format!("\r\nContent-Type: {content_type}"));
    }
    for (name, value) in part.headers.into_iter().flatten() {
        head.push_str(&format!("\r\n{name}: {value}"));
    }
    head.push_str("\r\n\r\n");
    head
}

fn members<'b>(body: &'b Body, value: &RawValue) -> Result<Vec<Part<'b>>, CallError> {
    let refuse = |error: serde_json::Error| CallError::refused(&body.argument, error.to_string());
    let Shape::Object(members) = shape(value).map_err(refuse)? else {
        return Err(CallError::refused(&body.argument, "a form is an object"));
    };
    let mut parts = Vec::new();
    for (name, value) in members {
        let encoding = body.encoding.get(&name);
        let shape = shape(value).map_err(refuse)?;
        if let Some(encoding) = encoding.filter(|encoding| is_styled(encoding, &shape)) {
            for (name, text) in styled(encoding, &name, shape).map_err(refuse)? {
                let headers = Some(&encoding.headers);
                parts.push(Part { name: Some(name), headers, ..text_part(text) });
            }
            continue;
        }
        let values = match shape {
            Shape::List(items) => items,
            _ => vec![value],
        };
        for value in values {
            parts.push(part(body, Some(&name), encoding, value)?);
        }
    }
    Ok(parts)
}

/// The items of an array, each a part.
fn items<'b>(body: &'b Body, value: &RawValue) -> Result<Vec<Part<'b>>, CallError> {
    let refuse = |error: serde_json::Error| CallError::refused(&body.argument, error.to_string());
    let items: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(refuse)?;
    let encoding = |index| body.prefix_encoding.get(index).or(body.item_encoding.as_ref());
    let part = |(index, value)| part(body, None, encoding(index), value);
    items.into_iter().enumerate().map(part).collect()
}

/// Whether a style other than the usual one writes a value.
fn is_styled(encoding: &Encoding, shape: &Shape<'_>) -> bool {
    let unusual = encoding.style != Style::Form || !encoding.explode;
    unusual && !encoding.base64 && matches!(shape, Shape::List(_) | Shape::Object(_))
}

/// What a style makes of a value. Nothing is percent-encoded: there is no URL.
fn styled(
    encoding: &Encoding,
    name: &str,
    shape: Shape<'_>,
) -> Result<Vec<(String, String)>, serde_json::Error> {
    let delimiter = match encoding.style {
        Style::SpaceDelimited => " ",
        Style::PipeDelimited => "|",
        _ => ",",
    };
    let texts = match shape {
        Shape::List(items) => items.into_iter().map(plain).collect::<Result<Vec<_>, _>>()?,
        Shape::Object(members) if encoding.explode || encoding.style == Style::DeepObject => {
            let deep = encoding.style == Style::DeepObject;
            let named = |(key, value): (String, &RawValue)| {
                let name = if deep { format!("{name}[{key}]") } else { key };
                Ok((name, plain(value)?))
            };
            return members.into_iter().map(named).collect();
        }
        Shape::Object(members) => {
            let mut texts = Vec::new();
            for (key, value) in members {
                texts.extend([key, plain(value)?]);
            }
            texts
        }
        Shape::Scalar(text) => vec![text],
        Shape::Null => Vec::new(),
    };
    Ok(if encoding.explode {
        texts.into_iter().map(|text| (name.to_owned(), text)).collect()
    } else {
        vec![(name.to_owned(), texts.join(delimiter))]
    })
}

fn part<'b>(
    body: &Body,
    name: Option<&str>,
    encoding: Option<&'b Encoding>,
    value: &RawValue,
) -> Result<Part<'b>, CallError> {
    let refuse = |error: serde_json::Error| CallError::refused(&body.argument, error.to_string());
    let declared = encoding.and_then(|encoding| encoding.content_type.as_deref());
    let part = if encoding.is_some_and(|encoding| encoding.base64) {
        let text = plain(value).map_err(refuse)?;
        let file = file::read(&text).ok_or_else(|| {
            let place = name
                .map_or_else(|| body.argument.clone(), |name| format!("{}.{name}", body.argument));
            CallError::no_base64(&place)
        })?;
        let usual = || "application/octet-stream".to_owned();
        Part {
            file_name: file.name.or_else(|| name.map(str::to_owned)),
            content_type: file
                .content_type
                .filter(|media_type| allows(declared, media_type))
                .or_else(|| concrete(declared))
                .or_else(|| Some(usual())),
            bytes: file.bytes,
            headers: None,
            name: None,
        }
    } else if value.get().starts_with(['{', '[']) {
        let json = || "application/json".to_owned();
        Part {
            content_type: concrete(declared).or_else(|| Some(json())),
            ..text_part(compact(value.get()))
        }
    } else {
        let part = text_part(plain(value).map_err(refuse)?);
        Part { content_type: concrete(declared).or(part.content_type), ..part }
    };
    let headers = encoding.map(|encoding| &encoding.headers);
    Ok(Part { name: name.map(str::to_owned), headers, ..part })
}

fn text_part<'b>(text: String) -> Part<'b> {
    let charset = (!text.is_ascii()).then(|| "text/plain; charset=utf-8".to_owned());
    let bytes = text.into_bytes();
    Part { name: None, file_name: None, content_type: charset, headers: None, bytes }
}

/// The first media type of a list, unless it is a range.
fn concrete(declared: Option<&str>) -> Option<String> {
    let first = declared?.split(',').next()?.trim();
    (!first.contains('*') && is_token(first)).then(|| first.to_owned())
}

/// Whether a list of media types and ranges has room for one that the caller gives.
fn allows(declared: Option<&str>, media_type: &str) -> bool {
    let given = essence(media_type);
    declared.is_none_or(|list| {
        list.split(',').map(essence).any(|one| match one.split_once('*') {
            Some((prefix, _)) => given.starts_with(prefix),
            None => one == given || one == "application/octet-stream",
        })
    })
}

/// A boundary that none of the parts contains.
fn boundary(parts: &[Part<'_>]) -> String {
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
            other if other.is_ascii_control() => {
                out.push_str(&format!("%{:02X}", u32::from(other)));
            }
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

    fn encoded_as(body: &str, value: &str) -> (String, String) {
        let body: Body = serde_json::from_str(body).unwrap();
        let value: Box<RawValue> = serde_json::from_str(value).unwrap();
        let (content_type, bytes) = encode(&body, &value).unwrap();
        let (media_type, boundary) = content_type.split_once("; boundary=").unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        (media_type.to_owned(), text.replace(boundary, "B").replace("\r\n", "\n"))
    }

    #[test]
    fn files_may_say_what_they_are() {
        let text = encoded(r#"{"cover":"data:image/gif;name=..%2Fa%22%0D%0Ab.gif;base64,aGk="}"#);
        let text = text.unwrap();
        assert!(
            text.contains("filename=\"a%22%0D%0Ab.gif\"\r\nContent-Type: image/gif\r\n\r\nhi"),
            "{text}"
        );
        let body = r#"{"argument":"body","mediaType":"multipart/*","kind":"multipart","encoding":{
            "doc":{"contentType":"text/*","style":"form","explode":true,"base64":true}}}"#;
        let (media_type, text) =
            encoded_as(body, r#"{"doc":["data:text/csv,a%2Cb","data:image/png,x"]}"#);
        assert_eq!(media_type, "multipart/form-data");
        assert_eq!(
            text,
            "--B\nContent-Disposition: form-data; name=\"doc\"; filename=\"doc\"\nContent-Type: text/csv\n\na,b\n\
             --B\nContent-Disposition: form-data; name=\"doc\"; filename=\"doc\"\nContent-Type: application/octet-stream\n\nx\n--B--\n"
        );
    }

    #[test]
    fn items_are_parts_without_names() {
        let body = r#"{"argument":"body","mediaType":"multipart/mixed; boundary=x","kind":"multipart",
            "prefixEncoding":[{"contentType":"application/json","style":"form","explode":true}],
            "itemEncoding":{"contentType":"image/png","style":"form","explode":true,"base64":true}}"#;
        let (media_type, text) = encoded_as(body, r#"[{"a": 1},"aGk=","aGk="]"#);
        assert_eq!(media_type, "multipart/mixed");
        let image = "--B\nContent-Type: image/png\n\nhi\n";
        assert_eq!(
            text,
            format!("--B\nContent-Type: application/json\n\n{{\"a\":1}}\n{image}{image}--B--\n")
        );
    }

    #[test]
    fn parts_have_the_headers_of_their_encoding() {
        let body = r#"{"argument":"body","mediaType":"multipart/form-data","kind":"multipart",
            "encoding":{"m":{"style":"form","explode":true,"headers":{"X-A":"1","X-B":"b c"}}}}"#;
        let (_, text) = encoded_as(body, r#"{"m":["a"],"n":"b"}"#);
        let headers = "\nX-A: 1\nX-B: b c";
        assert_eq!(
            text,
            format!(
                "--B\nContent-Disposition: form-data; name=\"m\"{headers}\n\na\n\
                 --B\nContent-Disposition: form-data; name=\"n\"\n\nb\n--B--\n"
            )
        );
    }

    #[test]
    fn styles_write_members() {
        for (style, explode, value, parts) in [
            ("form", false, r#"["a,b","c"]"#, vec![("m", "a,b,c")]),
            ("pipeDelimited", false, r#"["a","b"]"#, vec![("m", "a|b")]),
            ("spaceDelimited", false, r#"{"a":1,"b":2}"#, vec![("m", "a 1 b 2")]),
            ("deepObject", true, r#"{"a":1,"b":2}"#, vec![("m[a]", "1"), ("m[b]", "2")]),
        ] {
            let body = format!(
                r#"{{"argument":"body","mediaType":"multipart/form-data","kind":"multipart",
                    "encoding":{{"m":{{"style":"{style}","explode":{explode}}}}}}}"#
            );
            let (_, text) = encoded_as(&body, &format!("{{\"m\":{value}}}"));
            let expected: String = parts
                .iter()
                .map(|(name, text)| {
                    format!("--B\nContent-Disposition: form-data; name=\"{name}\"\n\n{text}\n")
                })
                .collect();
            assert_eq!(text, format!("{expected}--B--\n"), "{style}");
        }
    }

    #[test]
    fn a_file_that_is_no_base64_names_its_member() {
        let error = encoded(r#"{"cover":"%%%"}"#).unwrap_err();
        assert!(error.to_string().contains("`body.cover`"), "{error}");
    }
}
