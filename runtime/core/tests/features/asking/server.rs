//! A server whose handlers ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use toolwright_core::elicit::{Answers, Elicit, ElicitError, Form};
use toolwright_core::prompt::Prompts;
use toolwright_core::resource::Resources;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Failure, Server, ToolError};
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitationSchema, IncludeContext, JsonSchema,
    Resource, Role, SamplingMessage, SamplingMessageContentBlock as Block, TextContent, Tool,
    ToolResultContent,
};

/// No arguments that are looked at.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub(crate) struct Any {}

/// What users are asked.
pub(crate) struct Order {
    pub(crate) copies: u32,
    pub(crate) size: String,
}

impl Elicit for Order {
    fn schema() -> ElicitationSchema {
        let form = Form::new().integer("copies", |field| field.min(1));
        let sizes = [("s", "Small"), ("l", "Large")];
        form.titled_select("size", sizes, |field| field.default("s").optional()).into_schema()
    }

    fn read(answers: &Answers) -> Result<Self, ElicitError> {
        let size = answers.field_or("size", || "s".to_owned())?;
        Ok(Self { copies: answers.field("copies")?, size })
    }
}

/// A form with one text.
pub(crate) fn form(name: &str) -> ElicitationSchema {
    Form::new().string(name, |field| field).into_schema()
}

pub(crate) fn says(text: &str) -> SamplingMessage {
    SamplingMessage::new(Role::User, Block::from(TextContent::new(text)))
}

pub(crate) fn said(answer: &CreateMessageResult) -> String {
    match answer.content.as_slice() {
        [Block::Text(text)] => text.text.clone(),
        other => panic!("{other:?}"),
    }
}

async fn order(cx: Context) -> Result<String, ToolError> {
    let Order { copies, size } = cx.elicit("order", "How many?").await?;
    Ok(format!("{copies} {size}"))
}

async fn pay(cx: Context) -> Result<String, ToolError> {
    cx.elicit_url("pay", "Please pay.", "https://shop.example/pay/7").await?;
    Ok("paid".to_owned())
}

async fn weather(cx: Context) -> Result<String, ToolError> {
    let tool = Tool::new("weather", JsonSchema::empty_object());
    let mut messages = vec![says("What is the weather?")];
    for turn in 0..4 {
        let request = CreateMessageRequestParams::new(messages.clone(), 50)
            .with_include_context(IncludeContext::ThisServer)
            .with_tools([tool.clone()]);
        let answer = cx.sample(&format!("turn {turn}"), request).await?;
        let uses = answer.content.iter().filter_map(|block| match block {
            Block::ToolUse(tool) => Some(tool),
            _ => None,
        });
        let results: Vec<Block> =
            uses.map(|tool| ToolResultContent::new(&*tool.id, ["sunny".into()]).into()).collect();
        if results.is_empty() {
            return Ok(said(&answer));
        }
        messages.push(SamplingMessage::new(answer.role, answer.content));
        messages.push(SamplingMessage::new(Role::User, results));
    }
    Err(ToolError::new("too many turns"))
}

async fn several(cx: Context) -> Result<String, ToolError> {
    let request = CreateMessageRequestParams::new([says("Greet.")], 50);
    let (name, greeting, roots) = tokio::join!(
        cx.elicit_form("name", "Name?", form("name")),
        cx.sample("greeting", request),
        cx.roots("roots"),
    );
    let name: String = name?.field("name")?;
    Ok(format!("{}, {name} of {}", said(&greeting?), roots?[0].uri))
}

async fn steps(cx: Context) -> Result<String, ToolError> {
    let first: String = cx.elicit_form("1", "First?", form("text")).await?.field("text")?;
    let next = format!("After {first}?");
    let second: String = cx.elicit_form("2", next, form("text")).await?.field("text")?;
    let again = cx.elicit_form("1", "First?", form("text")).await?;
    assert_eq!(again.field::<String>("text")?, first);
    Ok(format!("{first} {second}"))
}

/// All of them, and how often effects ran.
pub(crate) fn server() -> (Server, Arc<AtomicUsize>) {
    let effects = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&effects);
    let tools = FnTools::new()
        .tool("order", "", |cx, _: Any| order(cx))
        .tool("pay", "", |cx, _: Any| pay(cx))
        .tool("weather", "", |cx, _: Any| weather(cx))
        .tool("several", "", |cx, _: Any| several(cx))
        .tool("steps", "", |cx, _: Any| steps(cx))
        .tool("reserve", "", move |cx: Context, _: Any| {
            let effects = Arc::clone(&counted);
            async move {
                let seat = async || Ok::<_, ToolError>(effects.fetch_add(1, Ordering::SeqCst) + 1);
                let seat = cx.once("seat", seat).await?;
                cx.elicit_form("name", format!("Who sits on {seat}?"), form("name")).await?;
                cx.elicit_form("sure", "Sure?", form("yes")).await?;
                Ok::<_, ToolError>(format!("seat {seat}"))
            }
        });
    let prompts = Prompts::new().prompt("greet", "", |cx: Context, (): ()| async move {
        let answers = cx.elicit_form("name", "Name?", form("name")).await?;
        Ok::<_, Failure>(format!("Greet {}.", answers.field::<String>("name")?))
    });
    let resource = Resource::new("secret", "shop://secret");
    let resources = Resources::new().resource(resource, |cx: Context| async move {
        let answers = cx.elicit_form("reason", "Why?", form("reason")).await?;
        Ok::<_, Failure>(format!("because {}", answers.field::<String>("reason")?))
    });
    let server = Server::new("shop", "1.0.0").tools(tools).prompts(prompts).resources(resources);
    (server, effects)
}
