//! Declared responses.

use crate::json::{Map, Value, json};

use super::super::context::Context;
use super::super::schema::normalise;
use super::super::text::SCHEMA_LIMIT;
use super::media::{Chosen, Content, chosen, classify, is_binary, is_events, is_sequence};
use crate::code;
use crate::ir::{Response, Schema, Status};
use crate::pointer::join;

/// The responses of an operation: exact codes, then ranges, then `default`.
pub(super) fn read<'d>(cx: &mut Context<'d>, operation: &'d Map, at: &str) -> Vec<Response> {
    let at = &join(at, "responses");
    let declared = match operation.get("responses") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Object(declared)) => declared,
        Some(_) => {
            cx.report(code::RESPONSE, at, "`responses` is no object; it is left out");
            return Vec::new();
        }
    };
    let mut responses: Vec<Response> = Vec::new();
    for (key, value) in declared {
        if key.starts_with("x-") {
            continue;
        }
        let at = join(at, key);
        let Some(status) = status(key) else {
            cx.report(
                code::RESPONSE,
                &at,
                format!("`{key}` is no status code; the response is left out"),
            );
            continue;
        };
        if let Some((source, at)) = cx.object(value, &at, "a response") {
            responses.push(response(cx, status, source, &at));
        }
    }
    responses.sort_by_key(|response| response.status);
    responses.dedup_by_key(|response| response.status);
    responses
}

fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    let range = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx"));
    if let Some(digit) = range {
        let digit = digit.parse::<u16>().ok()?;
        return (1..=5).contains(&digit).then_some(Status::Range(digit));
    }
    let code = key.parse::<u16>().ok()?;
    (100..=599).contains(&code).then_some(Status::Code(code))
}

fn response<'d>(cx: &mut Context<'d>, status: Status, source: &'d Map, at: &str) -> Response {
    let description = source.get("description").and_then(Value::as_str);
    let description = description
        .map(|text| cx.text(text, SCHEMA_LIMIT, &join(at, "description")))
        .filter(|text| !text.is_empty());
    let mut response = Response {
        status,
        media_types: Vec::new(),
        events: false,
        schema: None,
        example: None,
        description,
    };
    let Some(Chosen { types, media, .. }) = chosen(cx, source, at, rank) else {
        return response;
    };
    response.media_types = types.iter().map(|name| (*name).to_owned()).collect();
    let (Some(&media_type), Some((media, media_at))) = (types.first(), media) else {
        return response;
    };
    response.events = is_events(media_type) && describes_events(cx, media, &media_at);
    response.schema = Some(Schema(schema(cx, media_type, media, &media_at)));
    response.example = example(cx, media, &media_at);
    response
}

fn rank(content: Content) -> u8 {
    match content {
        Content::Json => 0,
        Content::Any => 1,
        Content::Text => 2,
        Content::Form | Content::Multipart | Content::Binary => 3,
    }
}

fn schema(cx: &mut Context<'_>, media_type: &str, media: &Map, at: &str) -> Value {
    if let Some(item) = media.get("itemSchema").filter(|_| is_sequence(media_type)) {
        let item = normalise(cx, item, &join(at, "itemSchema"), "");
        return json!({"type": "array", "items": item});
    }
    let binary = is_binary(&Value::Object(media.clone()));
    let json = match classify(media_type) {
        Content::Json | Content::Any => !binary,
        _ => false,
    };
    match media.get("schema").filter(|_| json) {
        Some(schema) => normalise(cx, schema, &join(at, "schema"), ""),
        None if json => json!({}),
        None if classify(media_type) == Content::Text && !binary => json!({"type": "string"}),
        None => json!({"type": "string", "contentEncoding": "base64"}),
    }
}

/// Whether the items of an event stream are described as events, as OpenAPI 3.2 has it, and not as
/// what their data holds.
fn describes_events<'d>(cx: &mut Context<'d>, media: &'d Map, at: &str) -> bool {
    let Some(item) = media.get("itemSchema") else { return false };
    let item = cx.object(item, &join(at, "itemSchema"), "a schema");
    let properties = item.and_then(|(item, _)| item.get("properties"));
    properties.and_then(Value::as_object).is_some_and(|properties| properties.contains_key("data"))
}

fn example<'d>(cx: &mut Context<'d>, media: &'d Map, at: &str) -> Option<Value> {
    if let Some(example) = media.get("example") {
        return Some(example.clone());
    }
    let examples_at = join(at, "examples");
    if let Some(Value::Object(examples)) = media.get("examples") {
        let first = cx.document.keys(&examples_at).into_iter().next()?;
        let value = examples.get(first)?;
        let (example, _) = cx.object(value, &join(&examples_at, first), "an example")?;
        return example.get("value").or_else(|| example.get("dataValue")).cloned();
    }
    let schema = media.get("schema")?;
    schema.get("example").cloned().or_else(|| {
        let examples = schema.get("examples")?.as_array()?;
        examples.first().cloned()
    })
}
