//! How a tool call becomes an HTTP request and its response a result.

use std::collections::BTreeMap;

use crate::json::Value;
use serde::Serialize;

use super::{Fields, Paging, Schema};

/// The HTTP request behind a tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// `GET`, `POST`, … in upper case.
    pub method: String,
    /// Path template with `{name}` placeholders, starting with `/`; every placeholder has a
    /// parameter of [`Place::Path`].
    pub path: String,
    /// Parameters in document order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// Request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Declared responses, exact codes first, then ranges, then `default`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<Response>,
    /// Alternatives, each a list of schemes that all apply; empty: no credentials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<Vec<SecurityUse>>,
    /// Servers of this operation where they differ from the API's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Server>,
    /// How its pages are gathered, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// Which parts of its reply are kept; all, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
}

/// A parameter outside the body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Member of the tool's arguments that holds the value.
    pub argument: String,
    /// Name on the wire.
    pub name: String,
    /// Where it goes.
    #[serde(rename = "in")]
    pub place: Place,
    /// How arrays and objects are written.
    pub style: Style,
    /// Whether each item or member is written on its own.
    pub explode: bool,
    /// Whether reserved characters stay as they are (query and path).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_reserved: bool,
    /// Whether the document requires it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The value is written as JSON text (`content: application/json`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub json: bool,
    /// Per member: how a whole query string writes it, where the document says so.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub encoding: BTreeMap<String, Encoding>,
    /// What is always sent; then it is no argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Its schema, references into the API's definitions.
    #[serde(skip)]
    pub schema: Schema,
}

/// A value that the operator has chosen, not the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// The value. `${NAME}` in its texts stands for a variable of the environment in which the
    /// server runs, `$${` for `${`.
    pub value: Value,
    /// What the variables hold is JSON: a number, for instance.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub json: bool,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// A placeholder of the path template.
    Path,
    /// The query string.
    Query,
    /// A request header.
    Header,
    /// The `Cookie` header.
    Cookie,
    /// The whole query string: an object is written like a form, anything else as one text.
    Querystring,
}

/// Parameter styles of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Style {
    /// `/color=blue,black` with a name: `;color=blue`.
    Matrix,
    /// `.blue.black`
    Label,
    /// `blue,black`
    Simple,
    /// `color=blue&color=black`
    Form,
    /// `color=blue%20black`
    SpaceDelimited,
    /// `color=blue%7Cblack`
    PipeDelimited,
    /// `color[R]=100`
    DeepObject,
    /// `color=blue; color=black`, without any encoding.
    Cookie,
}

/// The request body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Member of the tool's arguments that holds the body.
    pub argument: String,
    /// Media type to send, as declared; for bytes it may be a range.
    pub media_type: String,
    /// How the value is written.
    pub kind: BodyKind,
    /// Whether the document requires a body.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Per member: how form bodies write it, where the document says so.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub encoding: BTreeMap<String, Encoding>,
    /// By place: how a multipart body that is an array writes its first items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefix_encoding: Vec<Encoding>,
    /// How it writes the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_encoding: Option<Encoding>,
    /// What is always sent; then it is no argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Members that are always sent so, by JSON pointer into the body, with a step `[]` into the
    /// items of lists.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub presets: BTreeMap<String, Preset>,
    /// Its schema, references into the API's definitions.
    #[serde(skip)]
    pub schema: Schema,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// JSON text.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` and its kin; members whose [`Encoding`] says `base64` are files. An
    /// array's items are parts without names.
    Multipart,
    /// An array, each item as JSON text on a line of its own.
    Lines,
    /// The string as it is.
    Text,
    /// The argument is base64, the bytes are sent.
    Binary,
}

/// How a form body writes one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Encoding {
    /// Media type of the part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Style, as for query parameters.
    pub style: Style,
    /// Whether each item is written on its own.
    pub explode: bool,
    /// Whether reserved characters stay as they are (forms only).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_reserved: bool,
    /// The argument's value is base64, the part holds the bytes: a file.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub base64: bool,
    /// Headers of the part beside its media type, ready to be written (multipart only).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

impl Default for Encoding {
    fn default() -> Self {
        Self {
            content_type: None,
            style: Style::Form,
            explode: true,
            allow_reserved: false,
            base64: false,
            headers: BTreeMap::new(),
        }
    }
}

/// A declared response.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// Which status codes it is for.
    pub status: Status,
    /// Media types, preferred first; they make up the `Accept` header of successes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
    /// A stream of server-sent events whose items are described as events (`event`, `data`, `id`),
    /// and not as what `data` holds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub events: bool,
    /// Schema of the preferred media type, references into the API's definitions.
    #[serde(skip)]
    pub schema: Option<Schema>,
    /// An example of the preferred media type, for the mock.
    #[serde(skip)]
    pub example: Option<Value>,
    /// What the document says about it.
    #[serde(skip)]
    pub description: Option<String>,
}

/// The status codes of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// One code.
    Code(u16),
    /// A hundred of them: `2` for `2XX`.
    Range(u16),
    /// Whatever nothing else matches.
    Default,
}

/// A base URL.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Server {
    /// What the document calls it (OpenAPI 3.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// URL template with `{name}` placeholders; may be relative to the document.
    pub url: String,
    /// Values of the placeholders.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Variable>,
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// Value unless the operator sets another.
    pub default: String,
    /// The only values allowed, where the document lists them.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Where credentials come from and how they are sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SecurityScheme {
    /// How they are sent.
    #[serde(flatten)]
    pub kind: SchemeKind,
    /// Environment variable that holds the secret (basic: `user:password`).
    pub env: String,
}

/// How credentials are sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum SchemeKind {
    /// A named header, query or cookie parameter.
    ApiKey {
        /// Where.
        #[serde(rename = "in")]
        place: Place,
        /// Its name.
        name: String,
    },
    /// HTTP basic authentication.
    Basic,
    /// A bearer token: HTTP bearer and OpenID Connect.
    Bearer,
    /// A bearer token of OAuth 2: a ready one, or one that the server gets for itself.
    #[serde(rename = "oauth2", rename_all = "camelCase")]
    OAuth2 {
        /// Where clients get tokens for themselves, if the document says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        token_url: Option<String>,
    },
    /// A certificate that the server shows.
    #[serde(rename = "mutualTLS")]
    MutualTls,
    /// Declared, but nothing that can be sent (digest …).
    Unsupported {
        /// Its name in the document.
        scheme: String,
    },
}

/// A scheme that an operation requires.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SecurityUse {
    /// Name in [`super::Api::security_schemes`].
    pub scheme: String,
    /// Scopes asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}
