//! What an operation looks like it could do with. Only ever suggested: whoever knows the API
//! decides.

mod written;

use std::collections::{BTreeMap, HashSet};

use crate::json::{Map, Text, Value};

use crate::ir::{Api, Binding, BodyKind, Operation, Paging, PagingKind, Place, Reply, Schema};
use crate::select::Filter;
pub use written::{Setting, Written, written};

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

/// Words in the name of an operation that show that a `POST` only reads.
const SEARCHES: [&str; 6] = ["filter", "find", "list", "lookup", "query", "search"];
/// How many fields are suggested.
const FIELDS: usize = 8;

/// Something to write into `toolwright.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion<'a> {
    /// The tool that it is about.
    pub tool: &'a str,
    /// The settings to write, for [`written`].
    pub settings: Vec<Setting>,
}

/// How the pages of operations could be gathered that nobody has said anything about: guessed from
/// names of parameters and of members of the reply.
///
/// ```
/// use toolwright_codegen::{pass, select::Options, source::Document, suggest};
///
/// let document = "{openapi: 3.1.0, paths: {/pets: {get: {operationId: listPets,
///     parameters: [{name: offset, in: query, schema: {type: integer}}],
///     responses: {200: {content: {application/json: {schema: {type: array, items: {}}}}}}}}}}";
/// let document = Document::parse("pets.yaml", document.as_bytes()).unwrap();
/// let api = pass::lower(&document, &Options::default()).api.unwrap();
/// let suggested = suggest::paging(&api);
/// let lines = suggest::written("", &suggested[0].settings).paste;
/// assert_eq!(lines, "[tools.listPets]\npages.offset = \"offset\"\n");
/// ```
pub fn paging(api: &Api) -> Vec<Suggestion<'_>> {
    let suggest = |operation: &'_ Operation| {
        let paging = of(operation, &api.definitions)?;
        let key = key(operation);
        let reads = operation.annotations.read_only_hint == Some(true)
            || operation.http.as_ref()?.method == "GET";
        let reads = (!reads).then(|| Setting::of_tool(&key, &["read-only"], "true"));
        Some(reads.into_iter().chain(said(&key, &paging)).collect())
    };
    // What is said of an `operationId` is said of all operations that have it.
    let mut keys = HashSet::new();
    let operations = api.operations.iter().filter(|operation| keys.insert(key(operation)));
    operations
        .filter_map(|one| Some(Suggestion { tool: &one.name, settings: suggest(one)? }))
        .collect()
}

/// Which fields of the replies of an operation could be kept that nobody has said anything about:
/// the plain ones, those that every item has first.
pub fn fields<'a>(api: &'a Api, operation: &'a Operation) -> Option<Suggestion<'a>> {
    let http = operation.http.as_ref()?;
    let definitions = &api.definitions;
    let result = resolve(&operation.result.as_ref()?.0, definitions)?;
    if http.fields.is_some() {
        return None;
    }
    let at = list(result, definitions);
    let mut keep = Vec::new();
    match at.as_deref() {
        Some("") => scalars(result.get("items")?, definitions, "", &mut keep),
        Some(at) => {
            scalars(result.pointer(&format!("/properties{at}"))?, definitions, at, &mut keep);
            // What leads to further pages is kept as well.
            keep.extend(next(result, definitions, &NEXT));
        }
        None => scalars(result, definitions, "", &mut keep),
    }
    keep.dedup();
    let fields: Vec<String> = keep.iter().map(|path| quoted(path)).collect();
    let list = format!("[{}]", fields.join(", "));
    let settings = vec![Setting::of_tool(&key(operation), &["fields", "keep"], list)];
    (!fields.is_empty()).then_some(Suggestion { tool: &operation.name, settings })
}

