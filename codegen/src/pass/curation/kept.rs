//! `x-mcp` as schemas keep it until curation is done.

use crate::json::Value;

use crate::select::ParameterRule;

/// Whether an `x-mcp` takes its place out of the arguments.
pub(super) fn hides(rule: &Value) -> bool {
    rule.get("preset").is_some() || rule.get("hide") == Some(&Value::Bool(true))
}

/// An `x-mcp` as it was kept.
pub(super) fn rule(kept: &Value) -> ParameterRule {
    ParameterRule {
        hide: kept.get("hide").and_then(Value::as_bool),
        preset: kept.get("preset").cloned(),
        name: kept.get("name").and_then(Value::as_str).map(str::to_owned),
        description: None,
    }
}
