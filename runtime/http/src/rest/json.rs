//! JSON as text: taken apart lazily, so that numbers keep their digits.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use toolwright_core::lexeme::string_end;
pub(crate) use toolwright_core::members::Members;

/// The members of an object that an upstream sent, in order. Of those of one name the last counts,
/// as it does for most readers: an answer is no reason to refuse one.
#[derive(Debug)]
pub(crate) struct Lenient<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'a> Lenient<'a> {
    /// Reads an object.
    pub(crate) fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Lenient<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Lenient<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members: Vec<(String, &'de RawValue)> = Vec::new();
                let mut places: HashMap<String, usize> = HashMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    let known = places.get(&name).and_then(|place| members.get_mut(*place));
                    match known {
                        Some((_, known)) => *known = value,
                        None => {
                            places.insert(name.clone(), members.len());
                            members.push((name, value));
                        }
                    }
                }
                Ok(Lenient(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// The value that a JSON pointer leads to.
pub(crate) fn at<'a>(value: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    steps(pointer).try_fold(value, |value, step| match value.get().as_bytes().first() {
        Some(b'{') => {
            let members = Lenient::parse(value.get()).ok()?.0;
            members.into_iter().find(|(name, _)| *name == step).map(|(_, value)| value)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            items.get(step.parse::<usize>().ok()?).copied()
        }
        _ => None,
    })
}

/// The steps of a JSON pointer.
pub(crate) fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

/// A JSON value, taken apart one level deep.
pub(crate) enum Shape<'a> {
    /// `null`
    Null,
    /// A string's content; a number or a boolean as written.
    Scalar(String),
    /// An array's items without `null`s.
    List(Vec<&'a RawValue>),
    /// An object's members without `null`s.
    Object(Vec<(String, &'a RawValue)>),
}

/// Takes a value apart.
pub(crate) fn shape(value: &RawValue) -> Result<Shape<'_>, serde_json::Error> {
    let text = value.get();
    Ok(match text.as_bytes().first() {
        Some(b'n') => Shape::Null,
        Some(b'"') => Shape::Scalar(serde_json::from_str(text)?),
        Some(b'[') => {
            let mut items: Vec<&RawValue> = serde_json::from_str(text)?;
            items.retain(|item| item.get() != "null");
            Shape::List(items)
        }
        Some(b'{') => {
            let mut members = Members::parse(text)?.0;
            members.retain(|(_, value)| value.get() != "null");
            Shape::Object(members)
        }
        _ => Shape::Scalar(number(text).into_owned()),
    })
}

/// A value as one text: a scalar's own, else JSON text.
pub(crate) fn plain(value: &RawValue) -> Result<String, serde_json::Error> {
    Ok(match shape(value)? {
        Shape::Scalar(text) => text,
        Shape::Null => String::new(),
        Shape::List(_) | Shape::Object(_) => compact(value.get()),
    })
}

/// Digits that a number is written with rather than with an exponent.
const DIGITS: i64 = 30;

/// `5.0` and `5e3` are integers to JSON Schema, so models send them; few servers read them as such.
/// Other numbers keep their digits.
fn number(text: &str) -> Cow<'_, str> {
    let plain = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => Cow::Owned(expanded(mantissa, exponent)),
        None => Cow::Borrowed(text),
    };
    match plain.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => {
            Cow::Owned(unsigned_zero(whole).to_owned())
        }
        None => match unsigned_zero(&plain) {
            "0" => Cow::Borrowed("0"),
            _ => plain,
        },
        _ => plain,
    }
}

fn unsigned_zero(whole: &str) -> &str {
    if whole == "-0" { "0" } else { whole }
}