/// Members of an object, or of the objects in a list, that are neither.
fn scalars(
    schema: &Value,
    definitions: &BTreeMap<String, Schema>,
    at: &str,
    keep: &mut Vec<String>,
) {
    let Some(mut schema) = resolve(schema, definitions) else { return };
    if let Some(items) = schema.get("items") {
        let Some(items) = resolve(items, definitions) else { return };
        schema = items;
    }
    let Some(properties) = properties(schema) else { return };
    let required = schema.get("required").and_then(Value::as_array);
    let needed = |name: &Text| required.is_some_and(|all| all.iter().any(|one| one == name));
    let mut names: Vec<&Text> = properties
        .iter()
        .filter(|(_, member)| {
            let kind = resolve(member, definitions).and_then(|member| member.get("type"));
            kind.is_some_and(|kind| kind != "array" && kind != "object")
        })
        .map(|(name, _)| name)
        .collect();
    names.sort_by_key(|name| !needed(name));
    keep.extend(names.into_iter().take(FIELDS).map(|name| crate::pointer::join(at, name)));
}

/// What an operation is called in a file: by its `operationId`, or by the name of its tool.
pub fn key(operation: &Operation) -> String {
    let id = operation.operation_id.as_deref().unwrap_or(&operation.name);
    if id.parse::<Filter>().is_ok() { format!("id:{id}") } else { id.to_owned() }
}

/// A key as TOML.
fn toml_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

/// JSON and TOML write texts alike.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Pages as a file says them.
fn said(key: &str, paging: &Paging) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut say =
        |name, value: String| settings.push(Setting::of_tool(key, &["pages", name], value));
    match &paging.kind {
        PagingKind::Cursor { next, parameter } => {
            say("cursor", quoted(parameter));
            say("next", quoted(next));
        }
        PagingKind::Page { parameter, .. } => say("page", quoted(parameter)),
        PagingKind::Offset { parameter } => say("offset", quoted(parameter)),
        PagingKind::Link => say("link", "true".to_owned()),
        PagingKind::Next { next } => say("next", quoted(next)),
    }
    if !paging.items.is_empty() {
        say("items", quoted(&paging.items));
    }
    settings
}

fn of(operation: &Operation, definitions: &BTreeMap<String, Schema>) -> Option<Paging> {
    let http = operation.http.as_ref()?;
    let json = matches!(operation.reply, Reply::Json { .. });
    if !json || http.paging.is_some() {
        return None;
    }
    let query = |names: &[&str]| {
        let mut all = http.parameters.iter().filter(|parameter| parameter.place == Place::Query);
        all.find(|parameter| names.contains(&plain(&parameter.name).as_str()))
            .map(|parameter| parameter.name.clone())
    };
    let result = resolve(&operation.result.as_ref()?.0, definitions)?;
    let items = list(result, definitions)?;
    let cursor = query(&CURSORS).or_else(|| in_body(operation, definitions));
    let kind = match (cursor, next(result, definitions, &NEXT)) {
        (Some(parameter), Some(next)) if is_reading(operation, http) => {
            PagingKind::Cursor { next, parameter }
        }
        _ if http.method != "GET" => return None,
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

/// Whether a request only reads, by its method, by what is said of it, or by its name.
fn is_reading(operation: &Operation, http: &Binding) -> bool {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let last = http.path.rsplit('/').next().unwrap_or_default();
    let name = format!("{id} {last}").to_ascii_lowercase();
    http.method == "GET"
        || http.method == "QUERY"
        || operation.annotations.read_only_hint == Some(true)
        || (http.method == "POST" && SEARCHES.iter().any(|word| name.contains(word)))
}

/// A member of the body that takes a cursor, at its top or in an object there.
fn in_body(operation: &Operation, definitions: &BTreeMap<String, Schema>) -> Option<String> {
    let body = operation.http.as_ref()?.body.as_ref()?;
    if !matches!(body.kind, BodyKind::Json | BodyKind::Form) {
        return None;
    }
    let at = next(resolve(&body.schema.0, definitions)?, definitions, &CURSORS)?;
    let steps: Vec<String> = crate::pointer::tokens(&at).collect();
    // Names with a dot can't be said this way.
    let sayable = steps.iter().all(|step| !step.contains('.'));
    sayable.then(|| format!("body.{}", steps.join(".")))
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
    let lists: Vec<&Text> =
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
    let of = |properties: &Map, at: &str| {
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

fn properties(schema: &Value) -> Option<&Map> {
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
mod tests;
