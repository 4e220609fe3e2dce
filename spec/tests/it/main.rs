//! What the generated types promise, measured against the official schemas and examples.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests may fail like tests"
)]

mod envelopes;
mod errors;
mod examples;
mod generate;
mod hard_cases;
mod methods;
mod oracle;
mod schemas;
mod unknown;

use serde_json::Value;

/// The one difference that is none: an integral number may lose its fraction.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => {
                serde_json::json!(float as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, plain(value))).collect()
        }
        other => other,
    }
}

/// The text as a tree, for comparison.
fn tree(text: &str) -> Value {
    plain(serde_json::from_str(text).unwrap())
}
