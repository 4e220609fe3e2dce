//! Path templates: as documents write them, and as they are meant.
//!
//! `{id:[0-9]+}`, `{path*}` and `{+path}` come from the routers that documents are made of; a query
//! behind the path has its values there.

use std::collections::BTreeMap;

use super::super::context::Context;
use super::server::placeholders;
use crate::code;
use crate::ir::{Parameter, Place, Schema, Style};
use crate::json::json;

/// The path with plain placeholders, each of which has one of `parameters`, and no others.
pub(super) fn settle(
    cx: &mut Context<'_>,
    path: &str,
    parameters: &mut Vec<Parameter>,
    at: &str,
) -> String {
    let (route, query) = path.split_once('?').unwrap_or((path, ""));
    let fixed = settle_query(cx, query, parameters, at);
    let mut template = if route.starts_with('/') { String::new() } else { "/".to_owned() };
    let mut rest = route;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        template.push_str(before);
        let name = meant(cx, name, route, parameters, at);
        template.push_str(&format!("{{{name}}}"));
        rest = tail;
    }
    if rest.contains('{') {
        cx.report(code::MALFORMED, at, "the path has a `{` without `}`; it is sent as it stands");
    }
    template.push_str(&rest.replace('{', "%7B"));
    if template.split('/').any(|segment| segment == "." || segment == "..") {
        let message = "the path has `.` or `..` as a segment; such calls are refused";
        cx.report(code::MALFORMED, at, message);
    }
    settle_placeholders(cx, &template, parameters, at);
    if !fixed.is_empty() {
        template.push_str(&format!("?{}", fixed.join("&")));
    }
    template
}

/// What of a query behind the path is always the same. Its placeholders become parameters.
fn settle_query<'q>(
    cx: &mut Context<'_>,
    query: &'q str,
    parameters: &mut Vec<Parameter>,
    at: &str,
) -> Vec<&'q str> {
    let mut fixed = Vec::new();
    let query = query.split('#').next().unwrap_or_default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((key, name)) = pair
            .split_once('=')
            .and_then(|(key, value)| Some((key, value.strip_prefix('{')?.strip_suffix('}')?)))
        else {
            fixed.push(pair);
            continue;
        };
        let message = format!("the path has the query `{pair}`; `{key}` is taken for a parameter");
        cx.report(code::PARAMETER, at, message);
        if parameters.iter().any(|one| one.place == Place::Query && one.name == key) {
            continue;
        }
        let named = |one: &&mut Parameter| {
            matches!(one.place, Place::Path | Place::Query) && one.name == name
        };
        match parameters.iter_mut().find(named) {
            Some(parameter) => {
                parameter.place = Place::Query;
                parameter.name = key.to_owned();
                (parameter.style, parameter.explode) = (Style::Form, true);
            }
            None => parameters.push(assumed(key, Place::Query)),
        }
    }
    fixed
}

/// The parameter that a placeholder is meant for.
fn meant(
    cx: &mut Context<'_>,
    written: &str,
    route: &str,
    parameters: &[Parameter],
    at: &str,
) -> String {
    let declared = |one: &&Parameter| one.place == Place::Path;
    let declared = || parameters.iter().filter(declared).map(|one| one.name.as_str());
    if declared().any(|name| name == written) {
        return written.to_owned();
    }
    let taken = placeholders(route);
    let plain = bare(written);
    let mut free = declared().filter(|name| !taken.contains(name));
    let name = if plain.is_empty() {
        free.next().unwrap_or("value")
    } else {
        free.find(|name| letters(name) == letters(plain)).unwrap_or(plain)
    };
    if name != written {
        let message = format!("the placeholder `{{{written}}}` is taken for `{{{name}}}`");
        cx.report(code::PARAMETER, at, message);
    }
    name.to_owned()
}

