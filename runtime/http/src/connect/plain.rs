//! Connections without TLS.

use crate::dial::Dial;

/// What is trusted: nothing is asked here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tls {}

/// Connections are taken as they are.
pub(crate) fn secure(dial: Dial, _: &Tls) -> Result<Dial, String> {
    drop(dial);
    Err("`https` needs the feature `client-tls` (`https-client` of `toolwright`)".to_owned())
}
