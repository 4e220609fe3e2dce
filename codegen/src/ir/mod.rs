//! The format-neutral description of an API that every back end reads.
//!
//! The serialised form of [`Api`] (without the parts marked `skip`) is also the descriptor that
//! generated code carries and that the runtime reads, so member names here are a wire contract
//! between the generator and the runtime of the same version.

mod dump;
mod http;
mod schema;
mod shape;

use std::collections::BTreeMap;

use serde::Serialize;

pub use dump::dump;
pub use http::{
    Binding, Body, BodyKind, Encoding, Parameter, Place, Preset, Response, SchemeKind,
    SecurityScheme, SecurityUse, Server, Status, Style, Variable,
};
pub use schema::{Assembly, Schema, TAGS, ToolSchema, Whole};
pub use shape::{Fields, Paging, PagingKind};

/// Bytes that make about one token.
const BYTES_PER_TOKEN: usize = 4;

/// A whole API: what the tools are and how a call to each becomes an HTTP request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Api {
    /// Snake-case name of the generated module, from the title or the file name.
    pub name: String,
    /// Human-readable title.
    pub title: String,
    /// The document's own version (`info.version`); empty where it has none.
    pub version: String,
    /// What the API is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Base URLs with variables, the first one is the default. Empty for tool descriptions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Server>,
    /// Security schemes by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub security_schemes: BTreeMap<String, SecurityScheme>,
    /// One tool each, in document order.
    #[serde(skip)]
    pub operations: Vec<Operation>,
    /// Named schemas that operations refer to as `#/$defs/NAME`.
    #[serde(skip)]
    pub definitions: BTreeMap<String, Schema>,
    /// What schemas are put together from ([`Assembly`]): a name and a schema each, as JSON.
    #[serde(skip)]
    pub parts: Vec<String>,
}

impl Api {
    /// About how many tokens the definitions of all tools take when they are listed.
    pub fn tokens(&self) -> usize {
        let bytes = |operation: &Operation| {
            let schemas = std::iter::once(&operation.input_schema).chain(&operation.output_schema);
            let description = operation.description.as_ref().map_or(0, String::len);
            let schemas: usize = schemas.map(|schema| schema.as_str().len()).sum();
            operation.name.len() + description + schemas
        };
        let tools = self.operations.iter().filter(|operation| operation.is_tool());
        tools.map(bytes).sum::<usize>() / BYTES_PER_TOKEN
    }
}

/// One tool, and where it came from an API description, the HTTP request behind it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Tool name: 1 to 64 of `[A-Za-z0-9_-]`, unique in the API.
    pub name: String,
    /// Human-readable title, where there is one that says more than the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description for the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Hints for the client.
    pub annotations: Annotations,
    /// Scopes that callers of the MCP server need. What the API itself wants of its callers
    /// ([`Binding::security`]) never becomes one: these are other tokens of another issuer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// What `tools/list` shows: self-contained, an object at the root, tame for LLM clients.
    pub input_schema: ToolSchema,
    /// Likewise for structured results; absent where the reply is no JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<ToolSchema>,
    /// Likewise both in full, where the list has so many tools that each is shown with less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Whole>,
    /// What calls are held to, where a profile shaped `input_schema`: the schema without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
    /// What a successful call gives back.
    pub reply: Reply,
    /// The HTTP request; absent for tools that are only described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Binding>,
    /// What it is as a resource, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,

    /// Method name in the generated trait: snake case, no keyword, unique.
    #[serde(skip)]
    pub method: String,
    /// Pascal-case stem of generated type names, unique: `GetPet`.
    #[serde(skip)]
    pub stem: String,
    /// `operationId` of the document.
    #[serde(skip)]
    pub operation_id: Option<String>,
    /// Tags of the document.
    #[serde(skip)]
    pub tags: Vec<String>,
    /// Marked deprecated in the document.
    #[serde(skip)]
    pub deprecated: bool,
    /// The arguments as a schema whose references are `#/$defs/NAME` into [`Api::definitions`];
    /// complete where `input_schema` may have been simplified. Source of the Rust types.
    #[serde(skip)]
    pub arguments: Schema,
    /// The structured reply likewise, before wrapping; `None` unless [`Reply::Json`].
    #[serde(skip)]
    pub result: Option<Schema>,
    /// Where it stands in the document, as a JSON pointer.
    #[serde(skip)]
    pub pointer: String,
}

impl Operation {
    /// Whether it is a tool. Those that are resources only stand behind all tools.
    pub fn is_tool(&self) -> bool {
        self.resource.as_ref().is_none_or(|resource| resource.tool)
    }
}

/// The schema of a tool before a profile shaped it, which calls are held to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// The schema.
    pub schema: ToolSchema,
    /// Under the profile every member has to be written: `null` says that an optional one is left
    /// out, even where it could be null.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub null_is_absent: bool,
}

/// An operation that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// URI, or template of URIs whose variables are arguments.
    pub uri: String,
    /// What it holds, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// It is a tool, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tool: bool,
}

/// What a successful call gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Reply {
    /// Nothing (204, or no content declared).
    Empty,
    /// JSON, sent as `structuredContent`.
    Json {
        /// The schema's root is no object, so the value travels as `{"result": value}`.
        wrapped: bool,
    },
    /// Text, XML and other textual media types.
    Text,
    /// Bytes: image, audio or blob content.
    Binary,
}

/// Tool annotations as MCP defines them; `None`: not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotations {
    /// Does not change anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_hint: Option<bool>,
    /// May delete or overwrite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destructive_hint: Option<bool>,
    /// Calling it twice is calling it once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotent_hint: Option<bool>,
    /// Reaches beyond the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_world_hint: Option<bool>,
}
