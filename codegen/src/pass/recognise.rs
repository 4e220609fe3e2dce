//! What kind of document this is.

use crate::json::Value;

use crate::code::{self, Code};
use crate::source::Document;

/// The kinds of document that can be lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Swagger 2.0.
    Swagger,
    /// OpenAPI 3.0.x.
    OpenApi30,
    /// OpenAPI 3.1.x and 3.2.x: what is new in 3.2 has names of its own.
    OpenApi31,
    /// A list of tool descriptions; the pointer of the list is given.
    Tools(&'static str),
}

/// A finding about the format as a whole: code, pointer, message.
pub(crate) type Remark = (&'static Code, &'static str, String);

/// Tells the format, and what there is to say about it.
pub(crate) fn recognise(document: &Document) -> Result<(Format, Option<Remark>), Remark> {
    let root = document.root();
    if let Some(version) = root.get("openapi") {
        return openapi(&plain(version));
    }
    if let Some(version) = root.get("swagger") {
        let version = plain(version);
        if version.split('.').next() == Some("2") {
            let message = "Swagger 2.0 is read as what OpenAPI 3.0 says in its place";
            return Ok((Format::Swagger, Some((code::SWAGGER, "/swagger", message.to_owned()))));
        }
        let message = format!("there is no Swagger version `{version}` that is understood");
        return Err((code::UNKNOWN_FORMAT, "/swagger", message));
    }
    if root.get("tools").is_some_and(Value::is_array) {
        return Ok((Format::Tools("/tools"), None));
    }
    if root.pointer("/result/tools").is_some_and(Value::is_array) {
        return Ok((Format::Tools("/result/tools"), None));
    }
    if let Value::Array(items) = root
        && items.iter().any(|item| item.get("inputSchema").is_some() || item.get("name").is_some())
    {
        return Ok((Format::Tools(""), None));
    }
    if root.get("paths").is_some_and(Value::is_object) {
        let message = "there are `paths` but no `openapi` version; OpenAPI 3.1 is assumed";
        return Ok((Format::OpenApi31, Some((code::VERSION, "", message.to_owned()))));
    }
    let message = match root {
        Value::Object(map) if map.contains_key("asyncapi") => {
            "this is an AsyncAPI document, which describes no calls"
        }
        Value::Object(_) => "the document has neither `openapi` nor `tools`",
        _ => "the document is no object at its root",
    };
    Err((code::UNKNOWN_FORMAT, "", message.to_owned()))
}

fn openapi(version: &str) -> Result<(Format, Option<Remark>), Remark> {
    let mut parts = version.split(['.', '-']);
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next());
    let remark = |text: &str| Some((code::VERSION, "/openapi", text.to_owned()));
    match (major, minor) {
        ("3", Some("0")) => Ok((Format::OpenApi30, None)),
        ("3", Some("1" | "2")) => Ok((Format::OpenApi31, None)),
        ("3", None | Some("")) => Ok((
            Format::OpenApi30,
            remark("the version says no more than 3; OpenAPI 3.0 is assumed"),
        )),
        ("3", Some(minor)) if minor.parse::<u16>().is_ok() => Ok((
            Format::OpenApi31,
            remark("the version is newer than OpenAPI 3.2, as which it is read"),
        )),
        _ => {
            let message = format!("there is no OpenAPI version `{version}` that is understood");
            Err((code::UNKNOWN_FORMAT, "/openapi", message))
        }
    }
}

/// A version as text, also where YAML has made a number of it.
fn plain(version: &Value) -> String {
    match version {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
