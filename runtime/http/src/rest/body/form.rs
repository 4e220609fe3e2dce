//! `application/x-www-form-urlencoded`.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::super::descriptor::{Body, Encoding, Style};
use super::super::encode::QueryPart;
use super::super::error::CallError;
use super::super::json::{Shape, compact, shape};
use super::super::media::{Kind, essence, kind};
use super::super::style::{Pair, Rule};

/// The text of a form.
pub(super) fn encode(body: &Body, value: &RawValue) -> Result<String, CallError> {
    let pairs = pairs(&body.argument, &body.encoding, value)?;
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", name.as_str(), value.as_str())).collect();
    Ok(pairs.join("&"))
}

/// The pairs of a form, which a whole query string is as well.
pub(crate) fn pairs(
    argument: &str,
    encoding: &BTreeMap<String, Encoding>,
    value: &RawValue,
) -> Result<Vec<Pair>, CallError> {
    let refuse = |reason: String| CallError::refused(argument, reason);
    let members = match shape(value).map_err(|error| refuse(error.to_string()))? {
        Shape::Object(members) => members,
        _ => return Err(refuse("a form is an object".to_owned())),
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let encoding = encoding.get(&name);
        let value = taken_apart(encoding, value).map_err(|error| refuse(error.to_string()))?;
        let reserved = encoding.is_some_and(|encoding| encoding.allow_reserved);
        let rule = Rule {
            argument,
            style: encoding.map_or(Style::Form, |encoding| encoding.style),
            explode: encoding.is_none_or(|encoding| encoding.explode),
            encode: if reserved { QueryPart::reserved } else { QueryPart::data },
        };
        pairs.extend(rule.pairs(&name, value)?);
    }
    Ok(pairs)
}

/// Objects are JSON text unless the document gives the member a style, as OpenAPI says.
fn taken_apart<'a>(
    encoding: Option<&Encoding>,
    value: &'a RawValue,
) -> Result<Shape<'a>, serde_json::Error> {
    let json = match encoding {
        Some(Encoding { content_type: Some(media_type), .. }) => {
            kind(&essence(media_type)) == Kind::Json
        }
        Some(_) => false,
        None => value.get().starts_with('{'),
    };
    if json {
        return Ok(Shape::Scalar(compact(value.get())));
    }
    shape(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(encoding: &str, value: &str) -> String {
        let body = format!(
            r#"{{"argument":"body","mediaType":"application/x-www-form-urlencoded","kind":"form","encoding":{encoding}}}"#
        );
        let body: Body = serde_json::from_str(&body).unwrap();
        let value: Box<RawValue> = serde_json::from_str(value).unwrap();
        encode(&body, &value).unwrap()
    }

    #[test]
    fn members_are_pairs() {
        assert_eq!(
            encoded("{}", r#"{"a b":"x&y=z+","n":5.0,"t":true,"none":null,"l":[1,"é"]}"#),
            "a%20b=x%26y%3Dz%2B&n=5&t=true&l=1&l=%C3%A9"
        );
    }

    #[test]
    fn objects_are_json_unless_they_have_a_style() {
        assert_eq!(encoded("{}", r#"{"o": {"a": 1}}"#), "o=%7B%22a%22%3A1%7D");
        assert_eq!(
            encoded(
                r#"{"o":{"style":"deepObject","explode":true}}"#,
                r#"{"o":{"a":1,"b":{"c":[2,3]}}}"#
            ),
            "o%5Ba%5D=1&o%5Bb%5D%5Bc%5D%5B%5D=2&o%5Bb%5D%5Bc%5D%5B%5D=3"
        );
        assert_eq!(
            encoded(r#"{"l":{"style":"form","explode":false}}"#, r#"{"l":["a,b","c"]}"#),
            "l=a%2Cb,c"
        );
        assert_eq!(
            encoded(
                r#"{"l":{"contentType":"application/json","style":"form","explode":true}}"#,
                r#"{"l":[1, 2]}"#
            ),
            "l=%5B1%2C2%5D"
        );
    }
}
