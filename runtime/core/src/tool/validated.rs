//! Definitions of tools that can be relied on.

use toolwright_spec::{JsonSchema, Tool};

use crate::error::BuildError;
use crate::schema::Validator;

/// Longest name of a tool.
const LONGEST_NAME: usize = 128;

/// What the arguments and results of a tool have to be.
#[derive(Debug)]
pub(crate) struct Validated {
    pub(crate) input: Validator,
    pub(crate) output: Option<Validator>,
    schemas: (JsonSchema, Option<JsonSchema>),
}

impl Validated {
    /// Checks a definition.
    pub(crate) fn new(tool: &Tool) -> Result<Self, BuildError> {
        let name = &*tool.name;
        if !is_name(name) {
            return Err(BuildError::ToolName { name: name.into() });
        }
        let input = validator(name, "inputSchema", tool.input_schema.as_str())?;
        let output = tool.output_schema.as_ref();
        let output =
            output.map(|schema| validator(name, "outputSchema", schema.as_str())).transpose()?;
        let schemas = (tool.input_schema.clone(), tool.output_schema.clone());
        Ok(Self { input, output, schemas })
    }

    /// Whether it holds for this definition, too.
    pub(crate) fn fits(&self, tool: &Tool) -> bool {
        self.schemas.0 == tool.input_schema && self.schemas.1 == tool.output_schema
    }
}

fn validator(tool: &str, which: &'static str, schema: &str) -> Result<Validator, BuildError> {
    Validator::new(schema).map_err(|error| BuildError::ToolSchema {
        tool: tool.into(),
        which,
        reason: error.to_string(),
    })
}

fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(legal)
}
