//! Parameters of path, query, headers and cookies.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::super::context::{Context, kind};
use super::super::schema::{curation, normalise, truth};
use super::super::text::SCHEMA_LIMIT;
use super::encoding;
use super::media::{Content, classify};
use super::template;
use crate::code;
use crate::ir::{Parameter, Place, Schema, Style};
use crate::pointer::join;

/// The parameters of an operation: those of its path item, replaced and followed by its own, and
/// one for each placeholder of the path that has none. And the path as it is called.
pub(super) fn read<'d>(
    cx: &mut Context<'d>,
    holders: &[(&'d Map, &str)],
    (path, operation_at): (&str, &str),
) -> (Vec<Parameter>, String) {
    let mut parameters: Vec<Parameter> = Vec::new();
    for &(holder, at) in holders {
        let at = &join(at, "parameters");
        let list = match holder.get("parameters") {
            None | Some(Value::Null) => continue,
            Some(Value::Array(list)) => &**list,
            Some(one) if one.get("in").is_some() || one.get("$ref").is_some() => {
                let message = "`parameters` is no list; it is taken as the only one";
                cx.report(code::PARAMETER, at, message);
                std::slice::from_ref(one)
            }
            Some(_) => {
                cx.report(code::PARAMETER, at, "`parameters` is no list; it is left out");
                continue;
            }
        };
        let inherited = parameters.len();
        for (index, value) in list.iter().enumerate() {
            // The place of a Swagger 2.0 parameter that became the body.
            if value.is_null() {
                continue;
            }
            let at = join(at, &index.to_string());
            if let Some(parameter) = parameter(cx, value, &at) {
                add(cx, &mut parameters, inherited, parameter, &at);
            }
        }
    }
    let path = template::settle(cx, path, &mut parameters, operation_at);
    settle_querystring(cx, &mut parameters, operation_at);
    (parameters, path)
}

fn add(
    cx: &mut Context<'_>,
    parameters: &mut Vec<Parameter>,
    inherited: usize,
    parameter: Parameter,
    at: &str,
) {
    let same = parameters.iter().position(|other| {
        other.place == parameter.place
            && match other.place {
                Place::Header => other.name.eq_ignore_ascii_case(&parameter.name),
                _ => other.name == parameter.name,
            }
    });
    match same {
        None => parameters.push(parameter),
        Some(index) => {
            if index >= inherited {
                let message = format!(
                    "the parameter `{}` is declared twice; this one is used",
                    parameter.name
                );
                cx.report(code::PARAMETER, at, message);
            }
            if let Some(slot) = parameters.get_mut(index) {
                *slot = parameter;
            }
        }
    }
}

/// A whole query string has nothing beside it: the parameter that says more, which are those of the
/// query, give way.
fn settle_querystring(cx: &mut Context<'_>, parameters: &mut Vec<Parameter>, at: &str) {
    let whole = parameters.iter().position(|one| one.place == Place::Querystring);
    let Some(whole) = whole.and_then(|index| parameters.get(index)).map(|one| one.name.clone())
    else {
        return;
    };
    let mut seen = false;
    parameters.retain(|one| {
        let clashes = match one.place {
            Place::Query => true,
            Place::Querystring => std::mem::replace(&mut seen, true),
            _ => false,
        };
        if clashes {
            let message = format!(
                "`{whole}` is the whole query string, so the parameter `{}` is left out",
                one.name
            );
            cx.report(code::PARAMETER, at, message);
        }
        !clashes
    });
}

fn parameter<'d>(cx: &mut Context<'d>, value: &'d Value, at: &str) -> Option<Parameter> {
    let (source, at) = cx.object(value, at, "a parameter")?;
    let name = match source.get("name") {
        Some(Value::String(name)) if !name.is_empty() && !name.chars().any(char::is_control) => {
            name.to_string()
        }
        Some(name @ (Value::Number(_) | Value::Bool(_))) => {
            let message = format!("the name of the parameter is {}; its text is used", kind(name));
            cx.report(code::PARAMETER, &at, message);
            name.to_string()
        }
        _ => {
            cx.report(code::PARAMETER, &at, "the parameter has no usable `name`; it is left out");
            return None;
        }
    };
    let place = place(cx, source, &name, &at)?;
    let (style, explode) = style(cx, source, place, &at);
    let required = flag(cx, source, "required", &at);
    let allow_reserved = flag(cx, source, "allowReserved", &at);
    let (schema, json) = schema(cx, source, &at);
    let media = source.get("content").and_then(Value::as_object);
    let media = media.and_then(|content| content.values().next()?.as_object());
    let encoding = match media.filter(|_| place == Place::Querystring) {
        Some(media) => encoding::by_name(cx, media, false, &at),
        None => BTreeMap::new(),
    };
    Some(Parameter {
        argument: name.clone(),
        name,
        place,
        style,
        explode,
        allow_reserved: matches!(place, Place::Query | Place::Path) && allow_reserved,
        required: place == Place::Path || required,
        json,
        encoding,
        preset: None,
        schema: Schema(described(cx, source, schema, &at)),
    })
}

