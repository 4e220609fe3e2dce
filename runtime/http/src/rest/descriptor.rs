//! The HTTP parts of a descriptor, as the generator writes them.
//!
//! Mirrors `toolwright_codegen::ir`; what is not needed to send a request is skipped.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Error;

/// An API without its operations.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Api {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) servers: Vec<Server>,
    #[serde(default)]
    pub(crate) security_schemes: BTreeMap<String, SecurityScheme>,
}

/// One tool.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) reply: Reply,
    pub(crate) http: Option<Binding>,
    #[serde(default)]
    pub(crate) output_schema: Option<Box<RawValue>>,
    /// The schema of arguments where the one that clients see was shaped.
    #[serde(default)]
    pub(crate) contract: Option<Box<RawValue>>,
    #[serde(default)]
    pub(crate) annotations: Annotations,
    #[serde(default)]
    pub(crate) resource: Option<Resource>,
}

/// What the tool's author says of it.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Annotations {
    pub(crate) read_only_hint: Option<bool>,
    pub(crate) idempotent_hint: Option<bool>,
}

/// What an operation is as a resource.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    pub(crate) uri: String,
    #[serde(default)]
    pub(crate) mime_type: Option<String>,
}

/// What a successful call gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Reply {
    Empty,
    Json { wrapped: bool },
    Text,
    Binary,
}

/// The request behind a tool.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Binding {
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    #[serde(default)]
    pub(crate) body: Option<Body>,
    #[serde(default)]
    pub(crate) responses: Vec<Response>,
    #[serde(default)]
    pub(crate) security: Vec<Vec<SecurityUse>>,
    #[serde(default)]
    pub(crate) servers: Vec<Server>,
    #[serde(default)]
    pub(crate) paging: Option<Paging>,
    #[serde(default)]
    pub(crate) fields: Option<Fields>,
}

/// How the pages of a listing are gathered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Paging {
    #[serde(flatten)]
    pub(crate) kind: PagingKind,
    #[serde(default)]
    pub(crate) items: String,
    pub(crate) argument: String,
    pub(crate) max: u32,
    /// The parameter is a place in the body.
    #[serde(default)]
    pub(crate) in_body: bool,
}

/// How the next page is found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum PagingKind {
    Cursor { next: String, parameter: String },
    Page { parameter: String, first: u32 },
    Offset { parameter: String },
    Link,
    Next { next: String },
}

/// Which parts of a JSON reply are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(crate) keep: Vec<String>,
    #[serde(default)]
    pub(crate) argument: Option<String>,
}

/// A parameter outside the body.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parameter {
    pub(crate) argument: String,
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: Place,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    #[serde(default)]
    pub(crate) allow_reserved: bool,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) json: bool,
    /// Of a whole query string.
    #[serde(default)]
    pub(crate) encoding: BTreeMap<String, Encoding>,
    #[serde(default)]
    pub(crate) preset: Option<Preset>,
}

/// A value that the operator has chosen.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Preset {
    pub(crate) value: serde_json::Value,
    #[serde(default)]
    pub(crate) json: bool,
}

/// Where a parameter or an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
    Querystring,
}

/// Parameter styles of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Style {
    Matrix,
    Label,
    Simple,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Cookie,
}

/// The request body.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    pub(crate) argument: String,
    pub(crate) media_type: String,
    pub(crate) kind: BodyKind,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) encoding: BTreeMap<String, Encoding>,
    #[serde(default)]
    pub(crate) prefix_encoding: Vec<Encoding>,
    #[serde(default)]
    pub(crate) item_encoding: Option<Encoding>,
    #[serde(default)]
    pub(crate) preset: Option<Preset>,
    #[serde(default)]
    pub(crate) presets: BTreeMap<String, Preset>,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BodyKind {
    Json,
    Form,
    Multipart,
    Lines,
    Text,
    Binary,
}

/// How a form body writes one member.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Encoding {
    #[serde(default)]
    pub(crate) content_type: Option<String>,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    #[serde(default)]
    pub(crate) allow_reserved: bool,
    #[serde(default)]
    pub(crate) base64: bool,
    /// Of the part of a multipart body.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
}

/// A declared response.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    pub(crate) status: Status,
    #[serde(default)]
    pub(crate) media_types: Vec<String>,
    /// Items of a stream of server-sent events are the events themselves.
    #[serde(default)]
    pub(crate) events: bool,
}

/// The status codes of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Code(u16),
    Range(u16),
    Default,
}

/// A base URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Server {
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Variable {
    pub(crate) default: String,
    #[serde(default, rename = "enum")]
    pub(crate) values: Vec<String>,
}

/// Where credentials come from and how they are sent.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SecurityScheme {
    #[serde(flatten)]
    pub(crate) kind: SchemeKind,
    pub(crate) env: String,
}

/// How credentials are sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum SchemeKind {
    ApiKey {
        #[serde(rename = "in")]
        place: Place,
        name: String,
    },
    Basic,
    Bearer,
    #[serde(rename = "oauth2", rename_all = "camelCase")]
    OAuth2 {
        #[serde(default)]
        token_url: Option<String>,
    },
    #[serde(rename = "mutualTLS")]
    MutualTls,
    Unsupported {},
}

/// A scheme that an operation requires.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SecurityUse {
    pub(crate) scheme: String,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

/// Reads the API part of a descriptor.
pub(crate) fn api(json: &str) -> Result<Api, Error> {
    serde_json::from_str(json)
        .map_err(|source| Error::Descriptor { what: "the API".to_owned(), source })
}

/// Reads the operations of a descriptor, in order.
pub(crate) fn operations<'a>(
    tools: impl Iterator<Item = &'a str>,
) -> Result<Vec<Operation>, Error> {
    tools
        .enumerate()
        .map(|(index, json)| {
            serde_json::from_str(json)
                .map_err(|source| Error::Descriptor { what: format!("tool {index}"), source })
        })
        .collect()
}
