//! Proxies for single requests: the features `fetch` and `client-proxy`.

use crate::fetch::Fetch;
use crate::route::Choice;

impl Fetch {
    /// Sends requests through a proxy, as [`Http::proxy`](crate::client::Http::proxy) has it;
    /// without this, the environment decides.
    #[must_use]
    pub fn proxy(self, url: &str) -> Self {
        self.with(|settings| settings.proxy = Choice::This(url.to_owned()))
    }

    /// Sends requests directly, whatever the environment says.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.with(|settings| settings.proxy = Choice::None)
    }
}
