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
//! - A server by hand: [`#[tools]`](tools), or closures with [`tool::FnTools`].
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
//! - [`Middleware`], [`Limits`]: what surrounds every request.
//! - [`schema`]: JSON Schema validation, as it is used for arguments.
//! - [`spec`]: the types of the protocol.
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
///
/// All of it is in the tool's schema, and is checked before the method runs.
#[doc(inline)]
pub use toolwright_macros::tools;

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

/// What most programs need: `use toolwright::prelude::*;`.
pub mod prelude {
    #[cfg(feature = "http")]
    pub use toolwright_http::serve::Serve;

    pub use crate::{
        Client, Context, Elicit, Failure, Json, Prompts, Resources, Server, ToolError, ToolSet,
        tools,
    };
}

/// What generated code and macros name; no part of the public interface.
#[doc(hidden)]
pub mod __rt {
    pub use toolwright_core::__dispatch as dispatch;
    pub use toolwright_core::descriptor::Descriptor;
    pub use toolwright_core::tool::{Parameter, Parameters};
    pub use {schemars, serde, serde_json};
}
