//! What an operation looks like it could do with. Only ever suggested: whoever knows the API
//! decides.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::ir::{Api, Operation, Paging, PagingKind, Place, Reply, Schema};

const CURSORS: [&str; 10] = [
    "after",
    "continuation",
    "continuationtoken",
    "cursor",
    "marker",
    "nextcursor",
    "nexttoken",
    "pagecursor",
    "pagetoken",
    "starttoken",
];
const NEXT: [&str; 9] = [
    "after",
    "continuation",
    "continuationtoken",
    "cursor",
    "next",
    "nextcursor",
    "nextmarker",
    "nextpagetoken",
    "nexttoken",
];
const NEXT_URLS: [&str; 5] = ["next", "nextlink", "nextpageurl", "nexturl", "odatanextlink"];
const PAGES: [&str; 4] = ["page", "pageindex", "pageno", "pagenumber"];
const OFFSETS: [&str; 3] = ["offset", "skip", "startindex"];
const LISTS: [&str; 8] =
    ["content", "data", "elements", "entries", "hits", "items", "results", "value"];

/// How the pages of operations could be gathered that nobody has said anything about, by the name
/// of the tool: guessed from names of parameters and of members of the reply.
pub fn paging(api: &Api) -> Vec<(&str, Paging)> {
    let guess = |operation: &'_ Operation| of(operation, &api.definitions);
    let operations = api.operations.iter();
    operations.filter_map(|operation| Some((operation.name.as_str(), guess(operation)?))).collect()
}

fn of(operation: &Operation, definitions: &BTreeMap<String, Schema>) -> Option<Paging> {
    let http = operation.http.as_ref()?;
    let json = matches!(operation.reply, Reply::Json { .. });
    if !json || http.method != "GET" || http.paging.is_some() {
        return None;
    }
    let query = |names: &[&str]| {
        let mut all = http.parameters.iter().filter(|parameter| parameter.place == Place::Query);
        all.find(|parameter| names.contains(&plain(&parameter.name).as_str()))
            .map(|parameter| parameter.name.clone())
    };
    let result = resolve(&operation.result.as_ref()?.0, definitions)?;
    let items = list(result, definitions)?;
    let kind = match (query(&CURSORS), next(result, definitions, &NEXT)) {
        (Some(parameter), Some(next)) => PagingKind::Cursor { next, parameter },
        _ => {
            if let Some(next) = next(result, definitions, &NEXT_URLS) {
                PagingKind::Next { next }
            } else if let Some(parameter) = query(&PAGES) {
                PagingKind::Page { parameter, first: 1 }
            } else {
                PagingKind::Offset { parameter: query(&OFFSETS)? }
            }
        }
    };
    Some(Paging::new(kind, items))
}

/// Where the items stand: the reply itself, its only list, or the one with a usual name.
fn list(result: &Value, definitions: &BTreeMap<String, Schema>) -> Option<String> {
    let is_list = |schema: &Value| {
        resolve(schema, definitions)
            .is_some_and(|schema| schema.get("type") == Some(&"array".into()))
    };
    if is_list(result) {
        return Some(String::new());
    }
    let properties = properties(result)?;
    let lists: Vec<&String> =
        properties.iter().filter(|(_, schema)| is_list(schema)).map(|(name, _)| name).collect();
    let usual = lists.iter().find(|name| LISTS.contains(&plain(name).as_str()));
    let name = match (usual, lists.as_slice()) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => return None,
    };
    Some(crate::pointer::join("", name))
}

/// A member of one of these names, at the top or in an object there.
fn next(result: &Value, definitions: &BTreeMap<String, Schema>, names: &[&str]) -> Option<String> {
    let text = |schema: &Value| {
        let kind = resolve(schema, definitions).and_then(|schema| schema.get("type"));
        match kind {
            Some(Value::String(kind)) => kind == "string",
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
            _ => false,
        }
    };
    let of = |properties: &Map<String, Value>, at: &str| {
        let mut named = properties.iter().filter(|(name, _)| names.contains(&plain(name).as_str()));
        named.find(|(_, schema)| text(schema)).map(|(name, _)| crate::pointer::join(at, name))
    };
    let top = properties(result)?;
    of(top, "").or_else(|| {
        top.iter().find_map(|(name, schema)| {
            of(properties(resolve(schema, definitions)?)?, &crate::pointer::join("", name))
        })
    })
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

/// `next_page_token`, `nextPageToken` → `nextpagetoken`
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn resolve<'v>(
    mut schema: &'v Value,
    definitions: &'v BTreeMap<String, Schema>,
) -> Option<&'v Value> {
    for _ in 0..16 {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
            return Some(schema);
        };
        schema = &definitions.get(reference.strip_prefix("#/$defs/")?)?.0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pass, select::Options, source::Document};

    #[test]
    fn pages_are_guessed_from_names() {
        let string = r#"{"type": "string"}"#;
        let list = r#"{"type": "array", "items": {}}"#;
        let object =
            |members: &str| format!(r#"{{"type": "object", "properties": {{{members}}}}}"#);
        let nested = object(&format!(
            r#""books": {list}, "meta": {}"#,
            object(&format!(r#""next_cursor": {string}"#))
        ));
        let cursor = PagingKind::Cursor {
            next: "/meta/next_cursor".to_owned(),
            parameter: "pageToken".to_owned(),
        };
        let next = PagingKind::Next { next: "/next".to_owned() };
        let page = PagingKind::Page { parameter: "page".to_owned(), first: 1 };
        let offset = PagingKind::Offset { parameter: "skip".to_owned() };
        for (parameter, result, expected) in [
            ("pageToken", nested.clone(), Some(Paging::new(cursor, "/books"))),
            (
                "q",
                object(&format!(r#""items": {list}, "next": {string}"#)),
                Some(Paging::new(next, "/items")),
            ),
            ("page", list.to_owned(), Some(Paging::new(page, ""))),
            (
                "skip",
                object(&format!(r#""a": {list}, "data": {list}"#)),
                Some(Paging::new(offset, "/data")),
            ),
            ("skip", object(&format!(r#""a": {list}, "b": {list}"#)), None),
            ("q", nested, None),
            ("page", string.to_owned(), None),
        ] {
            let text = format!(
                r#"{{"openapi": "3.1.0", "paths": {{"/x": {{"get": {{"operationId": "x",
                    "parameters": [{{"name": "{parameter}", "in": "query"}}], "responses": {{"200":
                    {{"content": {{"application/json": {{"schema": {result}}}}}}}}}}}}}}}}}"#
            );
            let document = Document::parse("x.json", text.as_bytes()).unwrap();
            let api = pass::lower(&document, &Options::default()).api.unwrap();
            let found = paging(&api).pop().map(|(_, paging)| paging);
            assert_eq!(found, expected, "{parameter}: {result}");
        }
    }
}
