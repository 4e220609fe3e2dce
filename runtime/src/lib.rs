//! Build MCP servers and clients from schemas.
//!
//! MCP is the Model Context Protocol: how LLM applications find and call tools. With this crate a
//! server is written once and speaks every revision of the protocol, from 2024-11-05 to
//! 2026-07-28.
//!
//! ```no_run
//! use toolwright::prelude::*;
//!
//! struct Shop;
//!
//! #[tools]
//! impl Shop {
//!     /// Search the catalogue.
//!     #[tool(read_only)]
//!     async fn search(
//!         &self,
//!         /// Words to look for
//!         query: String,
//!         /// At most this many hits
//!         #[arg(range(1..=50))]
//!         limit: Option<u32>,
//!     ) -> Result<String, ToolError> {
//!         if query.is_empty() {
//!             return Err(ToolError::new("say what to look for"));
//!         }
//!         Ok(format!("{} hits", limit.unwrap_or(10)))
//!     }
//! }
//!
//! # mod wrapped { use super::*; // the future of `stdio` needs a tokio runtime
//! async fn serve() -> toolwright::Result<()> {
//!     Server::new("shop", "1.0.0").tools(Shop).stdio().await
//! }
//! # } fn main() {}
//! ```
//!
//! # When to use what
//! - An OpenAPI document, or tools described in JSON Schema: let `toolwright-codegen` write a
//!   typed trait in `build.rs` and include it with [`generated!`]; with the feature `rest` the
//!   generated proxy calls the REST service.
//! - A server by hand: [`#[tools]`](macro@tools), [`#[prompts]`](macro@prompts) and
//!   [`#[resources]`](macro@resources), or closures with [`tool::FnTools`], [`Prompts`] and
//!   [`Resources`].
//! - A client: [`Client`].
//! - The protocol's types alone: the crate `toolwright-spec`, here as [`spec`].
//!
//! # Map
//! - [`Server`], [`ToolSet`], [`Context`], [`ToolError`], [`Json`]: servers and their tools.
//! - [`Resources`], [`resource::Directory`], [`Prompts`]: what a server offers beside tools;
//!   [`ResourceSet`] and [`PromptSet`] to write one by hand, [`Failure`] when they fail,
//!   [`completion`] to suggest values.
//! - [`elicit`]: forms that ask the person at the client, made of structs by
//!   [`#[derive(Elicit)]`](macro@Elicit).
//! - [`Client`]: calls to another server, over a child process, in memory, or any byte stream.
//! - [`Group`]: several servers behind one client, also those of an `mcpServers` file
//!   ([`FromConfig`], [`client::config`]).
//! - [`tool::DynamicTools`], [`resource::DynamicResources`], [`prompt::DynamicPrompts`]: what comes
//!   and goes while a server runs. [`Server::visibility`]: what some callers do not see. [`cache`]:
//!   for how long clients may keep results. [`seal::Keys`]: for servers with several replicas.
//! - [`Extension`]: methods beyond those of the protocol. [`task`]: calls that go on after their answer.
//!   [`apps`]: pages that show results.
//! - [`scopes`]: what callers have to be allowed. `auth` (features `auth-server` and
//!   `auth-client`): OAuth for servers and clients.
//! - [`Middleware`], [`Limits`]: what surrounds every request.
//! - [`schema`]: JSON Schema validation, as it is used for arguments.
//! - [`spec`]: the types of the protocol.
//! - `testing` (feature): a kit for tests of servers and clients: scripts of either side,
//!   transcripts, faults, simulated time.
//! - `http` (feature): servers over HTTP. `rest` (feature): calls to REST upstreams. `openapi!` (feature): the code generator as a
//!   macro.
//!
//! # Structured results
//! A tool that returns [`Json<T>`] describes `T` in its `outputSchema`. `T` derives `Serialize`
//! and `JsonSchema`; with this crate's [`serde`] and [`schemars`] no further dependency is needed:
//!
//! ```
//! use toolwright::{schemars, serde};
//!
//! #[derive(serde::Serialize, schemars::JsonSchema)]
//! #[serde(crate = "toolwright::serde")]
//! #[schemars(crate = "toolwright::schemars")]
//! struct Book {
//!     title: String,
//! }
//! ```

