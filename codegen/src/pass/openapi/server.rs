//! Servers: base URLs and their variables.

use std::collections::BTreeMap;

use crate::json::{Map, Value};

use super::super::context::Context;
use crate::code;
use crate::ir::{Server, Variable};
use crate::pointer::join;

/// The servers listed in `holder` (the document, a path item or an operation).
pub(super) fn read(cx: &mut Context<'_>, holder: &Map, at: &str) -> Vec<Server> {
    let at = join(at, "servers");
    let list = match holder.get("servers") {
        None => return Vec::new(),
        Some(Value::Array(list)) => &**list,
        Some(one) if one.get("url").is_some() => {
            cx.report(code::SERVER, &at, "`servers` is no list; it is taken as the only one");
            return server(cx, one, &at).into_iter().collect();
        }
        Some(_) => {
            cx.report(code::SERVER, &at, "`servers` is no list; it is left out");
            return Vec::new();
        }
    };
    list.iter()
        .enumerate()
        .filter_map(|(index, value)| server(cx, value, &join(&at, &index.to_string())))
        .collect()
}

fn server(cx: &mut Context<'_>, value: &Value, at: &str) -> Option<Server> {
    let Some(url) = value.get("url").and_then(Value::as_str).map(str::trim) else {
        cx.report(code::SERVER, at, "the server has no `url`; it is left out");
        return None;
    };
    if url.chars().any(char::is_control) {
        cx.report(code::SERVER, at, "the URL contains control characters; the server is left out");
        return None;
    }
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let known = scheme.is_none_or(|scheme| {
        scheme.contains('{')
            || ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    });
    if !known {
        cx.report(
            code::SERVER,
            at,
            format!("`{url}` is no http or https URL; the server is left out"),
        );
        return None;
    }
    let mut variables = BTreeMap::new();
    let declared = value.get("variables").and_then(Value::as_object);
    for (name, value) in declared.into_iter().flatten() {
        if let Some(variable) = variable(cx, name, value, &join(&join(at, "variables"), name)) {
            variables.insert(name.to_string(), variable);
        }
    }
    for name in placeholders(url) {
        if !variables.contains_key(name) {
            let message = format!(
                "the variable `{name}` of the URL is not declared; the operator has to set it"
            );
            cx.report(code::SERVER, at, message);
            let variable = Variable { default: String::new(), values: Vec::new() };
            variables.insert(name.to_owned(), variable);
        }
    }
    let name = value.get("name").and_then(Value::as_str).map(str::trim);
    let name = name.filter(|name| !name.is_empty() && !name.chars().any(char::is_control));
    Some(Server { name: name.map(str::to_owned), url: url.to_owned(), variables })
}

fn variable(cx: &mut Context<'_>, name: &str, value: &Value, at: &str) -> Option<Variable> {
    if !value.is_object() {
        cx.report(code::SERVER, at, format!("the variable `{name}` is no object; it is left out"));
        return None;
    }
    let values: Vec<String> = value
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(text)
        .collect();
    let default = value.get("default").and_then(text);
    if default.is_none() {
        cx.report(code::SERVER, at, format!("the variable `{name}` has no default"));
    }
    let mut default = default.or_else(|| values.first().cloned()).unwrap_or_default();
    if !values.is_empty() && !values.contains(&default) {
        cx.report(
            code::SERVER,
            at,
            format!(
                "the default of the variable `{name}` is none of its values; the first one is used"
            ),
        );
        default = values.first().cloned().unwrap_or_default();
    }
    Some(Variable { default, values })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Names in `{…}`, in order.
pub(super) fn placeholders(template: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        rest = tail;
    }
    names
}
