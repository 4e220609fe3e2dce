//! Encoding Objects: how forms, multipart bodies and whole query strings write their parts.

use std::collections::BTreeMap;

use crate::json::{Map, Text, Value};

use super::super::context::Context;
use super::header;
use crate::ir::{Encoding, Style};
use crate::pointer::join;

/// What `encoding` of a media type, which stands at `at`, says of each member.
pub(super) fn by_name<'d>(
    cx: &mut Context<'d>,
    media: &'d Map,
    multipart: bool,
    at: &str,
) -> BTreeMap<String, Encoding> {
    let at = join(at, "encoding");
    let declared = media.get("encoding").and_then(Value::as_object);
    let mut reader = Reader { cx, multipart };
    let read = |(name, value): (&Text, &'d Value)| {
        Some((name.to_string(), reader.one(value, &join(&at, name))?))
    };
    declared.into_iter().flatten().filter_map(read).collect()
}

/// What `prefixEncoding` says of the first items of an array (OpenAPI 3.2).
pub(super) fn of_prefix<'d>(cx: &mut Context<'d>, media: &'d Map, at: &str) -> Vec<Encoding> {
    let at = join(at, "prefixEncoding");
    let declared = media.get("prefixEncoding").and_then(Value::as_array);
    let mut reader = Reader { cx, multipart: true };
    let read = |(index, value): (usize, &'d Value)| {
        reader.one(value, &join(&at, &index.to_string())).unwrap_or_default()
    };
    declared.into_iter().flatten().enumerate().map(read).collect()
}

/// What `itemEncoding` says of the other items (OpenAPI 3.2).
pub(super) fn of_items<'d>(cx: &mut Context<'d>, media: &'d Map, at: &str) -> Option<Encoding> {
    let mut reader = Reader { cx, multipart: true };
    reader.one(media.get("itemEncoding")?, &join(at, "itemEncoding"))
}

/// In multipart bodies parts have headers, and a content type counts beside a style; elsewhere a
/// style rules it out (OpenAPI 3.1, Encoding Object).
struct Reader<'c, 'd> {
    cx: &'c mut Context<'d>,
    multipart: bool,
}

impl<'d> Reader<'_, 'd> {
    fn one(&mut self, value: &'d Value, at: &str) -> Option<Encoding> {
        let value = value.as_object()?;
        let multipart = self.multipart;
        let style = value.get("style").and_then(Value::as_str).and_then(named_style);
        let explode = value.get("explode").and_then(Value::as_bool);
        let content_type = value
            .get("contentType")
            .and_then(Value::as_str)
            .filter(|list| !list.chars().any(char::is_control))
            // A list of media types lets the sender choose; a file says which of them it is.
            .and_then(|list| if multipart { Some(list) } else { list.split(',').next() })
            .map(|list| list.trim().to_owned())
            .filter(|list| !list.is_empty());
        let styled = style.is_some() || explode.is_some() || value.contains_key("allowReserved");
        let style = style.unwrap_or(Style::Form);
        Some(Encoding {
            content_type: content_type.filter(|_| multipart || !styled),
            style,
            explode: explode.unwrap_or(style == Style::Form),
            allow_reserved: value.get("allowReserved") == Some(&Value::Bool(true)),
            base64: false,
            headers: if multipart { header::of_part(self.cx, value, at) } else { BTreeMap::new() },
        })
    }
}

/// A style by its name in OpenAPI.
pub(super) fn named_style(name: &str) -> Option<Style> {
    Some(match name {
        "matrix" => Style::Matrix,
        "label" => Style::Label,
        "simple" => Style::Simple,
        "form" => Style::Form,
        "cookie" => Style::Cookie,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}
