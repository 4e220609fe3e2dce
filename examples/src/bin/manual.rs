//! What a server offers beside tools: resources and a prompt, over stdio.
//!
//! Give the program to any MCP client as a stdio server. It serves `manual://index`, a page under
//! each `manual://pages/{number}`, the files of its own sources, and the prompt `explain`.

use toolwright::prompt::Prompts;
use toolwright::resource::{Directory, Resources};
use toolwright::spec::{PromptMessage, Resource, ResourceTemplate};
use toolwright::{Failure, Server};
use toolwright::{schemars, serde};

/// The variables of `manual://pages/{number}`.
#[derive(serde::Deserialize)]
#[serde(crate = "toolwright::serde")]
struct Page {
    number: usize,
}

/// The arguments of the prompt.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Explain {
    /// Page to explain, from 1
    page: usize,
    /// For whom: child or expert
    audience: Option<Audience>,
}

#[derive(Clone, Copy, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde", rename_all = "lowercase")]
#[schemars(crate = "toolwright::schemars")]
enum Audience {
    #[default]
    Child,
    Expert,
}

const PAGES: [&str; 3] = [
    "Unpack the kettle and fill it with water.",
    "Switch it on. It switches itself off when the water boils.",
    "Descale it every month with vinegar.",
];

/// A page by its number, counted from 1.
fn page(number: usize) -> Result<&'static str, Failure> {
    let index = number.checked_sub(1).ok_or_else(|| Failure::invalid("pages count from 1"))?;
    PAGES.get(index).copied().ok_or_else(Failure::not_found)
}

fn resources() -> Resources {
    let index = Resource::new("index", "manual://index")
        .with_description("What is on which page")
        .with_mime_type("text/plain");
    let pages = ResourceTemplate::new("page", "manual://pages/{number}")
        .with_description("One page, counted from 1")
        .with_mime_type("text/plain");
    Resources::new()
        .text(index, "1: setting up, 2: use, 3: care")
        .template(pages, |_cx, Page { number }| async move { page(number) })
}

fn prompts() -> Prompts {
    Prompts::new().prompt("explain", "Explains a page", |_cx, explain: Explain| async move {
        let audience = match explain.audience.unwrap_or_default() {
            Audience::Child => "a child of eight",
            Audience::Expert => "an engineer",
        };
        // Here not found would mean that there is no such prompt.
        let text = page(explain.page)
            .map_err(|_| Failure::invalid(format!("page: there are pages 1 to {}", PAGES.len())))?;
        Ok::<_, Failure>([
            PromptMessage::user(format!("Explain this page of the manual to {audience}:")),
            PromptMessage::user(text),
        ])
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    Server::new("manual", "1.0.0")
        .title("The kettle's manual")
        .resources(resources())
        .resources(Directory::new("sources", "manual://sources/", sources))
        .prompts(prompts())
        .stdio()
        .await
}
