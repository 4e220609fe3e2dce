//! What calls are held to where the schema that clients see was shaped for a provider.
//!
//! Under such a schema a model may have to write `null` for what it leaves out, and JSON as text
//! where its provider has no schema for the value. Both are taken back before the arguments are
//! checked, read and sent.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{ToolCall, ToolError};
use crate::descriptor::Descriptor;
use crate::members::Members;
use crate::schema::Validator;

/// Deepest arguments that are looked into, and most references in a row.
const DEPTH: usize = 64;

/// The schema of a tool before it was shaped.
#[derive(Debug)]
pub struct Contract {
    schema: Value,
    /// Clients have to write every member: `null` says that an optional one is left out.
    null_is_absent: bool,
    validator: OnceLock<Result<Validator, String>>,
}

impl Contract {
    /// Reads what the code generator wrote.
    #[must_use]
    pub fn read(text: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Written {
            schema: Value,
            #[serde(default)]
            null_is_absent: bool,
        }
        let Written { schema, null_is_absent } = serde_json::from_str(text.get()).ok()?;
        Some(Self { schema, null_is_absent, validator: OnceLock::new() })
    }

    /// The arguments as the schema means them.
    ///
    /// # Errors
    /// What is wrong with them, for the model.
    pub fn restore(&self, tool: &str, arguments: &RawValue) -> Result<Box<RawValue>, ToolError> {
        let text = self.value(arguments.get(), &[&self.schema], 0);
        let restored = RawValue::from_string(text)?;
        let compile =
            || Validator::new(&self.schema.to_string()).map_err(|error| error.to_string());
        let validator = self.validator.get_or_init(compile).as_ref();
        let validator = validator.map_err(|reason| {
            ToolError::internal(format!("the full schema of {tool} is unusable: {reason}"))
        })?;
        let checked = validator.validate(&restored);
        checked.map_err(|violations| ToolError::invalid_arguments(tool, &violations))?;
        Ok(restored)
    }

    /// A value that is meant for one of the schemas.
    fn value(&self, text: &str, schemas: &[&Value], depth: usize) -> String {
        let mut all = Vec::new();
        schemas.iter().for_each(|schema| self.flatten(schema, &mut all, 0));
        let text = text.trim();
        if depth > DEPTH {
            return text.to_owned();
        }
        match text.as_bytes().first() {
            Some(b'{') => self.object(text, &all, depth),
            Some(b'[') => self.list(text, &all, depth),
            Some(b'"') if !all.iter().any(|schema| takes(schema, "string")) => {
                // Where no string is taken, one that is JSON stands for what it says.
                let inner: Option<String> = serde_json::from_str(text).ok();
                inner
                    .filter(|inner| serde_json::from_str::<&RawValue>(inner).is_ok())
                    .map_or_else(|| text.to_owned(), |inner| self.value(&inner, schemas, depth + 1))
            }
            _ => text.to_owned(),
        }
    }

    fn object(&self, text: &str, schemas: &[&Value], depth: usize) -> String {
        let Ok(Members(members)) = Members::parse(text) else {
            return text.to_owned();
        };
        let mut out = Vec::with_capacity(members.len());
        for (name, value) in members {
            let own: Vec<&Value> = schemas
                .iter()
                .filter_map(|schema| {
                    let listed = schema.get("properties").and_then(|all| all.get(&name));
                    listed.or_else(|| schema.get("additionalProperties"))
                })
                .collect();
            if value.get() == "null" && !own.is_empty() {
                let optional = !schemas.iter().any(|schema| requires(schema, &name));
                if (self.null_is_absent && optional) || !self.takes_null(&own) {
                    continue;
                }
            }
            let name = Value::String(name);
            out.push(format!("{name}:{}", self.value(value.get(), &own, depth + 1)));
        }
        format!("{{{}}}", out.join(","))
    }

    fn list(&self, text: &str, schemas: &[&Value], depth: usize) -> String {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
            return text.to_owned();
        };
        let own: Vec<&Value> = schemas.iter().filter_map(|schema| schema.get("items")).collect();
        let items: Vec<String> =
            items.iter().map(|item| self.value(item.get(), &own, depth + 1)).collect();
        format!("[{}]", items.join(","))
    }

    fn takes_null(&self, schemas: &[&Value]) -> bool {
        let mut all = Vec::new();
        schemas.iter().for_each(|schema| self.flatten(schema, &mut all, 0));
        all.iter().any(|schema| takes(schema, "null"))
    }

    /// The schemas behind references and alternatives.
    fn flatten<'a>(&'a self, schema: &'a Value, all: &mut Vec<&'a Value>, depth: usize) {
        if depth > DEPTH || all.len() > DEPTH {
            return;
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(name) = reference.and_then(|text| text.strip_prefix("#/$defs/")) {
            if let Some(target) = self.schema.get("$defs").and_then(|all| all.get(name)) {
                self.flatten(target, all, depth + 1);
            }
            return;
        }
        let mut branches = ["anyOf", "oneOf", "allOf"]
            .into_iter()
            .filter_map(|key| schema.get(key).and_then(Value::as_array))
            .flatten()
            .peekable();
        // What stands beside alternatives says what members are, not which kinds there are.
        if branches.peek().is_none() || schema.get("properties").is_some() {
            all.push(schema);
        }
        branches.for_each(|branch| self.flatten(branch, all, depth + 1));
    }
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|one| one == name))
}

