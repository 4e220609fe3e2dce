//! Tools by their input schemas.

use serde_json::{Value, json};
use toolwright::tool::FnTools;

use super::described;

pub(super) fn tools() -> FnTools {
    let header = json!({
        "type": "object",
        "properties": { "value": { "type": "string", "x-mcp-header": "Value" } },
        "required": ["value"],
    });
    FnTools::new()
        .with(
            described("json_schema_2020_12_tool", "Takes what a rich schema says", all_keywords()),
            |_, arguments: Value| async move { arguments.to_string() },
        )
        .with(
            described("test_custom_header", "Has an argument that is a header too", header),
            |_, arguments: Value| async move { arguments.to_string() },
        )
}

/// Keywords that come after revision 7 of JSON Schema, and those that combine schemas.
fn all_keywords() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": { "$anchor": "addressDef", "type": "object", "properties": {
            "street": { "type": "string" }, "city": { "type": "string" },
        } } },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" },
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false,
    })
}
