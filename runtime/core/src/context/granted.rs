//! What the caller is allowed.

use super::{Context, Principal};
use crate::scopes::{MissingScopes, Scopes};

impl Context {
    /// Goes on only if the caller has all of these [scopes](crate::scopes): for what a handler
    /// finds out by its arguments. Say all that the operation takes at once, so that the client
    /// has to ask for them once; those of the tool, prompt or resource itself are added.
    ///
    /// With `?` it becomes the refusal of the protocol, over HTTP with status 403 unless the
    /// response has begun.
    ///
    /// ```
    /// use toolwright_core::{Context, ToolError};
    ///
    /// async fn refund(cx: Context, cents: u64) -> Result<&'static str, ToolError> {
    ///     if cents > 10_000 {
    ///         cx.require_scopes(["shop:refund", "shop:large-sums"])?;
    ///     }
    ///     Ok("refunded")
    /// }
    /// ```
    ///
    /// # Errors
    /// The caller lacks some, or nobody knows who it is.
    pub fn require_scopes<S: Into<String>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<(), MissingScopes> {
        self.require(&Scopes::new(scopes.into_iter().map(Into::into).collect()))
    }

    /// As [`Context::require_scopes`].
    pub(crate) fn require(&self, scopes: &Scopes) -> Result<(), MissingScopes> {
        if self.holds(scopes) {
            return Ok(());
        }
        Err(MissingScopes::new(scopes.as_slice().to_vec()))
    }

    /// Whether the caller has all of the scopes.
    pub(crate) fn holds(&self, scopes: &Scopes) -> bool {
        Principal::any_holds(self.principal(), scopes)
    }

    /// What the server was told of a tool of this set that is not listed, and so not seen by it.
    pub(crate) fn told(&self, tool: &str) -> Option<&Scopes> {
        let told = &self.0.scope.common.told;
        match &self.1 {
            _ if told.is_empty() => None,
            None => told.get(tool),
            Some(place) => told.get(&place.name(tool)),
        }
    }

    /// Whether what takes these scopes is in the caller's lists.
    pub(crate) fn lists(&self, scopes: &Scopes) -> bool {
        scopes.is_empty() || self.0.scope.common.lists_forbidden || self.holds(scopes)
    }
}

impl Principal {
    /// Whether somebody has all of the scopes: nobody who is not known has any.
    pub(crate) fn any_holds(who: Option<&Self>, scopes: &Scopes) -> bool {
        let has = |who: &Self| scopes.as_slice().iter().all(|scope| who.has_scope(scope));
        scopes.is_empty() || who.is_some_and(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_scopes() {
        let cx = Context::detached();
        cx.require_scopes(Vec::<String>::new()).unwrap();
        let missing = cx.require_scopes(["a", "b"]).unwrap_err();
        assert_eq!(missing.required(), ["a", "b"]);
    }
}
