//! Swagger 2.0: rewritten into the shape of OpenAPI 3.0, in place, so that lines stay known.
//!
//! Definitions, parameters and responses stay where they are, and with them what refers to them.

use crate::json::{List, Map, Value, json};

use super::refs::link;

mod inline;

type Object = Map;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
/// Members of a parameter that make up its schema in OpenAPI 3.
const SCHEMA_MEMBERS: [&str; 18] = [
    "type",
    "format",
    "items",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "x-nullable",
    "x-example",
];

/// The document as OpenAPI 3.0 would say it.
pub(crate) fn upgrade(source: &Value) -> Value {
    let mut root = source.as_object().cloned().unwrap_or_default();
    inline::files(&mut root, source);
    root.insert("servers", servers(&root));
    let schemes = root.remove("securityDefinitions").map(security_schemes);
    root.insert(
        "components".to_owned(),
        json!({"securitySchemes": schemes.unwrap_or_else(|| json!({}))}),
    );
    let media =
        Media { consumes: names(root.get("consumes")), produces: names(root.get("produces")) };
    let shared = match root.get("parameters") {
        Some(Value::Object(shared)) => shared.clone(),
        _ => Map::new(),
    };
    if let Some(Value::Object(parameters)) = root.get_mut("parameters") {
        parameters.update(|_, value| parameter(value));
    }
    if let Some(Value::Object(responses)) = root.get_mut("responses") {
        responses.update(|_, value| response(value, &media.produces));
    }
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        paths.update(|_, item| {
            if let Value::Object(item) = item {
                path_item(item, &media, &shared);
            }
        });
    }
    Value::Object(root)
}

struct Media {
    consumes: Vec<String>,
    produces: Vec<String>,
}

fn servers(root: &Object) -> Value {
    let text = |key: &str| root.get(key).and_then(Value::as_str).unwrap_or_default();
    let base = text("basePath").trim_matches('/');
    let base = if base.is_empty() { String::new() } else { format!("/{base}") };
    let (written, host) = text("host").split_once("://").unwrap_or(("", text("host")));
    let (host, folder) = host.split_once('/').unwrap_or((host, ""));
    let folder = format!("/{}", folder.trim_end_matches('/'));
    let base = format!("{}{base}", folder.trim_end_matches('/'));
    if host.is_empty() {
        return if base.is_empty() { json!([]) } else { json!([{"url": base}]) };
    }
    let mut schemes = names(root.get("schemes"));
    schemes.retain(|scheme| scheme == "https" || scheme == "http");
    schemes.sort_by_key(|scheme| scheme != "https");
    if schemes.is_empty() {
        schemes.push(if written.is_empty() { "https" } else { written }.to_owned());
    }
    let servers = schemes.iter().map(|scheme| json!({"url": format!("{scheme}://{host}{base}")}));
    Value::Array(servers.collect())
}

fn security_schemes(mut definitions: Value) -> Value {
    if let Value::Object(definitions) = &mut definitions {
        definitions.update(|_, scheme| {
            if scheme.get("type").and_then(Value::as_str) == Some("basic") {
                *scheme = json!({"type": "http", "scheme": "basic"});
            }
        });
    }
    definitions
}

fn path_item(item: &mut Object, media: &Media, shared: &Object) {
    let inherited = list(item.get("parameters"));
    for method in METHODS {
        let Some(Value::Object(operation)) = item.get_mut(method) else {
            continue;
        };
        let own = list(operation.get("parameters"));
        let consumes = names_or(operation.get("consumes"), &media.consumes);
        let produces = names_or(operation.get("produces"), &media.produces);
        let mut all = own.iter().chain(&inherited).map(|value| resolved(value, shared));
        let has_body = all.any(|value| place(value) == "body");
        if let Some(body) = request_body(&inherited, &own, &consumes, shared) {
            operation.insert("requestBody", body);
        }
        parameters(operation, shared, has_body);
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            responses.update(|_, value| response(value, &produces));
        }
    }
    parameters(item, shared, false);
}

/// Rewrites parameters; those that became the body leave an empty place behind. What a body leaves no
/// room for stays, and will be reported.
fn parameters(holder: &mut Object, shared: &Object, has_body: bool) {
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    let mut taken = false;
    parameters.update(|value| match place(resolved(value, shared)) {
        "body" if !std::mem::replace(&mut taken, has_body) => *value = Value::Null,
        "formData" if !has_body => *value = Value::Null,
        "body" | "formData" => *value = resolved(value, shared).clone(),
        _ => parameter(value),
    });
}

fn parameter(value: &mut Value) {
    let Value::Object(source) = value else {
        return;
    };
    if source.contains_key("$ref") || source.contains_key("schema") {
        return;
    }
    let array = source.get("type").and_then(Value::as_str) == Some("array");
    let query = source.get("in").and_then(Value::as_str) == Some("query");
    let schema = schema_of(source);
    let format = source.remove("collectionFormat");
    if array && query {
        let (style, explode) = style(format.as_ref());
        source.insert("style", json!(style));
        source.insert("explode", json!(explode));
    }
    source.insert("schema", schema);
}

