//! Operations that are resources.

use crate::json::Value;

use super::super::context::Context;
use super::super::selection::Selection;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::ir::{Api, Binding, Operation, Parameter, Place, Resource, Status};
use crate::select::{Placed, ResourceRule};

/// Makes resources of the operations that shall be such; those that are nothing else go behind
/// all tools.
pub(crate) fn resources(cx: &mut Context<'_>, api: &mut Api, selection: &mut Selection<'_>) {
    let scheme = api.name.replace('_', "-");
    let mut taken = std::collections::HashSet::new();
    for operation in &mut api.operations {
        let said = selection.take(&operation.pointer);
        let Some(Placed { what: rule, origin }) = said.rule.resource.filter(|rule| !rule.what.none)
        else {
            continue;
        };
        match resource(operation, &rule, &scheme) {
            Ok(resource) if taken.insert(shape(&resource.uri)) => {
                operation.resource = Some(resource);
            }
            Ok(resource) => {
                let why = format!("there is another one under `{}`", resource.uri);
                cx.note([refusal(operation, &origin, &why)]);
            }
            Err(why) => cx.note([refusal(operation, &origin, &why)]),
        }
    }
    api.operations.sort_by_key(|operation| !operation.is_tool());
}

fn refusal(operation: &Operation, origin: &crate::select::Origin, why: &str) -> Diagnostic {
    let message = format!("{} can't be a resource: {why}; it stays a tool", operation.name);
    code::CURATION.diagnostic(&origin.file, origin.line, &origin.pointer, message)
}

fn resource(operation: &Operation, rule: &ResourceRule, scheme: &str) -> Result<Resource, String> {
    let http = operation.http.as_ref().ok_or("there is no request behind it")?;
    if http.method != "GET" {
        return Err(format!("reading is a GET, and this is a {}", http.method));
    }
    if http.body.as_ref().is_some_and(|body| body.required) {
        return Err("it takes a body".to_owned());
    }
    let uri = match &rule.uri {
        Some(uri) => checked(uri)?.to_owned(),
        None => made(scheme, http)?,
    };
    let variables = variables(&uri)?;
    let known = |name: &&String| arguments(http).any(|one| variable(&one.argument) == **name);
    if let Some(unknown) = variables.iter().find(|name| !known(name)) {
        return Err(format!("`{{{unknown}}}` of its URI is no parameter"));
    }
    let is_missing = |one: &&Parameter| {
        (one.required || one.place == Place::Path) && !variables.contains(&variable(&one.argument))
    };
    if let Some(missing) =
        http.parameters.iter().filter(|parameter| parameter.preset.is_none()).find(is_missing)
    {
        return Err(format!(
            "the required parameter `{}` is no variable of its URI; preset it, or name it there",
            missing.name
        ));
    }
    let mime_type = rule.media_type.clone().or_else(|| media_type(http));
    Ok(Resource { uri, mime_type, tool: rule.tool })
}

/// The parameters that a URI may hold.
fn arguments(http: &Binding) -> impl Iterator<Item = &Parameter> {
    http.parameters.iter().filter(|parameter| {
        matches!(parameter.place, Place::Path | Place::Query) && parameter.preset.is_none()
    })
}

/// An argument's name as a variable: templates take letters, digits, `_` and `.` only.
fn variable(argument: &str) -> String {
    argument.replace('-', "_")
}

/// `shop://books/{isbn}{?page}` for `GET /books/{isbn}`.
fn made(scheme: &str, http: &Binding) -> Result<String, String> {
    let mut uri = format!("{scheme}://");
    let mut rest = http.path.trim_start_matches('/');
    while let Some((text, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or("its path is no template")?;
        uri.push_str(text);
        match arguments(http).find(|one| one.place == Place::Path && one.name == name) {
            Some(argument) => uri.push_str(&format!("{{{}}}", variable(&argument.argument))),
            None => uri.push_str(&variable(name)),
        }
        rest = after;
    }
    uri.push_str(rest);
    if http.path.trim_matches('/').is_empty() {
        uri.push_str("root");
    }
    let scalar = |one: &&Parameter| {
        let kind = one.schema.0.get("type").and_then(Value::as_str);
        one.place == Place::Query && !matches!(kind, Some("array" | "object"))
    };
    let query: Vec<String> =
        arguments(http).filter(scalar).map(|one| variable(&one.argument)).collect();
    if !query.is_empty() {
        uri.push_str(&format!("{{?{}}}", query.join(",")));
    }
    Ok(uri)
}

fn checked(uri: &str) -> Result<&str, String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let has_scheme = uri.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(legal)
            && !rest.is_empty()
    });
    let clean = !uri.chars().any(|c| c.is_control() || c.is_whitespace());
    if has_scheme && clean {
        Ok(uri)
    } else {
        Err(format!("`{uri}` is no URI: write a scheme, `:` and what follows"))
    }
}

/// The variables of a template.
fn variables(uri: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = uri;
    while let Some((before, after)) = rest.split_once('{') {
        let (expression, after) = after.split_once('}').ok_or("a brace of its URI is open")?;
        if before.is_empty() && !names.is_empty() && !expression.starts_with(['?', '/', '.', '#']) {
            return Err("nothing stands between two variables of its URI".to_owned());
        }
        let list = expression.trim_start_matches(['+', '#', '.', '/', '?']);
        let legal = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
        for name in list.split(',') {
            if name.is_empty() || !name.chars().all(legal) {
                return Err(format!("`{{{expression}}}` of its URI is not understood"));
            }
            names.push(name.to_owned());
        }
        rest = after;
    }
    Ok(names)
}

/// A template without the names of its variables: two of one shape would read the same URIs.
fn shape(uri: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in uri.split("{?").next().unwrap_or(uri).chars() {
        match c {
            '{' => {
                inside = true;
                out.push('{');
            }
            '}' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

fn media_type(http: &Binding) -> Option<String> {
    let success = |status: &Status| match status {
        Status::Code(code) => (200..300).contains(code),
        Status::Range(hundreds) => *hundreds == 2,
        Status::Default => true,
    };
    let mut fitting = http.responses.iter().filter(|response| success(&response.status));
    let media_type = fitting.find_map(|response| response.media_types.first())?;
    (!media_type.contains('*')).then(|| media_type.clone())
}
