//! What a request may do.

use std::time::Duration;

/// What a request may do. The default is for URLs that strangers named: `https`, public
/// addresses, 3 redirects within the origin, 256 KiB, 10 seconds.
///
/// ```
/// use toolwright_http::fetch::Rules;
///
/// // For what the user named, and the like of it.
/// let rules = Rules { allow_loopback: true, ..Rules::default() };
/// assert!(rules.public_only && rules.https_only);
/// // For what the operator of a program configured: a server of their own network, say.
/// assert!(!Rules::configured().public_only);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Connects to addresses of the public internet only: to no private, local, shared or special
    /// ones, whatever a name leads to.
    pub public_only: bool,
    /// Takes `https` alone.
    pub https_only: bool,
    /// Takes this machine nevertheless, also over `http`: for servers under development.
    pub allow_loopback: bool,
    /// Takes public addresses as checked where a proxy finds them: only the proxy sees them.
    /// Otherwise requests through a proxy fail if `public_only` is set.
    pub trust_proxy: bool,
    /// How many redirects a `GET` follows, within the origin. Nothing else follows any.
    pub redirects: u8,
    /// How many bytes an answer has at most.
    pub most_bytes: usize,
    /// How long all of it may take.
    pub timeout: Duration,
}

impl Rules {
    /// For URLs that the operator of the program configured: `https`, or `http` on this machine,
    /// at any address.
    #[must_use]
    pub fn configured() -> Self {
        Self { public_only: false, allow_loopback: true, ..Self::default() }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            public_only: true,
            https_only: true,
            allow_loopback: false,
            trust_proxy: false,
            redirects: 3,
            most_bytes: 256 << 10,
            timeout: Duration::from_secs(10),
        }
    }
}
