//! From official names to Rust names.

/// Anonymous places that have a better name than their path.
const ANONYMOUS: &[(&str, &str)] = &[
    ("AnnotatedAnnotations", "Annotations"),
    ("CacheableResultCacheScope", "CacheScope"),
    ("CallToolResultContent", "ContentBlock"),
    ("ClientCapabilitiesElicitation", "ElicitationCapability"),
    ("ClientCapabilitiesRoots", "RootsCapability"),
    ("ClientCapabilitiesSampling", "SamplingCapability"),
    ("ClientCapabilitiesTasks", "ClientTasksCapability"),
    ("ClientCapabilitiesTasksRequests", "ClientTaskRequests"),
    ("ClientCapabilitiesTasksRequestsElicitation", "ElicitationTaskRequests"),
    ("ClientCapabilitiesTasksRequestsSampling", "SamplingTaskRequests"),
    ("CompleteRequestParamsArgument", "CompletionArgument"),
    ("CompleteRequestParamsContext", "CompletionContext"),
    ("CompleteRequestParamsRef", "CompletionReference"),
    ("CompleteResultCompletion", "Completion"),
    ("CreateMessageRequestParamsIncludeContext", "IncludeContext"),
    ("CreateMessageResultContent", "SamplingMessageContentBlock"),
    ("CreateMessageResultStopReason", "StopReason"),
    ("ElicitRequestFormParamsRequestedSchema", "ElicitationSchema"),
    ("ElicitRequestParamsRequestedSchema", "ElicitationSchema"),
    ("ElicitResultAction", "ElicitAction"),
    ("ElicitResultContentValue", "ElicitedValue"),
    ("EmbeddedResourceResource", "ResourceContents"),
    ("JSONRPCErrorError", "Error"),
    ("MissingRequiredClientCapabilityErrorErrorData", "MissingRequiredClientCapabilityData"),
    ("PromptMessageContent", "ContentBlock"),
    ("ReadResourceResultContents", "ResourceContents"),
    ("SamplingMessageContent", "SamplingMessageContentBlock"),
    ("ServerCapabilitiesPrompts", "PromptsCapability"),
    ("ServerCapabilitiesResources", "ResourcesCapability"),
    ("ServerCapabilitiesTasks", "ServerTasksCapability"),
    ("ServerCapabilitiesTasksRequests", "ServerTaskRequests"),
    ("ServerCapabilitiesTasksRequestsTools", "ToolTaskRequests"),
    ("ServerCapabilitiesTools", "ToolsCapability"),
    ("StringSchemaFormat", "StringFormat"),
    ("TitledMultiSelectEnumSchemaItems", "TitledEnumItems"),
    ("TitledMultiSelectEnumSchemaItemsAnyOf", "EnumOption"),
    ("TitledSingleSelectEnumSchemaOneOf", "EnumOption"),
    ("ToolExecutionTaskSupport", "TaskSupport"),
    ("URLElicitationRequiredErrorErrorData", "URLElicitationRequiredData"),
    ("UnsupportedProtocolVersionErrorErrorData", "UnsupportedProtocolVersionData"),
    ("UntitledMultiSelectEnumSchemaItems", "UntitledEnumItems"),
];

/// Endings of anonymous names that stand for one type wherever they occur.
const ENDINGS: &[(&str, &str)] = &[("RequestParamsMeta", "RequestMetaObject")];

/// Whole names that would shadow the prelude.
const SHADOWING: &[(&str, &str)] = &[("Result", "ResultBase"), ("Error", "ErrorObject")];

/// Letters that Rust writes as a word.
const ACRONYMS: &[(&str, &str)] = &[("JSONRPC", "JsonRpc"), ("JSON", "Json"), ("URL", "Url")];

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum",
    "extern", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "priv", "pub", "ref", "return", "static", "struct", "super", "trait", "type", "union",
    "unsafe", "use", "where", "while", "yield",
];

/// The Rust name of an official definition.
pub(crate) fn type_name(official: &str) -> String {
    if let Some((_, name)) = SHADOWING.iter().find(|(from, _)| *from == official) {
        return (*name).to_owned();
    }
    ACRONYMS.iter().fold(official.to_owned(), |name, (from, to)| name.replace(from, to))
}

/// The Rust name of an anonymous type: `declaring` is the definition that holds it.
pub(crate) fn anonymous(declaring: &str, path: &[String]) -> String {
    let mut name = declaring.to_owned();
    if path.iter().all(|step| step == "[]") {
        name.push_str("Item");
    }
    for step in path {
        match step.as_str() {
            "[]" => {}
            "*" => name.push_str("Value"),
            step => name.push_str(&pascal(step)),
        }
    }
    if let Some((_, better)) = ANONYMOUS.iter().find(|(from, _)| *from == name) {
        return type_name(better);
    }
    if let Some((_, better)) = ENDINGS.iter().find(|(from, _)| name.ends_with(from)) {
        return type_name(better);
    }
    if let Some(stem) = name.strip_suffix("ResultResponseResult") {
        return outcome(stem);
    }
    type_name(&name)
}

/// The union of what may answer a request.
pub(crate) fn outcome(stem: &str) -> String {
    format!("{}Outcome", type_name(stem))
}

/// The Rust name of a member.
pub(crate) fn field_name(wire: &str) -> String {
    let local = wire.rsplit('/').next().unwrap_or(wire);
    let name = snake(local.trim_start_matches(['_', '$']));
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// `call_tool`, `tools/call`, `listChanged` as a type would be called.
pub(crate) fn pascal(text: &str) -> String {
    words(text).iter().map(|word| capital(word)).collect()
}

fn snake(text: &str) -> String {
    let words: Vec<String> = words(text).iter().map(|word| word.to_lowercase()).collect();
    words.join("_")
}

/// Splits at case changes and at everything that is no letter or digit.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            fresh = true;
            continue;
        }
        if fresh || (c.is_uppercase() && lower) {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut() {
            word.push(c);
        }
        (fresh, lower) = (false, !c.is_uppercase());
    }
    out
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(type_name("JSONRPCErrorResponse"), "JsonRpcErrorResponse");
        assert_eq!(type_name("ElicitRequestURLParams"), "ElicitRequestUrlParams");
        assert_eq!(type_name("Result"), "ResultBase");
        assert_eq!(anonymous("StringSchema", &["format".into()]), "StringFormat");
        assert_eq!(
            anonymous("CallToolRequest", &["params".into(), "_meta".into()]),
            "RequestMetaObject"
        );
        assert_eq!(anonymous("CallToolResultResponse", &["result".into()]), "CallToolOutcome");
        assert_eq!(field_name("io.modelcontextprotocol/protocolVersion"), "protocol_version");
        assert_eq!(field_name("_meta"), "meta");
        assert_eq!(field_name("ref"), "ref_");
        assert_eq!(field_name("inputSchema"), "input_schema");
        assert_eq!(pascal("date-time"), "DateTime");
    }
}
