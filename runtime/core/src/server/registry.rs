//! The tools of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use toolwright_spec::Tool;

use crate::error::BuildError;
use crate::schema::Validator;
use crate::tool::ToolSet;

/// Longest name of a tool.
const LONGEST_NAME: usize = 128;

/// All tools of a server.
#[derive(Default)]
pub(super) struct Registry {
    tools: Vec<Entry>,
    names: HashMap<Box<str>, usize>,
}

/// One tool.
pub(super) struct Entry {
    /// Who runs it.
    pub(super) set: Arc<dyn ToolSet>,
    /// Where the set has it.
    pub(super) index: usize,
    /// What its arguments have to be.
    pub(super) input: Validator,
    /// What its structured results have to be.
    pub(super) output: Option<Validator>,
}

impl Registry {
    /// Takes the tools of all sets; adds their definitions, in order.
    pub(super) fn new(
        sets: Vec<Arc<dyn ToolSet>>,
        definitions: &mut Vec<Tool>,
    ) -> Result<Self, BuildError> {
        let mut registry = Self::default();
        for set in sets {
            for (index, tool) in set.tools().into_iter().enumerate() {
                registry.add(Arc::clone(&set), index, &tool)?;
                definitions.push(tool);
            }
        }
        Ok(registry)
    }

    /// The tool of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.tools.get(*self.names.get(name)?)
    }

    fn add(&mut self, set: Arc<dyn ToolSet>, index: usize, tool: &Tool) -> Result<(), BuildError> {
        let name = &*tool.name;
        if !is_name(name) {
            return Err(BuildError::ToolName { name: name.into() });
        }
        if self.names.insert(name.into(), self.tools.len()).is_some() {
            return Err(BuildError::DuplicateTool { name: name.into() });
        }
        let input = validator(name, "inputSchema", tool.input_schema.as_str())?;
        let output = tool.output_schema.as_ref();
        let output =
            output.map(|schema| validator(name, "outputSchema", schema.as_str())).transpose()?;
        self.tools.push(Entry { set, index, input, output });
        Ok(())
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
