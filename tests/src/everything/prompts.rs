//! Prompts by what they contain.

use toolwright::completion::Partial;
use toolwright::elicit::Form;
use toolwright::schemars::{self, JsonSchema};
use toolwright::serde::{self, Deserialize};
use toolwright::spec::PromptMessage;
use toolwright::tool::content;
use toolwright::{Failure, Prompts};

use super::contents::resource;
use super::media::PNG;

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "serde")]
#[schemars(crate = "schemars")]
struct Two {
    /// Any text
    arg1: String,
    /// Any other text
    arg2: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "serde", rename_all = "camelCase")]
#[schemars(crate = "schemars")]
struct Embedded {
    /// Which resource to embed
    resource_uri: String,
}

pub(super) fn prompts() -> Prompts {
    Prompts::new()
        .prompt("test_simple_prompt", "Says one thing", |_, (): ()| async {
            "This is a simple prompt for testing."
        })
        .prompt("test_prompt_with_arguments", "Repeats two texts", |_, two: Two| async move {
            format!("Prompt with arguments: arg1='{}', arg2='{}'", two.arg1, two.arg2)
        })
        .complete("arg1", |_, partial: Partial| async move {
            Ok(partial.filter(["testing", "tested", "other"]))
        })
        .prompt(
            "test_prompt_with_embedded_resource",
            "Embeds a resource",
            |_, Embedded { resource_uri }: Embedded| async move {
                let text = "Embedded resource content for testing.";
                [
                    PromptMessage::user(resource(&resource_uri, "text/plain", text)),
                    PromptMessage::user("Please process the embedded resource above."),
                ]
            },
        )
        .prompt(
            "test_input_required_result_prompt",
            "Asks what it is about",
            |cx, (): ()| async move {
                let form = Form::new().string("context", |field| field).into_schema();
                let answers = cx.elicit_form("user_context", "What is it about?", form).await?;
                let context: String = answers.field("context").map_err(Failure::from)?;
                Ok::<_, Failure>(format!("Context: {context}"))
            },
        )
        .prompt("test_prompt_with_image", "Shows an image", |_, (): ()| async {
            [
                PromptMessage::user(content::image(PNG, "image/png")),
                PromptMessage::user("Please analyze the image above."),
            ]
        })
}
