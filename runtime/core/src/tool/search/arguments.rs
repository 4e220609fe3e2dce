//! What the three tools take, and what the tools behind them do.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::JsonSchema as Schema;

use crate::tool::ToolError;

/// Of `search_tools`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    /// What the tool should do, in a few words: "create an issue"
    #[schemars(length(min = 1, max = 500))]
    pub(super) query: String,
    /// How many to show at most
    #[serde(default = "eight")]
    #[schemars(range(min = 1, max = 50))]
    pub(super) limit: u8,
}

fn eight() -> u8 {
    8
}

/// Of `describe_tools`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Describe {
    /// Names of tools
    #[schemars(length(min = 1, max = 10))]
    pub(super) names: Vec<String>,
}

/// Of `call_tool`.
#[derive(Debug, Deserialize)]
pub(super) struct Call<'a> {
    pub(super) name: String,
    #[serde(borrow, default = "none")]
    pub(super) arguments: &'a RawValue,
}

impl<'a> Call<'a> {
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, ToolError> {
        serde_json::from_str(raw.get())
            .map_err(|error| ToolError::new(format!("invalid arguments: {error}")))
    }
}

fn none<'a>() -> &'a RawValue {
    serde_json::from_str("{}").unwrap_or(RawValue::NULL)
}

/// The schema of [`Call`]: what the arguments are depends on the tool.
pub(super) fn call_schema() -> Schema {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "description": "Name of the tool" },
            "arguments": {
                "type": "object",
                "description": "Its arguments, as describe_tools has them",
            },
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    Schema::new(schema.to_string()).unwrap_or_else(|_| Schema::empty_object())
}

/// The part of an input schema that names arguments.
#[derive(Debug, Default, Deserialize)]
struct Names {
    #[serde(default)]
    properties: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    required: Vec<String>,
}

impl Names {
    fn read(schema: &str) -> Self {
        serde_json::from_str(schema).unwrap_or_default()
    }
}

/// The names of a tool's arguments.
pub(super) fn names(schema: &str) -> Vec<String> {
    Names::read(schema).properties.into_iter().map(|(name, _)| name).collect()
}

/// The same, those that are required first, the others with a question mark.
pub(super) fn marked(schema: &str) -> Vec<String> {
    let Names { properties, required } = Names::read(schema);
    let names = properties.into_iter().map(|(name, _)| name);
    let (first, then): (Vec<_>, Vec<_>) = names.partition(|name| required.contains(name));
    first.into_iter().chain(then.into_iter().map(|name| format!("{name}?"))).collect()
}
