//! The keywords of JSON Schema and the kind of value that each takes.

use crate::json::{Map, Number, Text, Value, json};

use super::super::context::{Context, Dialect, kind};
use super::super::text::{self, SCHEMA_LIMIT};
use super::{normalise, truth};
use crate::code;
use crate::pointer::join;

type Schema = Map;

/// Keywords that take lists of schemas; one schema instead has a finding of its own.
const LISTS: [&str; 4] = ["prefixItems", "allOf", "anyOf", "oneOf"];

/// Puts one keyword of a source schema into `out`, mended where it has to be. Keywords that
/// JSON Schema does not know (`xml`, `discriminator`, `example`, `x-…`) are left out.
pub(super) fn convert(
    cx: &mut Context<'_>,
    out: &mut Schema,
    (key, value): (&Text, &Value),
    at: &str,
    base: &str,
) {
    let here = || join(at, key);
    let converted = match key.as_str() {
        "title" | "format" | "contentEncoding" | "contentMediaType" => short_text(value),
        "description" => description(cx, value, at),
        "type" => return types(cx, out, value, at),
        "enum" | "const" | "default" => Some(value.clone()),
        "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => truth(value).map(Value::Bool),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => count(value),
        "multipleOf" => number(value).filter(|value| value.as_f64() > Some(0.0)),
        "minimum" | "maximum" => number(value),
        "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => return,
        "exclusiveMinimum" | "exclusiveMaximum" => number(value),
        "pattern" if value.is_string() => {
            out.extend(pattern(cx, value, &here()).map(|pattern| (key.clone(), pattern)));
            return;
        }
        "pattern" => None,
        "required" => return required(cx, out, value, &here()),
        "properties" | "patternProperties" | "dependentSchemas" => {
            schemas_by_name(cx, value, &here(), base)
        }
        "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => match value {
            Value::Bool(flag) => Some(Value::Bool(*flag)),
            other => schema(cx, other, &here(), base),
        },
        "items" => return items(cx, out, value, &here(), base),
        list if LISTS.contains(&list) => schemas(cx, value, &here(), base),
        "not" | "if" | "then" | "else" | "contains" | "propertyNames" => {
            schema(cx, value, &here(), base)
        }
        "dependentRequired" => value.is_object().then(|| name_lists(value)),
        "dependencies" => return dependencies(cx, out, value, &here(), base),
        _ => return,
    };
    match converted {
        Some(converted) => {
            if kind(&converted) != kind(value)
                && !value.is_boolean()
                && !LISTS.contains(&key.as_str())
            {
                let message = format!("`{key}` is {}; {} is used", shown(value), shown(&converted));
                cx.report(code::WRONG_KIND, &here(), message);
            }
            out.insert(key.clone(), converted.or_same(value));
        }
        None => {
            let message = format!("`{key}` cannot be {}; it is left out", shown(value));
            cx.report(code::WRONG_KIND, &here(), message);
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Object(_) | Value::Array(_) => kind(value).to_owned(),
        other => {
            let text = other.to_string();
            if text.len() <= 60 { text } else { kind(other).to_owned() }
        }
    }
}

fn short_text(value: &Value) -> Option<Value> {
    match value {
        Value::String(source) => text::title(source, 200).map(Value::from).or(Some(json!(""))),
        Value::Number(number) => Some(Value::from(number.to_string())),
        _ => None,
    }
}

fn description(cx: &mut Context<'_>, value: &Value, at: &str) -> Option<Value> {
    let source = match value {
        Value::String(source) => source.to_string(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    let text = cx.text(&source, SCHEMA_LIMIT, &join(at, "description"));
    Some(Value::from(text))
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => serde_json::from_str::<Number>(text.trim()).ok().map(Value::Number),
        _ => None,
    }
}

fn count(value: &Value) -> Option<Value> {
    let number = number(value)?;
    if let Some(count) = number.as_u64() {
        return Some(json!(count));
    }
    // `2.0` is an integer; what is beyond u64 limits nothing.
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && *float >= 0.0)?;
    format!("{float:.0}").parse::<u64>().ok().map(|count| json!(count))
}

const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];

