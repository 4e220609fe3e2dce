//! Tools that ask, by how the questions and answers travel when every request stands alone.

use serde_json::Value;
use toolwright::elicit::Form;
use toolwright::tool::FnTools;
use toolwright::{Context, ToolError};

use super::asking::{name, sample};
use super::plain;

pub(super) fn tools() -> FnTools {
    FnTools::new()
        .with(
            plain("test_streaming_elicitation", "Asks for a name at once"),
            |cx, _: Value| async move { greet(&cx).await },
        )
        .with(
            plain("test_input_required_result_elicitation", "Asks for a name"),
            |cx, _: Value| async move { greet(&cx).await },
        )
        .with(
            plain("test_input_required_result_sampling", "Asks the model"),
            |cx, _: Value| async move { capital(&cx).await },
        )
        .with(
            plain("test_input_required_result_list_roots", "Asks for the roots"),
            |cx, _: Value| async move { roots(&cx).await },
        )
        .with(
            plain("test_input_required_result_request_state", "Asks, and remembers"),
            |cx, _: Value| async move { confirm(&cx).await },
        )
        .with(
            plain("test_input_required_result_tampered_state", "Asks, and believes no forgery"),
            |cx, _: Value| async move { confirm(&cx).await },
        )
        .with(
            plain("test_input_required_result_multiple_inputs", "Asks three things at once"),
            |cx, _: Value| async move {
                let (name, greeting, roots) = tokio::join!(
                    name(&cx, "user_name"),
                    sample(&cx, "greeting", "Say hello to somebody.", 50),
                    cx.roots("client_roots"),
                );
                Ok::<_, ToolError>(format!("{}: {}, {} roots", name?, greeting?, roots?.len()))
            },
        )
        .with(
            plain("test_input_required_result_multi_round", "Asks twice"),
            |cx, _: Value| async move {
                let name = name(&cx, "step1").await?;
                let form = Form::new().string("color", |field| field).build()?;
                let answers = cx.elicit_form("step2", "Which colour do you like?", form).await?;
                Ok::<_, ToolError>(format!("{name} likes {}", answers.field::<String>("color")?))
            },
        )
        .with(
            plain("test_input_required_result_capabilities", "Asks for what the client has"),
            |cx, _: Value| async move { possible(&cx).await },
        )
}

async fn greet(cx: &Context) -> Result<String, ToolError> {
    Ok(format!("Hello, {}!", name(cx, "user_name").await?))
}

async fn capital(cx: &Context) -> Result<String, ToolError> {
    sample(cx, "capital_question", "What is the capital of France?", 100).await
}

async fn roots(cx: &Context) -> Result<String, ToolError> {
    Ok(format!("{} roots", cx.roots("client_roots").await?.len()))
}

async fn confirm(cx: &Context) -> Result<String, ToolError> {
    let form = Form::new().boolean("ok", |field| field).build()?;
    let sure = cx.elicit_form("confirm", "Are you sure?", form).await?.field("ok")?;
    Ok(if sure { "state-ok: confirmed" } else { "state-ok: not confirmed" }.to_owned())
}

async fn possible(cx: &Context) -> Result<String, ToolError> {
    let client = cx.client_capabilities();
    if client.sampling.is_some() {
        capital(cx).await
    } else if client.elicitation.is_some() {
        greet(cx).await
    } else if client.roots.is_some() {
        roots(cx).await
    } else {
        Ok("this client cannot be asked".to_owned())
    }
}
