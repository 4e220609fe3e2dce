//! Tools as clients will see them, and what reading them costs a model.

use toolwright::__rt::Descriptor;
use toolwright::spec::Tool;
use toolwright_codegen::ir::Api;

use crate::failure::Failure;

/// Bytes that make about one token.
const BYTES_PER_TOKEN: usize = 4;

/// The descriptor that generated code would carry.
pub(crate) fn descriptor(api: &Api) -> Result<Descriptor, Failure> {
    let json = |error| Failure::other("describing the API", error);
    let tools = api
        .operations
        .iter()
        .map(|operation| Ok(serde_json::to_string(operation).map_err(json)?.into()))
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(Descriptor { api: serde_json::to_string(api).map_err(json)?.into(), tools: tools.into() })
}

/// About how many tokens the definition of a tool takes in `tools/list`.
pub(crate) fn tokens(tool: &Tool) -> usize {
    serde_json::to_string(tool).unwrap_or_default().len().div_ceil(BYTES_PER_TOKEN)
}
