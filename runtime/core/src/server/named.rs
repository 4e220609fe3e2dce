//! What parameters name.

use std::borrow::Cow;

use crate::frame::Params;

/// The tool or prompt that parameters name.
pub(super) fn name_of<'a>(params: &Params<'a>) -> Option<Cow<'a, str>> {
    let text = params.name?.get();
    match text.strip_prefix('"')?.strip_suffix('"')? {
        escaped if escaped.contains('\\') => serde_json::from_str(text).ok().map(Cow::Owned),
        plain => Some(Cow::Borrowed(plain)),
    }
}