mod config;
mod stub;
mod typed;

pub use config::FromConfig;
pub use toolwright_core::*;

/// Includes the code that `build.rs` generated under that name, as a module.
///
/// ```ignore
/// // build.rs: toolwright_codegen::build("petstore.yaml")
/// toolwright::generated!("petstore");
///
/// impl petstore::Petstore for Shop { /* one method per operation */ }
/// ```
#[doc(inline)]
pub use toolwright_macros::generated;

/// Makes a tool set of an `impl` block: every method marked `#[tool]` becomes a tool.
///
/// ```
/// use toolwright::{Context, ToolError, ToolSet, tools};
///
/// struct Shop;
///
/// #[tools]
/// impl Shop {
///     /// Search the catalogue.
///     #[tool(read_only)]
///     async fn search(
///         &self,
///         cx: &Context,
///         /// Words to look for
///         query: String,
///         /// At most this many hits
///         #[arg(range(1..=50), default = 10)]
///         limit: u32,
///         /// Only this genre
///         genre: Option<String>,
///     ) -> Result<String, ToolError> {
///         cx.progress(0.5).await;
///         Ok(format!("{limit} books about {query} of {genre:?}"))
///     }
/// }
///
/// let search = &Shop.tools()[0];
/// assert_eq!(search.name, "search");
/// assert_eq!(search.description.as_deref(), Some("Search the catalogue."));
/// assert_eq!(search.input_schema.to_value()["required"], toolwright::serde_json::json!(["query"]));
/// ```
///
/// # Methods
/// `#[tool]` takes `&self`, may be `async`, and returns whatever is
/// [`IntoToolResult`]: text, `()`, content blocks, `Json<T>`, or a
/// `Result` of one of these. Its doc comment is the tool's description. Options, separated by
/// commas:
///
/// - `name = "…"`: the tool's name, if it is not the method's.
/// - `title = "…"`, `description = "…"`
/// - `icon("https://…", mime = "image/png", sizes = "48x48", theme = "dark")`, once or more.
/// - `meta = { "com.example/kind": "x" }`: the definition's `_meta`.
/// - `scopes("files:write")`: what callers need; see [`scopes`].
/// - `read_only`, `destructive`, `idempotent`, `open_world`: hints for clients, each also with
///   `= false`.
///
/// Methods without `#[tool]` stay as they are.
///
/// # Parameters
/// A parameter of type `&Context` is the request's context. Every other parameter is a member of
/// the tool's arguments, of any type that is `Deserialize` and `JsonSchema`; an `Option` may be
/// left out. Its doc comment is its description. `#[arg(…)]` on a parameter takes:
///
/// - `name = "…"`: the member's name, if it is not the parameter's.
/// - `default`, `default = VALUE`: what it is when left out.
/// - `min = 1`, `max = 50`, `range(1..=50)`, `multiple_of = 5` for numbers.
/// - `length(1..=20)` for strings (in characters) and lists.
/// - `pattern = "^[a-z]+$"` for strings.
/// - `header = "Region"`: over HTTP, modern clients repeat the argument in the header
///   `Mcp-Param-Region`, which proxies route by. Text, whole numbers and booleans can be repeated;
///   what is named like a secret does not compile, unless it is marked `not_a_secret`.
///
/// All of it is in the tool's schema, and is checked before the method runs.
///
/// ```
/// use toolwright::{ToolSet, tools};
///
/// struct Stock;
///
/// #[tools]
/// impl Stock {
///     #[tool(title = "Stock", icon("https://example.com/stock.png"), meta = { "com.example/v": 2 })]
///     fn stock(&self, #[arg(header = "Region")] region: String) -> u32 {
///         region.len() as u32
///     }
/// }
///
/// let schema = Stock.tools()[0].input_schema.to_value();
/// assert_eq!(schema["properties"]["region"]["x-mcp-header"], "Region");
/// ```
///
/// Some are not for everybody:
///
/// ```
/// use toolwright::{Server, tools};
///
/// struct Files;
///
/// #[tools]
/// impl Files {
///     #[tool(read_only)]
///     fn read(&self) -> &'static str {
///         "what it says"
///     }
///
///     #[tool(scopes("files:write"))]
///     fn write(&self) -> &'static str {
///         "written"
///     }
/// }
///
/// # Server::new("files", "1.0.0").tools(Files).build().unwrap();
/// ```
#[doc(inline)]
pub use toolwright_macros::tools;

