//! Structured content against the schema that its tool promised.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use toolwright_spec::{CallToolResult, Tool};

use super::error::ClientError;
use crate::schema::Validator;

/// What to do with structured content that breaks its tool's `outputSchema`.
///
/// Only tools that this client has listed are checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckOutput {
    /// The call fails with [`ClientError::Output`], which has the result in it.
    #[default]
    Error,
    /// It is logged.
    Warn,
    /// Nothing is checked.
    Off,
}

/// The output schemas of listed tools, compiled when they are first needed.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    by_tool: Mutex<HashMap<String, Arc<Schema>>>,
}

#[derive(Debug)]
struct Schema {
    text: String,
    compiled: OnceLock<Result<Validator, String>>,
}

impl Schemas {
    /// Remembers the schemas of these tools, up to `most` tools.
    pub(super) fn learn(&self, tools: &[Tool], most: usize) {
        let mut by_tool = self.lock();
        for tool in tools {
            match &tool.output_schema {
                Some(schema) if by_tool.len() < most || by_tool.contains_key(&tool.name) => {
                    let text = schema.as_str();
                    if by_tool.get(&tool.name).is_none_or(|known| known.text != text) {
                        let schema = Schema { text: text.to_owned(), compiled: OnceLock::new() };
                        by_tool.insert(tool.name.clone(), Arc::new(schema));
                    }
                }
                _ => {
                    by_tool.remove(&tool.name);
                }
            }
        }
    }

    /// Checks the result of a call.
    ///
    /// # Errors
    /// It breaks the schema, and that matters.
    pub(super) fn check(
        &self,
        policy: CheckOutput,
        tool: &str,
        result: CallToolResult,
    ) -> Result<CallToolResult, ClientError> {
        if policy == CheckOutput::Off || result.failed() {
            return Ok(result);
        }
        match self.fault(tool, &result) {
            None => Ok(result),
            Some(reason) if policy == CheckOutput::Error => {
                Err(ClientError::Output { reason, result: Box::new(result) })
            }
            Some(reason) => {
                tracing::warn!(tool, reason, "a tool broke its own output schema");
                Ok(result)
            }
        }
    }

    /// What is wrong with a result, if anything is.
    fn fault(&self, tool: &str, result: &CallToolResult) -> Option<String> {
        let schema = self.lock().get(tool).cloned()?;
        let Some(content) = &result.structured_content else {
            return Some("structured content is missing".to_owned());
        };
        let compile = || Validator::new(&schema.text).map_err(|error| error.to_string());
        match schema.compiled.get_or_init(compile) {
            Err(reason) => Some(format!("the schema cannot be used: {reason}")),
            Ok(validator) => {
                let violations = validator.validate(content.as_raw()).err()?;
                let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
                Some(told.join("; "))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Schema>>> {
        self.by_tool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
