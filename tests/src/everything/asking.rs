//! Tools that ask the client, by what they ask.

use serde_json::{Value, json};
use toolwright::elicit::{Answers, Form};
use toolwright::spec::{
    CreateMessageRequestParams, ElicitationSchema, Role, SamplingMessage,
    SamplingMessageContentBlock, TextContent,
};
use toolwright::tool::FnTools;
use toolwright::{AskError, Context, ToolError};

use super::{described, plain};

/// Tools that older suites name.
pub(super) fn tools() -> FnTools {
    FnTools::new()
        .with(
            described("test_sampling", "Asks the client's model", one_text("prompt")),
            |cx, arguments: Value| async move {
                let prompt = text_of(&arguments, "prompt");
                let answer = sample(&cx, "sampling", prompt, 100).await?;
                Ok::<_, ToolError>(format!("LLM response: {answer}"))
            },
        )
        .with(
            described("test_elicitation", "Asks the user", one_text("message")),
            |cx, arguments: Value| async move {
                let message = text_of(&arguments, "message");
                let form = Form::new().string("username", |field| field);
                let form = form.string("email", |field| field).build()?;
                let answer = cx.elicit_form("user", message, form).await;
                Ok::<_, ToolError>(format!("User response: {}", outcome(answer)?))
            },
        )
        .with(
            plain("test_elicitation_sep1034_defaults", "Asks with values filled in"),
            |cx, _: Value| async move { filled_in(&cx, defaults()).await },
        )
        .with(
            plain("test_elicitation_sep1330_enums", "Asks to choose"),
            |cx, _: Value| async move { filled_in(&cx, choices()).await },
        )
}

/// A form with a name in it, which is what most tools here ask for.
pub(super) async fn name(cx: &Context, key: &str) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    Ok(cx.elicit_form(key, "What is your name?", form).await?.field("name")?)
}

/// What the client's model says to one sentence.
pub(super) async fn sample(
    cx: &Context,
    key: &str,
    sentence: &str,
    most: i64,
) -> Result<String, ToolError> {
    let said = SamplingMessageContentBlock::from(TextContent::new(sentence));
    let request = CreateMessageRequestParams::new([SamplingMessage::new(Role::User, said)], most);
    let answer = cx.sample(key, request).await?;
    match answer.content.as_slice() {
        [SamplingMessageContentBlock::Text(text), ..] => Ok(text.text.clone()),
        _ => Err(ToolError::new("the model did not answer with text")),
    }
}

async fn filled_in(cx: &Context, form: ElicitationSchema) -> Result<String, ToolError> {
    let answer = cx.elicit_form("form", "Please fill in this form", form).await;
    Ok(format!("Elicitation completed: {}", outcome(answer)?))
}

/// In words; that a user does not want to is no failure.
fn outcome(answer: Result<Answers, AskError>) -> Result<String, AskError> {
    match answer {
        Ok(answers) => Ok(format!("action=accept, content={answers:?}")),
        Err(AskError::Declined) => Ok("action=decline".to_owned()),
        Err(AskError::Cancelled) => Ok("action=cancel".to_owned()),
        Err(error) => Err(error),
    }
}

fn defaults() -> ElicitationSchema {
    Form::new()
        .string("name", |field| field.default("John Doe"))
        .integer("age", |field| field.default(30))
        .number("score", |field| field.default(95.5))
        .select("status", ["active", "inactive", "pending"], |field| field.default("active"))
        .boolean("verified", |field| field.default(true))
        .into_schema()
}

fn choices() -> ElicitationSchema {
    let plain = ["option1", "option2", "option3"];
    let titled = [("value1", "First"), ("value2", "Second"), ("value3", "Third")];
    Form::new()
        .select("untitledSingle", plain, |field| field)
        .titled_select("titledSingle", titled, |field| field)
        .titled_select("legacyEnum", titled, |field| field.legacy_titles())
        .choices("untitledMulti", plain, |field| field)
        .titled_choices("titledMulti", titled, |field| field)
        .into_schema()
}

fn one_text(name: &str) -> Value {
    json!({ "type": "object", "properties": { name: { "type": "string" } }, "required": [name] })
}

fn text_of<'a>(arguments: &'a Value, name: &str) -> &'a str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}