/// Makes a prompt set of an `impl` block: every method marked `#[prompt]` becomes a prompt.
///
/// ```
/// use toolwright::completion::Partial;
/// use toolwright::{Context, Failure, PromptSet, prompts, serde};
///
/// #[derive(serde::Deserialize)]
/// #[serde(crate = "toolwright::serde", rename_all = "lowercase")]
/// enum Style {
///     Formal,
///     Casual,
/// }
///
/// struct Shop;
///
/// #[prompts]
/// impl Shop {
///     /// Greet a customer.
///     #[prompt(title = "Greeting")]
///     async fn greet(
///         &self,
///         /// Who is greeted
///         #[arg(complete = Self::customers)]
///         name: String,
///         style: Option<Style>,
///     ) -> Result<String, Failure> {
///         Ok(match style {
///             Some(Style::Formal) => format!("Welcome {name} with all honours."),
///             _ => format!("Say hello to {name}."),
///         })
///     }
///
///     async fn customers(&self, _: &Context, partial: Partial) -> Vec<String> {
///         partial.filter(["Ada", "Grace"])
///     }
/// }
///
/// let arguments = Shop.prompts()[0].arguments.clone().unwrap();
/// assert_eq!(arguments[0].description.as_deref(), Some("Who is greeted"));
/// assert_eq!((arguments[0].required, arguments[1].required), (Some(true), Some(false)));
/// ```
///
/// # Methods
/// `#[prompt]` takes `&self`, may be `async`, and returns whatever is
/// [`IntoMessages`](prompt::IntoMessages): text, content, messages, or a `Result` of one of these.
/// Its doc comment is the prompt's description. Options: `name`, `title`, `description`,
/// `icon(…)`, `meta` and `scopes(…)`, as [`#[tools]`](macro@tools) has them.
///
/// # Parameters
/// A parameter of type `&Context` is the request's context. Every other parameter is an argument.
/// The protocol has only strings; numbers, booleans and enums without content are read from them.
/// `#[arg(…)]` takes:
///
/// - `name = "…"`, `title = "…"`
/// - `default`, `default = VALUE`: what it is when left out, as an `Option` is `None`.
/// - `complete = Self::method`: an `async` method that is given `&self`, the [`Context`] and a
///   [`Partial`](completion::Partial), and returns a `Vec<String>`, or a `Result` of it. It
///   suggests values while a user fills in the prompt.
#[doc(inline)]
pub use toolwright_macros::prompts;