/// Whether a schema without alternatives takes values of a kind.
fn takes(schema: &Value, kind: &str) -> bool {
    let Value::Object(members) = schema else {
        return schema.as_bool() == Some(true);
    };
    let same = |value: &Value| match kind {
        "null" => value.is_null(),
        _ => value.is_string(),
    };
    if let Some(Value::Array(values)) = members.get("enum") {
        return values.iter().any(same);
    }
    if let Some(value) = members.get("const") {
        return same(value);
    }
    match members.get("type") {
        None => !members.contains_key("properties") && !members.contains_key("items"),
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        Some(one) => one == kind,
    }
}

/// The contracts of a generated module's tools, where it has some.
#[derive(Debug)]
pub struct Contracts(Vec<Option<Contract>>);

impl Contracts {
    /// Those that a descriptor has.
    #[must_use]
    pub fn new(descriptor: &Descriptor) -> Self {
        #[derive(Deserialize)]
        struct Held<'a> {
            #[serde(borrow, default)]
            contract: Option<&'a RawValue>,
        }
        let read =
            |text: &str| Contract::read(serde_json::from_str::<Held<'_>>(text).ok()?.contract?);
        Self(descriptor.tools.iter().map(|text| read(text)).collect())
    }

    /// The arguments of a call as its tool's full schema means them; `None`: as they are.
    ///
    /// # Errors
    /// As [`Contract::restore`].
    pub fn restore(&self, call: ToolCall<'_>) -> Result<Option<Box<RawValue>>, ToolError> {
        let contract = self.0.get(call.index()).and_then(Option::as_ref);
        contract.map(|contract| contract.restore(call.name(), call.arguments())).transpose()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn restored(schema: Value, arguments: &str) -> Result<String, String> {
        restored_from(json!({"schema": schema}), arguments)
    }

    fn restored_from(contract: Value, arguments: &str) -> Result<String, String> {
        let raw = serde_json::value::to_raw_value(&contract).unwrap();
        let arguments: &RawValue = serde_json::from_str(arguments).unwrap();
        let restored = Contract::read(&raw).unwrap().restore("add", arguments);
        restored.map(|raw| raw.get().to_owned()).map_err(|error| error.to_string())
    }

    fn book() -> Value {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "integer", "minimum": 1},
                "note": {"type": ["string", "null"]},
                "body": {"$ref": "#/$defs/Book"},
            },
            "required": ["id"],
            "$defs": {"Book": {"type": "object", "properties": {
                "title": {"type": "string"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Book"}},
                "more": {"type": "object"},
                "any": {},
            }}},
        })
    }

    #[test]
    fn null_stands_for_absent_where_it_is_not_taken() {
        let arguments = r#"{"id": 12345678901234567890, "note": null,
            "body": {"title": null, "parts": [{"title": null, "any": null}], "more": null}}"#;
        let sent = r#"{"id":12345678901234567890,"note":null,"body":{"parts":[{"any":null}]}}"#;
        assert_eq!(restored(book(), arguments).unwrap(), sent);
    }

    #[test]
    fn json_in_a_string_is_read_where_no_string_is_taken() {
        let arguments = r#"{"id": 1, "body": {"title": "{}", "more": "{\"a\": [1, null]}",
            "parts": ["{\"title\": null}"], "any": "[1]"}}"#;
        let sent =
            r#"{"id":1,"body":{"title":"{}","more":{"a":[1,null]},"parts":[{}],"any":"[1]"}}"#;
        assert_eq!(restored(book(), arguments).unwrap(), sent);
    }

    #[test]
    fn the_full_contract_holds() {
        let error = restored(book(), r#"{"id": 0, "note": null}"#).unwrap_err();
        assert!(error.contains("id"), "{error}");
        let error = restored(book(), r#"{"id": 1, "body": {"more": "no JSON"}}"#).unwrap_err();
        assert!(error.contains("more"), "{error}");
    }

    #[test]
    fn a_model_that_has_to_write_every_member_clears_nothing_by_it() {
        let contract = json!({"schema": book(), "nullIsAbsent": true});
        let arguments = r#"{"id": 1, "note": null, "body": {"any": null, "title": "a"}}"#;
        let sent = r#"{"id":1,"body":{"title":"a"}}"#;
        assert_eq!(restored_from(contract, arguments).unwrap(), sent);
        // What is required is there, whatever it is.
        let mut required = book();
        required["required"] = json!(["id", "note"]);
        let contract = json!({"schema": required, "nullIsAbsent": true});
        let arguments = r#"{"id":1,"note":null}"#;
        assert_eq!(restored_from(contract, arguments).unwrap(), arguments);
    }

    #[test]
    fn the_tools_of_a_descriptor_have_their_own() {
        let tool = json!({"name": "add", "contract": {"schema": book()}}).to_string();
        let tools = vec!["{}".into(), tool.into(), "broken".into()];
        let descriptor = Descriptor { api: "{}".into(), tools: tools.into() };
        let contracts = Contracts::new(&descriptor);
        let arguments: Box<RawValue> = serde_json::from_str(r#"{"id":1,"body":null}"#).unwrap();
        let restored = |index| {
            let call = ToolCall::new(index, "add", &arguments);
            contracts.restore(call).unwrap().map(|raw| raw.get().to_owned())
        };
        assert_eq!([0, 1, 2, 3].map(restored), [None, Some(r#"{"id":1}"#.to_owned()), None, None]);
    }
}
