//! One request for a prompt.

use serde::de::DeserializeOwned;

use crate::Failure;
use crate::values;

/// A request as a [`PromptSet`](super::PromptSet) sees it: which prompt, with which arguments.
#[derive(Debug, Clone, Copy)]
pub struct PromptCall<'a> {
    index: usize,
    name: &'a str,
    arguments: &'a [(String, String)],
}

impl<'a> PromptCall<'a> {
    /// A request for the prompt at `index` of the set's [`prompts`](super::PromptSet::prompts).
    #[must_use]
    pub fn new(index: usize, name: &'a str, arguments: &'a [(String, String)]) -> Self {
        Self { index, name, arguments }
    }

    /// Position of the prompt in its set's list.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Name of the prompt.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The arguments, names and values, as they came.
    #[must_use]
    pub fn arguments(&self) -> &'a [(String, String)] {
        self.arguments
    }

    /// One argument.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&'a str> {
        let given = self.arguments.iter().find(|(given, _)| given == name)?;
        Some(&given.1)
    }

    /// Reads the arguments into a struct or a map. The protocol has only strings; numbers,
    /// booleans and enums are read from them.
    ///
    /// # Errors
    /// The arguments are no `T`; the text names the argument.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        values::read(self.arguments)
            .map_err(|error| Failure::invalid(format!("invalid arguments: {error}")))
    }
}
