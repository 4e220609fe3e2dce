//! Names that cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 192 bits.
const BYTES: usize = 24;

/// A new id of 32 visible ASCII characters, or `None` if the system has no random numbers.
pub(super) fn id() -> Option<String> {
    let mut bytes = [0; BYTES];
    match toolwright_core::random::fill(&mut bytes) {
        Ok(()) => Some(URL_SAFE_NO_PAD.encode(bytes)),
        Err(error) => {
            tracing::error!(%error, "the system has no random numbers");
            None
        }
    }
}
