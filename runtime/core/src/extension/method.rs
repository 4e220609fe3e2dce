//! Methods beyond those of the protocol.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use toolwright_spec::RawJson;

use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::tool::incident;

/// For whom something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// For clients of all revisions.
    Everyone,
    /// For requests that stand alone.
    Stateless,
}

type Answering = BoxFuture<'static, Result<RawJson, ProtocolError>>;
type Handler = dyn Fn(Context, Option<&RawValue>) -> Answering + Send + Sync;

/// A method and who answers it.
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) reach: Reach,
    /// What clients have to speak to use it.
    pub(crate) extension: Option<Arc<str>>,
    handler: Arc<Handler>,
}

impl Method {
    pub(crate) fn new<P, R, F>(
        name: String,
        handler: impl Fn(Context, P) -> F + Send + Sync + 'static,
    ) -> Self
    where
        P: DeserializeOwned,
        R: Serialize,
        F: Future<Output = Result<R, ProtocolError>> + Send + 'static,
    {
        let handler = move |cx: Context, params: Option<&RawValue>| -> Answering {
            let started = read(params).map(|params| handler(cx, params));
            Box::pin(async move { write(&started?.await?) })
        };
        Self { name, reach: Reach::Everyone, extension: None, handler: Arc::new(handler) }
    }

    /// The result, an object.
    pub(crate) async fn answer(
        &self,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<RawJson, ProtocolError> {
        if let Some(extension) = &self.extension {
            cx.require_extension(extension)?;
        }
        (self.handler)(cx.clone(), params).await
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method").field("name", &self.name).finish_non_exhaustive()
    }
}

/// All of a server's, by name.
#[derive(Debug, Default)]
pub(crate) struct Methods(HashMap<String, Method>);

impl Methods {
    /// Adds a method; whether there was none of that name.
    pub(crate) fn add(&mut self, method: Method) -> bool {
        self.0.insert(method.name.clone(), method).is_none()
    }

    /// The method of a name, if it is there for this caller.
    pub(crate) fn find(&self, name: &str, stands_alone: bool) -> Option<&Method> {
        let method = self.0.get(name)?;
        (stands_alone || method.reach == Reach::Everyone).then_some(method)
    }
}

fn read<P: DeserializeOwned>(params: Option<&RawValue>) -> Result<P, ProtocolError> {
    // Whoever wants no parameters says `()`, which is `null` in JSON.
    if size_of::<P>() == 0
        && let Ok(nothing) = serde_json::from_str("null")
    {
        return Ok(nothing);
    }
    toolwright_spec::from_str(params.map_or("{}", RawValue::get))
        .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))
}

fn write(result: &impl Serialize) -> Result<RawJson, ProtocolError> {
    let reason = match RawJson::from_value(result) {
        Ok(text) if text.as_str().starts_with('{') => return Ok(text),
        Ok(text) if text.as_str() == "null" => {
            return RawJson::new("{}").map_err(|_| ProtocolError::internal("internal error"));
        }
        Ok(_) => "it is no object".to_owned(),
        Err(error) => error.to_string(),
    };
    let incident = incident::number();
    tracing::error!(incident, reason, "the result of a method cannot be sent");
    Err(ProtocolError::internal(format!("internal error (incident {incident})")))
}
