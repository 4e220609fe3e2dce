//! Servers inside of servers.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use toolwright_spec::{Prompt, ResourceTemplate, Tool};

use super::Server;
use crate::compose::{Layered, Prefixed, scheme};
use crate::context::{Context, Filters};
use crate::error::BuildError;
use crate::middleware::Middleware;
use crate::visibility::Item;

/// Which sets of a server came from another one.
pub(super) struct Mount {
    name: String,
    prefix: String,
    tools: Range<usize>,
    resources: Range<usize>,
    prompts: Range<usize>,
}

impl Server {
    /// Takes in all sets of another server, under a prefix: see
    /// [`Prefixed`](crate::compose::Prefixed). Its middleware stays around them, and around them
    /// alone; its visibility, scopes, state and publishers (of its handlers too) go along, as do pages of apps, extensions and
    /// their methods, without the prefix. Everything else that was said
    /// to it (name, limits, keys, hints) is forgotten: this server's counts. What either server
    /// hides is hidden, also from a set in it that asks
    /// [`Context::shows`](crate::Context::shows) by its own names.
    ///
    /// ```
    /// use toolwright_core::Server;
    /// use toolwright_core::tool::FnTools;
    ///
    /// let search = || FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "nothing" });
    /// let mall = Server::new("mall", "1.0.0")
    ///     .tools(search())
    ///     .mount("books_", Server::new("books", "1.0.0").tools(search()))
    ///     .mount("wine_", Server::new("wine", "1.0.0").tools(search()))
    ///     .build()?;
    /// let names: Vec<_> = mall.tools().iter().map(|tool| tool.name.clone()).collect();
    /// assert_eq!(names, ["search", "books_search", "wine_search"]);
    /// # Ok::<_, toolwright_core::Error>(())
    /// ```
    #[must_use]
    pub fn mount(mut self, prefix: impl Into<String>, other: Self) -> Self {
        let prefix: String = prefix.into();
        let name: Arc<str> = prefix.as_str().into();
        let chain: Arc<[Arc<dyn Middleware>]> = other.middleware.into();
        let before = (self.tools.len(), self.resources.len(), self.prompts.len());
        for set in other.tools {
            let set = Layered::shared(set, &chain);
            self.tools.push(Arc::new(Prefixed::mounted(
                Arc::clone(&name),
                set,
                Arc::clone(&other.hub),
            )));
        }
        for set in other.resources {
            let set = Layered::shared(set, &chain);
            self.resources.push(Arc::new(Prefixed::mounted(
                Arc::clone(&name),
                set,
                Arc::clone(&other.hub),
            )));
        }
        for set in other.prompts {
            let set = Layered::shared(set, &chain);
            self.prompts.push(Arc::new(Prefixed::mounted(
                Arc::clone(&name),
                set,
                Arc::clone(&other.hub),
            )));
        }
        self.mounts.push(Mount {
            name: other.info.name,
            prefix: prefix.clone(),
            tools: before.0..self.tools.len(),
            resources: before.1..self.resources.len(),
            prompts: before.2..self.prompts.len(),
        });
        if !other.filters.is_empty() {
            let under = Under { prefix: prefix.clone(), filters: other.filters };
            self.filters.add(move |cx, item| under.shows(cx, item));
        }
        let tools = other.confined.into_iter().map(|tool| format!("{prefix}{tool}"));
        self.confined.extend(tools);
        let policies = other.task_policies.into_iter();
        self.task_policies.extend(policies.map(|(tool, it)| (format!("{prefix}{tool}"), it)));
        for (name, scopes) in other.scopes {
            let is_prompt = self.prompts.get(before.2..).unwrap_or_default().iter().any(|set| {
                set.prompts().iter().any(|it| it.name.strip_prefix(&prefix) == Some(&name))
            });
            let name = match name.contains(':') && !is_prompt {
                true => format!("{}{name}", scheme(&prefix)),
                false => format!("{prefix}{name}"),
            };
            self.scopes.entry(name).or_default().extend(scopes);
        }
        self.task_store = self.task_store.or(other.task_store);
        // Tools name their pages by URIs that stay as they are, and methods have names of their own.
        self.apps.extend(other.apps);
        self.extensions.extend(other.extensions);
        self.methods.extend(other.methods);
        self.subscriptions |= other.subscriptions;
        other.hub.lead_to(&self.hub, &scheme(&prefix));
        self.logs |= other.logs;
        self.validate_output |= other.validate_output;
        self.state.extend(other.state);
        self.lifespans.extend(other.lifespans);
        self
    }

