//! Parameter styles: from a JSON value to encoded parts.
//!
//! Follows the tables of OpenAPI 3.1.1, which are RFC 6570's. Where those leave a case open
//! (values inside a member, arrays as deep objects), what most servers read is sent.

use serde_json::value::RawValue;

use super::descriptor::{Parameter, Style};
use super::encode::{CookiePart, HeaderPart, PathSegment, QueryPart};
use super::error::CallError;
use super::json::{Shape, compact, plain, shape};

/// Deep objects are written this deep, beyond that as JSON text.
const DEPTH: usize = 8;

/// A name and a value of a query string or form.
pub(crate) type Pair = (QueryPart, QueryPart);

/// The text of a parameter in the path.
pub(crate) fn path(parameter: &Parameter, value: &RawValue) -> Result<String, CallError> {
    let argument = &parameter.argument;
    let segment = if parameter.allow_reserved { PathSegment::reserved } else { PathSegment::data };
    let encode = |text: &str| {
        segment(text)
            .map(|segment| segment.as_str().to_owned())
            .map_err(|reason| CallError::refused(argument, reason))
    };
    let name = PathSegment::literal(&parameter.name).as_str().to_owned();
    let (prefix, between) = match parameter.style {
        Style::Label => (".".to_owned(), "."),
        Style::Matrix => (";".to_owned(), ";"),
        _ => (String::new(), ","),
    };
    let matrix = parameter.style == Style::Matrix;
    let named = |text: String| {
        if matrix { format!("{name}={text}") } else { text }
    };
    let text = match whole(parameter, value)? {
        Shape::Null => encode("")?,
        Shape::Scalar(text) => named(encode(&text)?),
        Shape::List(items) => {
            let items = each(argument, &items, &encode)?;
            if items.is_empty() {
                encode("")?
            } else if !parameter.explode {
                named(items.join(","))
            } else {
                let items: Vec<String> = items.into_iter().map(named).collect();
                items.join(between)
            }
        }
        Shape::Object(members) => {
            let members = each_member(argument, &members, &encode)?;
            if members.is_empty() {
                encode("")?
            } else if parameter.explode {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
                members.join(between)
            } else {
                named(alternate(members).join(","))
            }
        }
    };
    Ok(prefix + &text)
}

/// The pairs of a parameter in the query; none for an empty array or object.
pub(crate) fn query(parameter: &Parameter, value: &RawValue) -> Result<Vec<Pair>, CallError> {
    let encode = if parameter.allow_reserved { QueryPart::reserved } else { QueryPart::data };
    let shape = whole(parameter, value)?;
    let rule = Rule {
        argument: &parameter.argument,
        style: parameter.style,
        explode: parameter.explode,
        encode,
    };
    rule.pairs(&parameter.name, shape)
}

/// How the members of a query string or form are written.
pub(crate) struct Rule<'a> {
    /// The argument to name in errors.
    pub(crate) argument: &'a str,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) encode: fn(&str) -> QueryPart,
}

impl Rule<'_> {
    /// The pairs of one named value.
    pub(crate) fn pairs(&self, name: &str, shape: Shape<'_>) -> Result<Vec<Pair>, CallError> {
        let encode = |text: &str| Ok((self.encode)(text));
        let key = QueryPart::data(name);
        let delimiter = match self.style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        };
        Ok(match shape {
            Shape::Null => Vec::new(),
            Shape::Scalar(text) => vec![(key, (self.encode)(&text))],
            _ if self.style == Style::DeepObject => {
                let mut pairs = Vec::new();
                self.deep(name, shape, DEPTH, &mut pairs)?;
                pairs
            }
            Shape::List(items) => {
                let items = each(self.argument, &items, &encode)?;
                if self.explode {
                    items.into_iter().map(|item| (key.clone(), item)).collect()
                } else if items.is_empty() {
                    Vec::new()
                } else {
                    vec![(key, QueryPart::join(&items, delimiter))]
                }
            }
            Shape::Object(members) => {
                let key_encode = |text: &str| Ok(QueryPart::data(text));
                let mut pairs = Vec::new();
                for (name, value) in &members {
                    let value = text(self.argument, value)?;
                    pairs.push((key_encode(name)?, (self.encode)(&value)));
                }
                if self.explode {
                    pairs
                } else if pairs.is_empty() {
                    Vec::new()
                } else {
                    vec![(key, QueryPart::join(&alternate(pairs), delimiter))]
                }
            }
        })
    }

    /// `name[member]=value`, and `name[]=item` for arrays.
    fn deep(
        &self,
        name: &str,
        value: Shape<'_>,
        depth: usize,
        pairs: &mut Vec<Pair>,
    ) -> Result<(), CallError> {
        match value {
            Shape::Null => {}
            Shape::Scalar(text) => pairs.push((QueryPart::data(name), (self.encode)(&text))),
            Shape::List(items) => {
                let flat = items.iter().all(|item| !item.get().starts_with(['{', '[']));
                for (index, item) in items.into_iter().enumerate() {
                    let index = if flat { String::new() } else { index.to_string() };
                    self.deeper(&format!("{name}[{index}]"), item, depth, pairs)?;
                }
            }
            Shape::Object(members) => {
                for (member, value) in members {
                    self.deeper(&format!("{name}[{member}]"), value, depth, pairs)?;
                }
            }
        }
        Ok(())
    }

    fn deeper(
        &self,
        name: &str,
        value: &RawValue,
        depth: usize,
        pairs: &mut Vec<Pair>,
    ) -> Result<(), CallError> {
        let value = match depth.checked_sub(1) {
            Some(depth) => {
                return self.deep(name, taken_apart(self.argument, value)?, depth, pairs);
            }
            None => compact(value.get()),
        };
        pairs.push((QueryPart::data(name), (self.encode)(&value)));
        Ok(())
    }
}

