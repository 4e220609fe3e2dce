//! A REST service that tools call.

use serde_json::value::RawValue;

use super::client::Client;
use super::credentials::Credentials;
use super::descriptor::Reply;
use super::limits::Limits;
use super::plan::Plan;
use super::reply::{Asked, Read, failure, read};
use super::request::prepare;

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
    /// Sends the request of tool `index` and reads its response; an error is the text that the
    /// model gets.
    pub(crate) async fn exchange(
        &self,
        index: usize,
        arguments: &RawValue,
    ) -> Result<(Reply, Read), String> {
        let tool = self
            .tools
            .get(index)
            .ok_or_else(|| "there is no such tool".to_owned())?;
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
        Ok((plan.reply, read(plan.reply, received)))
    }
}
