//! Tools with all that a definition and a result can carry; older revisions know less of it.

use serde_json::{Value, json};
use toolwright::schemars::{self, JsonSchema as Describe};
use toolwright::serde::{self, Serialize};
use toolwright::spec::{
    Annotations, ContentBlock, Icon, Implementation, ResourceLink, Role, ToolAnnotations,
};
use toolwright::tool::{FnTools, IntoToolResult, content};
use toolwright::{Json, ToolError};

use super::described;

#[derive(Serialize, Describe)]
#[serde(crate = "serde")]
#[schemars(crate = "schemars")]
struct Sample {
    /// When it was taken, in seconds
    at: u32,
    /// What was measured
    value: f64,
}

pub(super) fn tools() -> FnTools {
    let schema = json!({ "type": "object", "properties": {
        "count": { "type": "integer", "minimum": 0, "maximum": 10 } } });
    let mut samples = described("samples", "Lists measurements", schema.clone())
        .with_title("Measurements")
        .with_annotations(ToolAnnotations::new().with_title("Samples").with_read_only_hint(true))
        .with_icons(icons());
    samples.output_schema = <Json<Vec<Sample>>>::output_schema();
    let linked = described("linked", "Returns a link and an annotated text", schema);
    FnTools::new()
        .with(samples, |_, arguments: Value| async move {
            let count = arguments.get("count").and_then(Value::as_u64).unwrap_or(2);
            let count = u32::try_from(count).map_err(|_| ToolError::new("that is too many"))?;
            Ok::<_, ToolError>(Json((0..count).map(sample).collect::<Vec<_>>()))
        })
        .with(linked, |_, _: Value| async { vec![annotated(), link()] })
}

/// What the server says of itself.
pub(super) fn info() -> Implementation {
    Implementation::new("everything", "1.0.0")
        .with_title("Everything there is")
        .with_description("A server to test clients with")
        .with_website_url("https://example.com/")
        .with_icons(icons())
}

fn sample(at: u32) -> Sample {
    Sample { at, value: f64::from(at) / 2.0 }
}

fn annotated() -> ContentBlock {
    let mut block = content::text("Seen by the user only");
    if let ContentBlock::Text(text) = &mut block {
        text.annotations = Some(Annotations::new().with_audience([Role::User]).with_priority(0.5));
    }
    block
}

fn link() -> ContentBlock {
    let mut link = ResourceLink::new("static-text", "test://static-text");
    link.title = Some("Static text".to_owned());
    link.icons = Some(icons());
    link.into()
}

fn icons() -> Vec<Icon> {
    vec![Icon::new("https://example.com/icon.png").with_mime_type("image/png")]
}