fn types(cx: &mut Context<'_>, out: &mut Schema, value: &Value, at: &str) {
    let at = &join(at, "type");
    match value {
        Value::String(name) => {
            if let Some(name) = one_type(cx, out, name, at) {
                out.insert("type", json!(name));
            }
        }
        Value::Null => {
            cx.report(code::WRONG_KIND, at, "`type` is null instead of \"null\", which is assumed");
            out.insert("type", json!("null"));
        }
        Value::Array(names) => {
            if cx.dialect == Dialect::OpenApi30 {
                cx.report(
                    code::DIALECT,
                    at,
                    "`type` is a list, which OpenAPI 3.0 does not know; it is honoured",
                );
            }
            let mut types: Vec<&str> = Vec::new();
            for name in names {
                let name = name.as_str().or(name.is_null().then_some("null"));
                if let Some(name) = name.and_then(|name| one_type(cx, out, name, at))
                    && !types.contains(&name)
                {
                    types.push(name);
                }
            }
            match types.as_slice() {
                [] => {}
                [one] => {
                    out.insert("type", json!(one));
                }
                several => {
                    out.insert("type", json!(several).or_same(value));
                }
            }
        }
        other => {
            let message = format!("`type` cannot be {}; any type is accepted", kind(other));
            cx.report(code::WRONG_KIND, at, message);
        }
    }
}

fn one_type(cx: &mut Context<'_>, out: &mut Schema, name: &str, at: &str) -> Option<&'static str> {
    if let Some(known) = TYPES.iter().find(|known| **known == name) {
        return Some(known);
    }
    let (meant, instead) = match name.to_ascii_lowercase().as_str() {
        "file" | "binary" => {
            out.insert("format", json!("binary"));
            (Some("string"), "a binary string")
        }
        "int" | "int32" | "int64" | "long" => (Some("integer"), "an integer"),
        "float" | "double" | "decimal" => (Some("number"), "a number"),
        "bool" => (Some("boolean"), "a boolean"),
        "date" | "date-time" | "uuid" | "email" | "uri" => {
            out.insert_new("format", || json!(name.to_ascii_lowercase()));
            (Some("string"), "a string of that format")
        }
        "datetime" | "timestamp" => {
            out.insert_new("format", || json!("date-time"));
            (Some("string"), "a string with date and time")
        }
        "text" | "str" => (Some("string"), "a string"),
        "map" | "dict" => (Some("object"), "an object"),
        "list" => (Some("array"), "an array"),
        other => match TYPES.iter().find(|known| **known == other) {
            Some(known) => (Some(*known), "the type in lower case"),
            None => (None, "any type"),
        },
    };
    cx.report(code::UNKNOWN_TYPE, at, format!("there is no type `{name}`; {instead} is assumed"));
    meant
}

fn pattern(cx: &mut Context<'_>, value: &Value, at: &str) -> Option<Value> {
    let pattern = value.as_str()?;
    if let Some(inside) = unquoted(pattern) {
        let message =
            "the pattern stands between slashes, which would be part of it; they are left out";
        cx.report(code::PATTERN, at, message);
        return self::pattern(cx, &Value::from(inside), at);
    }
    if is_broken(pattern) {
        // Clients that compile it would refuse the whole tool.
        let message = "the pattern is no regular expression; it is left out";
        cx.report(code::PATTERN, at, message);
        return None;
    }
    let look_around = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|mark| pattern.contains(mark));
    let mut escaped = false;
    let back_reference = pattern.chars().any(|c| {
        let hit = escaped && (('1'..='9').contains(&c) || c == 'k');
        escaped = c == '\\' && !escaped;
        hit
    });
    if look_around || back_reference {
        let what = if look_around { "look-around" } else { "a back-reference" };
        cx.report(code::PATTERN, at, format!("the pattern uses {what}; it is shown, not checked"));
    }
    Some(value.clone())
}

/// What stands between the slashes of `/^a$/i`, as JavaScript writes expressions.
fn unquoted(pattern: &str) -> Option<&str> {
    let inside = pattern.strip_prefix("/^").and_then(|_| pattern.get(1..))?;
    let end = inside.trim_end_matches(|c: char| c.is_ascii_lowercase()).strip_suffix('/')?;
    end.ends_with('$').then_some(end)
}

