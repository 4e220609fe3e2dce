//! The attribute macros of Toolwright. Use them through the facade `toolwright`.

mod constraint;
mod docs;
mod expand;
mod generated;
mod method;
mod options;
mod parameter;
mod tools;

use proc_macro::TokenStream;

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
/// assert_eq!(search.input_schema.to_value()["required"], serde_json::json!(["query"]));
/// ```
///
/// # Methods
/// `#[tool]` takes `&self`, may be `async`, and returns whatever is
/// [`IntoToolResult`](https://docs.rs/toolwright): text, `()`, content blocks, `Json<T>`, or a
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
#[proc_macro_attribute]
pub fn tools(options: TokenStream, item: TokenStream) -> TokenStream {
    tools::expand(options.into(), item.into()).into()
}

/// Includes the code that `build.rs` generated under that name, as a module.
///
/// ```ignore
/// // build.rs: toolwright_codegen::build("petstore.yaml")
/// toolwright::generated!("petstore");
///
/// impl petstore::Petstore for Shop { … }
/// ```
#[proc_macro]
pub fn generated(name: TokenStream) -> TokenStream {
    generated::expand(name.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
