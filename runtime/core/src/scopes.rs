//! What callers have to be allowed: the scopes of their access tokens.
//!
//! A tool, prompt, resource or template says which scopes it takes, by [`Scoped::with_scopes`],
//! `#[tool(scopes("files:write"))]`, or from outside by [`Server::scopes`](crate::Server::scopes).
//! Callers who lack one do not find it in lists, and are refused when they name it, before any
//! handler runs; over HTTP with 403 and the scopes, so that their client can ask for them. What
//! depends on arguments, handlers check by
//! [`Context::require_scopes`](crate::Context::require_scopes).
//!
//! Scopes are those of the [`Principal`](crate::context::Principal): nobody who is not known has
//! any. [`Server::caller`](crate::Server::caller) says who calls over standard input and output.
//!
//! Specification: `basic/authorization`, section "Scope Challenge Handling".

use std::fmt::Write;
use std::sync::Arc;

use serde::Serialize;
use toolwright_spec::{Object, Prompt, Resource, ResourceTemplate, Tool};

use crate::{BuildError, ProtocolError};

/// Where definitions carry their scopes on the way to the server, which takes them out.
const MEMBER: &str = "toolwright.scopes";
/// The code of a refusal, after the status that HTTP has for it.
const FORBIDDEN: i64 = 403;
/// What nobody can have: scopes have no spaces.
const NEVER: &str = "no one";

/// What can take scopes: definitions of tools, prompts, resources and templates.
///
/// ```
/// use toolwright_core::scopes::Scoped;
/// use toolwright_core::{Resources, Server};
/// use toolwright_spec::Resource;
///
/// let plans = Resource::new("plans", "shop://plans").with_scopes(["shop:plan"]);
/// let server = Server::new("shop", "1.0.0").resources(Resources::new().text(plans, "Grow."));
/// # server.build().unwrap();
/// ```
pub trait Scoped: sealed::Described + Sized {
    /// Takes callers only who have all of these scopes, besides those that were said before. A
    /// scope is made of visible characters of ASCII without `"` and `\`; a server with another one
    /// is not built.
    #[must_use]
    fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.add_scopes(scopes);
        self
    }

    /// As [`Scoped::with_scopes`], in place.
    fn add_scopes<S: Into<String>>(&mut self, scopes: impl IntoIterator<Item = S>) {
        let meta = self.described().get_or_insert_with(Object::new);
        let known = meta.entry(MEMBER).or_insert_with(|| Vec::<String>::new().into());
        if let Some(known) = known.as_array_mut() {
            known.extend(scopes.into_iter().map(|scope| scope.into().into()));
        }
    }
}

impl Scoped for Tool {}
impl Scoped for Prompt {}
impl Scoped for Resource {}
impl Scoped for ResourceTemplate {}

/// The caller lacks scopes. With `?` it becomes the refusal that says which, in tools, prompts,
/// resources and methods alike.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this takes a token with the scopes: {}", required.join(" "))]
pub struct MissingScopes {
    required: Vec<String>,
}

impl MissingScopes {
    pub(crate) fn new(required: Vec<String>) -> Self {
        Self { required }
    }

    /// All that are needed, not only those that are lacking.
    #[must_use]
    pub fn required(&self) -> &[String] {
        &self.required
    }
}

impl From<MissingScopes> for ProtocolError {
    fn from(error: MissingScopes) -> Self {
        #[derive(Serialize)]
        struct Data<'a> {
            error: &'static str,
            scope: &'a str,
        }
        let scope = error.required.join(" ");
        Self::new(FORBIDDEN, error.to_string())
            .with_data(&Data { error: "insufficient_scope", scope: &scope })
            .with_scopes(error.required)
    }
}

/// The scopes that something takes; mostly none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Option<Arc<[String]>>);

impl Scopes {
    pub(crate) fn new(mut scopes: Vec<String>) -> Self {
        let mut seen = std::collections::HashSet::new();
        scopes.retain(|scope| seen.insert(scope.clone()));
        Self((!scopes.is_empty()).then(|| scopes.into()))
    }

    /// Takes them out of a definition.
    ///
    /// # Errors
    /// They are none. `name` is what the definition is called.
    pub(crate) fn take<T: Scoped>(item: &mut T, name: &str) -> Result<Self, BuildError> {
        let Some(scopes) = taken(item) else {
            return Ok(Self::default());
        };
        let scopes: Vec<String> = serde_json::from_value(scopes).unwrap_or_default();
        if scopes.is_empty() {
            return Err(fault(name, "an empty list"));
        }
        Self::checked(scopes, name)
    }

