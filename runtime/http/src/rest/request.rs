//! From a tool's arguments to an HTTP request.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Method, Uri};
use http_body_util::Full;
use serde_json::value::RawValue;

use super::body;
use super::credentials::Sent;
use super::descriptor::{BodyKind, Parameter, Place};
use super::encode::QueryPart;
use super::error::CallError;
use super::json::{Members, compact, plain};
use super::limits::Limits;
use super::paging::Turn;
use super::plan::{HeaderRule, Plan, header_rule};
use super::style;

/// A request, ready to be sent.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Query parameters that carry credentials.
    pub(crate) pairs: Vec<style::Pair>,
    /// Whether it may be sent more than once.
    pub(crate) is_idempotent: bool,
}

impl Prepared {
    /// As hyper takes it.
    pub(crate) fn to_http(&self) -> http::Request<Full<Bytes>> {
        let mut request = http::Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}

/// Shows neither query nor headers: they may carry credentials.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Builds the request of a call; what `turn` brings goes before what the arguments say.
///
/// # Errors
/// Names the argument that cannot be sent.
pub(crate) fn prepare(
    plan: &Plan,
    sent: &Sent,
    limits: &Limits,
    arguments: &RawValue,
    turn: &Turn,
) -> Result<Prepared, CallError> {
    let arguments =
        Members::parse(arguments.get()).map_err(|error| CallError::Arguments(error.to_string()))?;
    let mut head = Head { fixed: fixed(plan)?, ..Head::default() };
    for (index, parameter) in plan.binding.parameters.iter().enumerate() {
        if let Some(value) = plan.presets.parameter(index) {
            head.add(parameter, value, true)?;
            continue;
        }
        match arguments.find(&parameter.argument) {
            Some(value) if value.get().len() > limits.value => {
                let reason = format!("it is longer than {} bytes", limits.value);
                return Err(CallError::refused(&parameter.argument, reason));
            }
            Some(value) => head.add(parameter, value, false)?,
            // Nothing is how `null` is written, but not in a path.
            None if parameter.place != Place::Path && is_null(&arguments, &parameter.argument) => {}
            None if parameter.required || parameter.place == Place::Path => {
                return Err(CallError::Missing(parameter.argument.clone()));
            }
            None => {}
        }
    }
    let body = encoded_body(plan, &arguments, &mut head, turn)?;
    if let Turn::Pair(pair) = turn {
        head.replace(std::slice::from_ref(pair));
    }
    head.credentials(sent)?;
    let headers = head.headers(plan)?;
    let uri = plan.template.fill(&plan.base, &head.path, head.query.as_ref(), &head.pairs)?;
    let size = size(&uri, &headers);
    if size > limits.head {
        return Err(CallError::TooLarge { size, limit: limits.head });
    }
    Ok(Prepared {
        method: plan.method.clone(),
        uri,
        headers,
        body,
        pairs: sent.pairs.clone(),
        is_idempotent: plan.is_idempotent,
    })
}

/// Whether an argument is given, as `null`.
fn is_null(arguments: &Members<'_>, name: &str) -> bool {
    arguments.0.iter().any(|(key, value)| key == name && value.get() == "null")
}

/// Names of pairs and cookies that are preset: no argument gives them another value, though objects
/// can have members of any name.
fn fixed(plan: &Plan) -> Result<Vec<String>, CallError> {
    let mut names = Vec::new();
    for (index, parameter) in plan.binding.parameters.iter().enumerate() {
        let Some(value) = plan.presets.parameter(index) else { continue };
        match parameter.place {
            Place::Query => {
                let pairs = style::query(parameter, value)?;
                names.extend(pairs.into_iter().map(|(name, _)| name.as_str().to_owned()));
            }
            Place::Cookie => {
                let cookies = style::cookie(parameter, value)?;
                names.extend(cookies.iter().map(|cookie| cookie_name(cookie).to_owned()));
            }
            Place::Path | Place::Header | Place::Querystring => {}
        }
    }
    Ok(names)
}

fn cookie_name(cookie: &str) -> &str {
    cookie.split('=').next().unwrap_or_default()
}

/// What the parameters make, by place.
#[derive(Default)]
struct Head<'a> {
    /// Names that only presets have.
    fixed: Vec<String>,
    path: BTreeMap<&'a str, String>,
    /// The whole query, where it is one text.
    query: Option<QueryPart>,
    pairs: Vec<style::Pair>,
    headers: HeaderMap,
    cookies: Vec<String>,
}

