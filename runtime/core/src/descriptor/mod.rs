//! The static description of an API that generated code carries.

mod whole;

use std::borrow::Cow;

use serde::Deserialize;
use toolwright_spec::{JsonSchema, Resource, ResourceTemplate, Tool, ToolAnnotations};

use crate::scopes::Scoped;

pub use whole::Whole;

/// An API as generated code and the interpreter hand it to the runtime.
///
/// The texts are JSON made by the code generator of the same version; how they look inside is
/// between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The API as a whole: name, servers, security schemes.
    pub api: Cow<'static, str>,
    /// One text per tool, in list order.
    pub tools: Cow<'static, [Cow<'static, str>]>,
}

impl Descriptor {
    /// A descriptor of texts known at compile time.
    #[must_use]
    pub const fn new(api: &'static str, tools: &'static [Cow<'static, str>]) -> Self {
        Self { api: Cow::Borrowed(api), tools: Cow::Borrowed(tools) }
    }

    /// The definitions for `tools/list`, one per text and in the same order. Those that are
    /// resources only, which come last, have none.
    ///
    /// A text that is no operation, which the generator doesn't write, gives a tool without
    /// arguments whose description says so.
    #[must_use]
    pub fn tools(&self) -> Vec<Tool> {
        let read = |(index, text): (usize, &Cow<'_, str>)| {
            toolwright_spec::from_str::<Operation>(text).map_or_else(
                |error| {
                    Tool::new(format!("unreadable_{index}"), JsonSchema::empty_object())
                        .with_description(format!(
                            "The description of this tool can't be read: {error}"
                        ))
                },
                Tool::from,
            )
        };
        let is_tool = |text: &&Cow<'_, str>| resource_of(text).is_none_or(|resource| resource.tool);
        self.tools.iter().take_while(is_tool).enumerate().map(read).collect()
    }

    /// The operations that are resources under one URI, in list order.
    #[must_use]
    pub fn resources(&self) -> Vec<Resource> {
        let readable = self.readable().filter(|(_, readable)| !readable.uri.contains('{'));
        let resource = |(operation, readable): (Operation, Readable)| {
            let mut resource = Resource::new(operation.name, readable.uri);
            resource.title = operation.title;
            resource.description = operation.description;
            resource.mime_type = readable.mime_type;
            guarded(resource, operation.scopes)
        };
        readable.map(resource).collect()
    }

    /// The operations that are resources with variables in their URIs, in list order.
    #[must_use]
    pub fn resource_templates(&self) -> Vec<ResourceTemplate> {
        let readable = self.readable().filter(|(_, readable)| readable.uri.contains('{'));
        let template = |(operation, readable): (Operation, Readable)| {
            let mut template = ResourceTemplate::new(operation.name, readable.uri);
            template.title = operation.title;
            template.description = operation.description;
            template.mime_type = readable.mime_type;
            guarded(template, operation.scopes)
        };
        readable.map(template).collect()
    }

    /// Whether the tool at `index` takes calls by another schema than the one it shows, which a
    /// provider's profile shaped.
    #[must_use]
    pub fn is_shaped(&self, index: usize) -> bool {
        #[derive(Deserialize)]
        struct Marked {
            contract: Option<serde::de::IgnoredAny>,
        }
        let text = self.tools.get(index).filter(|text| text.contains("\"contract\":{"));
        let marked = text.and_then(|text| toolwright_spec::from_str::<Marked>(text).ok());
        marked.is_some_and(|marked| marked.contract.is_some())
    }

    fn readable(&self) -> impl Iterator<Item = (Operation, Readable)> {
        self.tools.iter().filter_map(|text| {
            let readable = resource_of(text)?;
            Some((toolwright_spec::from_str::<Operation>(text).ok()?, readable))
        })
    }
}

/// The parts of an operation that a client sees.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    name: String,
    title: Option<String>,
    description: Option<String>,
    #[serde(default)]
    annotations: ToolAnnotations,
    #[serde(default)]
    scopes: Vec<String>,
    input_schema: JsonSchema,
    output_schema: Option<JsonSchema>,
}

/// What an operation is as a resource.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Readable {
    uri: String,
    mime_type: Option<String>,
    #[serde(default)]
    tool: bool,
}

/// What the operation is as a resource, if it is one. Few are, and only these are read for it.
fn resource_of(text: &str) -> Option<Readable> {
    #[derive(Deserialize)]
    struct Marked {
        resource: Option<Readable>,
    }
    let marked = text.contains("\"resource\":{");
    marked.then(|| toolwright_spec::from_str::<Marked>(text).ok()?.resource).flatten()
}

impl From<Operation> for Tool {
    fn from(operation: Operation) -> Self {
        let mut tool = Self::new(operation.name, operation.input_schema);
        tool.title = operation.title;
        tool.description = operation.description;
        tool.output_schema = operation.output_schema;
        tool.annotations =
            Some(operation.annotations).filter(|hints| *hints != ToolAnnotations::new());
        guarded(tool, operation.scopes)
    }
}

/// The same, for callers who are allowed so much.
fn guarded<T: Scoped>(item: T, scopes: Vec<String>) -> T {
    if scopes.is_empty() { item } else { item.with_scopes(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scopes::Scopes;

    #[test]
    fn tools_are_read_and_the_rest_is_ignored() {
        let descriptor = Descriptor {
            api: Cow::Borrowed("{}"),
            tools: Cow::Owned(vec![
                r#"{"name":"pets_get","description":"One pet","annotations":{"readOnlyHint":true},
                    "inputSchema":{"type":"object"},"reply":{"kind":"empty"},"http":{"method":"GET"}}"#
                    .into(),
                r#"{"name":"ping","annotations":{},"inputSchema":{"type":"object"},"reply":{"kind":"empty"}}"#.into(),
                "broken".into(),
            ]),
        };
        let tools = descriptor.tools();
        assert_eq!(tools.len(), 3);
        assert_eq!(tools[0].name, "pets_get");
        assert_eq!(
            tools[0].annotations.as_ref().and_then(|hints| hints.read_only_hint),
            Some(true)
        );
        assert_eq!(tools[0].input_schema.as_str(), r#"{"type":"object"}"#);
        assert_eq!(tools[1].annotations, None);
        assert_eq!(tools[2].name, "unreadable_2");
    }

    #[test]
    fn scopes_stay_with_what_they_protect() {
        let operation = |more: &str| {
            let text = r#"{"name":"a","scopes":["read","all"],"inputSchema":{"type":"object"}"#;
            format!("{text}{more}}}").into()
        };
        let tools = vec![
            operation(""),
            operation(r#","resource":{"uri":"a:b","tool":true}"#),
            operation(r#","resource":{"uri":"a:{b}"}"#),
        ];
        let descriptor = Descriptor { api: Cow::Borrowed("{}"), tools: Cow::Owned(tools) };
        let expected = Scopes::new(vec!["read".to_owned(), "all".to_owned()]);
        let of = |item: &mut Tool| Scopes::take(item, "a").unwrap();
        let found: Vec<_> = descriptor.tools().iter_mut().map(of).collect();
        assert_eq!(found, [expected.clone(), expected.clone()]);
        let [mut resource] = descriptor.resources().try_into().unwrap();
        assert_eq!(Scopes::take::<Resource>(&mut resource, "a").unwrap(), expected);
        let [mut template] = descriptor.resource_templates().try_into().unwrap();
        assert_eq!(Scopes::take::<ResourceTemplate>(&mut template, "a").unwrap(), expected);
    }
}
