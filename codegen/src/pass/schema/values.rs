//! Values that a document gives for a schema: enumerations and defaults.

use crate::json::{Map, Value, json};

use super::super::context::{Context, kind};
use crate::code;
use crate::pointer::join;

/// What a value says that should be a boolean; YAML had more words for these once.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match &*text.trim().to_ascii_lowercase() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Mends `enum`: at least one value, each once, each of the schema's type.
pub(super) fn enumeration(cx: &mut Context<'_>, out: &mut Map, at: &str, is_nullable: bool) {
    let Some(source) = out.remove("enum") else {
        return;
    };
    let here = &join(at, "enum");
    let Value::Array(values) = source else {
        let message = format!("`enum` is {}, not a list of values; it is left out", kind(&source));
        cx.report(code::ENUM, here, message);
        return;
    };
    if values.is_empty() {
        cx.report(
            code::ENUM,
            here,
            "`enum` lists no value, which nothing could satisfy; it is left out",
        );
        return;
    }
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    // What is said of one value goes for others like it.
    let (mut twice, mut unfit) = (None, None);
    let mut seen = std::collections::HashSet::new();
    for value in values {
        let fitted = if fits(&value, out.get("type")) || (is_nullable && value.is_null()) {
            Some(value)
        } else {
            let meant = coerce(&value, out.get("type"));
            unfit.get_or_insert_with(|| match &meant {
                Some(meant) => {
                    format!("{value} in `enum` is not of the schema's type; {meant} is used")
                }
                None => format!("{value} in `enum` is not of the schema's type; it is left out"),
            });
            meant
        };
        let Some(value) = fitted else { continue };
        if seen.insert(value.to_string()) {
            kept.push(value);
        } else {
            twice.get_or_insert_with(|| value.to_string());
        }
    }
    if let Some(value) = twice {
        cx.report(code::ENUM, here, format!("`enum` lists {value} twice; it is listed once"));
    }
    if let Some(message) = unfit {
        cx.report(code::ENUM, here, message);
    }
    if !kept.is_empty() {
        out.insert("enum", kept);
    }
}

/// Mends `default`, or leaves it out where it cannot be of the schema's type.
pub(super) fn default(cx: &mut Context<'_>, out: &mut Map, at: &str) {
    let Some(value) = out.get("default") else {
        return;
    };
    let listed = match out.get("enum") {
        Some(Value::Array(values)) => values.contains(value),
        _ => true,
    };
    if listed && fits(value, out.get("type")) {
        if let Some(bound) = broken_bound(value, out) {
            let message = format!("the default {value} is against `{bound}`; it is left out");
            cx.report(code::DEFAULT, &join(at, "default"), message);
            out.remove("default");
        }
        return;
    }
    let mended = coerce(value, out.get("type")).filter(|mended| match out.get("enum") {
        Some(Value::Array(values)) => values.contains(mended),
        _ => true,
    });
    let here = &join(at, "default");
    match mended {
        Some(mended) => {
            let message =
                format!("the default {value} is not of the schema's type; {mended} is used");
            cx.report(code::DEFAULT, here, message);
            out.insert("default", mended);
        }
        None => {
            // `default: null` is how many documents say that there is no default.
            if !value.is_null() {
                let shown = value.to_string().chars().take(60).collect::<String>();
                let message =
                    format!("the default {shown} does not fit the schema; it is left out");
                cx.report(code::DEFAULT, here, message);
            }
            out.remove("default");
        }
    }
}

/// The bound that a value breaks.
fn broken_bound(value: &Value, schema: &Map) -> Option<&'static str> {
    let lengths = match value {
        Value::String(text) => ("minLength", "maxLength", text.chars().count()),
        Value::Array(items) => ("minItems", "maxItems", items.len()),
        other => {
            let number = other.as_f64()?;
            let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
            let below = |bound: f64| number < bound;
            let above = |bound: f64| number > bound;
            let broken = [
                ("minimum", bound("minimum").is_some_and(below)),
                ("maximum", bound("maximum").is_some_and(above)),
                ("exclusiveMinimum", bound("exclusiveMinimum").is_some_and(|b| number <= b)),
                ("exclusiveMaximum", bound("exclusiveMaximum").is_some_and(|b| number >= b)),
            ];
            return broken.into_iter().find_map(|(key, is_broken)| is_broken.then_some(key));
        }
    };
    let (least, most, length) = lengths;
    let count = |key: &str| schema.get(key).and_then(Value::as_u64);
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    if count(least).is_some_and(|bound| length < bound) {
        return Some(least);
    }
    count(most).is_some_and(|bound| length > bound).then_some(most)
}

fn fits(value: &Value, types: Option<&Value>) -> bool {
    match types {
        Some(Value::String(name)) => is(value, name),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).any(|name| is(value, name))
        }
        _ => true,
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|f| f.fract() == 0.0)
        }
        "number" => value.is_number(),
        _ => true,
    }
}

/// The value that was meant, where only its notation is wrong.
fn coerce(value: &Value, types: Option<&Value>) -> Option<Value> {
    let names: Vec<&str> = match types {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    names.into_iter().find_map(|name| match (name, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(json!(value.to_string())),
        ("integer", Value::String(text)) => text.parse::<i64>().ok().map(|number| json!(number)),
        ("number", Value::String(text)) => {
            serde_json::from_str::<crate::json::Number>(text).ok().map(Value::Number)
        }
        ("boolean", Value::String(_)) => truth(value).map(Value::Bool),
        _ => None,
    })
}