/// A number without its exponent, or with a short one where it would be long.
fn expanded(mantissa: &str, exponent: &str) -> String {
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = exponent.parse::<i64>().ok().zip(i64::try_from(whole.len()).ok());
    let point = point.and_then(|(exponent, whole)| exponent.checked_add(whole));
    let all = format!("{whole}{fraction}");
    let Some(point) = point.filter(|point| (-DIGITS..=DIGITS).contains(point)) else {
        return format!("{mantissa}e{}", exponent.trim_start_matches('+'));
    };
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
    let before = zeros(1 - point);
    let all =
        format!("{before}{all}{}", zeros(point - i64::try_from(all.len()).unwrap_or_default()));
    let at = usize::try_from(point.max(1)).unwrap_or_default();
    let (whole, fraction) = all.split_at_checked(at).unwrap_or((&all, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Valid JSON text without white space between tokens; everything else stays as it is, but for
/// halves of surrogate pairs: no text has these, and many readers refuse the whole for one of them.
pub(crate) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find(['"', ' ', '\t', '\n', '\r']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let end = if after.starts_with('"') { string_end(after) } else { 1 };
        let (token, behind) = after.split_at(end);
        if token.starts_with('"') {
            push_string(token, &mut out);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// How many levels arrays and objects nest.
pub(crate) fn depth(json: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    let mut rest = json;
    while let Some(at) = rest.find(['"', '[', '{', ']', '}']) {
        let (_, after) = rest.split_at(at);
        let mut end = 1;
        match after.as_bytes().first() {
            Some(b'"') => end = string_end(after),
            Some(b'[' | b'{') => {
                depth += 1;
                most = most.max(depth);
            }
            _ => depth = depth.saturating_sub(1),
        }
        rest = after.get(end..).unwrap_or_default();
    }
    most
}

fn push_string(string: &str, out: &mut String) {
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let length = match unit(escape) {
            Some(0xd800..=0xdbff) => {
                let low = escape.get(6..).and_then(unit);
                if matches!(low, Some(0xdc00..=0xdfff)) { 12 } else { 0 }
            }
            Some(0xdc00..=0xdfff) => 0,
            _ => 2,
        };
        let (escape, behind) = escape.split_at_checked(length.max(2)).unwrap_or((escape, ""));
        if length == 0 {
            out.push_str("\\ufffd");
            rest = behind.get(4..).unwrap_or_default();
        } else {
            out.push_str(escape);
            rest = behind;
        }
    }
    out.push_str(rest);
}

/// What `\uXXXX` at the front of a text stands for.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_keeps_strings_and_numbers() {
        let json = "{ \"a b\" : [ 1.50 ,\n \"x \\\" y\\\\\" , 12345678901234567890123 ] }";
        assert_eq!(compact(json), r#"{"a b":[1.50,"x \" y\\",12345678901234567890123]}"#);
    }

    #[test]
    fn numbers_that_are_integers_lose_their_zeros() {
        assert_eq!(number("5.0"), "5");
        assert_eq!(number("5.00"), "5");
        assert_eq!(number("5.01"), "5.01");
        assert_eq!(number("-7"), "-7");
        for (text, sent) in [
            ("1.10", "1.10"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1e3", "1000"),
            ("1.0E+3", "1000"),
            ("-1.50e1", "-15"),
            ("1.25e1", "12.5"),
            ("125e-2", "1.25"),
            ("1e-7", "0.0000001"),
            ("-1.5e-3", "-0.0015"),
            ("0e0", "0"),
            ("-0e5", "0"),
            ("1e+21", "1000000000000000000000"),
            ("1.5E+300", "1.5e300"),
            ("1e-300", "1e-300"),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ] {
            assert_eq!(number(text), sent, "{text}");
        }
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced() {
        for (json, sent) in [
            (r#"["\ud83d\ude00", "\u00e9\\ud800"]"#, r#"["\ud83d\ude00","\u00e9\\ud800"]"#),
            (r#"{"\uD800" : "a\udc00b"}"#, r#"{"\ufffd":"a\ufffdb"}"#),
            (r#""\ud800\ud83d\ude00\ud800\n""#, r#""\ufffd\ud83d\ude00\ufffd\n""#),
            (r#""\ud800""#, r#""\ufffd""#),
        ] {
            assert_eq!(compact(json), sent);
            assert!(serde_json::from_str::<serde_json::Value>(sent).is_ok());
        }
    }

    #[test]
    fn levels_are_counted_outside_of_strings() {
        for (json, levels) in [("1", 0), (r#"{"a":["[[\"[",[]],"b":{}}"#, 3), ("[[],[[]]]", 3)] {
            assert_eq!(depth(json), levels, "{json}");
        }
    }

    #[test]
    fn the_last_of_several_members_counts() {
        let value = RawValue::from_string(r#"{"a":1,"b":2,"a":3}"#.to_owned()).unwrap();
        assert_eq!(at(&value, "/a").unwrap().get(), "3");
        let names: Vec<String> =
            Lenient::parse(value.get()).unwrap().0.into_iter().map(|one| one.0).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
