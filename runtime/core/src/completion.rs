//! Completion: what a client may suggest while a user fills in a prompt's argument or a
//! template's variable.
//!
//! A completer stands next to what it completes: [`Prompts::complete`](crate::Prompts::complete),
//! [`Resources::complete`](crate::Resources::complete).

use std::future::Future;

use crate::{BoxFuture, Context, Failure};

/// Suggests values.
///
/// Closures do: `|cx: Context, partial: Partial| async { Ok(vec![…]) }`.
///
/// Specification: `server/utilities/completion`.
pub trait Complete: Send + Sync {
    /// Values that go on from what is typed, best first. The client is sent 100 at most, and told
    /// how many there are.
    fn complete<'a>(
        &'a self,
        cx: &'a Context,
        partial: Partial,
    ) -> BoxFuture<'a, Result<Vec<String>, Failure>>;
}

impl<F, R> Complete for F
where
    F: Fn(Context, Partial) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Vec<String>, Failure>> + Send + 'static,
{
    fn complete<'a>(
        &'a self,
        cx: &'a Context,
        partial: Partial,
    ) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        Box::pin(self(cx.clone(), partial))
    }
}

/// What a completer may return: values, or a `Result` of them.
#[diagnostic::on_unimplemented(
    message = "a completer can't return `{Self}`",
    note = "return `Vec<String>`, or a `Result` of it whose error converts into `Failure`"
)]
pub trait IntoValues {
    /// The values, best first.
    ///
    /// # Errors
    /// What finding them failed with.
    fn into_values(self) -> Result<Vec<String>, Failure>;
}

impl IntoValues for Vec<String> {
    fn into_values(self) -> Result<Vec<String>, Failure> {
        Ok(self)
    }
}

impl<E: Into<Failure>> IntoValues for Result<Vec<String>, E> {
    fn into_values(self) -> Result<Vec<String>, Failure> {
        self.map_err(Into::into)
    }
}

/// A completer that somebody else keeps.
pub(crate) fn kept(completer: &dyn Complete) -> Box<dyn Complete + '_> {
    of_service(completer, |completer, cx, partial| completer.complete(cx, partial))
}

/// A completer that is a method of a service: what `#[arg(complete = …)]` makes.
#[doc(hidden)]
pub fn of_service<'s, S, F>(service: &'s S, method: F) -> Box<dyn Complete + 's>
where
    S: Sync + ?Sized,
    F: for<'a> Fn(&'a S, &'a Context, Partial) -> BoxFuture<'a, Result<Vec<String>, Failure>>
        + Send
        + Sync
        + 's,
{
    Box::new(OfService { service, method })
}

struct OfService<'s, S: ?Sized, F> {
    service: &'s S,
    method: F,
}

impl<S, F> Complete for OfService<'_, S, F>
where
    S: Sync + ?Sized,
    F: for<'a> Fn(&'a S, &'a Context, Partial) -> BoxFuture<'a, Result<Vec<String>, Failure>>
        + Send
        + Sync,
{
    fn complete<'a>(
        &'a self,
        cx: &'a Context,
        partial: Partial,
    ) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        (self.method)(self.service, cx, partial)
    }
}

/// What a user has typed so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    value: String,
    others: Vec<(String, String)>,
}

impl Partial {
    /// What was typed for the argument in question, and the values of others.
    #[must_use]
    pub fn new(value: impl Into<String>, others: Vec<(String, String)>) -> Self {
        Self { value: value.into(), others }
    }

    /// The beginning of the value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Another argument or variable that has its value already. Clients tell since 2025-06-18.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&str> {
        let (_, value) = self.others.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// Those of the candidates that begin with what was typed, whatever the case of its letters.
    #[must_use]
    pub fn filter<T: Into<String>>(&self, candidates: impl IntoIterator<Item = T>) -> Vec<String> {
        let typed = self.value.to_lowercase();
        let candidates = candidates.into_iter().map(Into::into);
        candidates.filter(|candidate| candidate.to_lowercase().starts_with(&typed)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_of_letters_is_nothing() {
        let partial = Partial::new("äR", vec![("a".to_owned(), "b".to_owned())]);
        assert_eq!(partial.filter(["Ärger", "Bär", "ärmel"]), ["Ärger", "ärmel"]);
        assert_eq!((partial.argument("a"), partial.argument("b")), (Some("b"), None));
    }
}
