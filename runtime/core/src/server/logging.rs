//! `logging/setLevel`.

use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{SetLevelRequestParams, from_str};

use crate::context::Context;
use crate::error::ProtocolError;

/// Sets which log messages a session wants.
///
/// Specification: 2025-11-25, `server/utilities/logging`.
pub(super) fn set_level(
    cx: &Context,
    params: Option<&RawValue>,
) -> Result<Arc<str>, ProtocolError> {
    let params: SetLevelRequestParams = from_str(params.map_or("{}", RawValue::get))
        .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))?;
    cx.set_log_level(params.level);
    Ok("{}".into())
}