/// A placeholder without what routers and RFC 6570 add to its name.
fn bare(written: &str) -> &str {
    let name = written.split(':').next().unwrap_or_default().trim();
    let name = name.trim_start_matches(['+', '/', '.', ';', '*', '#']);
    name.trim_end_matches(['*', '+', '?', '.']).trim()
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn settle_placeholders(
    cx: &mut Context<'_>,
    path: &str,
    parameters: &mut Vec<Parameter>,
    at: &str,
) {
    let names = placeholders(path);
    parameters.retain(|parameter| {
        let fits = parameter.place != Place::Path || names.contains(&parameter.name.as_str());
        if !fits {
            let message = format!(
                "the path has no placeholder `{{{}}}`; the parameter is left out",
                parameter.name
            );
            cx.report(code::PARAMETER, at, message);
        }
        fits
    });
    for name in names {
        if parameters.iter().any(|p| p.place == Place::Path && p.name == name) {
            continue;
        }
        let message = format!("the placeholder `{{{name}}}` has no parameter; a string is assumed");
        cx.report(code::MISSING_PARAMETER, at, message);
        parameters.push(assumed(name, Place::Path));
    }
}

/// A required string, for what is named but not declared.
fn assumed(name: &str, place: Place) -> Parameter {
    Parameter {
        argument: name.to_owned(),
        name: name.to_owned(),
        place,
        style: if place == Place::Query { Style::Form } else { Style::Simple },
        explode: place == Place::Query,
        allow_reserved: false,
        required: true,
        json: false,
        encoding: BTreeMap::new(),
        preset: None,
        schema: Schema(json!({"type": "string"})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass;
    use crate::select::Options;
    use crate::source::Document;

    /// What is called, the parameters, and whether anything was said.
    fn read(path: &str, parameters: &str) -> (String, Vec<String>, bool) {
        let text = format!(
            "{{openapi: 3.1.0, paths: {{'{path}': {{get: {{operationId: x, parameters: [{parameters}]}}}}}}}}"
        );
        let document = Document::parse("t", text.as_bytes()).unwrap();
        let lowered = pass::lower(&document, &Options::default());
        let api = lowered.api.unwrap();
        let http = api.operations[0].http.as_ref().unwrap();
        let show = |one: &Parameter| format!("{} {:?} {}", one.argument, one.place, one.schema.0);
        let parameters = http.parameters.iter().map(show).collect();
        (http.path.clone(), parameters, !lowered.diagnostics.is_empty())
    }

    #[test]
    fn placeholders_of_routers_mean_what_is_declared() {
        let id = "{name: id, in: path, required: true, schema: {type: integer}}";
        let integer = [r#"id Path {"type":"integer"}"#];
        for path in ["{id:[0-9]+}", "{id*}", "{+id}", "{ID}", "{i_d}", "{ id }", "{}", "{id...}"] {
            let (read, parameters, said) = read(&format!("/a/{path}/b"), id);
            assert_eq!(
                (&*read, &*parameters, said),
                ("/a/{id}/b", &integer.map(str::to_owned)[..], true),
                "{path}"
            );
        }
        let (plain, _, said) = read("/a/{id}", id);
        assert_eq!((&*plain, said), ("/a/{id}", false));
        let (both, parameters, _) = read("/{id}/{ID}/{x*}/{}", id);
        assert_eq!(both, "/{id}/{ID}/{x}/{value}");
        assert_eq!(parameters.len(), 4);
    }

    #[test]
    fn queries_behind_a_path_have_parameters() {
        let why = "{name: why, in: path, required: true, schema: {type: integer}}";
        let (path, parameters, said) = read("/q?x=1&y={why}&z={z}#f", why);
        assert_eq!((&*path, said), ("/q?x=1", true));
        assert_eq!(parameters, [r#"why Query {"type":"integer"}"#, r#"z Query {"type":"string"}"#]);
        assert_eq!(read("/q?acl", "").0, "/q?acl");
    }

    #[test]
    fn what_cannot_be_called_is_said() {
        assert_eq!(read("/a/{b", ""), ("/a/%7Bb".to_owned(), vec![], true));
        assert_eq!(read("/a/../b", ""), ("/a/../b".to_owned(), vec![], true));
        assert_eq!(read("a", "").0, "/a");
    }
}
