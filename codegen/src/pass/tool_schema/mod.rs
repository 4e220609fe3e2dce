//! What `tools/list` shows: self-contained schemas, objects at the root, tame and small.

mod bundle;
mod files;
mod plain;
mod promised;
mod prune;
mod root;
mod size;
mod tame;
mod whole;

use crate::json::{Map, Value, json};

use super::context::Context;
use crate::code;
use crate::ir::{Api, Binding, Operation, Reply, Status, ToolSchema};
use crate::profile::Profile;
use bundle::Library;
pub(crate) use size::size;
use whole::Parts;

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
/// wrapped. Where the definitions of all tools take more than `tokens`, they will be looked for and
/// not listed, and each can be had in full.
pub(crate) fn build(cx: &mut Context<'_>, api: &mut Api, profile: Profile, tokens: usize) {
    let mut library = Library::new(&api.definitions);
    let tools = api.operations.len();
    let (input_budget, output_budget) = (shared(INPUT_BUDGET, tools), shared(OUTPUT_BUDGET, tools));
    let mut cuts = Vec::new();
    for operation in &mut api.operations {
        let mut cut = Cut::default();
        if profile != Profile::Full || !plain::build(&api.definitions, operation) {
            cut.input = input(cx, &mut library, operation, input_budget);
            cut.output = output(cx, &mut library, operation, output_budget);
        }
        cuts.push(cut);
    }
    // What a provider's rules shape is shown as they have it.
    let is_whole = input_budget == INPUT_BUDGET || profile.rules().is_some();
    if !is_whole && api.tokens() > tokens {
        let mut parts = Parts::default();
        for (operation, cut) in api.operations.iter_mut().zip(cuts) {
            operation.whole = whole::build(&mut parts, &mut library, operation, cut);
        }
        api.parts = parts.into_texts();
    }
    api.operations.iter_mut().for_each(files::tell);
}

/// Which schemas of a tool were cut.
#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    input: bool,
    output: bool,
}

/// Makes the input schema; `true`: it is cut.
fn input(
    cx: &mut Context<'_>,
    library: &mut Library<'_>,
    operation: &mut Operation,
    budget: usize,
) -> bool {
    let at = operation.pointer.clone();
    let (input, flattened) = root::root(library, &operation.arguments.0);
    if flattened {
        let message =
            "the arguments are a union; the tool's schema lists the members of all branches";
        cx.report(code::ROOT_UNION, &at, message);
    }
    let (mut input, cut) = fit(cx, library, input, budget, (&at, "input"));
    input.insert_new("properties", || json!({}));
    operation.input_schema = finished(input);
    cut
}

/// Makes the output schema, if there is to be one; `true`: it is cut.
fn output(
    cx: &mut Context<'_>,
    library: &mut Library<'_>,
    operation: &mut Operation,
    budget: usize,
) -> bool {
    let (Reply::Json { .. }, Some(result)) = (operation.reply, &operation.result) else {
        return false;
    };
    let wrapped = operation.http.is_some() && !root::is_object(library, &result.0);
    operation.reply = Reply::Json { wrapped };
    // Clients hold every result to the schema, and an empty one fits none.
    if operation.http.as_ref().is_some_and(may_be_empty) {
        return false;
    }
    let output = output_root(library, &result.0, wrapped);
    let (mut output, cut) = fit(cx, library, output, budget, (&operation.pointer, "output"));
    if operation.http.is_some() {
        promised::promised(&mut output);
    }
    operation.output_schema = Some(finished(output));
    cut
}

/// The root of the schema of results.
fn output_root(library: &mut Library<'_>, result: &Value, wrapped: bool) -> Map {
    if !wrapped {
        return root::root(library, result).0;
    }
    let result = tame::tame(result);
    let wrapper =
        json!({"type": "object", "properties": {"result": result}, "required": ["result"]});
    wrapper.as_object().cloned().unwrap_or_default()
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
    root: Map,
    budget: usize,
    (at, which): (&str, &str),
) -> (Map, bool) {
    let bundle = library.bundle(root, budget);
    let cut = bundle.full_size > budget;
    if cut {
        let size = size(&bundle.schema);
        let message = format!(
            "the {which} schema has {} bytes, the budget is {budget}; it is cut to {size}",
            bundle.full_size
        );
        cx.report(code::SCHEMA_CUT, at, message);
    }
    (bundle.schema, cut)
}

fn finished(schema: Map) -> ToolSchema {
    Value::Object(schema).into()
}
