//! Content that an older revision has no word for, said in the words it has.

use toolwright_spec::{
    BlobResourceContents, CallToolResult, ContentBlock, EmbeddedResource, JsonSchema, ResourceLink,
    Revision, TextContent, Tool,
};

/// Replaces what the revision does not know: a recording becomes an embedded resource, a link
/// becomes a text. Specification: `server/tools`.
pub(super) fn lower<'a>(
    blocks: impl IntoIterator<Item = &'a mut ContentBlock>,
    revision: Revision,
) {
    if revision >= Revision::V2025_06_18 {
        return;
    }
    for block in blocks {
        match block {
            ContentBlock::ResourceLink(link) => *block = TextContent::new(named(link)).into(),
            ContentBlock::Audio(audio) if revision < Revision::V2025_03_26 => {
                let data = std::mem::take(&mut audio.data);
                let contents = BlobResourceContents::new("content://audio", data)
                    .with_mime_type(std::mem::take(&mut audio.mime_type));
                let mut resource = EmbeddedResource::new(contents);
                resource.annotations = audio.annotations.take();
                *block = resource.into();
            }
            _ => {}
        }
    }
}

/// Leaves out the schema of structured results that are no objects: before 2026-07-28 they had to
/// be, and clients refuse a tool that declares a schema and returns nothing of the kind.
/// Specification: `server/tools`, section "Output Schema".
pub(super) fn lower_output(tool: &mut Tool, revision: Revision) {
    let object = |schema: &JsonSchema| schema.to_value().get("type").is_some_and(|t| t == "object");
    if revision < Revision::V2026_07_28 && !tool.output_schema.as_ref().is_none_or(object) {
        tool.output_schema = None;
    }
}

/// Shows a structured result as text where the revision loses it and nothing else is shown.
pub(super) fn lower_structured(result: &mut CallToolResult, revision: Revision) {
    if !result.content.is_empty() || revision >= Revision::V2026_07_28 {
        return;
    }
    if let Some(structured) = &result.structured_content
        && (revision < Revision::V2025_06_18 || !structured.as_str().starts_with('{'))
    {
        result.content = vec![TextContent::new(structured.as_str()).into()];
    }
}

fn named(link: &ResourceLink) -> String {
    format!("{}: {}", link.title.as_ref().unwrap_or(&link.name), link.uri)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tool::content;

    fn lowered(revision: Revision) -> Value {
        let link = ResourceLink::new("hours", "shop://hours");
        let mut blocks = [content::audio("ab", "audio/wav"), link.into()];
        lower(&mut blocks, revision);
        serde_json::to_value(blocks).unwrap()
    }

    #[test]
    fn links_and_recordings_reach_old_clients() {
        let text = json!({ "type": "text", "text": "hours: shop://hours" });
        let resource = json!({ "type": "resource", "resource": {
            "uri": "content://audio", "mimeType": "audio/wav", "blob": "YWI=" } });
        assert_eq!(lowered(Revision::V2024_11_05), json!([resource, text]));
        assert_eq!(lowered(Revision::V2025_03_26)[0]["type"], "audio");
        assert_eq!(lowered(Revision::V2025_03_26)[1], text);
        assert_eq!(lowered(Revision::V2025_06_18)[1]["type"], "resource_link");
    }
}