/// The value of a header; none for an empty array or object.
pub(crate) fn header(
    parameter: &Parameter,
    value: &RawValue,
) -> Result<Option<HeaderPart>, CallError> {
    let argument = &parameter.argument;
    let same = |text: &str| Ok(text.to_owned());
    let text = match whole(parameter, value)? {
        Shape::Null => return Ok(None),
        Shape::Scalar(text) => text,
        Shape::List(items) if items.is_empty() => return Ok(None),
        Shape::Object(members) if members.is_empty() => return Ok(None),
        Shape::List(items) => each(argument, &items, &same)?.join(","),
        Shape::Object(members) => {
            let members = each_member(argument, &members, &same)?;
            if parameter.explode {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
                members.join(",")
            } else {
                alternate(members).join(",")
            }
        }
    };
    HeaderPart::data(&text).map(Some).map_err(|reason| CallError::refused(argument, reason))
}

/// The cookies of a parameter, each `name=value`.
pub(crate) fn cookie(parameter: &Parameter, value: &RawValue) -> Result<Vec<String>, CallError> {
    let argument = &parameter.argument;
    let name = CookiePart::data(&parameter.name).as_str().to_owned();
    let plain = parameter.style == Style::Cookie;
    let encode = |text: &str| {
        let part = if plain { CookiePart::plain(text) } else { Ok(CookiePart::data(text)) };
        part.map(|part| part.as_str().to_owned())
            .map_err(|reason| CallError::refused(argument, reason))
    };
    Ok(match whole(parameter, value)? {
        Shape::Null => Vec::new(),
        Shape::Scalar(text) => vec![format!("{name}={}", encode(&text)?)],
        Shape::List(items) => {
            let items = each(argument, &items, &encode)?;
            if items.is_empty() {
                Vec::new()
            } else if parameter.explode {
                items.into_iter().map(|item| format!("{name}={item}")).collect()
            } else {
                vec![format!("{name}={}", items.join(","))]
            }
        }
        Shape::Object(members) => {
            let members = each_member(argument, &members, &encode)?;
            if members.is_empty() {
                Vec::new()
            } else if parameter.explode {
                members.into_iter().map(|(key, value)| format!("{key}={value}")).collect()
            } else {
                vec![format!("{name}={}", alternate(members).join(","))]
            }
        }
    })
}

/// A parameter's value taken apart, or its JSON text where that is what is sent.
fn whole<'a>(parameter: &Parameter, value: &'a RawValue) -> Result<Shape<'a>, CallError> {
    if parameter.json {
        return Ok(Shape::Scalar(compact(value.get())));
    }
    taken_apart(&parameter.argument, value)
}

fn taken_apart<'a>(argument: &str, value: &'a RawValue) -> Result<Shape<'a>, CallError> {
    shape(value).map_err(|error| CallError::refused(argument, error.to_string()))
}

fn text(argument: &str, value: &RawValue) -> Result<String, CallError> {
    plain(value).map_err(|error| CallError::refused(argument, error.to_string()))
}

fn each<T>(
    argument: &str,
    items: &[&RawValue],
    encode: &dyn Fn(&str) -> Result<T, CallError>,
) -> Result<Vec<T>, CallError> {
    items.iter().map(|item| encode(&text(argument, item)?)).collect()
}

fn each_member<T>(
    argument: &str,
    members: &[(String, &RawValue)],
    encode: &dyn Fn(&str) -> Result<T, CallError>,
) -> Result<Vec<(T, T)>, CallError> {
    members
        .iter()
        .map(|(key, value)| Ok((encode(key)?, encode(&text(argument, value)?)?)))
        .collect()
}

/// Names and values in one row.
fn alternate<T>(members: Vec<(T, T)>) -> Vec<T> {
    members.into_iter().flat_map(|(key, value)| [key, value]).collect()
}

#[cfg(test)]
mod tests;