/// Makes a resource set of an `impl` block: every method marked `#[resource]` becomes a resource,
/// or a family of resources under a template.
///
/// ```
/// use toolwright::completion::Partial;
/// use toolwright::{Context, Failure, ResourceSet, resources};
///
/// struct Shop {
///     books: Vec<String>,
/// }
///
/// #[resources]
/// impl Shop {
///     /// When the shop is open.
///     #[resource("shop://hours", mime = "text/plain")]
///     async fn hours(&self) -> &'static str {
///         "nine to six"
///     }
///
///     /// One book.
///     #[resource("shop://books/{id}", title = "Book", audience(user), priority = 0.5)]
///     async fn book(&self, #[arg(complete = Self::ids)] id: usize) -> Result<String, Failure> {
///         self.books.get(id).cloned().ok_or_else(Failure::not_found)
///     }
///
///     async fn ids(&self, _: &Context, partial: Partial) -> Vec<String> {
///         partial.filter((0..self.books.len()).map(|id| id.to_string()))
///     }
/// }
///
/// let shop = Shop { books: vec!["Dune".to_owned()] };
/// assert_eq!(shop.resources()[0].uri, "shop://hours");
/// assert_eq!(shop.templates()[0].uri_template, "shop://books/{id}");
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// assert!(shop.read(&Context::detached(), "shop://books/0").await.is_ok());
/// assert!(shop.read(&Context::detached(), "shop://books/1").await.unwrap_err().is_not_found());
/// # });
/// ```
///
/// # Methods
/// `#[resource("URI", …)]` takes `&self`, may be `async`, and returns whatever is
/// [`IntoContents`](resource::IntoContents): text, bytes, or a `Result` of one of these. Its doc
/// comment is the description. A URI with variables is a template; see
/// [`UriTemplate`](resource::UriTemplate) for what it may contain. Options:
///
/// - `name`, `title`, `description`, `icon(…)`, `meta` and `scopes(…)`, as [`#[tools]`](macro@tools)
///   has them.
/// - `mime = "text/plain"`: the media type; `size = 1024`: bytes, if it is known.
/// - `audience(user, assistant)`, `priority = 0.5` (0.0 to 1.0), `last_modified = "…"`:
///   annotations.
///
/// # Parameters
/// A parameter of type `&Context` is the request's context. Every other parameter is a variable of
/// the template, of any type that is `Deserialize`; those of `{?…}` may be left out, so they are an
/// `Option` or have a default. A variable without a parameter does not compile, nor does a
/// parameter without a variable. `#[arg(…)]` takes `name`, `default` and `complete`, as
/// [`#[prompts]`](macro@prompts) has them.
#[doc(inline)]
pub use toolwright_macros::resources;

/// Describes a form, or a choice within one, as [`Elicit`](trait@Elicit) and
/// [`elicit::Choice`].
///
/// ```
/// use toolwright::Elicit;
///
/// #[derive(Elicit)]
/// struct Order {
///     /// Whom the book is for
///     #[elicit(title = "Your name", default = "John Doe", max_length = 80)]
///     name: String,
///     #[elicit(format = "email")]
///     email: Option<String>,
///     #[elicit(min = 1, max = 5, default = 1)]
///     copies: u8,
///     binding: Binding,
///     #[elicit(max_items = 2, default = [Extra::Wrapped])]
///     extras: Vec<Extra>,
/// }
///
/// #[derive(Elicit)]
/// enum Binding {
///     #[elicit(title = "Hardcover")]
///     Hard,
///     #[elicit(title = "Paperback")]
///     Soft,
/// }
///
/// #[derive(Elicit)]
/// #[elicit(rename_all = "lowercase")]
/// enum Extra {
///     Wrapped,
///     Signed,
/// }
///
/// let form = Order::schema();
/// assert_eq!(form.required.unwrap(), ["binding"]);
///
/// let answers = toolwright::elicit::Answers::from_json(r#"{"name":"Ada","binding":"Soft"}"#)?;
/// let order: Order = answers.accept()?;
/// assert_eq!((order.copies, order.extras.len()), (1, 1));
/// # Ok::<(), toolwright::elicit::ElicitError>(())
/// ```
///
/// # Fields
/// `String`, `bool`, integers, floats, enums that derive `Elicit` (a choice of one), a `Vec` of
/// such an enum (a choice of several), and an `Option` of any of these, which may be left out. A
/// field with a default may be left out too. Doc comments are descriptions. `#[elicit(…)]` takes:
///
/// - `title = "…"`, `description = "…"`, and `name = "…"` if it is not the field's.
/// - `default = VALUE`: what is filled in beforehand.
/// - `min = 1`, `max = 5` for numbers. Integers have the bounds of their type besides.
/// - `min_length`, `max_length` and `format` (`"email"`, `"uri"`, `"date"`, `"date-time"`) for
///   text.
/// - `min_items`, `max_items` for a choice of several.
/// - `not_a_secret`: forms must not ask for passwords, tokens, keys and the like, which URL mode is
///   for; a field that is named like one does not compile without this.
///
/// # Options of a choice
/// An enum whose variants have no content. The value is the variant's name, or as
/// `#[elicit(rename_all = "…")]` on the enum has it (`"lowercase"`, `"UPPERCASE"`, `"snake_case"`,
/// `"kebab-case"`), or `#[elicit(name = "…")]` on the variant; people see
/// `#[elicit(title = "…")]` if one of the variants has it.
#[doc(inline)]
pub use toolwright_macros::Elicit;