/// The schema members of a parameter, which it has beside its own.
fn schema_of(parameter: &Object) -> Value {
    let members = SCHEMA_MEMBERS.iter();
    let members = members.filter_map(|key| Some((*key, parameter.get(key)?)));
    Value::Object(members.collect())
}

fn style(collection_format: Option<&Value>) -> (&'static str, bool) {
    match collection_format.and_then(Value::as_str) {
        Some("multi") => ("form", true),
        Some("ssv") => ("spaceDelimited", false),
        // OpenAPI 3 has nothing of the kind: this will be reported.
        Some("tsv") => ("tabDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ => ("form", false),
    }
}

fn request_body(
    inherited: &[Value],
    own: &[Value],
    consumes: &[String],
    shared: &Object,
) -> Option<Value> {
    let all = own.iter().chain(inherited).map(|value| resolved(value, shared));
    let (mut body, mut form) = (None, Vec::new());
    for value in all {
        match place(value) {
            "body" => body = body.or(Some(value)),
            "formData" => form.push(value),
            _ => {}
        }
    }
    if let Some(body) = body {
        let schema = body.get("schema").cloned().unwrap_or_else(|| json!({}));
        let mut out = json!({"content": content(consumes, &schema, None)});
        for key in ["description", "required"] {
            if let (Some(value), Value::Object(out)) = (body.get(key), &mut out) {
                out.insert(key.to_owned(), value.clone());
            }
        }
        return Some(out);
    }
    (!form.is_empty()).then(|| form_body(&form, consumes))
}

fn form_body(fields: &[&Value], consumes: &[String]) -> Value {
    let (mut properties, mut encoding, mut required) = (Map::new(), Map::new(), Vec::new());
    let mut files = false;
    for field in fields {
        let (Some(name), Some(source)) =
            (field.get("name").and_then(Value::as_str), field.as_object())
        else {
            continue;
        };
        if properties.contains_key(name) {
            continue;
        }
        let mut schema = schema_of(source);
        if let Value::Object(members) = &mut schema {
            if members.get("type").and_then(Value::as_str) == Some("file") {
                files = true;
                *members = Map::from_iter([
                    ("type".to_owned(), json!("string")),
                    ("format".to_owned(), json!("binary")),
                ]);
            }
            if let Some(description) = source.get("description") {
                members.insert("description", description.clone());
            }
            if members.get("type").and_then(Value::as_str) == Some("array") {
                let (style, explode) = style(source.get("collectionFormat"));
                encoding.insert(name.to_owned(), json!({"style": style, "explode": explode}));
            }
        }
        properties.insert(name.to_owned(), schema);
        if source.get("required") == Some(&Value::Bool(true)) {
            required.push(name);
        }
    }
    let multipart = files || consumes.iter().any(|media_type| media_type.starts_with("multipart/"));
    let media_type =
        if multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let schema = json!({"type": "object", "properties": properties, "required": required});
    json!({
        "required": !required.is_empty(),
        "content": {media_type: {"schema": schema, "encoding": encoding}},
    })
}

fn response(value: &mut Value, produces: &[String]) {
    let Value::Object(source) = value else {
        return;
    };
    let examples = source.remove("examples");
    let Some(schema) = source.remove("schema") else {
        return;
    };
    let file = schema.get("type").and_then(Value::as_str) == Some("file");
    let binary = ["application/octet-stream".to_owned()];
    let produces = if file && produces.is_empty() { &binary } else { produces };
    source.insert("content", content(produces, &schema, examples.as_ref()));
}

fn content(media_types: &[String], schema: &Value, examples: Option<&Value>) -> Value {
    let json = ["application/json".to_owned()];
    let media_types = if media_types.is_empty() { &json } else { media_types };
    let entries = media_types.iter().map(|media_type| {
        let mut media = json!({"schema": schema});
        let example = examples.and_then(|examples| examples.get(media_type));
        if let (Some(example), Value::Object(media)) = (example, &mut media) {
            media.insert("example", example.clone());
        }
        (media_type.clone(), media)
    });
    Value::Object(entries.collect())
}

fn place(parameter: &Value) -> &str {
    parameter.get("in").and_then(Value::as_str).unwrap_or_default()
}

/// A parameter behind a reference to the document's own.
fn resolved<'v>(value: &'v Value, shared: &'v Object) -> &'v Value {
    let name = link(value).and_then(|reference| reference.strip_prefix("#/parameters/"));
    name.and_then(|name| shared.get(name)).unwrap_or(value)
}

fn list(value: Option<&Value>) -> List {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(name)) => vec![name.to_string()],
        value => {
            let items = value.and_then(Value::as_array).into_iter().flatten();
            items.filter_map(Value::as_str).map(str::to_owned).collect()
        }
    }
}

fn names_or(value: Option<&Value>, inherited: &[String]) -> Vec<String> {
    match value {
        Some(Value::Array(_) | Value::String(_)) => names(value),
        _ => inherited.to_vec(),
    }
}
