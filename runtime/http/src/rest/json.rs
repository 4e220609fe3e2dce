//! JSON as text: taken apart lazily, so that numbers keep their digits.

use serde_json::value::RawValue;
pub(crate) use toolwright_core::members::Members;

/// The value that a JSON pointer leads to.
pub(crate) fn at<'a>(value: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    steps(pointer).try_fold(value, |value, step| match value.get().as_bytes().first() {
        Some(b'{') => {
            let members = Members::parse(value.get()).ok()?.0;
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
        _ => Shape::Scalar(number(text).to_owned()),
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

/// `5.0` is the integer 5 to JSON Schema, so models send it; few servers read it as one.
fn number(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    }
}

/// Valid JSON text without white space between tokens; everything else stays as it is.
pub(crate) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
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
        assert_eq!(number("1.0e3"), "1.0e3");
    }
}