pub use toolwright_spec as spec;
pub use typed::Patch;
pub use {schemars, serde, serde_json};

#[cfg(feature = "openapi")]
pub use toolwright_openapi::openapi;

/// Calls to REST upstreams, which generated proxies are made of.
#[cfg(feature = "rest")]
pub mod rest {
    pub use toolwright_http::rest::*;
}

/// Servers over HTTP: `Server::http("127.0.0.1:8000")`, or a tower service to be mounted.
#[cfg(feature = "http")]
pub mod http {
    pub use toolwright_http::serve::*;
    #[cfg(feature = "tls")]
    pub use toolwright_http::tls::*;
}

/// Clients over HTTP: `Client::connect("http://…")`.
#[cfg(feature = "http-client")]
pub mod http_client {
    pub use toolwright_http::client::*;
}

/// Authorization by OAuth: servers that take access tokens, clients that log in.
#[cfg(any(feature = "auth-client", feature = "auth-server"))]
pub mod auth {
    pub use toolwright_auth::*;
}

/// As it is: this program does not reach URLs.
#[cfg(not(feature = "http-client"))]
fn with_urls(builder: group::GroupBuilder) -> group::GroupBuilder {
    builder
}

/// With the servers that are under URLs.
#[cfg(feature = "http-client")]
fn with_urls(builder: group::GroupBuilder) -> group::GroupBuilder {
    use toolwright_http::client::WithUrls as _;
    builder.with_urls()
}

/// What most programs need: `use toolwright::prelude::*;`.
pub mod prelude {
    #[cfg(feature = "http-client")]
    pub use toolwright_http::client::{Connect, ConnectWith, WithUrls};
    #[cfg(feature = "http")]
    pub use toolwright_http::serve::Serve;

    pub use crate::{
        Client, Context, Elicit, Failure, FromConfig, Group, Json, PromptSet, Prompts, ResourceSet,
        Resources, Server, ToolError, ToolSet, prompts, resources, tools,
    };
}

/// What generated code and macros name; no part of the public interface.
#[doc(hidden)]
pub mod __rt {
    pub use crate::typed::{
        FURTHER, Listed, Members, Record, Writer, absent, closest, position, read, read_listed,
        sent, tagged, write_listed,
    };
    pub use crate::{__listed as listed, __record as record};
    pub use toolwright_core::__answer as answer;
    pub use toolwright_core::__dispatch as dispatch;
    pub use toolwright_core::descriptor::Descriptor;
    pub use toolwright_core::prompt::dispatch::filled;
    pub use toolwright_core::resource::dispatch::{Template, variables};
    pub use toolwright_core::tool::{Contracts, Parameter, Parameters};
    pub use {schemars, serde, serde_json};

    /// What the methods of generated clients do.
    pub mod client {
        pub use crate::stub::*;
    }

    /// The members of a JSON object.
    #[must_use]
    pub fn object(value: serde_json::Value) -> crate::spec::Object {
        match value {
            serde_json::Value::Object(members) => members,
            _ => crate::spec::Object::default(),
        }
    }
}
