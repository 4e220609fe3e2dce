//! Whether a body is one that the description allows.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use toolwright_codegen::ir::{Body, BodyKind, Encoding, Style};
use toolwright_codegen::json;

use super::answer::Answer;
use super::check::Received;
use super::judge::{Judge, readings};
use super::multipart::{self, Part};
use super::problem::problem;
use super::sample::Sampler;
use super::wire::{Kind, Rule, Untold, Wire, decoded, kind, pairs};

/// Checks bodies of one operation.
pub(super) struct Checker<'a> {
    pub(super) body: &'a Body,
    pub(super) received: &'a Received<'a>,
    pub(super) sampler: &'a Sampler<'a>,
    pub(super) judge: &'a Judge,
}

impl Checker<'_> {
    /// The body as JSON where it can be echoed, or the answer to one that is not as described.
    pub(super) fn check(&self) -> Result<Option<Value>, Answer> {
        let Self { body, received, .. } = self;
        let sent = received.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let sent = sent.unwrap_or_default();
        if !same_media_type(&body.media_type, sent) {
            let detail = format!("The body has to be {}.", body.media_type);
            return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail));
        }
        let text = || String::from_utf8_lossy(received.body);
        match body.kind {
            BodyKind::Json => {
                let value = serde_json::from_slice(received.body)
                    .map_err(|error| refused(format!("The body is no JSON: {error}.")))?;
                self.judged(vec![value])
            }
            BodyKind::Lines => {
                let lines = text();
                let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
                let items = lines.map(|(number, line)| {
                    // A sequence has a mark before each text.
                    serde_json::from_str(line.trim_start_matches('\u{1e}')).map_err(|error| {
                        refused(format!("Line {} is no JSON: {error}.", number + 1))
                    })
                });
                let items = items.collect::<Result<Vec<Value>, _>>()?;
                self.judged(vec![Value::Array(items)]).map(|_| None)
            }
            BodyKind::Text => {
                self.judged(readings(&text()))?;
                Ok(Some(Value::String(text().into_owned())))
            }
            BodyKind::Form => match self.form(&text())? {
                Ok(form) => self.judged(form.readings(&body.schema.0, self.sampler)),
                Err(Untold) => Ok(None),
            },
            BodyKind::Multipart => {
                let parts = multipart::parts(sent, received.body)
                    .map_err(|what| refused(format!("The body is no {sent}: {what}.")))?;
                match self.parts(&parts)? {
                    Ok(form) => {
                        self.judged(form.readings(&body.schema.0, self.sampler)).map(|_| None)
                    }
                    Err(Untold) => Ok(None),
                }
            }
            BodyKind::Binary => Ok(None),
        }
    }

    /// The first of the values that is one of the body.
    fn judged(&self, values: Vec<Value>) -> Result<Option<Value>, Answer> {
        let mut refusal = None;
        for value in values {
            match self.judge.refusal(&self.body.argument, std::slice::from_ref(&value)) {
                None => return Ok(Some(value)),
                Some(why) => refusal = refusal.or(Some(why)),
            }
        }
        let refusal = refusal.unwrap_or_default();
        Err(refused(format!("The body is not valid: {refusal}.")))
    }

    /// The members of a form.
    fn form(&self, text: &str) -> Result<Result<Wire, Untold>, Answer> {
        let pairs: Vec<_> = pairs(text).collect();
        let mut form = BTreeMap::new();
        let mut taken: Vec<String> = Vec::new();
        let schema = self.sampler.resolved(&self.body.schema.0);
        let properties = schema.get("properties").and_then(json::Value::as_object);
        let Some(properties) = properties else { return Ok(Err(Untold)) };
        for (name, schema) in properties {
            let name = name.to_string();
            let encoding = self.body.encoding.get(&name);
            if is_json(encoding, kind(schema, self.sampler)) {
                let pair = pairs.iter().find(|(own, _)| decoded(own) == name);
                if let Some((_, value)) = pair {
                    form.insert(name.clone(), json_of(&name, decoded(value).as_bytes())?);
                }
                taken.push(name);
                continue;
            }
            let style = encoding.map_or(Style::Form, |encoding| encoding.style);
            let explode = encoding.is_none_or(|encoding| encoding.explode);
            let rule = Rule { name: &name, style, explode, schema };
            match rule.among(&pairs, self.sampler) {
                Ok(Some(Wire::Object(members))) if explode && style != Style::DeepObject => {
                    taken.extend(members.keys().cloned());
                    form.insert(name.clone(), Wire::Object(members));
                }
                Ok(found) => form.extend(found.map(|value| (name.clone(), value))),
                Err(Untold) if pairs.iter().any(|(own, _)| decoded(own).starts_with(&name)) => {
                    return Ok(Err(Untold));
                }
                Err(Untold) => {}
            }
            taken.push(name);
        }
        for (name, value) in &pairs {
            let name = decoded(name);
            let plain = name.split('[').next().unwrap_or_default();
            if !taken.iter().any(|known| *known == name || known == plain) {
                form.insert(name, Wire::Text(decoded(value)));
            }
        }
        Ok(Ok(Wire::Object(form)))
    }

    /// The members that parts are; parts without names say nothing of members.
    fn parts(&self, parts: &[Part<'_>]) -> Result<Result<Wire, Untold>, Answer> {
        if kind(&self.body.schema.0, self.sampler) != Kind::Object {
            return Ok(Err(Untold));
        }
        let schema = self.sampler.resolved(&self.body.schema.0);
        let mut form: BTreeMap<String, Wire> = BTreeMap::new();
        for part in parts {
            let name =
                part.name.clone().ok_or_else(|| refused("A part has no name.".to_owned()))?;
            let any = json::Value::Null;
            let own = schema.get("properties").and_then(|all| all.get(name.as_str()));
            let own = own.unwrap_or(&any);
            let is_list = kind(own, self.sampler) == Kind::List;
            let item = self.sampler.resolved(own).get("items").unwrap_or(&any);
            let Some(value) = self.part(&name, part, if is_list { item } else { own })? else {
                return Ok(Err(Untold));
            };
            match form.get_mut(&name) {
                Some(Wire::List(items)) => items.push(value),
                // JSON is the whole list.
                None if is_list && !matches!(value, Wire::Typed(Value::Array(_))) => {
                    form.insert(name, Wire::List(vec![value]));
                }
                _ => {
                    form.insert(name, value);
                }
            }
        }
        Ok(Ok(Wire::Object(form)))
    }

    /// The value of one part; `None` where nothing can be told of it.
    fn part(
        &self,
        name: &str,
        part: &Part<'_>,
        schema: &json::Value,
    ) -> Result<Option<Wire>, Answer> {
        let encoding = self.body.encoding.get(name);
        let declared = encoding.and_then(|encoding| encoding.content_type.as_deref());
        if let (Some(declared), Some(sent)) = (declared, &part.media_type)
            && !declared.split(',').any(|one| same_media_type(one, sent))
        {
            return Err(refused(format!("The part `{name}` has to be {declared}, not {sent}.")));
        }
        let headers = encoding.into_iter().flat_map(|encoding| encoding.headers.keys());
        for header in headers {
            if !part.headers.contains(&header.to_ascii_lowercase()) {
                return Err(refused(format!("The part `{name}` has no header `{header}`.")));
            }
        }
        if encoding.is_some_and(|encoding| encoding.base64) {
            // Whatever the bytes are: as an argument they are base64.
            return Ok(Some(Wire::Typed(Value::String("AAAA".to_owned()))));
        }
        let sent = part.media_type.as_deref().or(declared).unwrap_or_default();
        if sent.contains("json") {
            return json_of(name, part.body).map(Some);
        }
        match kind(schema, self.sampler) {
            Kind::Scalar => Ok(Some(Wire::Text(String::from_utf8_lossy(part.body).into_owned()))),
            _ => Ok(None),
        }
    }
}

fn refused(detail: String) -> Answer {
    problem(StatusCode::BAD_REQUEST, &detail)
}

fn json_of(name: &str, text: &[u8]) -> Result<Wire, Answer> {
    let value = serde_json::from_slice(text);
    value.map(Wire::Typed).map_err(|error| refused(format!("`{name}` is no JSON: {error}.")))
}

/// Whether a member of a form is written as JSON: objects are, unless the document gives them a
/// style.
fn is_json(encoding: Option<&Encoding>, kind: Kind) -> bool {
    match encoding {
        Some(Encoding { content_type: Some(media_type), .. }) => media_type.contains("json"),
        Some(_) => false,
        None => kind == Kind::Object,
    }
}

fn same_media_type(declared: &str, sent: &str) -> bool {
    let essence =
        |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (declared, sent) = (essence(declared), essence(sent));
    match declared.split_once('*') {
        // A range lets the sender choose; bytes without a type are sent as such.
        Some(_) => !sent.is_empty(),
        None => declared == sent,
    }
}
