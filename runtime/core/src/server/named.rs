//! What parameters name.

use serde_json::value::RawValue;

use crate::frame::Params;

/// The tool or prompt that parameters name.
pub(super) fn name(params: Option<&RawValue>) -> Option<String> {
    name_of(&Params::read(params.map(RawValue::get)))
}

/// The same, of parameters that were looked at already.
pub(super) fn name_of(params: &Params<'_>) -> Option<String> {
    serde_json::from_str(params.name?.get()).ok()
}
