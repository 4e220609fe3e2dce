//! A REST service that tools call.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use toolwright_core::{Context, ToolError};
use toolwright_spec::CallToolResult;

use super::client::Client;
use super::credentials::Credentials;
use super::from_reply::{FromReply, typed};
use super::limits::Limits;
use super::plan::Plan;
use super::reply::{Asked, Read, failure, read};
use super::request::prepare;
use super::result::result;

/// A REST service and how each tool calls it. Shared by all calls; connections are reused.
#[derive(Debug)]
pub struct Upstream {
    pub(crate) client: Client,
    pub(crate) credentials: Credentials,
    pub(crate) tools: Vec<Tool>,
    pub(crate) limits: Limits,
}

/// One tool's request and what is said about it.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// Or why there is none.
    pub(crate) plan: Result<Plan, String>,
    pub(crate) label: String,
    pub(crate) variables: Vec<String>,
}

impl Tool {
    /// A tool without request.
    pub(crate) fn unbound(name: String) -> Self {
        Self {
            plan: Err(format!("the tool `{name}` has no HTTP request behind it")),
            name,
            label: String::new(),
            variables: Vec::new(),
        }
    }
}

impl Upstream {
    /// Calls the operation behind tool `index` and passes its reply on: JSON as structured
    /// content and text, text as text, other bytes as image, audio or a resource.
    ///
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// An argument cannot be sent, the service cannot be reached, or it answers with an HTTP
    /// error: always text for the model.
    pub async fn invoke(
        &self,
        _cx: &Context,
        index: usize,
        arguments: &RawValue,
    ) -> Result<CallToolResult, ToolError> {
        let (plan, read) = self.exchange(index, arguments).await.map_err(ToolError::new)?;
        Ok(result(plan.reply, &plan.promise, read))
    }

    /// Calls the operation behind tool `index` and reads its reply as an `R`.
    ///
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// As [`Upstream::invoke`], and when the reply is no `R`.
    pub async fn send<A: Serialize + Sync, R: FromReply>(
        &self,
        _cx: &Context,
        index: usize,
        arguments: &A,
    ) -> Result<R, ToolError> {
        let arguments = to_raw_value(arguments)?;
        let (_, read) = self.exchange(index, &arguments).await.map_err(ToolError::new)?;
        typed(read)
    }

    /// Sends the request of tool `index` and reads its response; an error is the text that the
    /// model gets.
    pub(crate) async fn exchange(
        &self,
        index: usize,
        arguments: &RawValue,
    ) -> Result<(&Plan, Read), String> {
        let tool = self.tools.get(index).ok_or_else(|| "there is no such tool".to_owned())?;
        let plan = tool.plan.as_ref().map_err(Clone::clone)?;
        let sent = self.credentials.choose(&plan.binding);
        let request = prepare(plan, &sent, &self.limits, arguments)
            .map_err(|error| format!("{}: {error}", tool.name))?;
        let received = self
            .client
            .send(request)
            .await
            .map_err(|error| format!("{} failed: {error}.", tool.label))?;
        if !received.status.is_success() {
            let asked = Asked {
                label: &tool.label,
                variables: &tool.variables,
                secrets: &sent.secrets,
                limit: self.limits.error_text,
            };
            return Err(failure(&asked, &received));
        }
        Ok((plan, read(plan.reply, received)))
    }
}
