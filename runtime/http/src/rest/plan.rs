//! What is known of a tool's request before any call: read, checked and looked up once.

use std::sync::Arc;

use http::Method;
use http::header::{HeaderName, HeaderValue};

use super::Error;
use super::base::BaseUrl;
use super::descriptor::{Annotations, Binding, Operation, Place, Reply, Status};
use super::encode::{HeaderPart, forbidden_header, ignored_header};
use super::preset::Presets;
use super::promise::Promise;
use super::readable::Readable;
use super::target::Template;

/// A tool's request.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) method: Method,
    pub(crate) base: Arc<BaseUrl>,
    pub(crate) template: Template,
    pub(crate) binding: Binding,
    pub(crate) accept: HeaderValue,
    pub(crate) reply: Reply,
    pub(crate) promise: Promise,
    /// Whether a request that failed on the way may be sent again.
    pub(crate) is_idempotent: bool,
    /// Items of an event stream are the events, not what their data holds.
    pub(crate) events: bool,
    pub(crate) presets: Presets,
    pub(crate) resource: Option<Readable>,
}

impl Plan {
    /// Prepares an operation.
    pub(crate) fn new(operation: Operation, base: Arc<BaseUrl>) -> Result<Option<Self>, Error> {
        let Some(binding) = operation.http else {
            return Ok(None);
        };
        let wrong = |reason: &str| Error::Operation {
            tool: operation.name.clone(),
            reason: reason.to_owned(),
        };
        let method = Method::from_bytes(binding.method.as_bytes())
            .ok()
            .filter(|method| *method != Method::CONNECT)
            .ok_or_else(|| wrong("its method is none of HTTP"))?;
        let template = Template::parse(&binding.path).map_err(wrong)?;
        for name in template.placeholders() {
            let known = |parameter: &&super::descriptor::Parameter| {
                parameter.place == Place::Path && parameter.name == name
            };
            if !binding.parameters.iter().any(|parameter| known(&parameter)) {
                return Err(wrong(&format!("its path has `{{{name}}}`, which is no parameter")));
            }
        }
        Ok(Some(Self {
            is_idempotent: is_idempotent(&method, operation.annotations),
            method,
            base,
            template,
            accept: accept(&binding),
            reply: operation.reply,
            promise: Promise::new(operation.output_schema),
            events: binding.responses.iter().any(|response| response.events),
            presets: Presets::default(),
            resource: operation
                .resource
                .map(Readable::new)
                .transpose()
                .map_err(|why| wrong(&why))?,
            binding,
        }))
    }

    /// Method and path template, as they are shown to the model.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.method, self.binding.path)
    }
}

/// Whether a request does nothing more when it is sent again: the tool's annotations say so, else
/// the method.
fn is_idempotent(method: &Method, annotations: Annotations) -> bool {
    let by_method = method.is_idempotent() || method.as_str() == "QUERY";
    match (annotations.read_only_hint, annotations.idempotent_hint) {
        (_, Some(told)) => told,
        (Some(true), None) => true,
        _ => by_method,
    }
}

/// What a header parameter's name means.
pub(crate) enum HeaderRule {
    /// It can be sent.
    Send(HeaderName),
    /// OpenAPI says to ignore it.
    Ignore,
    /// It must not be set by an argument.
    Forbid,
}

/// Whether and how a header parameter is sent.
pub(crate) fn header_rule(name: &str) -> HeaderRule {
    if ignored_header(name) {
        return HeaderRule::Ignore;
    }
    match HeaderName::try_from(name) {
        Ok(header) if !forbidden_header(name) => HeaderRule::Send(header),
        _ => HeaderRule::Forbid,
    }
}

/// The media types of successful responses, the preferred ones first.
fn accept(binding: &Binding) -> HeaderValue {
    let mut types: Vec<String> = Vec::new();
    for response in &binding.responses {
        let success = match response.status {
            Status::Code(code) => (200..300).contains(&code),
            Status::Range(hundreds) => hundreds == 2,
            Status::Default => types.is_empty(),
        };
        for media_type in response.media_types.iter().filter(|_| success) {
            if HeaderPart::data(media_type).is_err() || media_type.contains(',') {
                continue;
            }
            let same = |known: &String| known.strip_suffix(";q=0.5").unwrap_or(known) == media_type;
            if !types.iter().any(same) {
                let quality = if types.is_empty() { "" } else { ";q=0.5" };
                types.push(format!("{media_type}{quality}"));
            }
        }
    }
    HeaderValue::from_str(&types.join(", "))
        .ok()
        .filter(|value| !value.is_empty())
        .unwrap_or(HeaderValue::from_static("*/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(operation: &str) -> Result<Plan, Error> {
        let base = Arc::new(BaseUrl::operator("http://host").unwrap());
        let operation = serde_json::from_str(operation).unwrap();
        Ok(Plan::new(operation, base)?.unwrap())
    }

    #[test]
    fn accept_comes_from_the_successful_responses() {
        let plan = plan(
            r#"{"name":"t","reply":{"kind":"text"},"http":{"method":"GET","path":"/","responses":[
                {"status":{"code":200},"mediaTypes":["application/json","text/csv","application/json","text/c"]},
                {"status":{"range":4},"mediaTypes":["application/problem+json"]},
                {"status":"default"}]}}"#,
        )
        .unwrap();
        assert_eq!(plan.accept, "application/json, text/csv;q=0.5, text/c;q=0.5");
    }

    #[test]
    fn annotations_count_more_than_methods() {
        for (method, annotations, expected) in [
            ("GET", "{}", true),
            ("PUT", "{}", true),
            ("DELETE", "{}", true),
            ("QUERY", "{}", true),
            ("POST", "{}", false),
            ("PATCH", "{}", false),
            ("POST", r#"{"idempotentHint":true}"#, true),
            ("POST", r#"{"readOnlyHint":true}"#, true),
            ("PUT", r#"{"idempotentHint":false}"#, false),
        ] {
            let plan = plan(&format!(
                r#"{{"name":"t","reply":{{"kind":"text"}},"annotations":{annotations},
                    "http":{{"method":"{method}","path":"/"}}}}"#
            ));
            assert_eq!(plan.unwrap().is_idempotent, expected, "{method} {annotations}");
        }
    }

    #[test]
    fn a_placeholder_without_parameter_is_an_error() {
        let error =
            plan(r#"{"name":"t","reply":{"kind":"empty"},"http":{"method":"GET","path":"/{id}"}}"#)
                .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the tool `t` cannot be called: its path has `{id}`, which is no parameter"
        );
    }
}
