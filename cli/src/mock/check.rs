//! Whether a request is one that the description allows.

use std::collections::BTreeMap;

use http::header::COOKIE;
use http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use toolwright_codegen::ir::{Api, Binding, BodyKind, Parameter, Place};

use super::answer::Answer;
use super::body::Checker;
use super::credentials;
use super::judge::Judge;
use super::problem::problem;
use super::sample::Sampler;
use super::wire::{Kind, Pair, Rule, Untold, Wire, decoded, kind, pairs};

/// A received request.
pub(super) struct Received<'a> {
    /// The values in its path, as they came.
    pub(super) path: &'a BTreeMap<String, String>,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl Received<'_> {
    /// Names and values.
    pub(super) fn cookies(&self) -> Vec<Pair<'_>> {
        let values = self.headers.get_all(COOKIE).into_iter();
        let cookies = values.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(';'));
        cookies.filter_map(|cookie| cookie.trim().split_once('=')).collect()
    }
}

/// The body as JSON where it is an object that can be echoed, or the answer to a request that
/// is not as described.
pub(super) fn check(
    (api, binding): (&Api, &Binding),
    received: &Received<'_>,
    (sampler, judge): (&Sampler<'_>, &Judge),
    credentials: bool,
) -> Result<Option<Value>, Answer> {
    if credentials && let Some((detail, challenge)) = credentials::missing(api, binding, received) {
        let answer = problem(StatusCode::UNAUTHORIZED, &detail);
        return Err(Answer { challenge, ..answer });
    }
    for parameter in &binding.parameters {
        let place = match parameter.place {
            Place::Path => "path parameter",
            Place::Query | Place::Querystring => "query parameter",
            Place::Header => "header",
            Place::Cookie => "cookie",
        };
        let refused = |what: String| {
            let detail = format!("The {place} `{}` {what}.", parameter.name);
            Err(problem(StatusCode::BAD_REQUEST, &detail))
        };
        match value(parameter, received, sampler) {
            Ok(None) if parameter.required && !leaves_no_trace(parameter, sampler) => {
                return refused("is missing".to_owned());
            }
            Ok(Some(sent)) => {
                let readings = match (parameter.json, sent) {
                    (true, Wire::Text(text)) => match serde_json::from_str(&text) {
                        Ok(value) => vec![value],
                        Err(error) => return refused(format!("is no JSON: {error}")),
                    },
                    (_, sent) => sent.readings(&parameter.schema.0, sampler),
                };
                if let Some(refusal) = judge.refusal(&parameter.argument, &readings) {
                    return refused(format!("is not valid: {refusal}"));
                }
            }
            Ok(None) | Err(Untold) => {}
        }
    }
    let Some(body) = &binding.body else {
        return Ok(None);
    };
    if received.body.is_empty() {
        let empty_is_fine =
            !body.required || matches!(body.kind, BodyKind::Text | BodyKind::Binary);
        return if empty_is_fine {
            Ok(None)
        } else {
            Err(problem(StatusCode::BAD_REQUEST, "The body is missing."))
        };
    }
    Checker { body, received, sampler, judge }.check()
}

/// The value of a parameter, where it is there; an error where nothing can be told of it.
fn value(
    parameter: &Parameter,
    received: &Received<'_>,
    sampler: &Sampler<'_>,
) -> Result<Option<Wire>, Untold> {
    let Parameter { name, style, explode, .. } = parameter;
    let schema = &parameter.schema.0;
    let rule = Rule { name, style: *style, explode: *explode, schema };
    let among = |pairs: Vec<Pair<'_>>| {
        if parameter.json {
            let own = pairs.iter().find(|(own, _)| decoded(own) == *name);
            return Ok(own.map(|(_, value)| Wire::Text(decoded(value))));
        }
        let found = rule.among(&pairs, sampler);
        // Nothing is told of its kind, but whether it is there.
        let known = |(own, _): &Pair<'_>| decoded(own).starts_with(name.as_str());
        if found == Err(Untold) && !pairs.iter().any(known) && !leaves_no_trace(parameter, sampler)
        {
            return Ok(None);
        }
        found
    };
    match parameter.place {
        Place::Path => {
            let Some(text) = received.path.get(name) else { return Err(Untold) };
            if parameter.json {
                let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
                return Ok(Some(Wire::Text(text)));
            }
            rule.of_path(text, sampler).map(Some)
        }
        Place::Header => {
            let Some(value) = received.headers.get(name.as_str()) else { return Ok(None) };
            let text = value.to_str().map_err(|_| Untold)?;
            if parameter.json {
                return Ok(Some(Wire::Text(text.to_owned())));
            }
            rule.of_header(text, sampler).map(Some)
        }
        Place::Cookie => among(received.cookies()),
        Place::Query => among(pairs(received.query).collect()),
        Place::Querystring if received.query.is_empty() => Ok(None),
        Place::Querystring => Err(Untold),
    }
}

/// Whether an empty value, or its members under names of their own, is not to be seen.
fn leaves_no_trace(parameter: &Parameter, sampler: &Sampler<'_>) -> bool {
    let outside = matches!(parameter.place, Place::Query | Place::Cookie | Place::Header);
    outside && !parameter.json && kind(&parameter.schema.0, sampler) != Kind::Scalar
}
