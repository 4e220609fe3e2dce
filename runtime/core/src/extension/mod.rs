//! Extensions of the protocol: more methods, agreed on by name.

mod identifier;
mod method;
mod negotiate;
mod spoken;

use std::fmt;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toolwright_spec::Object;

pub(crate) use method::{Method, Reach};
pub(crate) use spoken::Spoken;

use crate::context::Context;
use crate::error::ProtocolError;

/// An extension that a server speaks: what it is called, what it is set to, and its methods.
///
/// Clients find it in the server's capabilities and say in theirs that they speak it too. A
/// method is refused (-32021) to clients that did not say so.
///
/// ```
/// use toolwright_core::extension::Extension;
/// use toolwright_core::{Context, ProtocolError, Server};
///
/// #[derive(serde::Deserialize)]
/// struct Reserve {
///     book: String,
/// }
///
/// #[derive(serde::Serialize)]
/// struct Reserved {
///     days: u32,
/// }
///
/// async fn reserve(_cx: Context, params: Reserve) -> Result<Reserved, ProtocolError> {
///     match params.book.as_str() {
///         "" => Err(ProtocolError::invalid_params("name a book")),
///         _ => Ok(Reserved { days: 3 }),
///     }
/// }
///
/// let reservations = Extension::new("com.example/reservations")
///     .settings(serde_json::json!({ "mostDays": 7 }))
///     .method("com.example/reserve", reserve);
/// let server = Server::new("shop", "1.0.0").extension(reservations);
/// # server.build().unwrap();
/// ```
///
/// Specification: `basic/versioning`, section "Extension Negotiation".
pub struct Extension {
    pub(crate) identifier: String,
    pub(crate) settings: Value,
    pub(crate) reach: Reach,
    pub(crate) methods: Vec<Method>,
}

impl Extension {
    /// One without settings and methods. The identifier has a prefix, usually a domain of yours
    /// turned round, and a name: `com.example/reservations`.
    pub fn new(identifier: impl Into<String>) -> Self {
        let (settings, methods) = (Value::Object(Object::new()), Vec::new());
        Self { identifier: identifier.into(), settings, reach: Reach::Everyone, methods }
    }

    /// What clients are told about it: a value that is an object in JSON.
    #[must_use]
    pub fn settings(mut self, settings: impl Serialize) -> Self {
        // What is no object is refused when the server is built.
        self.settings = serde_json::to_value(settings).unwrap_or_default();
        self
    }

    /// Adds a method. The handler is given the [`Context`] and the parameters, an object in JSON,
    /// and returns what is an object in JSON.
    #[must_use]
    pub fn method<P, R, F>(
        mut self,
        name: impl Into<String>,
        handler: impl Fn(Context, P) -> F + Send + Sync + 'static,
    ) -> Self
    where
        P: DeserializeOwned,
        R: Serialize,
        F: Future<Output = Result<R, ProtocolError>> + Send + 'static,
    {
        self.methods.push(Method::new(name.into(), handler));
        self
    }

    /// Leaves out the revisions up to 2025-11-25. Those know no extensions; clients of theirs that
    /// speak some say so in the way of the later ones.
    #[must_use]
    pub fn without_sessions(mut self) -> Self {
        self.reach = Reach::Stateless;
        self
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension").field("identifier", &self.identifier).finish_non_exhaustive()
    }
}
