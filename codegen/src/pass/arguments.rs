//! The arguments of an HTTP operation: one member per parameter, and one for the body.

use std::collections::HashSet;

use crate::json::{Map, Value, json};

use super::context::Context;
use crate::code;
use crate::ir::{Api, Binding, Body, Place, Schema};

/// Names the arguments and puts their schemas together. `words`: the names are no more than words of
/// letters, digits and underscores.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api, words: bool) {
    for operation in &mut api.operations {
        let Some(binding) = &mut operation.http else {
            continue;
        };
        name(cx, binding, words, &operation.pointer);
        operation.arguments = Schema(schema(binding));
    }
}

/// Leaves merge patches (RFC 7396) without types: a `null` there removes a member, which an
/// `Option` cannot tell from saying nothing. Tools go on showing the whole schema.
pub(crate) fn keep_nulls(api: &mut Api) {
    for operation in &mut api.operations {
        let body = operation.http.as_ref().and_then(|http| http.body.as_ref());
        let patch = |body: &&Body| {
            let essence = body.media_type.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/merge-patch+json")
        };
        let Some(body) = body.filter(patch) else { continue };
        let properties = operation.arguments.0.get_mut("properties");
        if let Some(schema) = properties.and_then(|members| members.get_mut(&body.argument)) {
            let description = schema.get("description").cloned();
            *schema = json!({"type": "object"});
            if let (Some(text), Value::Object(members)) = (description, schema) {
                members.insert("description", text);
            }
        }
    }
}

/// Chooses argument names: legal ones, and different where places share a name.
fn name(cx: &mut Context<'_>, binding: &mut Binding, words: bool, at: &str) {
    let mut taken: HashSet<String> = HashSet::new();
    let places = [Place::Path, Place::Query, Place::Querystring, Place::Header, Place::Cookie];
    for place in places {
        for parameter in &mut binding.parameters {
            if parameter.place != place || parameter.preset.is_some() {
                continue;
            }
            // Another name than its own was asked for, or found before.
            let wanted = match parameter.argument.is_empty() {
                true => parameter.name.clone(),
                false => parameter.argument.clone(),
            };
            let plain = sanitise(&wanted);
            let plain = if words { word(&plain) } else { plain };
            let argument = free(&mut taken, &plain, place_name(place));
            if argument != wanted {
                let message = format!(
                    "the {} parameter `{}` is the argument `{argument}`",
                    place_name(place),
                    parameter.name
                );
                cx.report(code::ARGUMENT_CHANGED, at, message);
            }
            parameter.argument = argument;
            explain(&mut parameter.schema.0, &parameter.name);
        }
    }
    if let Some(body) = binding.body.as_mut().filter(|body| body.preset.is_none()) {
        body.argument = free(&mut taken, &sanitise(&body.argument), "content");
    }
}

/// Tells the name of a parameter that its argument cannot have, where nothing else tells what it is.
fn explain(schema: &mut Value, name: &str) {
    let foreign = name.chars().any(|c| c.is_alphanumeric() && !c.is_ascii());
    if let Value::Object(members) = schema
        && foreign
        && !members.contains_key("description")
    {
        members.insert("description", Value::from(name));
    }
}

fn free(taken: &mut HashSet<String>, plain: &str, suffix: &str) -> String {
    if taken.insert(plain.to_owned()) {
        return plain.to_owned();
    }
    let head: String = plain.chars().take(50).collect();
    let mut name = format!("{head}_{suffix}");
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{head}_{suffix}_{number}");
        number += 1;
    }
    name
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::Querystring => "query",
    }
}

/// Reduces a name to `[A-Za-z0-9_.-]{1,64}`: `filter[name]` becomes `filter_name`.
fn sanitise(source: &str) -> String {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !source.is_empty() && source.len() <= 64 && source.chars().all(legal) {
        return source.to_owned();
    }
    let mut name = String::new();
    for c in source.chars() {
        if legal(c) {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(64);
    let name = name.trim_end_matches('_');
    if name.is_empty() { "parameter".to_owned() } else { name.to_owned() }
}

/// Reduces a legal name to `[A-Za-z_][A-Za-z0-9_]{0,63}`: `dry-run` becomes `dry_run`.
fn word(legal: &str) -> String {
    let name = legal.replace(['.', '-'], "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}").chars().take(64).collect();
    }
    name
}

fn schema(binding: &Binding) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in binding.parameters.iter().filter(|parameter| parameter.preset.is_none()) {
        properties.insert(parameter.argument.clone(), parameter.schema.0.clone());
        if parameter.required {
            required.push(parameter.argument.clone());
        }
    }
    if let Some(body) = binding.body.as_ref().filter(|body| body.preset.is_none()) {
        properties.insert(body.argument.clone(), body.schema.0.clone());
        if body.required {
            required.push(body.argument.clone());
        }
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if let Value::Object(members) = &mut schema
        && !required.is_empty()
    {
        members.insert("required", json!(required));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_legal() {
        for (source, name) in [
            ("petId", "petId"),
            ("filter[name]", "filter_name"),
            ("ids[]", "ids"),
            ("X-Request-ID", "X-Request-ID"),
            ("$filter", "filter"),
            ("a:b", "a_b"),
            ("ключ", "parameter"),
        ] {
            assert_eq!(sanitise(source), name);
        }
    }

    #[test]
    fn words_have_neither_dots_nor_dashes() {
        for (legal, name) in [("dry-run", "dry_run"), ("a.b", "a_b"), ("2d", "_2d"), ("id", "id")] {
            assert_eq!(word(legal), name);
        }
    }

    #[test]
    fn clashes_get_the_place_as_suffix() {
        let mut taken = HashSet::new();
        assert_eq!(free(&mut taken, "id", "path"), "id");
        assert_eq!(free(&mut taken, "id", "query"), "id_query");
        assert_eq!(free(&mut taken, "id", "query"), "id_query_2");
    }
}
