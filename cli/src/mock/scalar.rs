//! Strings and numbers that satisfy a schema.

use toolwright_codegen::json::{Map, Value};

use super::pattern;

/// A text within its bounds, of its pattern or format; `nth` tells apart the items of a list.
pub(super) fn text(schema: &Map, nth: usize) -> String {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let of_pattern = schema.get("pattern").and_then(Value::as_str).and_then(pattern::sample);
    let fixed = match format {
        "date-time" => "2026-01-15T09:30:00Z",
        "date" => "2026-01-15",
        "time" => "09:30:00Z",
        "duration" => "PT15M",
        "email" | "idn-email" => "reader@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" => "/example",
        "uuid" => "01890a5d-ac96-774b-bcce-b302099a8057",
        "byte" | "binary" => "aGVsbG8=",
        _ => "",
    };
    if let Some(text) = of_pattern {
        return text;
    }
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let mut text = if nth == 0 { "text".to_owned() } else { format!("text {nth}") };
    let bound = |name| schema.get(name).and_then(Value::as_u64);
    let least = usize::try_from(bound("minLength").unwrap_or(0)).unwrap_or(0).min(100_000);
    while text.len() < least {
        text.push_str(" text");
    }
    let most = bound("maxLength").and_then(|most| usize::try_from(most).ok());
    if let Some(most) = most
        && text.len() > most
    {
        text.truncate(most.max(least));
    }
    text
}

/// Whether a text looks like one of a format, as far as nobody would take it for anything else.
pub(super) fn is_of_format(format: &str, text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match format {
        "date" => shape == "0000-00-00",
        "date-time" => shape.starts_with("0000-00-00T00:00:00") && shape.len() > 19,
        "time" => shape.starts_with("00:00:00"),
        "duration" => text.starts_with('P'),
        "email" | "idn-email" => {
            text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        }
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "uri" | "url" | "iri" => text.contains(':') && !text.contains(' '),
        "uuid" => text.len() == 36 && text.matches('-').count() == 4,
        _ => true,
    }
}

/// A whole number within its bounds.
pub(super) fn integer(schema: &Map, nth: usize) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let above = bound("exclusiveMinimum").map(|least| least.floor() + 1.0);
    let below = bound("exclusiveMaximum").map(|most| most.ceil() - 1.0);
    let least = bound("minimum").map(f64::ceil).into_iter().chain(above).reduce(f64::max);
    let most = bound("maximum").map(f64::floor).into_iter().chain(below).reduce(f64::min);
    let step = bound("multipleOf").filter(|step| *step >= 1.0).unwrap_or(1.0);
    let wanted = 1.0_f64.max(least.unwrap_or(1.0)).min(most.unwrap_or(f64::MAX));
    let mut value = (wanted / step).ceil() * step;
    if most.is_some_and(|most| value > most) {
        value = (wanted / step).floor() * step;
    }
    let next = value + step * f64::from(u32::try_from(nth).unwrap_or(0));
    if most.is_none_or(|most| next <= most) {
        value = next;
    }
    // Within i64: anything else is a schema that no integer type holds anyway.
    Value::from(value as i64)
}

/// A number within its bounds.
pub(super) fn number(schema: &Map) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let least = bound("minimum").or(bound("exclusiveMinimum").map(|least| least + 0.5));
    let most = bound("maximum").or(bound("exclusiveMaximum").map(|most| most - 0.5));
    let wanted = match (least, most) {
        (Some(least), Some(most)) => (least + most) / 2.0,
        (Some(least), None) => least.max(1.5),
        (None, Some(most)) => most.min(1.5),
        (None, None) => 1.5,
    };
    match bound("multipleOf").filter(|step| *step > 0.0) {
        Some(step) => Value::from((wanted / step).round() * step),
        None => Value::from(wanted),
    }
}
