//! Holds messages against the official schema of a revision.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use toolwright_tests::place;

/// Types of results, by the request that they answer.
const RESULTS: &[(&str, &str)] = &[
    ("completion/complete", "CompleteResult"),
    ("initialize", "InitializeResult"),
    ("logging/setLevel", "EmptyResult"),
    ("ping", "EmptyResult"),
    ("prompts/get", "GetPromptResult"),
    ("prompts/list", "ListPromptsResult"),
    ("resources/list", "ListResourcesResult"),
    ("resources/read", "ReadResourceResult"),
    ("resources/subscribe", "EmptyResult"),
    ("resources/templates/list", "ListResourceTemplatesResult"),
    ("resources/unsubscribe", "EmptyResult"),
    ("server/discover", "DiscoverResult"),
    ("subscriptions/listen", "SubscriptionsListenResult"),
    ("tools/call", "CallToolResult"),
    ("tools/list", "ListToolsResult"),
];

/// The official schema of one revision.
pub(super) struct Judge {
    schema: Value,
    /// The member of `schema` that has the types.
    types: &'static str,
    validators: BTreeMap<String, Validator>,
    /// Types that were held against it.
    pub(super) seen: BTreeSet<String>,
}

impl Judge {
    pub(super) fn new(revision: &str) -> Self {
        let path = place::root().join(format!("spec/schema/{revision}.json"));
        let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let types = if schema["$defs"].is_object() { "$defs" } else { "definitions" };
        Self { schema, types, validators: BTreeMap::new(), seen: BTreeSet::new() }
    }

    /// A message of the server; `method` is that of the request that it would answer.
    pub(super) fn message(&mut self, message: &Value, method: &str) {
        if let Some(own) = message["method"].as_str() {
            let asks = !message["id"].is_null();
            self.check(if asks { "JSONRPCRequest" } else { "JSONRPCNotification" }, message);
            let name = self.type_of(own);
            self.check(&name, message);
        } else if message["error"].is_object() {
            let name = self.either("JSONRPCErrorResponse", "JSONRPCError");
            self.check(name, message);
        } else {
            let name = self.either("JSONRPCResultResponse", "JSONRPCResponse");
            self.check(name, message);
            let of = RESULTS.iter().find(|(asked, _)| *asked == method);
            let (_, name) = of.unwrap_or_else(|| panic!("no result for {method}"));
            let asks = message["result"]["resultType"] == "input_required";
            let name = if asks { "InputRequiredResult" } else { name };
            self.check(name, &message["result"]);
        }
    }

    fn check(&mut self, name: &str, value: &Value) {
        let validator = self.validators.entry(name.to_owned()).or_insert_with(|| {
            let mut schema = self.schema.clone();
            schema["$ref"] = json!(format!("#/{}/{name}", self.types));
            jsonschema::validator_for(&schema).unwrap()
        });
        let errors: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "no {name}: {value}\n{}", errors.join("\n"));
        let definition = &self.schema[self.types][name];
        let unknown = self.unknown(definition, value);
        assert_eq!(unknown, None, "no member of {name}: {value}");
        self.seen.insert(name.to_owned());
    }

    /// A member that the revision does not know of: legal, as types are open, but not ours to
    /// send.
    fn unknown(&self, schema: &Value, value: &Value) -> Option<String> {
        if let Some(path) = schema["$ref"].as_str() {
            return self.unknown(self.schema.pointer(&path[1..])?, value);
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let found: Option<Vec<_>> =
                choices.iter().map(|choice| self.unknown(choice, value)).collect();
            return found?.pop();
        }
        if let Some(items) = value.as_array() {
            return items.iter().find_map(|item| self.unknown(&schema["items"], item));
        }
        let (Some(members), Some(properties)) =
            (value.as_object(), schema["properties"].as_object())
        else {
            return None;
        };
        let open = schema.get("additionalProperties").is_some();
        // The types of the first revisions leave out what every message has.
        let known = |name: &str| name == "jsonrpc" || name == "id";
        members.iter().find_map(|(name, member)| match properties.get(name) {
            // What stands in the schemas of a tool is JSON Schema, not the protocol.
            Some(_) if name.ends_with("Schema") => None,
            Some(schema) => Some(format!("{name}.{}", self.unknown(schema, member)?)),
            None => (!open && !known(name)).then(|| name.clone()),
        })
    }

    /// The type of the message with this method.
    fn type_of(&self, method: &str) -> String {
        let types: &Map<_, _> = self.schema[self.types].as_object().unwrap();
        let is = |schema: &Value| schema["properties"]["method"]["const"] == method;
        let mut found = types.iter().filter(|(_, schema)| is(schema)).map(|(name, _)| name);
        found.next().unwrap_or_else(|| panic!("{method} is unknown to this revision")).clone()
    }

    fn either(&self, new: &'static str, old: &'static str) -> &'static str {
        if self.schema[self.types][new].is_object() { new } else { old }
    }
}

#[test]
#[should_panic(expected = "no member of ListToolsResult")]
fn a_title_is_too_new_for_2024_11_05() {
    let tool = json!({ "name": "a", "title": "A", "inputSchema": { "type": "object" } });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "result": { "tools": [tool] } });
    Judge::new("2025-06-18").message(&message, "tools/list");
    Judge::new("2024-11-05").message(&message, "tools/list");
}

#[test]
#[should_panic(expected = "no CallToolResult")]
fn audio_is_too_new_for_2024_11_05() {
    let audio = json!({ "type": "audio", "data": "", "mimeType": "audio/wav" });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "result": { "content": [audio] } });
    Judge::new("2025-03-26").message(&message, "tools/call");
    Judge::new("2024-11-05").message(&message, "tools/call");
}
