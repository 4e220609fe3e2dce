//! One call of a tool.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{ToolError, parse};

/// A call as a [`ToolSet`](super::ToolSet) sees it: which tool, with which arguments.
#[derive(Debug, Clone, Copy)]
pub struct ToolCall<'a> {
    index: usize,
    name: &'a str,
    arguments: &'a RawValue,
}

impl<'a> ToolCall<'a> {
    /// A call of the tool at `index` of the set's [`tools`](super::ToolSet::tools). The arguments
    /// have to be a JSON object.
    #[must_use]
    pub fn new(index: usize, name: &'a str, arguments: &'a RawValue) -> Self {
        Self { index, name, arguments }
    }

    /// Position of the tool in its set's list.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Name of the tool.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The arguments as they came: a JSON object.
    #[must_use]
    pub fn arguments(&self) -> &'a RawValue {
        self.arguments
    }

    /// Reads the arguments. Integers may be written with a fraction of zero (`3.0`), as JSON
    /// Schema has it and some clients do.
    ///
    /// # Errors
    /// The arguments are no `T`; the text, shown to the model, names the member.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        parse::lenient(self.arguments.get())
            .map_err(|error| ToolError::new(format!("invalid arguments: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Arguments {
        query: String,
        limit: Option<u32>,
    }

    fn parse(text: &str) -> Result<Arguments, String> {
        let arguments: Box<RawValue> = serde_json::from_str(text).unwrap();
        ToolCall::new(0, "search", &arguments).parse().map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_number_may_have_a_fraction() {
        let expected = Arguments { query: "1.0".to_owned(), limit: Some(30) };
        assert_eq!(parse(r#"{"query":"1.0","limit":3.0e1}"#), Ok(expected));
    }

    #[test]
    fn nothing_is_read_from_any_object() {
        let arguments: Box<RawValue> = serde_json::from_str(r#"{"more":1}"#).unwrap();
        ToolCall::new(0, "search", &arguments).parse::<()>().unwrap();
        ToolCall::new(0, "search", &arguments).parse::<Option<u32>>().unwrap_err();
    }

    #[test]
    fn errors_name_the_member() {
        let error = parse(r#"{"query":"x","limit":-1}"#).unwrap_err();
        assert_eq!(error, "invalid arguments: /limit: invalid value: integer `-1`, expected u32");
    }
}
