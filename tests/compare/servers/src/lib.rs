//! What the servers have in common.

use serde_json::{Value, json};

/// How many tools there are besides echo, which are only listed.
pub fn more_tools() -> usize {
    std::env::var("TOOLS").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Their input schema.
pub fn schema() -> Value {
    json!({ "type": "object", "properties": {
        "query": { "type": "string", "description": "What to look for" },
        "limit": { "type": "integer", "minimum": 1, "maximum": 100 } }, "required": ["query"] })
}
