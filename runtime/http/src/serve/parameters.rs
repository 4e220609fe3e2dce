//! The headers that mirror parameters of tools: `Mcp-Param-*`.
//!
//! Specification: `basic/transports/streamable-http`, section "Custom Headers from Tool
//! Parameters".

use std::collections::HashMap;

use http::HeaderMap;
use serde_json::value::RawValue;
use toolwright_core::ProtocolError;
use toolwright_spec::Tool;

use super::error::Error;
use super::standard::{mismatch, string, value};
use crate::annotation::{self, Annotation, Kind, find, integer};

/// The annotated parameters of all tools that have any.
#[derive(Debug, Default)]
pub(super) struct Parameters(HashMap<String, Vec<Annotation>>);

impl Parameters {
    /// Finds the annotations.
    ///
    /// # Errors
    /// One breaks the rules: clients would refuse the tool.
    pub(super) fn new(tools: &[Tool]) -> Result<Self, Error> {
        let mut all = Self::default();
        tools.iter().try_for_each(|tool| all.add(tool))?;
        Ok(all)
    }

    /// Finds the annotations that clients accept; the log names the others.
    pub(super) fn of_running(tools: &[Tool]) -> Self {
        let mut all = Self::default();
        for tool in tools {
            if let Err(error) = all.add(tool) {
                tracing::error!("no header mirrors a parameter of this tool: {error}");
            }
        }
        all
    }

    fn add(&mut self, tool: &Tool) -> Result<(), Error> {
        let found = annotation::read(tool.input_schema.as_str());
        let found = found.map_err(|fault| Error::ParameterHeader {
            tool: tool.name.clone(),
            pointer: fault.pointer,
            reason: fault.reason,
        })?;
        if !found.is_empty() {
            self.0.insert(tool.name.clone(), found);
        }
        Ok(())
    }

    /// Whether any header belongs to calls of this tool.
    pub(super) fn has(&self, tool: &str) -> bool {
        self.0.contains_key(tool)
    }

    /// Checks the headers of a call.
    ///
    /// # Errors
    /// -32020: a header is missing, occurs twice, or says something else than the arguments.
    pub(super) fn check(
        &self,
        tool: &str,
        arguments: Option<&RawValue>,
        headers: &HeaderMap,
    ) -> Result<(), ProtocolError> {
        let Some(parameters) = self.0.get(tool) else {
            return Ok(());
        };
        parameters.iter().try_for_each(|parameter| check(parameter, arguments, headers))
    }
}

fn check(
    annotation: &Annotation,
    arguments: Option<&RawValue>,
    headers: &HeaderMap,
) -> Result<(), ProtocolError> {
    let Some(given) = find(arguments, &annotation.path) else {
        if headers.contains_key(&annotation.header) {
            let message = format!("the header {} is there, its parameter is not", annotation.shown);
            return Err(mismatch(message));
        }
        return Ok(());
    };
    let text = value(headers, &annotation.header, &annotation.shown)?;
    let same = match annotation.kind {
        Kind::String => string(given).is_some_and(|given| given == text),
        Kind::Boolean => matches!(given.get(), "true" | "false") && *given.get() == *text,
        Kind::Integer => match (integer(given.get()), integer(&text)) {
            (Some(given), Some(text)) => given == text,
            _ => false,
        },
    };
    if same {
        return Ok(());
    }
    let path = annotation.path.join("/");
    Err(mismatch(format!("the header {} does not match the argument `{path}`", annotation.shown)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::{Value, json};

    use super::*;

    fn parameters(schema: &Value) -> Result<Parameters, String> {
        let tool = json!({ "name": "t", "inputSchema": schema });
        let tool: Tool = toolwright_spec::from_str(&tool.to_string()).unwrap();
        Parameters::new(&[tool]).map_err(|error| error.to_string())
    }

    fn check(arguments: &Value, headers: &[(&'static str, &str)]) -> Result<(), String> {
        let parameters = parameters(&json!({"type": "object", "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "deep": {"type": "object", "properties": {
                "count": {"type": ["integer", "null"], "x-mcp-header": "count"},
            }},
            "sure": {"type": "boolean", "x-mcp-header": "Sure"},
        }}));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let arguments = serde_json::value::to_raw_value(arguments).unwrap();
        let checked = parameters.unwrap().check("t", Some(&arguments), &map);
        checked.map_err(|error| error.message().to_owned())
    }

    #[test]
    fn headers_say_what_the_arguments_say() {
        assert_eq!(check(&json!({}), &[("mcp-param-other", "x")]), Ok(()));
        assert_eq!(check(&json!({"region": null}), &[]), Ok(()));
        assert_eq!(check(&json!({"region": "a b"}), &[("mcp-param-region", "a b")]), Ok(()));
        assert_eq!(
            check(&json!({"region": "ä"}), &[("mcp-param-region", "=?base64?w6Q=?=")]),
            Ok(())
        );
        let count = json!({"deep": {"count": 42}});
        assert_eq!(check(&count, &[("mcp-param-count", "42")]), Ok(()));
        assert_eq!(check(&count, &[("mcp-param-count", "42.0")]), Ok(()));
        assert_eq!(check(&json!({"sure": true}), &[("mcp-param-sure", "true")]), Ok(()));
    }

    #[test]
    fn whatever_differs_is_a_mismatch() {
        let region = json!({"region": "a"});
        for headers in [
            &[][..],
            &[("mcp-param-region", "b")],
            &[("mcp-param-region", "A")],
            &[("mcp-param-region", "a"), ("mcp-param-region", "a")],
            &[("mcp-param-region", "=?base64?YQ?=")],
            &[("mcp-param-region", "=?base64?Y Q==?=")],
        ] {
            assert!(check(&region, headers).is_err(), "{headers:?}");
        }
        assert!(check(&json!({}), &[("mcp-param-region", "a")]).is_err());
        assert!(check(&json!({"sure": true}), &[("mcp-param-sure", "True")]).is_err());
        let large = json!({"deep": {"count": 9_007_199_254_740_993_u64}});
        assert!(check(&large, &[("mcp-param-count", "9007199254740993")]).is_err());
        let count = json!({"deep": {"count": 42}});
        assert!(check(&count, &[("mcp-param-count", "NaN")]).is_err());
    }

    #[test]
    fn annotations_that_clients_refuse_are_refused_here() {
        let annotated = |value: Value| json!({"properties": {"a": value}});
        let cases = [
            (annotated(json!({"type": "number", "x-mcp-header": "A"})), "no string"),
            (annotated(json!({"type": "string", "x-mcp-header": ""})), "header's name"),
            (annotated(json!({"type": "string", "x-mcp-header": "a\r\nb"})), "header's name"),
            (annotated(json!({"type": "string", "x-mcp-header": 1})), "header's name"),
            (
                annotated(json!({"items": {"type": "string", "x-mcp-header": "A"}})),
                "no chain of `properties`",
            ),
            (
                json!({"properties": {
                    "a": {"type": "string", "x-mcp-header": "A"},
                    "b": {"type": "string", "x-mcp-header": "a"},
                }}),
                "twice",
            ),
            (json!({"type": "string", "x-mcp-header": "A"}), "root"),
        ];
        for (schema, expected) in cases {
            let error = parameters(&schema).unwrap_err();
            assert!(error.contains(expected), "{schema}: {error}");
        }
        let data = annotated(json!({"type": "object", "default": {"x-mcp-header": "A"}}));
        assert!(parameters(&data).is_ok());
    }
}
