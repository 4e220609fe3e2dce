//! What a successful call gives back, decided by the first success that has content.

use crate::json::{Value, json};

use super::media::{Content, classify};
use crate::ir::{Reply, Response, Schema, Status};

/// The reply, and for JSON its schema: the union of all successful ones where they differ.
pub(super) fn of(responses: &[Response]) -> (Reply, Option<Schema>) {
    let success = |response: &&Response| match response.status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Range(digit) => digit == 2,
        Status::Default => false,
    };
    let mut successes: Vec<&Response> = responses.iter().filter(success).collect();
    if successes.is_empty() {
        // Where nothing else is declared, `default` stands for success as well.
        successes =
            responses.iter().filter(|response| response.status == Status::Default).collect();
    }
    let Some(kind) = successes.iter().find_map(|response| kind(response)) else {
        return (Reply::Empty, None);
    };
    if !matches!(kind, Reply::Json { .. }) {
        return (kind, None);
    }
    let mut schemas: Vec<Value> = Vec::new();
    for response in successes {
        if let (Some(Reply::Json { .. }), Some(schema)) = (self::kind(response), &response.schema)
            && !schemas.contains(&schema.0)
        {
            schemas.push(schema.0.clone());
        }
    }
    let schema = match schemas.len() {
        0 => json!({}),
        1 => schemas.remove(0),
        _ => json!({"anyOf": schemas}),
    };
    (kind, Some(Schema(schema)))
}

fn kind(response: &Response) -> Option<Reply> {
    let media_type = response.media_types.first()?;
    let schema = response.schema.as_ref().map(|schema| &schema.0);
    let member = |key: &str| schema.and_then(|schema| schema.get(key)).and_then(Value::as_str);
    Some(match classify(media_type) {
        _ if member("contentEncoding") == Some("base64") && member("format").is_none() => {
            Reply::Binary
        }
        Content::Json => Reply::Json { wrapped: false },
        Content::Any if member("type") == Some("string") => Reply::Text,
        Content::Any if schema.and_then(Value::as_object).is_none_or(|map| map.is_empty()) => {
            Reply::Text
        }
        Content::Any => Reply::Json { wrapped: false },
        // The items of a stream.
        Content::Text if member("type") == Some("array") => Reply::Json { wrapped: false },
        Content::Text => Reply::Text,
        Content::Form | Content::Multipart | Content::Binary => Reply::Binary,
    })
}
