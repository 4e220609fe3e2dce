//! What parameters name.

use serde_json::value::RawValue;

use crate::frame::Params;

/// The tool or prompt that parameters name.
pub(super) fn name(params: Option<&RawValue>) -> Option<String> {
    let name = Params::read(params.map(RawValue::get)).name?;
    serde_json::from_str(name.get()).ok()
}
