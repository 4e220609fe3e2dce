//! Results in their final shape.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use toolwright_spec::{
    CallToolResult, CompleteResult, Fit, FitError, GetPromptResult, InputRequiredResult,
    ReadResourceResult, ResultMetaObject,
};

use super::Era;
use super::identity::Identity;
use super::lower::{lower, lower_structured};
use crate::context::Caller;
use crate::frame::{TooLarge, write_bounded};
use crate::middleware::{Body, Response};

/// A result cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsettled {
    /// The caller's revision has no word for it.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// It is too large.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// It is too large, or no JSON.
    #[error(transparent)]
    Write(#[from] serde_json::Error),
}

impl Era {
    /// Appends a result as the caller's revision has it, `limit` bytes at most.
    ///
    /// # Errors
    /// It cannot be sent; something may have been appended.
    pub(crate) fn settle(
        self,
        caller: &Caller,
        identity: &Identity,
        response: Response,
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Unsettled> {
        match response.0 {
            Body::Written(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            Body::Custom(result) => {
                let text = result.as_str();
                if text.len() > limit {
                    return Err(TooLarge(limit).into());
                }
                match self {
                    Self::Session => out.extend_from_slice(text.as_bytes()),
                    Self::Stateless => custom(out, text, identity),
                }
                Ok(())
            }
            Body::Tool(mut result) => {
                lower_structured(&mut result, caller.revision);
                lower(&mut result.content, caller.revision);
                self.fitted(caller, identity, *result, out, limit)
            }
            Body::Completion(result) => self.fitted(caller, identity, *result, out, limit),
            Body::Prompt(mut result) => {
                let messages = result.messages.iter_mut();
                lower(messages.map(|message| &mut message.content), caller.revision);
                self.fitted(caller, identity, *result, out, limit)
            }
            Body::Resource(result) => self.fitted(caller, identity, *result, out, limit),
            Body::Asks(result) => self.fitted(caller, identity, *result, out, limit),
        }
    }

    fn fitted<T: Fit + Serialize + Described>(
        self,
        caller: &Caller,
        identity: &Identity,
        mut result: T,
        out: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Unsettled> {
        result.adapt(caller.revision)?;
        match self {
            Self::Session => Ok(write_bounded(out, &result, limit)?),
            Self::Stateless => Ok(with_identity(out, result, identity, limit)?),
        }
    }
}

/// A result with a place for the server's name.
trait Described {
    fn meta(&mut self) -> &mut Option<ResultMetaObject>;
}

impl Described for CallToolResult {
    fn meta(&mut self) -> &mut Option<ResultMetaObject> {
        &mut self.meta
    }
}

impl Described for CompleteResult {
    fn meta(&mut self) -> &mut Option<ResultMetaObject> {
        &mut self.meta
    }
}

impl Described for GetPromptResult {
    fn meta(&mut self) -> &mut Option<ResultMetaObject> {
        &mut self.meta
    }
}

impl Described for InputRequiredResult {
    fn meta(&mut self) -> &mut Option<ResultMetaObject> {
        &mut self.meta
    }
}

impl Described for ReadResourceResult {
    fn meta(&mut self) -> &mut Option<ResultMetaObject> {
        &mut self.meta
    }
}

fn with_identity(
    out: &mut Vec<u8>,
    mut result: impl Serialize + Described,
    identity: &Identity,
    limit: usize,
) -> serde_json::Result<()> {
    match result.meta() {
        None => identified(out, &result, identity, limit),
        Some(meta) => {
            meta.server_info.get_or_insert_with(|| identity.info().clone().into());
            write_bounded(out, &result, limit)
        }
    }
}

/// Appends a result that has no `_meta` but is not empty, with one that names the server.
fn identified(
    out: &mut Vec<u8>,
    result: &impl Serialize,
    identity: &Identity,
    limit: usize,
) -> serde_json::Result<()> {
    out.push(b'{');
    out.extend_from_slice(identity.meta().as_bytes());
    let brace = out.len();
    write_bounded(out, result, limit)?;
    // What was the opening brace of the result now follows `_meta`; nothing has to be moved.
    if let Some(brace) = out.get_mut(brace) {
        *brace = b',';
    }
    Ok(())
}

/// Appends the result of a method that the protocol does not have, with the members that every
/// result has.
fn custom(out: &mut Vec<u8>, text: &str, identity: &Identity) {
    #[derive(Default, serde::Deserialize)]
    struct Known<'a> {
        #[serde(borrow, rename = "_meta")]
        meta: Option<&'a RawValue>,
        #[serde(borrow, rename = "resultType")]
        kind: Option<&'a RawValue>,
    }
    let known: Known<'_> = serde_json::from_str(text).unwrap_or_default();
    let rest = text.strip_prefix('{').unwrap_or(text);
    let mut separator = "{";
    if known.meta.is_none() {
        out.extend_from_slice(separator.as_bytes());
        out.extend_from_slice(identity.meta().as_bytes());
        separator = ",";
    }
    if known.kind.is_none() {
        out.extend_from_slice(separator.as_bytes());
        out.extend_from_slice(b"\"resultType\":\"complete\"");
        separator = ",";
    }
    if rest.trim_ascii_start().starts_with('}') && separator == "," {
        out.push(b'}');
        return;
    }
    out.extend_from_slice(separator.as_bytes());
    out.extend_from_slice(rest.as_bytes());
}

/// A result of our own making, for a session.
pub(super) fn write_session(result: &impl Serialize) -> Arc<str> {
    let mut out = Vec::new();
    finish(write_bounded(&mut out, result, usize::MAX), out)
}

/// The same for a request that stands alone. The result has members and no `_meta`.
pub(super) fn write_stateless(result: &impl Serialize, identity: &Identity) -> Arc<str> {
    let mut out = Vec::new();
    finish(identified(&mut out, result, identity, usize::MAX), out)
}

fn finish(written: serde_json::Result<()>, out: Vec<u8>) -> Arc<str> {
    if let Err(error) = written {
        tracing::error!(%error, "a result could not be written as JSON");
        return "{}".into();
    }
    String::from_utf8(out).unwrap_or_default().into()
}