    /// As [`Scopes::take`], where nobody can be told: what is no scope is had by nobody.
    pub(crate) fn take_or_close<T: Scoped>(item: &mut T, name: &str) -> Self {
        Self::take(item, name).unwrap_or_else(|error| {
            tracing::error!(%error, "nobody is let in");
            Self::nobody()
        })
    }

    /// What nobody has.
    pub(crate) fn nobody() -> Self {
        Self::new(vec![NEVER.to_owned()])
    }

    /// # Errors
    /// One of them is no scope.
    pub(crate) fn checked(scopes: Vec<String>, name: &str) -> Result<Self, BuildError> {
        match scopes.iter().find(|scope| !is_scope(scope)) {
            Some(scope) => Err(fault(name, scope)),
            None => Ok(Self::new(scopes)),
        }
    }

    /// These and others.
    pub(crate) fn and(&self, others: &Self) -> Self {
        match (self.is_empty(), others.is_empty()) {
            (_, true) => self.clone(),
            (true, false) => others.clone(),
            (false, false) => Self::new([self.as_slice(), others.as_slice()].concat()),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn as_slice(&self) -> &[String] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// A refusal for want of scopes, with those that were needed to get as far as that.
pub(crate) fn complete(error: ProtocolError, scopes: &Scopes) -> ProtocolError {
    if scopes.is_empty() || error.required_scopes().is_empty() {
        return error;
    }
    let more = Scopes::new(error.required_scopes().to_vec());
    MissingScopes::new(scopes.and(&more).as_slice().to_vec()).into()
}

/// Takes out what says so in a definition that is somebody else's: only this server's word counts
/// here.
pub(crate) fn forget<T: Scoped>(item: &mut T) {
    let _ = taken(item);
}

/// Whether a text is a scope.
///
/// Specification: RFC 6749, section 3.3.
#[must_use]
pub fn is_scope(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'))
}

fn taken<T: Scoped>(item: &mut T) -> Option<serde_json::Value> {
    let described = item.described();
    let meta = described.as_mut()?;
    let scopes = meta.remove(MEMBER)?;
    if meta.is_empty() {
        *described = None;
    }
    Some(scopes)
}

fn fault(name: &str, scope: &str) -> BuildError {
    let mut shown = String::new();
    for character in scope.chars().take(64) {
        // Writing to a string does not fail.
        let _ = write!(shown, "{}", character.escape_default());
    }
    BuildError::Scope { name: name.to_owned(), scope: shown }
}

mod sealed {
    use toolwright_spec::{Object, Prompt, Resource, ResourceTemplate, Tool};

    /// Has `_meta`.
    pub trait Described {
        fn described(&mut self) -> &mut Option<Object>;
    }

    impl Described for Tool {
        fn described(&mut self) -> &mut Option<Object> {
            &mut self.meta
        }
    }

    impl Described for Prompt {
        fn described(&mut self) -> &mut Option<Object> {
            &mut self.meta
        }
    }

    impl Described for Resource {
        fn described(&mut self) -> &mut Option<Object> {
            &mut self.meta
        }
    }

    impl Described for ResourceTemplate {
        fn described(&mut self) -> &mut Option<Object> {
            &mut self.meta
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_out_of_definitions_as_they_went_in() {
        let mut prompt = Prompt::new("x").with_scopes(["a", "b"]).with_scopes(["a", "c"]);
        let scopes = Scopes::take(&mut prompt, "x").unwrap();
        assert_eq!(scopes.as_slice(), ["a", "b", "c"]);
        assert_eq!(prompt.meta, None);
        assert!(Scopes::take(&mut prompt, "x").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_scope_lets_nobody_in() {
        for scope in ["", "a b", "a\"b", "a\\b", "ä", "a\u{7f}", "a\n"] {
            let mut prompt = Prompt::new("x").with_scopes([scope]);
            let closed = Scopes::take_or_close(&mut prompt.clone(), "x");
            assert_eq!(closed.as_slice(), [NEVER], "{scope:?}");
            let error = Scopes::take(&mut prompt, "x").unwrap_err();
            assert!(matches!(error, BuildError::Scope { .. }), "{scope:?}: {error}");
        }
        let mut empty = Prompt::new("x").with_scopes(Vec::<String>::new());
        assert!(Scopes::take(&mut empty, "x").is_err());
        assert!(!is_scope(NEVER));
    }

    #[test]
    fn a_refusal_says_all_that_is_needed() {
        let error = ProtocolError::from(MissingScopes::new(vec!["a".into(), "b".into()]));
        assert_eq!(error.code(), 403);
        assert_eq!(error.required_scopes(), ["a", "b"]);
        let data = error.data().map(|data| data.as_str().to_owned()).unwrap();
        assert_eq!(data, r#"{"error":"insufficient_scope","scope":"a b"}"#);
    }
}
