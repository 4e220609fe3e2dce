//! The static description of an API that generated code carries.

use std::borrow::Cow;

use serde::Deserialize;
use toolwright_spec::{JsonSchema, Tool, ToolAnnotations};

/// An API as generated code and the interpreter hand it to the runtime.
///
/// The texts are JSON made by the code generator of the same version; how they look inside is
/// between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The API as a whole: name, servers, security schemes.
    pub api: Cow<'static, str>,
    /// One text per tool, in list order.
    pub tools: Cow<'static, [Cow<'static, str>]>,
}

impl Descriptor {
    /// A descriptor of texts known at compile time.
    #[must_use]
    pub const fn new(api: &'static str, tools: &'static [Cow<'static, str>]) -> Self {
        Self { api: Cow::Borrowed(api), tools: Cow::Borrowed(tools) }
    }

    /// The definitions for `tools/list`, one per text and in the same order.
    ///
    /// A text that is no operation, which the generator doesn't write, gives a tool without
    /// arguments whose description says so.
    #[must_use]
    pub fn tools(&self) -> Vec<Tool> {
        let read = |(index, text): (usize, &Cow<'_, str>)| {
            toolwright_spec::from_str::<Operation>(text).map_or_else(
                |error| {
                    Tool::new(format!("unreadable_{index}"), JsonSchema::empty_object())
                        .with_description(format!(
                            "The description of this tool can't be read: {error}"
                        ))
                },
                Tool::from,
            )
        };
        self.tools.iter().enumerate().map(read).collect()
    }
}

/// The parts of an operation that a client sees.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    name: String,
    title: Option<String>,
    description: Option<String>,
    #[serde(default)]
    annotations: ToolAnnotations,
    input_schema: JsonSchema,
    output_schema: Option<JsonSchema>,
}

impl From<Operation> for Tool {
    fn from(operation: Operation) -> Self {
        let mut tool = Self::new(operation.name, operation.input_schema);
        tool.title = operation.title;
        tool.description = operation.description;
        tool.output_schema = operation.output_schema;
        tool.annotations =
            Some(operation.annotations).filter(|hints| *hints != ToolAnnotations::new());
        tool
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_read_and_the_rest_is_ignored() {
        let descriptor = Descriptor {
            api: Cow::Borrowed("{}"),
            tools: Cow::Owned(vec![
                r#"{"name":"pets_get","description":"One pet","annotations":{"readOnlyHint":true},
                    "inputSchema":{"type":"object"},"reply":{"kind":"empty"},"http":{"method":"GET"}}"#
                    .into(),
                r#"{"name":"ping","annotations":{},"inputSchema":{"type":"object"},"reply":{"kind":"empty"}}"#.into(),
                "broken".into(),
            ]),
        };
        let tools = descriptor.tools();
        assert_eq!(tools.len(), 3);
        assert_eq!(tools[0].name, "pets_get");
        assert_eq!(
            tools[0].annotations.as_ref().and_then(|hints| hints.read_only_hint),
            Some(true)
        );
        assert_eq!(tools[0].input_schema.as_str(), r#"{"type":"object"}"#);
        assert_eq!(tools[1].annotations, None);
        assert_eq!(tools[2].name, "unreadable_2");
    }
}