impl<'a> Head<'a> {
    fn add(
        &mut self,
        parameter: &'a Parameter,
        value: &RawValue,
        preset: bool,
    ) -> Result<(), CallError> {
        let is_free = |name: &str| preset || !self.fixed.iter().any(|fixed| fixed == name);
        match parameter.place {
            Place::Path => {
                self.path.insert(&parameter.name, style::path(parameter, value)?);
            }
            Place::Querystring => self.querystring(parameter, value)?,
            Place::Query => {
                let pairs = style::query(parameter, value)?;
                self.pairs.extend(pairs.into_iter().filter(|(name, _)| is_free(name.as_str())));
            }
            Place::Cookie => {
                let cookies = style::cookie(parameter, value)?;
                self.cookies.extend(cookies.into_iter().filter(|one| is_free(cookie_name(one))));
            }
            Place::Header => match header_rule(&parameter.name) {
                HeaderRule::Ignore => {}
                HeaderRule::Forbid => {
                    let reason = format!("the header {:?} must not be set", parameter.name);
                    return Err(CallError::refused(&parameter.argument, reason));
                }
                HeaderRule::Send(name) => {
                    if let Some(part) = style::header(parameter, value)? {
                        self.headers.append(name, header_value(part.as_str())?);
                    }
                }
            },
        }
        Ok(())
    }

    /// An object is a form, unless JSON text was asked for; anything else is one text.
    fn querystring(&mut self, parameter: &Parameter, value: &RawValue) -> Result<(), CallError> {
        if value.get().starts_with('{') && !parameter.json {
            self.pairs = body::pairs(&parameter.argument, &parameter.encoding, value)?;
            return Ok(());
        }
        let text = if parameter.json { Ok(compact(value.get())) } else { plain(value) };
        let text =
            text.map_err(|error| CallError::refused(&parameter.argument, error.to_string()))?;
        self.query = (!text.is_empty()).then(|| QueryPart::data(&text));
        Ok(())
    }

    fn replace(&mut self, pairs: &[style::Pair]) {
        for pair in pairs {
            self.pairs.retain(|(name, _)| *name != pair.0);
            self.pairs.push(pair.clone());
        }
    }

    /// Credentials replace what arguments of the same name say.
    fn credentials(&mut self, sent: &Sent) -> Result<(), CallError> {
        for (name, value) in &sent.headers {
            self.headers.insert(name.clone(), value.clone());
        }
        self.replace(&sent.pairs);
        for cookie in &sent.cookies {
            let name = cookie_name(cookie.expose());
            self.cookies.retain(|other| cookie_name(other) != name);
            self.cookies.push(cookie.expose().to_owned());
        }
        if !self.cookies.is_empty() {
            let mut value = header_value(&self.cookies.join("; "))?;
            value.set_sensitive(true);
            self.headers.insert(COOKIE, value);
        }
        Ok(())
    }

    fn headers(&mut self, plan: &Plan) -> Result<HeaderMap, CallError> {
        let mut headers = std::mem::take(&mut self.headers);
        headers.insert(ACCEPT, plan.accept.clone());
        if !headers.contains_key(USER_AGENT) {
            let agent = concat!("toolwright/", env!("CARGO_PKG_VERSION"));
            headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        }
        Ok(headers)
    }
}

fn encoded_body(
    plan: &Plan,
    arguments: &Members<'_>,
    head: &mut Head<'_>,
    turn: &Turn,
) -> Result<Bytes, CallError> {
    let Some(body) = &plan.binding.body else {
        return Ok(Bytes::new());
    };
    let given = arguments.find(&body.argument);
    let completed =
        plan.presets.body(given).map_err(|why| CallError::refused(&body.argument, why))?;
    let null = (body.required && body.kind == BodyKind::Json && is_null(arguments, &body.argument))
        .then_some(RawValue::NULL);
    let whole = completed.as_deref().or(given).or(null);
    let turned = turn.body(whole).map_err(|why| CallError::refused(&body.argument, why))?;
    match turned.as_deref().or(whole) {
        Some(value) => {
            let encoded = body::encode(body, value)?;
            head.headers.insert(CONTENT_TYPE, header_value(&encoded.content_type)?);
            Ok(encoded.bytes)
        }
        None if body.required => Err(CallError::Missing(body.argument.clone())),
        None => Ok(Bytes::new()),
    }
}

fn header_value(text: &str) -> Result<HeaderValue, CallError> {
    HeaderValue::from_str(text).map_err(|_| CallError::Build("a header has an impossible value"))
}

/// Bytes of the request before its body, about.
pub(crate) fn size(uri: &Uri, headers: &HeaderMap) -> usize {
    let line = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + 4;
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    target + headers.iter().map(line).sum::<usize>()
}
