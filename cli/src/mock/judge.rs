//! Whether values are those that the description has.

use serde_json::{Map, Value, json};
use toolwright::schema::Validator;
use toolwright_codegen::ir::Operation;

/// Judges what an operation was sent, by the schema of its arguments.
pub(super) struct Judge(Value);

impl Judge {
    pub(super) fn of(operation: &Operation) -> Self {
        let contract = operation.contract.as_ref().map(|contract| &contract.schema);
        Self(contract.unwrap_or(&operation.input_schema).value().into())
    }

    /// Why none of the values is one of the argument. Arguments that nobody describes are any.
    pub(super) fn refusal(&self, argument: &str, values: &[Value]) -> Option<String> {
        let schema = self.0.get("properties")?.get(argument)?;
        let mut whole = Map::new();
        whole.extend(self.0.get("$defs").map(|all| ("$defs".to_owned(), all.clone())));
        whole.insert("allOf".to_owned(), json!([schema]));
        let validator = Validator::new(&Value::Object(whole).to_string()).ok()?;
        let mut refusal = None;
        for value in values {
            match validator.validate_value(value) {
                Ok(()) => return None,
                Err(violations) => {
                    let first = violations.first().map(ToString::to_string);
                    refusal = refusal.or(first);
                }
            }
        }
        refusal
    }
}

/// What a text of a scalar parameter may stand for.
pub(super) fn readings(text: &str) -> Vec<Value> {
    let scalar = |value: &Value| value.is_number() || value.is_boolean() || value.is_null();
    let read = serde_json::from_str(text).ok().filter(scalar);
    read.into_iter().chain([Value::String(text.to_owned())]).collect()
}
