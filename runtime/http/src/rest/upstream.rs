//! A REST service that tools call.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use toolwright_core::tool::Contract;
use toolwright_core::{Context, Json, ToolError};
use toolwright_spec::{CallToolResult, LoggingLevel};

use super::client::Client;
use super::credentials::Credentials;
use super::exchange::Exchange;
use super::from_reply::{FromReply, typed};
use super::limits::Limits;
use super::linked::Files;
use super::plan::Plan;
use super::reply::Read;
use super::result::result;

/// A REST service and how each tool calls it. Shared by all calls; connections are reused.
#[derive(Debug)]
pub struct Upstream {
    pub(crate) client: Client,
    pub(crate) credentials: Credentials,
    pub(crate) tools: Vec<Tool>,
    pub(crate) limits: Limits,
    pub(crate) files: Option<Files>,
}

/// One tool's request and what is said about it.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: String,
    /// Or why there is none.
    pub(crate) plan: Result<Plan, String>,
    pub(crate) label: String,
    /// What has to be set for credentials.
    pub(crate) variables: String,
    /// What of that is not.
    pub(crate) missing: String,
    /// What arguments are held to where clients see a schema that was shaped.
    pub(crate) contract: Option<Contract>,
}

impl Tool {
    /// A tool without request.
    pub(crate) fn unbound(name: String) -> Self {
        Self {
            plan: Err(format!("the tool `{name}` has no HTTP request behind it")),
            name,
            label: String::new(),
            variables: String::new(),
            missing: String::new(),
            contract: None,
        }
    }
}

impl Upstream {
    /// Calls the operation behind tool `index` and passes its reply on: JSON as structured
    /// content and text, text as text, other bytes as image, audio or a resource. Pages are
    /// gathered and fields left out as the descriptor says; streams are folded, with progress; of
    /// more than [`Limits::shown`] only a part is passed on. Whatever is odd about the reply is
    /// said in the result, in its `_meta` (`io.toolwright/warnings`) and in the log.
    ///
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// An argument cannot be sent, the service cannot be reached, or it answers with an HTTP
    /// error: always text for the model.
    pub async fn invoke(
        &self,
        cx: &Context,
        index: usize,
        arguments: &RawValue,
    ) -> Result<CallToolResult, ToolError> {
        let restored = self.restored(index, arguments)?;
        let arguments = restored.as_deref().unwrap_or(arguments);
        let filled = self.filled(cx, index, arguments).await?;
        let arguments = filled.as_deref().unwrap_or(arguments);
        let (plan, mut read) = self.exchange(cx, index, arguments).await.map_err(ToolError::new)?;
        read.trim(self.limits.shown);
        let (result, warnings) = result(plan.reply, &plan.promise, read);
        for warning in warnings {
            cx.log_from("upstream", LoggingLevel::Warning, warning).await;
        }
        Ok(result)
    }

    /// The arguments as the tool's full schema means them, where clients see another.
    fn restored(
        &self,
        index: usize,
        arguments: &RawValue,
    ) -> Result<Option<Box<RawValue>>, ToolError> {
        let tool = self.tools.get(index);
        let held = tool.and_then(|tool| Some((tool, tool.contract.as_ref()?)));
        held.map(|(tool, contract)| contract.restore(&tool.name, arguments)).transpose()
    }

    /// Calls the operation behind tool `index` and reads its reply as an `R`.
    ///
    /// Dropping the future ends the call.
    ///
    /// # Errors
    /// As [`Upstream::invoke`], and when the reply is no `R`.
    pub async fn send<A: Serialize + Sync, R: FromReply>(
        &self,
        cx: &Context,
        index: usize,
        arguments: &A,
    ) -> Result<R, ToolError> {
        let mut arguments = to_raw_value(arguments)?;
        if let Some(filled) = self.filled(cx, index, &arguments).await? {
            arguments = filled;
        }
        let (_, read) = self.exchange(cx, index, &arguments).await.map_err(ToolError::new)?;
        typed(read)
    }

    /// [`send`](Self::send) for generated methods whose reply is JSON. The future is known to be
    /// `Send` without a look inside, which the compiler would have to take for every method.
    #[doc(hidden)]
    #[expect(clippy::manual_async_fn, reason = "an `async fn` does not say that it is `Send`")]
    pub fn json<A, R>(
        &self,
        cx: &Context,
        index: usize,
        arguments: A,
    ) -> impl Future<Output = Result<R, ToolError>> + Send
    where
        A: Serialize + Send + Sync,
        R: DeserializeOwned,
    {
        async move {
            let Json(reply) = self.send(cx, index, &arguments).await?;
            Ok(reply)
        }
    }

    /// Likewise for all other replies.
    #[doc(hidden)]
    #[expect(clippy::manual_async_fn, reason = "an `async fn` does not say that it is `Send`")]
    pub fn reply<A, R>(
        &self,
        cx: &Context,
        index: usize,
        arguments: A,
    ) -> impl Future<Output = Result<R, ToolError>> + Send
    where
        A: Serialize + Send + Sync,
        R: FromReply,
    {
        async move { self.send(cx, index, &arguments).await }
    }

    /// The arguments with the contents of the resources that they name, where they name any.
    async fn filled(
        &self,
        cx: &Context,
        index: usize,
        arguments: &RawValue,
    ) -> Result<Option<Box<RawValue>>, ToolError> {
        let tool = self.tools.get(index);
        let body = tool.and_then(|tool| tool.plan.as_ref().ok()?.binding.body.as_ref());
        match (&self.files, body, tool) {
            (Some(files), Some(body), Some(tool)) => files
                .fill(cx, body, arguments)
                .await
                .map_err(|error| ToolError::new(format!("{}: {error}", tool.name))),
            _ => Ok(None),
        }
    }

    /// What an operator should know before the first call: which tools cannot be called, and what
    /// has to be set for them. It is logged as well when the upstream is made.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for tool in &self.tools {
            if let Ok(plan) = &tool.plan
                && !self.credentials.suffice(&plan.binding)
            {
                missing.entry(&tool.missing).or_default().push(&tool.name);
            }
        }
        let warning = |(variables, tools): (&str, Vec<&str>)| {
            let which = match tools.as_slice() {
                [one] => format!("the tool `{one}` wants"),
                [one, ..] => format!("{} tools (`{one}` and others) want", tools.len()),
                [] => "nothing wants".to_owned(),
            };
            match variables {
                "" => format!("{which} credentials of a kind that cannot be sent"),
                _ => format!("{which} credentials that are not set: set {variables}"),
            }
        };
        missing.into_iter().map(warning).collect()
    }

    /// Sends the request of tool `index` and reads its response; an error is the text that the
    /// model gets.
    pub(crate) async fn exchange(
        &self,
        cx: &Context,
        index: usize,
        arguments: &RawValue,
    ) -> Result<(&Plan, Read), String> {
        let tool = self.tools.get(index).ok_or_else(|| "there is no such tool".to_owned())?;
        let plan = tool.plan.as_ref().map_err(Clone::clone)?;
        let sent = self.credentials.choose(cx, &plan.binding, None).await;
        let mut sent = sent.map_err(|why| why.told(&tool.label, &tool.variables, &tool.missing))?;
        sent.secrets.extend(plan.presets.secrets().cloned());
        let mut exchange = Exchange {
            cx,
            client: &self.client,
            credentials: &self.credentials,
            limits: &self.limits,
            name: &tool.name,
            label: &tool.label,
            variables: &tool.variables,
            missing: &tool.missing,
            plan,
            sent,
        };
        Ok((plan, exchange.run(arguments).await?))
    }
}
