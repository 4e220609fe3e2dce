//! What somebody else says about who this is.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use toolwright_core::BoxFuture;
use toolwright_http::Secret;

/// Bytes of an assertion, at most.
const LONGEST: usize = 64 << 10;

type Source = dyn Fn() -> BoxFuture<'static, io::Result<Secret>> + Send + Sync;

/// A signed statement about who this is, such as an ID token or what a platform gives to its
/// workloads. It is asked for anew whenever one is needed, since such statements are short-lived.
///
/// ```
/// use toolwright_auth::client::Assertion;
///
/// // A file that the platform keeps up to date, as Kubernetes does.
/// let from_file = Assertion::file("/var/run/secrets/tokens/mcp");
/// // Anything else.
/// let from_code = Assertion::with(|| async { Ok("eyJ…".into()) });
/// ```
#[derive(Clone)]
pub struct Assertion(Arc<Source>);

impl Assertion {
    /// This one, as long as it lasts.
    #[must_use]
    pub fn new(assertion: impl Into<Secret>) -> Self {
        let assertion = assertion.into();
        Self::with(move || std::future::ready(Ok(assertion.clone())))
    }

    /// What stands in a file, without space around it.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::with(move || {
            let path = path.clone();
            async move {
                let reading = tokio::task::spawn_blocking(move || std::fs::read_to_string(path));
                let text = Secret::new(reading.await.map_err(io::Error::other)??);
                Ok(Secret::new(text.expose().trim()))
            }
        })
    }

    /// What a function brings.
    #[must_use]
    pub fn with<F, R>(source: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = io::Result<Secret>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(source())))
    }

    /// The one to be used now.
    pub(super) async fn current(&self) -> io::Result<Secret> {
        let assertion = (self.0)().await?;
        let text = assertion.expose();
        let is_legal = !text.is_empty()
            && text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        let reason = "the assertion is empty, longer than 64 KiB, or has characters of no token";
        is_legal.then_some(assertion).ok_or_else(|| io::Error::other(reason))
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_are_read_anew() {
        let folder = std::env::temp_dir().join(format!("toolwright-auth-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("assertion");
        let assertion = Assertion::file(&path);
        assert!(assertion.current().await.is_err());
        for text in ["first", "second"] {
            std::fs::write(&path, format!("{text}\n")).unwrap();
            assert_eq!(assertion.current().await.unwrap(), Secret::new(text));
        }
        for text in ["", " \n", "a b", "ä", &"x".repeat(LONGEST + 1)] {
            std::fs::write(&path, text).unwrap();
            assert!(assertion.current().await.is_err());
        }
        assert!(!format!("{:?}", Assertion::new("canary")).contains("canary"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