fn place(cx: &mut Context<'_>, source: &Map, name: &str, at: &str) -> Option<Place> {
    let written = source.get("in").and_then(Value::as_str).unwrap_or("nothing");
    let place = match &*written.to_ascii_lowercase() {
        "path" => Place::Path,
        "query" => Place::Query,
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        "querystring" => Place::Querystring,
        other => {
            let body = ["body", "formdata"].contains(&other);
            let instead =
                if body { ": describe it as `requestBody`" } else { ", query, header or cookie" };
            let message = format!(
                "the parameter `{name}` is `in` {written}, not in path{instead}; it is left out"
            );
            cx.report(code::PARAMETER, at, message);
            return None;
        }
    };
    if written.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let message = format!("`in` is {written}, which is written in small letters");
        cx.report(code::PARAMETER, at, message);
    }
    let ignored = ["accept", "content-type", "authorization"];
    if place == Place::Header && ignored.contains(&name.to_ascii_lowercase().as_str()) {
        let message = format!(
            "the header `{name}` follows from media types and security; the parameter is left out"
        );
        cx.report(code::IGNORED_HEADER, at, message);
        return None;
    }
    if place == Place::Header && !name.bytes().all(is_token) {
        let message = format!("`{name}` cannot be the name of a header; the parameter is left out");
        cx.report(code::PARAMETER, at, message);
        return None;
    }
    Some(place)
}

/// A member that says yes or no.
fn flag(cx: &mut Context<'_>, source: &Map, key: &str, at: &str) -> bool {
    match source.get(key) {
        None => false,
        Some(Value::Bool(flag)) => *flag,
        Some(other) => {
            let flag = truth(other).unwrap_or(false);
            let message = format!("`{key}` is {other}, no boolean; {flag} is used");
            cx.report(code::PARAMETER, &join(at, key), message);
            flag
        }
    }
}

/// The characters of header names (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn style(cx: &mut Context<'_>, source: &Map, place: Place, at: &str) -> (Style, bool) {
    let usual = match place {
        Place::Path | Place::Header => Style::Simple,
        Place::Query | Place::Querystring | Place::Cookie => Style::Form,
    };
    let style = match source.get("style") {
        None => usual,
        Some(value) => {
            let named = encoding::named_style(value.as_str().unwrap_or_default());
            named.filter(|style| allowed(place, *style)).unwrap_or_else(|| {
                let message = format!("the style {value} cannot be used here; the usual one is");
                cx.report(code::PARAMETER, &join(at, "style"), message);
                usual
            })
        }
    };
    let explode = match source.get("explode") {
        Some(_) => flag(cx, source, "explode", at),
        None => matches!(style, Style::Form | Style::DeepObject | Style::Cookie),
    };
    (style, explode)
}

fn allowed(place: Place, style: Style) -> bool {
    match place {
        Place::Path => matches!(style, Style::Matrix | Style::Label | Style::Simple),
        Place::Header => style == Style::Simple,
        Place::Cookie => matches!(style, Style::Form | Style::Cookie),
        Place::Querystring => style == Style::Form,
        Place::Query => matches!(
            style,
            Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject
        ),
    }
}

/// The schema, and whether the value travels as JSON text.
fn schema(cx: &mut Context<'_>, source: &Map, at: &str) -> (Value, bool) {
    if let Some(schema) = source.get("schema") {
        return (normalise(cx, schema, &join(at, "schema"), ""), false);
    }
    if let Some(Value::Object(content)) = source.get("content")
        && let Some((media_type, media)) = content.iter().next()
    {
        let at = join(&join(at, "content"), media_type);
        let json = matches!(classify(media_type), Content::Json | Content::Any);
        let form = classify(media_type) == Content::Form;
        let schema = media.get("schema").filter(|_| json || form);
        return match schema {
            Some(schema) => (normalise(cx, schema, &join(&at, "schema"), ""), json),
            None if json => (json!({}), true),
            None if form => (json!({"type": "object"}), false),
            None => (json!({"type": "string", "contentMediaType": media_type}), false),
        };
    }
    if source.contains_key("type") {
        cx.report(
            code::PARAMETER,
            at,
            "the parameter has `type` instead of `schema`, as in Swagger 2.0; it is honoured",
        );
        let members =
            ["type", "format", "items", "enum", "default", "minimum", "maximum", "pattern"];
        let inline: Map = source
            .iter()
            .filter(|(key, _)| members.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        return (normalise(cx, &Value::Object(inline), at, ""), false);
    }
    cx.report(code::PARAMETER, at, "the parameter has no `schema`; a string is assumed");
    (json!({"type": "string"}), false)
}

fn described(cx: &mut Context<'_>, source: &Map, schema: Value, at: &str) -> Value {
    let mut members = match schema {
        Value::Object(members) => members,
        Value::Bool(false) => Map::from_iter([("not".to_owned(), json!({}))]),
        _ => Map::new(),
    };
    if let Some(text) = source.get("description").and_then(Value::as_str) {
        let text = cx.text(text, SCHEMA_LIMIT, &join(at, "description"));
        if !text.is_empty() {
            members.insert("description", text);
        }
    }
    if source.get("deprecated").and_then(truth) == Some(true) {
        members.insert("deprecated", Value::Bool(true));
    }
    curation(cx, source, &mut members, (at, true));
    Value::Object(members)
}
