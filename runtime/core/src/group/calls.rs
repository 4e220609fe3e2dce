//! Calls to whichever server has what they name.

use serde::Serialize;
use std::sync::Arc;
use toolwright_spec::{
    CallToolResult, CompleteResult, GetPromptResult, PromptReference, RawJson, ReadResourceResult,
    ResourceTemplateReference,
};

use super::{Group, usage};
use crate::client::{Client, ClientError};

/// Whose something is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// The server.
    pub server: Arc<str>,
    /// Its client.
    pub client: Client,
    /// What it is called there.
    pub name: String,
}

impl Group {
    /// Calls a tool by the name that the group gave it. For more choices, find the tool first:
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn run(group: toolwright_core::Group) -> toolwright_core::Result<()> {
    /// let tool = group.tool("shop_search").await?;
    /// let call = tool.client.call(&tool.name, &()).timeout(Duration::from_secs(5));
    /// println!("{:?}", call.await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::call`]; [`ClientError::Usage`] if no server has it.
    pub fn call(
        &self,
        name: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> impl Future<Output = Result<CallToolResult, ClientError>> + Send {
        let arguments = written(arguments);
        async move {
            let tool = self.tool(name).await?;
            tool.client.call(&tool.name, &arguments?).await
        }
    }

    /// Fetches a prompt by the name that the group gave it.
    ///
    /// # Errors
    /// As [`Client::prompt`]; [`ClientError::Usage`] if no server has it.
    pub fn prompt(
        &self,
        name: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> impl Future<Output = Result<GetPromptResult, ClientError>> + Send {
        let arguments = written(arguments);
        async move {
            let prompt = self.prompt_of(name).await?;
            prompt.client.prompt(&prompt.name, &arguments?).await
        }
    }

    /// Reads a resource that exactly one server has, in its list or by a template. One that is
    /// not, or several have, is read with [`Group::client`].
    ///
    /// # Errors
    /// As [`Client::read_resource`]; [`ClientError::Usage`] if no server has it, or more than one.
    pub async fn read_resource(&self, uri: &str) -> Result<ReadResourceResult, ClientError> {
        self.resource(uri).await?.client.read_resource(uri).await
    }

    /// Suggestions for an argument of a prompt, which has the name that the group gave it.
    ///
    /// # Errors
    /// As [`Client::complete`]; [`ClientError::Usage`] if no server has the prompt.
    pub async fn complete_prompt(
        &self,
        prompt: &str,
        argument: &str,
        value: &str,
    ) -> Result<CompleteResult, ClientError> {
        let found = self.prompt_of(prompt).await?;
        found.client.complete(PromptReference::new(found.name), argument, value).await
    }

    /// Suggestions for a variable of a server's template.
    ///
    /// # Errors
    /// As [`Client::complete`]; [`ClientError::Usage`] if there is no such server.
    pub async fn complete_template(
        &self,
        server: &str,
        template: &str,
        variable: &str,
        value: &str,
    ) -> Result<CompleteResult, ClientError> {
        let of = ResourceTemplateReference::new(template);
        self.client(server)?.complete(of, variable, value).await
    }

    /// Whose a tool is.
    ///
    /// # Errors
    /// No server has it, or the one that has is gone.
    pub async fn tool(&self, name: &str) -> Result<Found, ClientError> {
        let mut found = self.known(|known| known.tools.find(name));
        if found.is_none() {
            self.list_tools().await;
            found = self.known(|known| known.tools.find(name));
        }
        self.found(found, "tool", name)
    }

    /// Whose a prompt is.
    ///
    /// # Errors
    /// No server has it, or the one that has is gone.
    pub async fn prompt_of(&self, name: &str) -> Result<Found, ClientError> {
        let mut found = self.known(|known| known.prompts.find(name));
        if found.is_none() {
            self.list_prompts().await;
            found = self.known(|known| known.prompts.find(name));
        }
        self.found(found, "prompt", name)
    }

    /// Whose a resource is.
    ///
    /// # Errors
    /// No server has it, or more than one, or the one that has is gone.
    pub async fn resource(&self, uri: &str) -> Result<Found, ClientError> {
        let mut owners = self.known(|known| known.owners(uri));
        if owners.is_empty() {
            self.list_resources().await;
            self.list_templates().await;
            owners = self.known(|known| known.owners(uri));
        }
        if let [_, _, ..] = &*owners {
            let names = owners.iter().filter_map(|place| self.0.members.get(*place));
            let names: Vec<&str> = names.map(|member| &*member.name).collect();
            let names = names.join("` and `");
            return Err(usage(format!("`{names}` have the resource `{uri}`: say which is meant")));
        }
        self.found(owners.first().map(|place| (*place, uri.to_owned())), "resource", uri)
    }

    fn found(
        &self,
        found: Option<(usize, String)>,
        what: &str,
        name: &str,
    ) -> Result<Found, ClientError> {
        let member = found.and_then(|(place, own)| Some((self.0.members.get(place)?, own)));
        let (member, own) = member
            .ok_or_else(|| usage(format!("no server of the group has the {what} `{name}`")))?;
        Ok(Found { server: Arc::clone(&member.name), client: member.client()?, name: own })
    }
}

fn written(arguments: &(impl Serialize + ?Sized)) -> Result<RawJson, ClientError> {
    RawJson::from_value(arguments)
        .map_err(|error| ClientError::Arguments { reason: error.to_string() })
}
