//! What callers need, said of a server as a whole.

use super::Server;
use crate::context::Principal;

impl Server {
    /// Takes only callers with all of these [scopes](crate::scopes) to what has this name: a tool
    /// or a prompt, a resource by its URI, or a template by its text. What definitions say counts
    /// too. For sets that say nothing themselves, such as those of generated servers.
    ///
    /// What nobody has by that name is an error when the server is built, and a warning in the log
    /// while a set could still bring it. So is a URI that only a template makes: say the scopes of
    /// the template, or list the resource. However a client spells a URI that takes scopes by
    /// itself (`%61` for `a`), it needs them. Tools behind a
    /// [`Searchable`](crate::tool::Searchable) are best given scopes by their own definitions;
    /// those that are said here, on a server that changes, count for them as well.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// let server = Server::new("shop", "1.0.0")
    ///     .tool("order", "Orders a book", |_cx, (): ()| async { "ordered" })
    ///     .scopes("order", ["shop:order"]);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn scopes<S: Into<String>>(
        mut self,
        name: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let known = self.scopes.entry(name.into()).or_default();
        known.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Whether lists have what the caller lacks [scopes](crate::scopes) for. It is refused when it
    /// is used, with the scopes, so that clients can ask their user for more; without, only those
    /// find it who may use it. Default: no.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// let server = Server::new("shop", "1.0.0").list_forbidden(true);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn list_forbidden(mut self, list: bool) -> Self {
        self.lists_forbidden = list;
        self
    }

    /// Who calls over standard input and output, and other streams of bytes. Whoever starts a
    /// server there is known to it in no other way, and has no [scopes](crate::scopes) unless they
    /// are given here. Over HTTP this counts for nothing.
    ///
    /// ```
    /// use toolwright_core::Server;
    /// use toolwright_core::context::Principal;
    ///
    /// let me = Principal::new("local", "me").with_scopes(["shop:order"]);
    /// let server = Server::new("shop", "1.0.0").caller(me);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn caller(mut self, who: Principal) -> Self {
        self.caller.insert(who);
        self
    }
}
