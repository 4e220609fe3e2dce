//! Tool descriptions: the result of `tools/list`, or a file like it.

use std::collections::BTreeMap;

use crate::json::{Map, Value, json};

use super::context::Context;
use super::schema::normalise;
use super::selection::{Own, Selection};
use super::text::{self, TOOL_LIMIT};
use crate::code;
use crate::curate::EXTENSION;
use crate::ir::{Annotations, Api, Operation, Reply, Schema};
use crate::pointer::join;
use crate::select::Candidate;

/// Reads the list of tools at the pointer `at`.
pub(crate) fn read(
    cx: &mut Context<'_>,
    name: &str,
    at: &str,
    selection: &mut Selection<'_>,
) -> Api {
    let document = cx.document;
    let root = document.root();
    let list = root.pointer(at).and_then(Value::as_array);
    let operations = list
        .into_iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, value)| tool(cx, value, &join(at, &index.to_string()), selection))
        .collect();
    let text_of = |keys: &[&str], limit: usize| {
        keys.iter()
            .find_map(|key| root.get(key).and_then(Value::as_str))
            .and_then(|text| text::title(text, limit))
    };
    let description = root.get("instructions").or_else(|| root.get("description"));
    Api {
        name: name.to_owned(),
        title: text_of(&["title", "name"], 200).unwrap_or_else(|| name.to_owned()),
        version: text_of(&["version"], 60).unwrap_or_default(),
        description: description
            .and_then(Value::as_str)
            .map(|text| cx.text(text, TOOL_LIMIT, "/description"))
            .filter(|text| !text.is_empty()),
        servers: Vec::new(),
        security_schemes: BTreeMap::new(),
        operations,
        definitions: BTreeMap::new(),
        parts: Vec::new(),
    }
}

fn tool(
    cx: &mut Context<'_>,
    value: &Value,
    at: &str,
    selection: &mut Selection<'_>,
) -> Option<Operation> {
    let Value::Object(source) = value else {
        cx.report(code::MALFORMED, at, "a tool description is an object; this is left out");
        return None;
    };
    let name = source.get("name").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if name.is_empty() {
        cx.report(code::TOOL_WITHOUT_NAME, at, "the tool has no `name`; it is left out");
        return None;
    }
    let candidate = Candidate { id: name, tags: &[], path: "", method: "" };
    let own = Own { pointer: at, rules: [source.get(EXTENSION), None], places: [at, at] };
    if !selection.admits(cx, candidate, own) {
        return None;
    }
    let description = source.get("description").and_then(Value::as_str);
    let description = description
        .map(|text| cx.text(text, TOOL_LIMIT, &join(at, "description")))
        .filter(|text| !text.is_empty());
    let annotations = source.get("annotations").and_then(Value::as_object);
    let title = source
        .get("title")
        .or_else(|| annotations.and_then(|annotations| annotations.get("title")))
        .and_then(Value::as_str)
        .and_then(|title| text::title(title, 100));
    let arguments = arguments(cx, source, at);
    let result = result(cx, source, at);
    Some(Operation {
        name: name.to_owned(),
        title,
        description,
        annotations: hints(annotations),
        input_schema: Schema::any().0.into(),
        output_schema: None,
        whole: None,
        contract: None,
        reply: if result.is_some() { Reply::Json { wrapped: false } } else { Reply::Text },
        http: None,
        scopes: Vec::new(),
        resource: None,
        method: String::new(),
        stem: String::new(),
        operation_id: Some(name.to_owned()),
        tags: Vec::new(),
        deprecated: false,
        arguments: Schema(arguments),
        result: result.map(Schema),
        pointer: at.to_owned(),
    })
}

fn arguments(cx: &mut Context<'_>, source: &Map, at: &str) -> Value {
    // Files written for other clients say `input_schema` or `parameters`.
    let keys = ["inputSchema", "input_schema", "parameters"];
    let found = keys.iter().find_map(|key| Some((key, source.get(key)?)));
    let Some((key, schema)) = found else {
        return json!({"type": "object"});
    };
    let at = join(at, key);
    normalise(cx, schema, &at, &at)
}

fn result(cx: &mut Context<'_>, source: &Map, at: &str) -> Option<Value> {
    let keys = ["outputSchema", "output_schema"];
    let (key, schema) = keys.iter().find_map(|key| Some((key, source.get(key)?)))?;
    if schema.is_null() {
        return None;
    }
    let at = join(at, key);
    Some(normalise(cx, schema, &at, &at))
}

fn hints(annotations: Option<&Map>) -> Annotations {
    let hint = |key: &str| annotations?.get(key)?.as_bool();
    Annotations {
        read_only_hint: hint("readOnlyHint"),
        destructive_hint: hint("destructiveHint"),
        idempotent_hint: hint("idempotentHint"),
        open_world_hint: hint("openWorldHint"),
    }
}
