//! Values as they were on the wire: texts, in lists and under names, that a schema tells the kinds of.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use toolwright_codegen::ir::Style;
use toolwright_codegen::json;

use super::judge::readings;
use super::sample::Sampler;

/// A value without types.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wire {
    Text(String),
    List(Vec<Wire>),
    Object(BTreeMap<String, Wire>),
    /// What has a type: JSON, or bytes.
    Typed(Value),
}

/// What a schema has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    List,
    Object,
    /// Alternatives, or anything.
    Unknown,
}

/// How a value is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) name: &'a str,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) schema: &'a json::Value,
}

/// A pair of a query string, a form or a `Cookie` header, as it came.
pub(super) type Pair<'a> = (&'a str, &'a str);

/// The kind of a schema.
pub(super) fn kind(schema: &json::Value, sampler: &Sampler<'_>) -> Kind {
    match sampler.resolved(schema).get("type").and_then(json::Value::as_str) {
        Some("string" | "integer" | "number" | "boolean") => Kind::Scalar,
        Some("array") => Kind::List,
        Some("object") => Kind::Object,
        _ => Kind::Unknown,
    }
}

/// Pairs between `&`, still encoded.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = Pair<'_>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// A name or a value of such a pair.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

impl Rule<'_> {
    /// The value among pairs, `None` where it isn't there; an error where that can't be told.
    pub(super) fn among(
        &self,
        pairs: &[Pair<'_>],
        sampler: &Sampler<'_>,
    ) -> Result<Option<Wire>, Untold> {
        let own = || pairs.iter().filter(|(name, _)| decoded(name) == self.name);
        let text = |(_, value): &Pair<'_>| Wire::Text(decoded(value));
        Ok(match (kind(self.schema, sampler), self.style) {
            (Kind::Unknown, _) => return Err(Untold),
            (Kind::Scalar, _) => own().next().map(text),
            (_, Style::DeepObject) => return self.deep(pairs),
            (Kind::List, _) if self.explode => {
                let items: Vec<Wire> = own().map(text).collect();
                (!items.is_empty()).then_some(Wire::List(items))
            }
            (Kind::Object, _) if self.explode => {
                let known = sampler.resolved(self.schema).get("properties");
                let known = known.and_then(json::Value::as_object).ok_or(Untold)?;
                let members = pairs.iter().map(|pair| (decoded(pair.0), text(pair)));
                let members: BTreeMap<String, Wire> =
                    members.filter(|(name, _)| known.get(name.as_str()).is_some()).collect();
                (!members.is_empty()).then_some(Wire::Object(members))
            }
            (_, style) => match own().next() {
                None => None,
                // No items, or one without a text.
                Some((_, "")) => return Err(Untold),
                Some((_, value)) => Some(self.row(&split(value, style), decoded, sampler)?),
            },
        })
    }

    /// `name[member]=value` and `name[]=item`.
    fn deep(&self, pairs: &[Pair<'_>]) -> Result<Option<Wire>, Untold> {
        let mut members = BTreeMap::new();
        for (name, value) in pairs {
            let name = decoded(name);
            let inner = name.strip_prefix(self.name).and_then(|rest| rest.strip_prefix('['));
            let Some(inner) = inner.and_then(|rest| rest.strip_suffix(']')) else { continue };
            // Lists, and what is deeper.
            if inner.is_empty() || inner.contains(['[', ']']) {
                return Err(Untold);
            }
            members.insert(inner.to_owned(), Wire::Text(decoded(value)));
        }
        Ok((!members.is_empty()).then_some(Wire::Object(members)))
    }

    /// The value of a path, as it came.
    pub(super) fn of_path(&self, text: &str, sampler: &Sampler<'_>) -> Result<Wire, Untold> {
        let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let kind = kind(self.schema, sampler);
        let named = format!("{}=", self.name);
        let texts: Vec<&str> = match self.style {
            Style::Label => {
                let text = text.strip_prefix('.').ok_or(Untold)?;
                let between = if self.explode { '.' } else { ',' };
                if kind == Kind::Scalar { vec![text] } else { text.split(between).collect() }
            }
            Style::Matrix => {
                let text = text.strip_prefix(';').ok_or(Untold)?;
                let parts: Vec<&str> = match (kind, self.explode) {
                    (Kind::Scalar, _) | (_, false) => vec![text],
                    (_, true) => text.split(';').collect(),
                };
                let own = |part: &&str| match (kind, self.explode) {
                    (Kind::Object, true) => Some((*part).to_owned()),
                    _ => part.strip_prefix(&*named).map(str::to_owned),
                };
                let parts: Option<Vec<String>> = parts.iter().map(own).collect();
                let parts = parts.ok_or(Untold)?;
                let parts: Vec<&str> = match (kind, self.explode, parts.as_slice()) {
                    (Kind::Scalar, _, _) | (_, true, _) => {
                        parts.iter().map(String::as_str).collect()
                    }
                    (_, false, [one]) => one.split(',').collect(),
                    _ => return Err(Untold),
                };
                return self.parts(&parts, kind, plain, sampler);
            }
            _ if kind == Kind::Scalar => vec![text],
            _ => text.split(',').collect(),
        };
        self.parts(&texts, kind, plain, sampler)
    }

    /// The value of a header.
    pub(super) fn of_header(&self, text: &str, sampler: &Sampler<'_>) -> Result<Wire, Untold> {
        let kind = kind(self.schema, sampler);
        let texts: Vec<&str> = match kind {
            Kind::Scalar => vec![text],
            _ => text.split(',').map(str::trim).collect(),
        };
        self.parts(&texts, kind, str::to_owned, sampler)
    }

    fn parts(
        &self,
        texts: &[&str],
        kind: Kind,
        decode: impl Fn(&str) -> String,
        sampler: &Sampler<'_>,
    ) -> Result<Wire, Untold> {
        match (kind, texts) {
            (Kind::Scalar, [text]) => Ok(Wire::Text(decode(text))),
            (Kind::List | Kind::Object, [""]) => Err(Untold),
            (Kind::Object, _) if self.explode => {
                let member = |text: &&str| {
                    let (name, value) = text.split_once('=')?;
                    Some((decode(name), Wire::Text(decode(value))))
                };
                let members: Option<BTreeMap<_, _>> = texts.iter().map(member).collect();
                members.map(Wire::Object).ok_or(Untold)
            }
            _ => self.row(texts, decode, sampler),
        }
    }

    /// Items, or names and values in turn.
    fn row(
        &self,
        texts: &[&str],
        decode: impl Fn(&str) -> String,
        sampler: &Sampler<'_>,
    ) -> Result<Wire, Untold> {
        let item = |text: &&str| Wire::Text(decode(text));
        match kind(self.schema, sampler) {
            Kind::List => Ok(Wire::List(texts.iter().map(item).collect())),
            Kind::Object if texts.len().is_multiple_of(2) => {
                let names = texts.iter().step_by(2).map(|text| decode(text));
                let values = texts.iter().skip(1).step_by(2).map(item);
                Ok(Wire::Object(names.zip(values).collect()))
            }
            _ => Err(Untold),
        }
    }
}

/// A value that can be read in several ways, so that nothing is said of it.
#[derive(Debug, PartialEq)]
pub(super) struct Untold;

/// The items of a value that is not exploded.
fn split(value: &str, style: Style) -> Vec<&str> {
    match style {
        Style::SpaceDelimited if value.contains("%20") => value.split("%20").collect(),
        Style::SpaceDelimited => value.split(['+', ' ']).collect(),
        Style::PipeDelimited if value.contains('|') => value.split('|').collect(),
        Style::PipeDelimited if value.contains("%7c") => value.split("%7c").collect(),
        Style::PipeDelimited => value.split("%7C").collect(),
        _ => value.split(',').collect(),
    }
}

impl Wire {
    /// What it may mean under a schema: with everything that reads as a number or the like as such,
    /// and with texts only.
    pub(super) fn readings(&self, schema: &json::Value, sampler: &Sampler<'_>) -> Vec<Value> {
        let mut readings =
            vec![self.read(schema, sampler, true), self.read(schema, sampler, false)];
        readings.dedup();
        readings
    }

    fn read(&self, schema: &json::Value, sampler: &Sampler<'_>, typed: bool) -> Value {
        let schema = sampler.resolved(schema);
        match self {
            Self::Typed(value) => value.clone(),
            Self::Text(text) => {
                let is_text = schema.get("type").and_then(json::Value::as_str) == Some("string");
                let mut readings = readings(text);
                let last = if is_text || !typed { readings.pop() } else { None };
                last.or_else(|| readings.into_iter().next()).unwrap_or_default()
            }
            Self::List(items) => {
                let any = json::Value::Null;
                let inner = schema.get("items").unwrap_or(&any);
                Value::Array(items.iter().map(|item| item.read(inner, sampler, typed)).collect())
            }
            Self::Object(members) => {
                let any = json::Value::Null;
                let of = |name: &str| {
                    let own = schema.get("properties").and_then(|all| all.get(name));
                    own.or_else(|| schema.get("additionalProperties")).unwrap_or(&any)
                };
                let read = |(name, member): (&String, &Self)| {
                    (name.clone(), member.read(of(name), sampler, typed))
                };
                Value::Object(members.iter().map(read).collect())
            }
        }
    }
}
