//! OpenAPI 3: servers, security and one operation per method of each path.

mod body;
mod encoding;
mod header;
mod media;
mod operation;
mod parameter;
mod reply;
mod response;
mod security;
mod server;
mod tag;
mod template;

use std::collections::BTreeMap;

use crate::json::{Map, Value};

use super::context::Context;
use super::selection::Selection;
use super::text::{self, TOOL_LIMIT};
use crate::code;
use crate::ir::Api;
use crate::pointer::join;
use operation::Inherited;

/// Reads the whole document. Operations still have the names that the document gives them and no
/// schemas of their own; referenced schemas wait in `cx.definitions`.
pub(crate) fn read(cx: &mut Context<'_>, name: &str, selection: &mut Selection<'_>) -> Api {
    let document = cx.document;
    let empty = Map::new();
    let root = document.root().as_object().unwrap_or(&empty);
    let info = |key: &str| document.root().get("info").and_then(|info| info.get(key));
    let servers = server::read(cx, root, "");
    let schemes = document
        .root()
        .as_object()
        .map_or_else(BTreeMap::new, |root| security::schemes(cx, root, name));
    let security = security::requirements(cx, root, "", &schemes).unwrap_or_default();
    let inherited = Inherited { servers, schemes, security };
    let operations = operations(cx, &inherited, selection);
    let description = info("description").or_else(|| info("summary")).and_then(Value::as_str);
    Api {
        name: name.to_owned(),
        title: info("title")
            .and_then(Value::as_str)
            .and_then(|title| text::title(title, 200))
            .unwrap_or_else(|| name.to_owned()),
        version: match info("version") {
            Some(Value::String(version)) => text::title(version, 60).unwrap_or_default(),
            Some(Value::Number(version)) => version.to_string(),
            _ => String::new(),
        },
        description: description
            .map(|text| cx.text(text, TOOL_LIMIT, "/info/description"))
            .filter(|text| !text.is_empty()),
        servers: inherited.servers,
        security_schemes: inherited.schemes,
        operations,
        definitions: BTreeMap::new(),
        parts: Vec::new(),
    }
}

fn operations(
    cx: &mut Context<'_>,
    inherited: &Inherited,
    selection: &mut Selection<'_>,
) -> Vec<crate::ir::Operation> {
    let document = cx.document;
    let (paths, paths_at) = match document.root().get("paths") {
        None | Some(Value::Null) => return Vec::new(),
        // Some keep all paths in a file of their own.
        Some(paths) => match cx.object(paths, "/paths", "an object of paths") {
            Some(found) => found,
            None => return Vec::new(),
        },
    };
    let mut operations = Vec::new();
    for path in document.keys(&paths_at) {
        let at = join(&paths_at, path);
        let Some((path, value)) = paths.get_key_value(path).filter(|_| !path.starts_with("x-"))
        else {
            continue;
        };
        if path.chars().any(char::is_control) {
            cx.report(code::MALFORMED, &at, "the path contains control characters; it is left out");
            continue;
        }
        operations.extend(operation::of_path(cx, (path, value), &at, inherited, selection));
    }
    operations
}
