//! The rules of conversations that a client's model is asked to continue.

use std::collections::BTreeSet;

use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, Role, SamplingMessage,
    SamplingMessageContentBlock as Block,
};

/// What is wrong with a conversation.
///
/// Specification: `client/sampling`, section "Message Content Constraints".
pub(super) fn fault(params: &CreateMessageRequestParams) -> Option<String> {
    if params.messages.is_empty() {
        return Some("there is no message to continue".to_owned());
    }
    if params.max_tokens < 1 {
        return Some("`maxTokens` must be at least 1".to_owned());
    }
    let mut unanswered = BTreeSet::new();
    for (index, message) in params.messages.iter().enumerate() {
        if let Some(fault) = next(message, &mut unanswered) {
            return Some(format!("message {index}: {fault}"));
        }
    }
    unanswered.first().map(|id| format!("the tool use `{id}` has no result"))
}

/// What is wrong with one more message, after tool uses that wait for their results.
fn next<'a>(message: &'a SamplingMessage, unanswered: &mut BTreeSet<&'a str>) -> Option<String> {
    let results = message.content.iter().filter(|block| matches!(block, Block::ToolResult(_)));
    let results = results.count();
    if results > 0 && (results < message.content.as_slice().len() || message.role != Role::User) {
        return Some("results of tools stand alone in a message of the user".to_owned());
    }
    if results == 0
        && let Some(id) = unanswered.first()
    {
        return Some(format!("the tool use `{id}` has to get its result first"));
    }
    for block in &message.content {
        match block {
            Block::ToolResult(result) if !unanswered.remove(&*result.tool_use_id) => {
                let id = &result.tool_use_id;
                return Some(format!("a result for `{id}`, which nothing waits for"));
            }
            Block::ToolUse(_) if message.role != Role::Assistant => {
                return Some("only the assistant uses tools".to_owned());
            }
            Block::ToolUse(used) if !unanswered.insert(&used.id) => {
                return Some(format!("two tool uses are called `{}`", used.id));
            }
            _ => {}
        }
    }
    // What is left after a message of results has been left out.
    if results > 0
        && let Some(id) = unanswered.first()
    {
        return Some(format!("the tool use `{id}` has no result"));
    }
    None
}

/// What is wrong with what the client's model said to a conversation.
pub(super) fn answer_fault(
    asked: &CreateMessageRequestParams,
    answer: &CreateMessageResult,
) -> Option<&'static str> {
    let has_tools = asked.tools.as_ref().is_some_and(|tools| !tools.is_empty());
    for block in &answer.content {
        match block {
            Block::ToolResult(_) => return Some("the model answers with the result of a tool"),
            Block::ToolUse(_) if !has_tools => {
                return Some("the model uses a tool, but was given none");
            }
            Block::ToolUse(_) if answer.role != Role::Assistant => {
                return Some("only the assistant uses tools");
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(messages: &Value) -> Option<String> {
        let params = json!({ "messages": messages, "maxTokens": 10 });
        fault(&serde_json::from_value(params).unwrap())
    }

    fn text() -> Value {
        json!({ "role": "user", "content": { "type": "text", "text": "x" } })
    }

    fn uses(ids: &[&str]) -> Value {
        let block =
            |id: &&str| json!({ "type": "tool_use", "id": id, "name": "weather", "input": {} });
        json!({ "role": "assistant", "content": ids.iter().map(block).collect::<Vec<_>>() })
    }

    fn results(ids: &[&str]) -> Value {
        let block = |id: &&str| json!({ "type": "tool_result", "toolUseId": id, "content": [] });
        json!({ "role": "user", "content": ids.iter().map(block).collect::<Vec<_>>() })
    }

    #[test]
    fn every_tool_use_has_its_result_at_once() {
        let good = [
            json!([text()]),
            json!([text(), uses(&["a", "b"]), results(&["b", "a"])]),
            json!([text(), uses(&["a"]), results(&["a"]), uses(&["a"]), results(&["a"]), text()]),
        ];
        for messages in good {
            assert_eq!(told(&messages), None, "{messages}");
        }
        let mut mixed = results(&["a"]);
        mixed["content"].as_array_mut().unwrap().push(json!({ "type": "text", "text": "x" }));
        let mut spoken = results(&["a"]);
        spoken["role"] = "assistant".into();
        let mut used = uses(&["a"]);
        used["role"] = "user".into();
        let bad = [
            json!([]),
            json!([text(), uses(&["a"])]),
            json!([text(), uses(&["a"]), text(), results(&["a"])]),
            json!([text(), uses(&["a", "b"]), results(&["a"]), results(&["b"])]),
            json!([text(), uses(&["a"]), results(&["a", "a"])]),
            json!([text(), uses(&["a"]), results(&["x"])]),
            json!([text(), uses(&["a", "a"]), results(&["a"])]),
            json!([text(), results(&["a"])]),
            json!([text(), uses(&["a"]), mixed]),
            json!([text(), uses(&["a"]), spoken]),
            json!([text(), used]),
        ];
        for messages in bad {
            assert!(told(&messages).is_some(), "{messages}");
        }
    }

    #[test]
    fn a_model_uses_only_what_it_was_given() {
        let asked = json!({ "messages": [text()], "maxTokens": 10 });
        let mut asked: CreateMessageRequestParams = serde_json::from_value(asked).unwrap();
        let answer = |mut message: Value| -> CreateMessageResult {
            message["model"] = "m".into();
            serde_json::from_value(message).unwrap()
        };
        assert!(answer_fault(&asked, &answer(uses(&["a"]))).is_some());
        assert!(answer_fault(&asked, &answer(results(&["a"]))).is_some());
        assert_eq!(answer_fault(&asked, &answer(text())), None);
        let tool =
            toolwright_spec::Tool::new("weather", toolwright_spec::JsonSchema::empty_object());
        asked.tools = Some(vec![tool]);
        assert_eq!(answer_fault(&asked, &answer(uses(&["a"]))), None);
    }
}
