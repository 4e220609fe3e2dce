//! What all servers have, in one list.

use std::sync::Arc;

use tokio::task::JoinSet;
use toolwright_spec::{Prompt, Resource, ResourceTemplate, ServerCapabilities, Tool};

use super::Group;
use super::catalog::Index;
use super::naming::Renamed;
use crate::client::{Client, ClientError};
use crate::resource::UriTemplate;

/// What the servers of a group list, in the order of the servers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Listed<T> {
    /// All of it.
    pub items: Vec<Item<T>>,
    /// The servers that did not answer, and why.
    pub missing: Vec<(Arc<str>, ClientError)>,
}

/// Something that a server has.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Item<T> {
    /// Whose it is.
    pub server: Arc<str>,
    /// What the group calls it. Resources and templates keep their URI.
    pub name: String,
    /// Why that is not just the server's name, `_`, and its own name, if it is not.
    pub renamed: Option<Renamed>,
    /// As the server lists it, under its own name.
    pub own: T,
}

impl Item<Tool> {
    /// The tool under the group's name, as a model is shown it.
    #[must_use]
    pub fn into_tool(self) -> Tool {
        let mut tool = self.own;
        tool.name = self.name;
        tool
    }
}

impl Item<Prompt> {
    /// The prompt under the group's name.
    #[must_use]
    pub fn into_prompt(self) -> Prompt {
        let mut prompt = self.own;
        prompt.name = self.name;
        prompt
    }
}

/// The answers of the servers, by their place.
type Answers<T> = Vec<(usize, Result<Vec<T>, ClientError>)>;

impl Group {
    /// All tools of all servers.
    pub async fn list_tools(&self) -> Listed<Tool> {
        let answers = self
            .ask(|can| can.tools.is_some(), async |client: Client| client.list_tools().await)
            .await;
        let name = |tool: &Tool| tool.name.clone();
        self.named(answers, name, |group, learn| group.known(|known| learn(&mut known.tools)))
    }

    /// All prompts of all servers.
    pub async fn list_prompts(&self) -> Listed<Prompt> {
        let answers = self
            .ask(|can| can.prompts.is_some(), async |client: Client| client.list_prompts().await)
            .await;
        let name = |prompt: &Prompt| prompt.name.clone();
        self.named(answers, name, |group, learn| group.known(|known| learn(&mut known.prompts)))
    }

    /// All resources of all servers.
    pub async fn list_resources(&self) -> Listed<Resource> {
        let ask = async |client: Client| client.list_resources().await;
        let answers = self.ask(|can| can.resources.is_some(), ask).await;
        self.known(|known| {
            for (place, resources) in &answers {
                if let (Some(uris), Ok(resources)) = (known.resources.get_mut(*place), resources) {
                    *uris = resources.iter().map(|resource| resource.uri.clone()).collect();
                }
            }
        });
        self.listed(answers, |_, resource| (resource.uri.clone(), None))
    }

    /// All templates of resources of all servers.
    pub async fn list_templates(&self) -> Listed<ResourceTemplate> {
        let ask = async |client: Client| client.list_templates().await;
        let answers = self.ask(|can| can.resources.is_some(), ask).await;
        self.known(|known| {
            for (place, templates) in &answers {
                if let (Some(known), Ok(templates)) = (known.templates.get_mut(*place), templates) {
                    let templates = templates.iter();
                    // One that cannot be read matches nothing.
                    *known = templates
                        .filter_map(|template| UriTemplate::new(&template.uri_template).ok())
                        .collect();
                }
            }
        });
        self.listed(answers, |_, template| (template.uri_template.clone(), None))
    }

    /// Asks all servers that can answer, side by side.
    async fn ask<T, F>(
        &self,
        can: impl Fn(&ServerCapabilities) -> bool,
        ask: impl Fn(Client) -> F,
    ) -> Answers<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<Vec<T>, ClientError>> + Send + 'static,
    {
        let mut answers = Vec::new();
        let mut asking = JoinSet::new();
        for (place, member) in self.0.members.iter().enumerate() {
            match member.client() {
                Ok(client) if can(client.server_capabilities()) => {
                    let answer = ask(client);
                    asking.spawn(async move { (place, answer.await) });
                }
                Ok(_) => answers.push((place, Ok(Vec::new()))),
                Err(error) => answers.push((place, Err(error))),
            }
        }
        while let Some(answer) = asking.join_next().await {
            answers.extend(answer.ok());
        }
        answers.sort_by_key(|(place, _)| *place);
        answers
    }

    fn named<T>(
        &self,
        answers: Answers<T>,
        own: impl Fn(&T) -> String,
        index: impl FnOnce(&Self, &mut dyn FnMut(&mut Index)),
    ) -> Listed<T> {
        let servers: Vec<&str> = self.0.members.iter().map(|member| &*member.name).collect();
        let mut names = std::collections::HashMap::new();
        index(self, &mut |index| {
            for (place, items) in &answers {
                if let Ok(items) = items {
                    index.learn(*place, items.iter().map(&own).collect());
                }
            }
            names = index.name(&servers);
        });
        // What is left over is there for the second time.
        self.collected(answers, |place, item| names.remove(&(place, own(item))))
    }

    fn listed<T>(
        &self,
        answers: Answers<T>,
        mut name: impl FnMut(usize, &T) -> (String, Option<Renamed>),
    ) -> Listed<T> {
        self.collected(answers, |place, item| Some(name(place, item)))
    }

    fn collected<T>(
        &self,
        answers: Answers<T>,
        mut name: impl FnMut(usize, &T) -> Option<(String, Option<Renamed>)>,
    ) -> Listed<T> {
        let mut listed = Listed { items: Vec::new(), missing: Vec::new() };
        for ((place, answer), member) in answers.into_iter().zip(&self.0.members) {
            match answer {
                Err(error) => listed.missing.push((Arc::clone(&member.name), error)),
                Ok(items) => listed.items.extend(items.into_iter().filter_map(|own| {
                    let (name, renamed) = name(place, &own)?;
                    Some(Item { server: Arc::clone(&member.name), name, renamed, own })
                })),
            }
        }
        listed
    }
}
