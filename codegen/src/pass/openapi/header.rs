//! Headers of the parts of a multipart body (`headers` of Encoding Objects): those whose value is
//! known from the document.

use std::collections::BTreeMap;

use crate::json::{Map, Text, Value};

use super::super::context::Context;
use crate::code;
use crate::pointer::join;

/// What parts have of their own.
const OWN: [&str; 2] = ["content-type", "content-disposition"];

/// Names and values. A value is a constant or a default, and where the header is required and has
/// neither, an example; a required one without any is reported. Others are left out: a call has
/// arguments for members of the body and none for headers of a part.
pub(super) fn of_part<'d>(
    cx: &mut Context<'d>,
    encoding: &'d Map,
    at: &str,
) -> BTreeMap<String, String> {
    let declared = encoding.get("headers").and_then(Value::as_object);
    let mut headers = BTreeMap::new();
    for (name, header) in declared.into_iter().flatten() {
        if OWN.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let at = join(&join(at, "headers"), name);
        let Some((header, at)) = cx.object(header, &at, "a header") else { continue };
        let required = header.get("required") == Some(&Value::Bool(true));
        let value = value(cx, header, required, &at).filter(|value| is_text(name, value));
        match value {
            Some(value) => {
                headers.insert(name.to_string(), value);
            }
            None if required => {
                let message = format!(
                    "the header `{name}` of a part has no constant, default or example that could \
                     be sent; the part goes without"
                );
                cx.report(code::PARAMETER, &at, message);
            }
            None => {}
        }
    }
    headers
}

fn value<'d>(cx: &mut Context<'d>, header: &'d Map, required: bool, at: &str) -> Option<String> {
    let media = header.get("content").and_then(Value::as_object);
    let media = media.and_then(|content| content.iter().next());
    let holder = media.and_then(|(_, media)| media.as_object()).unwrap_or(header);
    let schema = holder.get("schema");
    let schema = schema.and_then(|schema| cx.object(schema, &join(at, "schema"), "a schema"));
    let members = schema.map(|(schema, _)| schema);
    let of_schema = |key: &str| members?.get(key);
    let constant = || of_schema("const").or_else(|| only(of_schema("enum")?));
    let said = constant().or_else(|| of_schema("default"));
    let example = || {
        let examples = holder.get("examples").and_then(Value::as_object);
        let first = examples.and_then(|examples| examples.values().next()?.get("value"));
        let of_schema = || of_schema("example").or_else(|| of_schema("examples")?.get(0));
        holder.get("example").or(first).or_else(of_schema)
    };
    let value = said.or_else(|| example().filter(|_| required))?;
    let explode = header.get("explode") == Some(&Value::Bool(true));
    Some(match media {
        Some((media_type, _)) if media_type.contains("json") => value.to_string(),
        _ => simple(value, explode),
    })
}

fn only(values: &Value) -> Option<&Value> {
    match &**values.as_array()? {
        [value] => Some(value),
        _ => None,
    }
}

/// The style `simple`; nothing is percent-encoded in a header.
fn simple(value: &Value, explode: bool) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    };
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let between = if explode { "=" } else { "," };
            let member = |(key, value): (&Text, &Value)| format!("{key}{between}{}", text(value));
            members.iter().map(member).collect::<Vec<_>>().join(",")
        }
        value => text(value),
    }
}

/// Whether name and value can stand in the head of a part.
fn is_text(name: &str, value: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let plain = |byte: u8| (0x20..0x7f).contains(&byte);
    !name.is_empty() && name.bytes().all(token) && value.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::context::Dialect;
    use crate::source::Document;

    #[test]
    fn values_are_those_of_the_document() {
        let text = r##"{
            "encoding": {"headers": {
                "content-type": {"schema": {"const": "no"}},
                "X-Const": {"schema": {"const": 1}},
                "X-Only": {"schema": {"enum": ["a"]}},
                "X-List": {"schema": {"default": ["a b", 2]}},
                "X-Map": {"explode": true, "schema": {"default": {"a": 1, "b": "x"}}},
                "X-Json": {"content": {"application/json": {"schema": {"default": {"a": [1]}}}}},
                "X-Shared": {"$ref": "#/shared"},
                "X-Example": {"example": "sent by nobody"},
                "X-Needed": {"required": true, "schema": {"$ref": "#/word"}},
                "X-Without": {"required": true, "schema": {"type": "string"}},
                "X-Evil": {"schema": {"default": "a\r\nb: c"}},
                "X Evil": {"schema": {"default": "a"}}
            }},
            "shared": {"schema": {"default": "yes"}},
            "word": {"type": "string", "example": "word"}
        }"##;
        let document = Document::parse("t", text.as_bytes()).unwrap();
        let mut cx = Context::new(&document, Dialect::Json);
        let encoding = document.root()["encoding"].as_object().unwrap();
        let headers = of_part(&mut cx, encoding, "/encoding");
        let headers: Vec<_> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(
            headers,
            [
                ("X-Const", "1"),
                ("X-Json", r#"{"a":[1]}"#),
                ("X-List", "a b,2"),
                ("X-Map", "a=1,b=x"),
                ("X-Needed", "word"),
                ("X-Only", "a"),
                ("X-Shared", "yes"),
            ]
        );
        let found: Vec<_> = cx.into_findings().into_iter().map(|one| one.message).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("X-Without"), "{found:?}");
    }
}
