//! A server that has everything: it asks, begins tasks, tells of changes, logs, suggests, and has methods of its
//! own.

use serde_json::{Value, json};
use toolwright_core::completion::Partial;
use toolwright_core::elicit::Form;
use toolwright_core::task::TaskPolicy;
use toolwright_core::tool::FnTools;
use toolwright_core::{
    Context, Extension, Failure, Prompts, ProtocolError, Resources, Server, ToolError,
};
use toolwright_spec::{JsonSchema, Prompt, PromptArgument, Resource, ResourceTemplate, Tool};

use crate::support::{Tools, limits};

#[derive(serde::Deserialize)]
struct Reserve {
    book: String,
}

async fn reserve(_: Context, params: Reserve) -> Result<Value, ProtocolError> {
    Ok(json!({ "reserved": params.book }))
}

async fn ask(cx: Context, _: Value) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    let name: String = cx.elicit_form("name", "Name?", form).await?.field("name")?;
    Ok(format!("Hello, {name}!"))
}

async fn titles(_: Context, partial: Partial) -> Result<Vec<String>, Failure> {
    Ok(partial.filter(["Dune", "Solaris"]))
}

/// Lists of it have pages of four.
pub(crate) fn shop() -> Server {
    let tool = |name: &str| Tool::new(name, JsonSchema::empty_object());
    let tools = FnTools::new().with(tool("ask"), ask).with(tool("other"), ask);
    let liked = PromptArgument::new("liked").with_required(true);
    let prompt = Prompt::new("recommend").with_arguments([liked]);
    let prompts = Prompts::new()
        .with(prompt, |_, _: Value| async { "What should I read?" })
        .complete("liked", titles);
    let book = ResourceTemplate::new("book", "shop://books/{title}");
    let resources = Resources::new()
        .text(Resource::new("hours", "shop://hours"), "nine to six")
        .template(book, |_, _: Value| async { "a book" })
        .complete("title", titles);
    let extension = Extension::new("com.example/books").method("com.example/reserve", reserve);
    Server::new("shop", "1.0.0")
        .tools(Tools::default())
        .tools(tools)
        .prompts(prompts)
        .resources(resources)
        .extension(extension)
        .task_tool("other", TaskPolicy::optional())
        .logging()
        .subscriptions(true)
        .limits(limits(|limits| limits.page_items = 4))
}
