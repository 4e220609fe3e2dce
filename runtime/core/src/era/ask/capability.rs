//! What a client has to be able to before it is asked.

use toolwright_spec::{
    ClientCapabilities, CreateMessageRequestParams, ElicitRequestParams, ElicitationCapability,
    IncludeContext, InputRequest, Object, RootsCapability, SamplingCapability,
};

/// A capability that a question takes and a client did not declare.
#[derive(Debug, PartialEq)]
pub(super) struct Missing {
    /// What to call it.
    pub(super) name: &'static str,
    /// It alone.
    pub(super) required: ClientCapabilities,
}

/// What a client lacks to be asked this, if anything.
pub(super) fn missing(request: &InputRequest, has: &ClientCapabilities) -> Option<Missing> {
    match request {
        InputRequest::Elicit(request) => elicitation(&request.params, has.elicitation.as_ref()),
        InputRequest::CreateMessage(request) => {
            sampling(uses_tools(&request.params), has.sampling.as_ref())
        }
        InputRequest::ListRoots(_) if has.roots.is_none() => {
            let required = ClientCapabilities::new().with_roots(RootsCapability::new());
            Some(Missing { name: "roots", required })
        }
        _ => None,
    }
}

/// Leaves out advice that the client would not heed.
pub(super) fn without_context(params: &mut CreateMessageRequestParams, has: &ClientCapabilities) {
    let heeds = has.sampling.as_ref().is_some_and(|sampling| sampling.context.is_some());
    if !heeds && params.include_context.is_some_and(|include| include != IncludeContext::None) {
        params.include_context = None;
    }
}

/// Whether a client needs `sampling.tools` for it.
pub(super) fn uses_tools(params: &CreateMessageRequestParams) -> bool {
    params.tools.is_some() || params.tool_choice.is_some()
}

/// An empty capability means forms.
fn elicitation(
    params: &ElicitRequestParams,
    has: Option<&ElicitationCapability>,
) -> Option<Missing> {
    let (able, name, required) = match params {
        ElicitRequestParams::Url(_) => (
            has.is_some_and(|has| has.url.is_some()),
            "elicitation.url",
            ElicitationCapability::new().with_url(Object::default()),
        ),
        ElicitRequestParams::Form(_) => (
            has.is_some_and(|has| has.form.is_some() || has.url.is_none()),
            "elicitation.form",
            ElicitationCapability::new().with_form(Object::default()),
        ),
        _ => return None,
    };
    let required = ClientCapabilities::new().with_elicitation(required);
    (!able).then_some(Missing { name, required })
}

fn sampling(tools: bool, has: Option<&SamplingCapability>) -> Option<Missing> {
    let (able, name, required) = if tools {
        (
            has.is_some_and(|has| has.tools.is_some()),
            "sampling.tools",
            SamplingCapability::new().with_tools(Object::default()),
        )
    } else {
        (has.is_some(), "sampling", SamplingCapability::new())
    };
    let required = ClientCapabilities::new().with_sampling(required);
    (!able).then_some(Missing { name, required })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn lacks(request: &Value, capabilities: Value) -> Option<Value> {
        let request: InputRequest = serde_json::from_value(request.clone()).unwrap();
        let has: ClientCapabilities = serde_json::from_value(capabilities).unwrap();
        missing(&request, &has).map(|missing| serde_json::to_value(missing.required).unwrap())
    }

    #[test]
    fn nothing_is_asked_of_a_client_that_cannot() {
        let form = json!({ "method": "elicitation/create", "params": {
            "message": "?", "requestedSchema": { "type": "object", "properties": {} } } });
        let needs_form = Some(json!({ "elicitation": { "form": {} } }));
        assert_eq!(lacks(&form, json!({})), needs_form);
        assert_eq!(lacks(&form, json!({ "elicitation": { "url": {} } })), needs_form);
        assert_eq!(lacks(&form, json!({ "elicitation": {} })), None);
        assert_eq!(lacks(&form, json!({ "elicitation": { "form": {}, "url": {} } })), None);

        let url = json!({ "method": "elicitation/create", "params": {
            "mode": "url", "message": "?", "url": "https://shop.example" } });
        let needs_url = Some(json!({ "elicitation": { "url": {} } }));
        assert_eq!(lacks(&url, json!({ "elicitation": {} })), needs_url);
        assert_eq!(lacks(&url, json!({ "elicitation": { "form": {} } })), needs_url);
        assert_eq!(lacks(&url, json!({ "elicitation": { "url": {} } })), None);

        let mut sample = json!({ "method": "sampling/createMessage", "params": {
            "messages": [], "maxTokens": 1 } });
        assert_eq!(lacks(&sample, json!({ "roots": {} })), Some(json!({ "sampling": {} })));
        assert_eq!(lacks(&sample, json!({ "sampling": {} })), None);
        sample["params"]["toolChoice"] = json!({});
        let needs_tools = Some(json!({ "sampling": { "tools": {} } }));
        assert_eq!(lacks(&sample, json!({ "sampling": {} })), needs_tools);
        assert_eq!(lacks(&sample, json!({ "sampling": { "tools": {} } })), None);

        let roots = json!({ "method": "roots/list" });
        assert_eq!(lacks(&roots, json!({ "sampling": {} })), Some(json!({ "roots": {} })));
        assert_eq!(lacks(&roots, json!({ "roots": {} })), None);
    }
}
