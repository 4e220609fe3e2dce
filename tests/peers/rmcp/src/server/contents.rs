//! Resources and prompts.

use rmcp::ErrorData;
use rmcp::model::{
    GetPromptResult, Prompt, PromptArgument, PromptMessage, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate, Role,
};
use serde_json::{Map, Value, json};

/// Where the resource is that clients may watch.
pub(crate) const WATCHED: &str = "test://watched-resource";

pub(crate) const TWO: &str = "test_prompt_with_arguments";

const TEXT: &str = "test://static-text";
const BYTES: &str = "test://static-binary";

pub(crate) fn resources() -> Vec<Resource> {
    vec![
        Resource::new(TEXT, "static-text").with_mime_type("text/plain"),
        Resource::new(BYTES, "static-binary").with_mime_type("image/png"),
        Resource::new(WATCHED, "watched").with_mime_type("text/plain"),
    ]
}

pub(crate) fn templates() -> Vec<ResourceTemplate> {
    vec![ResourceTemplate::new("test://template/{id}/data", "data")]
}

pub(crate) fn read(uri: &str, changed: usize) -> Result<ReadResourceResult, ErrorData> {
    let made = uri.strip_prefix("test://template/").and_then(|rest| rest.strip_suffix("/data"));
    let contents = match (uri, made) {
        (TEXT, _) => ResourceContents::text("This is static text.", uri),
        (BYTES, _) => ResourceContents::blob("iVBORw0KGgo=", uri).with_mime_type("image/png"),
        (WATCHED, _) => ResourceContents::text(format!("It has changed {changed} times."), uri),
        (_, Some(id)) => ResourceContents::text(json!({ "id": id }).to_string(), uri),
        _ => return Err(ErrorData::resource_not_found("there is no such resource", None)),
    };
    Ok(ReadResourceResult::new(vec![contents]))
}

pub(crate) fn prompts() -> Vec<Prompt> {
    let argument = |name: &str| PromptArgument::new(name).with_required(true);
    vec![
        Prompt::new("test_simple_prompt", Some("Says one thing"), None),
        Prompt::new(TWO, Some("Repeats two texts"), Some(vec![argument("arg1"), argument("arg2")])),
    ]
}

pub(crate) fn filled(
    name: &str,
    arguments: &Map<String, Value>,
) -> Result<GetPromptResult, ErrorData> {
    let argument = |name: &str| arguments.get(name).and_then(Value::as_str);
    let text = match (name, argument("arg1"), argument("arg2")) {
        ("test_simple_prompt", ..) => "This is a simple prompt.".to_owned(),
        (TWO, Some(one), Some(two)) => format!("arg1='{one}', arg2='{two}'"),
        _ => {
            return Err(ErrorData::invalid_params(
                "no such prompt, or an argument is missing",
                None,
            ));
        }
    };
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]))
}
