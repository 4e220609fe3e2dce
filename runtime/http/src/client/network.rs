//! How a client gets to its server, for those who send requests beside it.

use std::fmt;
use std::sync::Arc;

use crate::connect::Tls;
use crate::route::Choice;

/// How a client gets to its server, as its [`Http`](super::Http) was told: which certificates it
/// trusts and shows, and through which proxy it goes. Authorizers that send requests of their own
/// make a `Fetch` of it. That of a client whose connections are opened by
/// somebody else is as the system is set up.
///
/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Network(Arc<Settings>);

#[derive(Debug, Default)]
struct Settings {
    tls: Tls,
    proxy: Choice,
}

impl Network {
    pub(crate) fn new(tls: &Tls, proxy: &Choice) -> Self {
        Self(Arc::new(Settings { tls: tls.clone(), proxy: proxy.clone() }))
    }

    /// Whether this is of the same client as another: a clone.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    #[allow(dead_code, reason = "for single requests")]
    pub(crate) fn tls(&self) -> &Tls {
        &self.0.tls
    }

    #[allow(dead_code, reason = "for single requests")]
    pub(crate) fn proxy(&self) -> &Choice {
        &self.0.proxy
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
