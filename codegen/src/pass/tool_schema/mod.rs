//! What `tools/list` shows: self-contained schemas, objects at the root, tame and small.

mod bundle;
mod files;
mod plain;
mod prune;
mod root;
mod size;
mod tame;

use crate::json::{Map, Value, json};

use super::context::Context;
use crate::code;
use crate::ir::{Api, Binding, Reply, Status, ToolSchema};
use crate::profile::Profile;
use bundle::Library;
pub(crate) use size::size;

/// Bytes that an input schema may have.
pub(crate) const INPUT_BUDGET: usize = 24 * 1024;
/// Bytes that an output schema may have.
pub(crate) const OUTPUT_BUDGET: usize = 12 * 1024;

/// Tools beyond which each may have less, so that all together have no more than so many in full:
/// megabytes already. What is cut is left open, and reported; docs/openapi-measured.md says so, too.
const MANY_TOOLS: usize = 1000;

/// What remains of a budget where there are so many tools, at least a sixth.
fn shared(budget: usize, tools: usize) -> usize {
    (budget * MANY_TOOLS / tools.max(MANY_TOOLS)).max(budget / 6)
}

/// Makes the schemas of every tool from its complete ones, and settles whether results travel
/// wrapped.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api, profile: Profile) {
    let mut library = Library::new(&api.definitions);
    let tools = api.operations.len();
    let (input_budget, output_budget) = (shared(INPUT_BUDGET, tools), shared(OUTPUT_BUDGET, tools));
    for operation in &mut api.operations {
        if profile == Profile::Full && plain::build(&api.definitions, operation) {
            continue;
        }
        let at = operation.pointer.clone();
        let (input, flattened) = root::root(&mut library, &operation.arguments.0);
        if flattened {
            let message =
                "the arguments are a union; the tool's schema lists the members of all branches";
            cx.report(code::ROOT_UNION, &at, message);
        }
        let mut input = fit(cx, &mut library, input, input_budget, (&at, "input"));
        input.entry("properties").or_insert_with(|| json!({}));
        operation.input_schema = finished(input);
        let (Reply::Json { .. }, Some(result)) = (operation.reply, &operation.result) else {
            continue;
        };
        let wrapped = operation.http.is_some() && !root::is_object(&mut library, &result.0);
        let output = if wrapped {
            let result = tame::tame(&result.0);
            let wrapper =
                json!({"type": "object", "properties": {"result": result}, "required": ["result"]});
            wrapper.as_object().cloned().unwrap_or_default()
        } else {
            root::root(&mut library, &result.0).0
        };
        operation.reply = Reply::Json { wrapped };
        // Clients hold every result to the schema, and an empty one fits none.
        if operation.http.as_ref().is_some_and(may_be_empty) {
            continue;
        }
        let output = fit(cx, &mut library, output, output_budget, (&at, "output"));
        operation.output_schema = Some(finished(output));
    }
    api.operations.iter_mut().for_each(files::tell);
}

/// Whether a success without content is described beside others.
fn may_be_empty(http: &Binding) -> bool {
    http.responses.iter().any(|response| {
        matches!(response.status, Status::Code(202 | 204 | 205)) && response.media_types.is_empty()
    })
}

fn fit(
    cx: &mut Context<'_>,
    library: &mut Library<'_>,
    root: Map<String, Value>,
    budget: usize,
    (at, which): (&str, &str),
) -> Map<String, Value> {
    let bundle = library.bundle(root, budget);
    if bundle.full_size > budget {
        let size = size(&bundle.schema);
        let message = format!(
            "the {which} schema has {} bytes, the budget is {budget}; it is cut to {size}",
            bundle.full_size
        );
        cx.report(code::SCHEMA_CUT, at, message);
    }
    bundle.schema
}

fn finished(schema: Map<String, Value>) -> ToolSchema {
    Value::Object(schema).into()
}
