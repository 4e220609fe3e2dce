//! Prompts by what they contain.

use toolwright::Prompts;
use toolwright::completion::Partial;
use toolwright::schemars::{self, JsonSchema};
use toolwright::serde::{self, Deserialize};
use toolwright::spec::PromptMessage;
use toolwright::tool::content;

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
        .prompt("test_prompt_with_image", "Shows an image", |_, (): ()| async {
            [
                PromptMessage::user(content::image(PNG, "image/png")),
                PromptMessage::user("Please analyze the image above."),
            ]
        })
}
