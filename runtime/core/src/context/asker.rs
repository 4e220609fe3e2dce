//! How a request is given answers.

use std::fmt;
use std::sync::Arc;

use toolwright_spec::RawJson;

use super::Context;
use crate::BoxFuture;
use crate::ask::{AskError, Question};

/// A way to put questions to whoever sent a request.
pub(crate) trait Asker: fmt::Debug + Send + Sync {
    /// Puts a question; what comes back is a result as the client wrote it, not looked at yet.
    /// Nobody asks under the same key at the same time. A question that is not wanted any more is
    /// dropped.
    fn ask<'a>(
        &'a self,
        cx: &'a Context,
        key: &'a str,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<RawJson, AskError>>;
}

/// Who asks on behalf of a request.
#[derive(Debug, Clone, Default)]
pub(crate) enum Asking {
    /// Nobody: there is no client.
    #[default]
    Nobody,
    /// The era that admitted it.
    Era(&'static dyn Asker),
    /// Something that serves it in a way of its own.
    #[allow(dead_code, reason = "tasks come to use it")]
    Other(Arc<dyn Asker>),
}

impl Asking {
    pub(super) fn asker(&self) -> Option<&dyn Asker> {
        match self {
            Self::Nobody => None,
            Self::Era(asker) => Some(*asker),
            Self::Other(asker) => Some(&**asker),
        }
    }
}
