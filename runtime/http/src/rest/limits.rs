//! How much a call may cost.

use std::time::Duration;

/// Limits of the calls to one upstream. The defaults suit most APIs.
///
/// ```
/// use std::time::Duration;
///
/// use toolwright_http::rest::Limits;
///
/// let mut limits = Limits::default();
/// limits.total = Duration::from_secs(60);
/// limits.retries = 0;
/// limits.rate = 10;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one parameter's value as JSON text; 8 KiB.
    pub value: usize,
    /// Bytes of request target, headers and cookies together; 64 KiB.
    pub head: usize,
    /// Bytes of a response's body; 8 MiB.
    pub reply: usize,
    /// Bytes of a text or JSON reply that are shown to the model; of more, only a part with a note,
    /// cut between elements or lines. 256 KiB.
    pub shown: usize,
    /// Bytes of an error's body that are shown to the model; 4 KiB.
    pub error_text: usize,
    /// Time until TCP is connected; 10 s.
    pub connect: Duration,
    /// Time from sending a request to the head of its response, connecting included; 30 s.
    pub first_byte: Duration,
    /// Time for the whole call: waiting for a slot, all attempts, reading the body; 30 s.
    pub total: Duration,
    /// Calls at the same time; further ones wait for a slot. 64.
    pub concurrency: usize,
    /// Requests in a second, of which all may come at once; further ones wait. 200.
    pub rate: u32,
    /// How often a request is sent again that failed on the way: one that changes nothing, or
    /// nothing more when it is repeated (by its method, or as the tool's annotations say), after
    /// broken connections and the statuses 429, 502, 503 and 504; any other only if the
    /// connection was refused, so that it was never sent. 2.
    pub retries: u32,
    /// Before the first retry a random time passes, up to this; up to twice as much before the
    /// next. 250 ms.
    pub first_pause: Duration,
    /// The longest such time, and the longest `Retry-After` that is waited for: a service that
    /// wants more is not asked again. 10 s.
    pub longest_pause: Duration,
    /// Redirects that are followed, one after the other, within the origin. 3.
    pub redirects: usize,
}

impl Limits {
    /// The same with times that a clock can reach: "never" is a year.
    pub(super) fn reachable(mut self) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        let times = [
            &mut self.connect,
            &mut self.first_byte,
            &mut self.total,
            &mut self.first_pause,
            &mut self.longest_pause,
        ];
        for time in times {
            *time = YEAR.min(*time);
        }
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            value: 8 << 10,
            head: 64 << 10,
            reply: 8 << 20,
            shown: 256 << 10,
            error_text: 4 << 10,
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            total: Duration::from_secs(30),
            concurrency: 64,
            rate: 200,
            retries: 2,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(10),
            redirects: 3,
        }
    }
}
