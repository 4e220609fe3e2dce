//! Prompts made of closures.

use std::fmt;
use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toolwright_spec::{GetPromptResult, Prompt, PromptArgument};

use super::dispatch::filled;
use super::{IntoMessages, PromptCall, PromptSet};
use crate::completion::kept;
use crate::scopes::Scoped;
use crate::tool::arguments_schema;
use crate::{BoxFuture, BuildError, Complete, Context, Failure};

/// The index of a prompt, the name of an argument, and who completes it.
type Completer = (usize, String, Box<dyn Complete>);
type Filling<'a> = BoxFuture<'a, Result<GetPromptResult, Failure>>;
type Handler = Box<dyn for<'a> Fn(&'a Context, PromptCall<'a>) -> Filling<'a> + Send + Sync>;

/// A set of prompts, each a closure. Arguments are a struct that describes itself.
///
/// ```
/// use toolwright_core::prompt::{PromptSet, Prompts};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Review {
///     /// What to review
///     title: String,
///     /// At most this many words
///     words: Option<u32>,
/// }
///
/// let prompts = Prompts::new().prompt("review", "Reviews a book", |_cx, review: Review| async move {
///     format!("Review {} in {} words.", review.title, review.words.unwrap_or(100))
/// });
/// let arguments = prompts.prompts()[0].arguments.clone().unwrap();
/// assert_eq!(arguments[0].name, "title");
/// assert_eq!(arguments[0].description.as_deref(), Some("What to review"));
/// assert_eq!(arguments[0].required, Some(true));
/// ```
#[derive(Default)]
pub struct Prompts {
    prompts: Vec<Prompt>,
    handlers: Vec<Handler>,
    completers: Vec<Completer>,
}

impl Prompts {
    /// No prompts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a prompt. Its arguments are the members of `A`, `()` for none: strings, or what is
    /// written as one, such as numbers, booleans and enums without content.
    #[must_use]
    pub fn prompt<A, R, T>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        fill: impl Fn(Context, A) -> R + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        R: Future<Output = T> + Send + 'static,
        T: IntoMessages,
    {
        let mut prompt = Prompt::new(name).with_description(description);
        prompt.arguments = Some(described::<A>()).filter(|arguments| !arguments.is_empty());
        self.with(prompt, fill)
    }

    /// Adds a prompt with a definition of your own.
    #[must_use]
    pub fn with<A, R, T>(
        mut self,
        prompt: Prompt,
        fill: impl Fn(Context, A) -> R + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        R: Future<Output = T> + Send + 'static,
        T: IntoMessages,
    {
        let description = prompt.description.clone();
        self.prompts.push(prompt);
        self.handlers.push(Box::new(move |cx, call| {
            let started = call.parse().map(|arguments| fill(cx.clone(), arguments));
            let description = description.clone();
            Box::pin(async move { filled(started?.await, description.as_deref()) })
        }));
        self
    }

    /// Takes only callers with all of these [scopes](crate::scopes) to the prompt that was added
    /// last.
    ///
    /// ```
    /// use toolwright_core::Prompts;
    ///
    /// let prompts = Prompts::new()
    ///     .prompt("plan", "Plans the year", |_cx, (): ()| async { "Plan it." })
    ///     .scopes(["shop:plan"]);
    /// ```
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        if let Some(last) = self.prompts.last_mut() {
            last.add_scopes(scopes);
        }
        self
    }

    /// Suggests values for an argument of the prompt that was added last.
    ///
    /// ```
    /// use toolwright_core::completion::Partial;
    /// use toolwright_core::prompt::Prompts;
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Visit {
    ///     city: String,
    /// }
    ///
    /// let prompts = Prompts::new()
    ///     .prompt("visit", "Plans a visit", |_cx, visit: Visit| async move { visit.city })
    ///     .complete("city", |_cx, partial: Partial| async move {
    ///         Ok(partial.filter(["Berlin", "Bern", "Paris"]))
    ///     });
    /// ```
    #[must_use]
    pub fn complete(
        mut self,
        argument: impl Into<String>,
        complete: impl Complete + 'static,
    ) -> Self {
        let index = self.prompts.len().saturating_sub(1);
        self.completers.push((index, argument.into(), Box::new(complete)));
        self
    }
}

impl PromptSet for Prompts {
    fn prompts(&self) -> Vec<Prompt> {
        self.prompts.clone()
    }

    fn fill<'a>(&'a self, cx: &'a Context, call: PromptCall<'a>) -> Filling<'a> {
        match self.handlers.get(call.index()) {
            Some(handler) => handler(cx, call),
            None => Box::pin(async { Err(Failure::not_found()) }),
        }
    }

    fn check(&self) -> Result<(), BuildError> {
        for (index, name, _) in &self.completers {
            let prompt = self.prompts.get(*index);
            let arguments = prompt.and_then(|prompt| prompt.arguments.as_deref());
            let names: Vec<&str> =
                arguments.into_iter().flatten().map(|argument| argument.name.as_str()).collect();
            if !names.contains(&name.as_str()) {
                return Err(BuildError::NothingToComplete {
                    name: name.clone(),
                    owner: format!("the prompt `{}`", prompt.map_or("", |prompt| &prompt.name)),
                    known: match names.as_slice() {
                        [] => "it has no arguments".to_owned(),
                        names => format!("its arguments are {}", names.join(", ")),
                    },
                });
            }
        }
        Ok(())
    }

    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        let mut completers = self.completers.iter();
        let found = completers.find(|(at, name, _)| *at == index && name == argument);
        found.map(|(_, _, completer)| kept(&**completer))
    }
}

impl fmt::Debug for Prompts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.prompts.iter().map(|prompt| prompt.name.as_str()).collect();
        f.debug_tuple("Prompts").field(&names).finish()
    }
}

/// The arguments that the members of a struct stand for, required ones first.
fn described<A: JsonSchema>() -> Vec<PromptArgument> {
    let schema = arguments_schema::<A>().to_value();
    let required = schema.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let properties = schema.get("properties").and_then(Value::as_object);
    let describe = |(name, member): (&String, &Value)| {
        let mut argument = PromptArgument::new(name);
        argument.description = member.get("description").and_then(Value::as_str).map(str::to_owned);
        argument.with_required(required.iter().any(|required| required == name))
    };
    let mut arguments: Vec<_> = properties.into_iter().flatten().map(describe).collect();
    arguments.sort_by_key(|argument| argument.required != Some(true));
    arguments
}
