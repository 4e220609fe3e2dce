//! No proxies.

use http::{HeaderValue, Uri};

use crate::connect::Tls;
use crate::dial::Dial;

/// Through which proxy: there is no choice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {}

/// A way to a server.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) dial: Dial,
    /// What every request says to the proxy.
    pub(crate) authorization: Option<HeaderValue>,
}

/// The way there.
#[expect(clippy::unnecessary_wraps, reason = "with proxies there are errors")]
pub(crate) fn route(_: &Choice, _: &Uri, dial: Dial, _: &Tls) -> Result<Route, String> {
    Ok(Route { dial, authorization: None })
}

/// Whether nobody is in between.
#[allow(dead_code, reason = "for single requests")]
#[expect(clippy::unnecessary_wraps, reason = "with proxies there are errors")]
pub(crate) fn is_direct(_: &Choice, _: &Uri) -> Result<bool, String> {
    Ok(true)
}
