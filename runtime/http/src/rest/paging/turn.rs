//! What the request of a further page has that the first one had not.

use serde_json::Value;
use serde_json::value::RawValue;

use super::super::encode::QueryPart;
use super::super::json::{Members, steps};
use super::super::style::Pair;

/// How a request asks for its page.
#[derive(Debug, Clone)]
pub(crate) enum Turn {
    /// As the arguments say.
    First,
    /// This pair stands in the query, in place of those of its name.
    Pair(Pair),
    /// The body has this value at this place.
    Member(String, Box<RawValue>),
}

impl Turn {
    pub(super) fn pair(name: &str, value: &str) -> Self {
        Self::Pair((QueryPart::data(name), QueryPart::data(value)))
    }

    pub(super) fn number(pointer: &str, number: u64) -> Self {
        match RawValue::from_string(number.to_string()) {
            Ok(number) => Self::Member(pointer.to_owned(), number),
            Err(_) => Self::First, // digits are JSON
        }
    }

    /// The body in place of the one that there would be; `None`: that one.
    ///
    /// # Errors
    /// There is no object where there has to be one.
    pub(crate) fn body(&self, whole: Option<&RawValue>) -> Result<Option<Box<RawValue>>, String> {
        let Self::Member(pointer, value) = self else { return Ok(None) };
        let steps: Vec<String> = steps(pointer).collect();
        let text = with(whole.map_or("{}", RawValue::get), &steps, value.get())?;
        RawValue::from_string(text).map(Some).map_err(|error| error.to_string())
    }
}

/// An object with the value at the place where the steps lead; objects on the way that are not
/// there are made.
fn with(object: &str, steps: &[String], value: &str) -> Result<String, String> {
    let Some((name, rest)) = steps.split_first() else {
        return Ok(value.to_owned());
    };
    let Ok(given) = Members::parse(object) else {
        return Err("it has to be an object that the place of the next page can go into".to_owned());
    };
    let mut members = Vec::with_capacity(given.0.len() + 1);
    let mut there = "{}";
    for (other, inner) in &given.0 {
        match other == name {
            true if inner.get() != "null" => there = inner.get(),
            true => {}
            false => members.push(format!("{}:{inner}", Value::from(other.as_str()))),
        }
    }
    members.push(format!("{}:{}", Value::from(name.as_str()), with(there, rest, value)?));
    Ok(format!("{{{}}}", members.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_the_body_is_set() {
        let turned = |pointer: &str, body: Option<&str>| {
            let body: Option<&RawValue> = body.map(|text| serde_json::from_str(text).unwrap());
            let turned = Turn::number(pointer, 7).body(body);
            turned.map(|body| body.unwrap().get().to_owned())
        };
        for (pointer, body, expected) in [
            ("/n", None, r#"{"n":7}"#),
            ("/n", Some(r#"{"n":1.0,"q":1.50}"#), r#"{"q":1.50,"n":7}"#),
            ("/page/a~1b", Some(r#"{"page":{"x":1}}"#), r#"{"page":{"x":1,"a/b":7}}"#),
            ("/page/n", Some(r#"{"page":null}"#), r#"{"page":{"n":7}}"#),
        ] {
            assert_eq!(turned(pointer, body).unwrap(), expected, "{pointer} {body:?}");
        }
        assert!(turned("/n", Some("[1]")).unwrap_err().contains("an object"));
        assert!(turned("/a/n", Some(r#"{"a":1}"#)).is_err());
        assert!(Turn::First.body(None).unwrap().is_none());
    }
}