    /// Finds names that two servers have, and says which two.
    pub(super) fn check_mounts(&self) -> Result<(), BuildError> {
        if self.mounts.is_empty() {
            return Ok(());
        }
        let sets = self.tools.iter().map(|set| names(set.tools(), |tool: Tool| tool.name));
        self.check_names("tool", sets, |mount| &mount.tools)?;
        let sets = self.prompts.iter().map(|set| names(set.prompts(), |it: Prompt| it.name));
        self.check_names("prompt", sets, |mount| &mount.prompts)?;
        let sets = self.resources.iter().map(|set| {
            let mut uris: Vec<String> = set.resources().into_iter().map(|it| it.uri).collect();
            uris.extend(names(set.templates(), |it: ResourceTemplate| it.uri_template));
            uris
        });
        self.check_names("resource", sets, |mount| &mount.resources)
    }

    fn check_names(
        &self,
        kind: &'static str,
        sets: impl Iterator<Item = Vec<String>>,
        range: impl Fn(&Mount) -> &Range<usize>,
    ) -> Result<(), BuildError> {
        let mut owners: HashMap<String, usize> = HashMap::new();
        let owner = |set: &usize| {
            let mount = self.mounts.iter().find(|mount| range(mount).contains(set));
            mount.map_or("the server itself".to_owned(), |Mount { name, prefix, .. }| {
                format!("the server `{name}` mounted as `{prefix}`")
            })
        };
        for (set, names) in sets.enumerate() {
            for name in names {
                let Some(first) = owners.insert(name.clone(), set) else {
                    continue;
                };
                let (first, second) = (owner(&first), owner(&set));
                if first != second {
                    return Err(BuildError::Clash { kind, name, first, second });
                }
            }
        }
        Ok(())
    }
}

fn names<T>(items: Vec<T>, name: impl Fn(T) -> String) -> Vec<String> {
    items.into_iter().map(name).collect()
}

/// The visibility of a mounted server, which knows its own names only.
struct Under {
    prefix: String,
    filters: Filters,
}

impl Under {
    fn shows(&self, cx: &Context, item: &Item<'_>) -> bool {
        let scheme = scheme(&self.prefix);
        match item {
            Item::Tool(tool) => tool.name.strip_prefix(&*self.prefix).is_none_or(|name| {
                let mut tool = (*tool).clone();
                tool.name = name.to_owned();
                self.filters.shows(cx, &Item::Tool(&tool))
            }),
            Item::Prompt(prompt) => prompt.name.strip_prefix(&*self.prefix).is_none_or(|name| {
                let mut prompt = (*prompt).clone();
                prompt.name = name.to_owned();
                self.filters.shows(cx, &Item::Prompt(&prompt))
            }),
            Item::Resource(uri) => {
                let own = uri.strip_prefix(&*scheme);
                own.is_none_or(|uri| self.filters.shows(cx, &Item::Resource(uri)))
            }
            Item::Template(template) => {
                template.uri_template.strip_prefix(&*scheme).is_none_or(|own| {
                    let mut template = (*template).clone();
                    template.uri_template = own.to_owned();
                    self.filters.shows(cx, &Item::Template(&template))
                })
            }
        }
    }
}
