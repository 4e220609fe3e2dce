//! Whoever shows a person the page to log in on.

use std::fmt;

use toolwright_core::BoxFuture;

use super::authorize::Page;
use super::error::LoginError;

/// Shows people pages to log in on, and waits until their browsers come back.
///
/// [`Browser`](super::Browser) is the one for programs on a person's own machine; [`Redirect`]
/// makes one of a function.
pub trait LoginHandler: fmt::Debug + Send + Sync + 'static {
    /// Prepares to be come back to. `before` is the redirect URI that this client is registered
    /// with already: if it can be had again, no new registration is needed.
    fn begin<'a>(
        &'a self,
        before: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Login>, LoginError>>;
}

/// A login that is prepared.
pub trait Login: Send + Sync {
    /// Where the browser is to come back to.
    fn redirect_uri(&self) -> &str;

    /// Shows the page, and waits for the URL that the browser comes back to, with its query.
    /// What is no answer to this page ([`Page::accepts`]) should be ignored: anybody can send
    /// something.
    fn open<'a>(&'a mut self, page: &'a Page) -> BoxFuture<'a, Result<String, LoginError>>;
}

/// A [`LoginHandler`] that is a function: it shows a page somehow, and returns the URL that the
/// browser came back to, whole or from the `?` on.
///
/// ```
/// use toolwright_auth::client::{LoginError, OAuth, Page, Redirect};
///
/// let handler = Redirect::new("https://app.example.com/callback", |page: Page| async move {
///     show_link(page.url().as_str());
///     // The rest of the application hears of requests to `/callback`.
///     wait_for_callback().await.ok_or(LoginError::Late)
/// });
/// let oauth = OAuth::new().handler(handler);
/// # fn show_link(_: &str) {}
/// # async fn wait_for_callback() -> Option<String> { None }
/// ```
pub struct Redirect<F> {
    uri: String,
    function: F,
}

impl<F> Redirect<F> {
    /// Browsers come back to `redirect_uri`; `function` shows pages.
    pub fn new(redirect_uri: &str, function: F) -> Self {
        Self { uri: redirect_uri.to_owned(), function }
    }
}

impl<F, R> LoginHandler for Redirect<F>
where
    F: Fn(Page) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<String, LoginError>> + Send + 'static,
{
    fn begin<'a>(
        &'a self,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Login>, LoginError>> {
        let login = Self { uri: self.uri.clone(), function: self.function.clone() };
        Box::pin(async move { Ok(Box::new(login) as Box<dyn Login>) })
    }
}

impl<F, R> Login for Redirect<F>
where
    F: Fn(Page) -> R + Send + Sync,
    R: Future<Output = Result<String, LoginError>> + Send + 'static,
{
    fn redirect_uri(&self) -> &str {
        &self.uri
    }

    fn open<'a>(&'a mut self, page: &'a Page) -> BoxFuture<'a, Result<String, LoginError>> {
        Box::pin((self.function)(page.clone()))
    }
}

impl<F> fmt::Debug for Redirect<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redirect").field(&self.uri).finish()
    }
}
