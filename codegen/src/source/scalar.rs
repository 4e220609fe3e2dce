//! Plain YAML scalars, as the core schema of YAML 1.2 reads them.

use crate::json::{Number, Value};

/// The value of an unquoted scalar that is more than text. What JSON cannot say (`.inf`, `.nan`) is
/// text.
pub(super) fn plain(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => number(text).map(Value::Number),
    }
}

/// The value of a scalar that carries a tag such as `!!str`, if it is more than text.
pub(super) fn tagged(suffix: &str, text: &str) -> Option<Value> {
    match suffix {
        "str" => None,
        "float" | "int" => number(text).map(Value::Number),
        _ => plain(text),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, 8).map(Number::from);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, 16).map(Number::from);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || !unsigned.contains(|c: char| c.is_ascii_digit())
        || !is_decimal(unsigned)
    {
        return None;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(integer.into());
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Some(integer.into());
        }
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

fn digits(text: &str, radix: u32) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| u64::from_str_radix(text, radix).ok())?
}

/// `[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest
        .strip_prefix('.')
        .map_or(rest, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    if rest.is_empty() {
        return true;
    }
    rest.strip_prefix(['e', 'E'])
        .map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
        .is_some_and(|exponent| {
            !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn core_schema() {
        for (text, value) in [
            ("", json!(null)),
            ("null", json!(null)),
            ("yes", json!("yes")),
            ("True", json!(true)),
            ("12", json!(12)),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("010", json!(10)),
            ("0o17", json!(15)),
            ("0xff", json!(255)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("18446744073709551615", json!(18_446_744_073_709_551_615_u64)),
            (".inf", json!(".inf")),
            ("1_000", json!("1_000")),
            ("3.0.1", json!("3.0.1")),
            ("2024-01-31", json!("2024-01-31")),
            ("12:30:45", json!("12:30:45")),
            ("1e", json!("1e")),
            (".", json!(".")),
            ("-", json!("-")),
            ("0x", json!("0x")),
        ] {
            assert_eq!(plain(text).unwrap_or_else(|| text.into()), value, "{text}");
        }
    }
}