/// Whether groups, classes or escapes are left open, or groups closed that none opened.
fn is_broken(pattern: &str) -> bool {
    let (mut escaped, mut in_class, mut groups) = (false, false, 0_usize);
    for c in pattern.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => groups += 1,
            ')' if groups == 0 => return true,
            ')' => groups -= 1,
            _ => {}
        }
    }
    escaped || in_class || groups > 0
}

fn required(cx: &mut Context<'_>, out: &mut Schema, value: &Value, at: &str) {
    if value.is_boolean() {
        let message = "`required` is a boolean, as in drafts of old: it is taken for the list of the \
                       object around, if there is one";
        cx.report(code::REQUIRED, at, message);
        return;
    }
    let Value::Array(names) = value else {
        let message = format!("`required` is {}, not a list of names; it is left out", kind(value));
        cx.report(code::REQUIRED, at, message);
        return;
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut problem = None;
    for name in names {
        match name.as_str() {
            Some(name) if kept.contains(&name) => problem = Some(format!("names `{name}` twice")),
            Some(name) => kept.push(name),
            None => problem = Some(format!("contains {}", kind(name))),
        }
    }
    if let Some(problem) = problem {
        cx.report(code::REQUIRED, at, format!("`required` {problem}; that is left out"));
    }
    if !kept.is_empty() {
        out.insert("required", json!(kept).or_same(value));
    }
}

fn schema(cx: &mut Context<'_>, value: &Value, at: &str, base: &str) -> Option<Value> {
    matches!(value, Value::Object(_) | Value::Bool(_)).then(|| normalise(cx, value, at, base))
}

fn schemas(cx: &mut Context<'_>, value: &Value, at: &str, base: &str) -> Option<Value> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            let items =
                items.map(|(index, item)| normalise(cx, item, &join(at, &index.to_string()), base));
            Some(Value::Array(items.collect()))
        }
        Value::Object(_) => {
            cx.report(
                code::WRONG_KIND,
                at,
                "one schema stands where a list of schemas belongs; it is taken as the only one",
            );
            Some(json!([normalise(cx, value, at, base)]))
        }
        _ => None,
    }
}

fn schemas_by_name(cx: &mut Context<'_>, value: &Value, at: &str, base: &str) -> Option<Value> {
    let members = value.as_object()?;
    let mut out = Schema::new();
    for (name, member) in members {
        out.insert(name.clone(), normalise(cx, member, &join(at, name), base));
    }
    Some(Value::Object(out))
}

fn items(cx: &mut Context<'_>, out: &mut Schema, value: &Value, at: &str, base: &str) {
    match value {
        Value::Array(items) => {
            cx.report(
                code::DIALECT,
                at,
                "`items` is a list, which is written `prefixItems` today; it is read as that",
            );
            if let Some(converted) = schemas(cx, &Value::Array(items.clone()), at, base) {
                out.insert("prefixItems", converted);
            }
        }
        other => {
            let converted = normalise(cx, other, at, base);
            out.insert("items", converted);
        }
    }
}

/// What earlier drafts had in place of `dependentRequired` and `dependentSchemas`.
fn dependencies(cx: &mut Context<'_>, out: &mut Schema, value: &Value, at: &str, base: &str) {
    let message = "`dependencies` is written `dependentRequired` and `dependentSchemas` today; it is \
                   read as these";
    cx.report(code::DIALECT, at, message);
    let (lists, schemas): (Schema, Schema) = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, one)| (name.clone(), one.clone()))
        .partition(|(_, one)| one.is_array());
    if !lists.is_empty() {
        out.insert("dependentRequired".to_owned(), name_lists(&Value::Object(lists)));
    }
    if let Some(schemas) = schemas_by_name(cx, &Value::Object(schemas), at, base)
        .filter(|schemas| schemas.as_object().is_some_and(|schemas| !schemas.is_empty()))
    {
        out.insert("dependentSchemas".to_owned(), schemas);
    }
}

fn name_lists(value: &Value) -> Value {
    let mut out = Schema::new();
    for (name, names) in value.as_object().into_iter().flatten() {
        let mut kept: Vec<&str> = Vec::new();
        for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !kept.contains(&name) {
                kept.push(name);
            }
        }
        out.insert(name.clone(), json!(kept));
    }
    Value::Object(out)
}
