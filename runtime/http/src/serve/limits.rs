//! Every bound of the HTTP server, in one place.

use std::time::Duration;

const KIB: usize = 1024;

/// What HTTP may cost. Bounds of messages and handlers are in [`toolwright_core::Limits`].
///
/// ```
/// let mut limits = toolwright_http::serve::Limits::default();
/// limits.body_bytes = 64 * 1024;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body. 4 MiB.
    pub body_bytes: usize,
    /// How long a body may take to arrive. 30 s.
    pub body_time: Duration,
    /// Bytes per second that have to arrive while a body is read, over ten seconds. 1 KiB.
    pub body_rate: usize,
    /// Bytes of a request's target. 8 KiB.
    pub target_bytes: usize,
    /// Bytes of one header's value. 16 KiB.
    pub header_bytes: usize,
    /// Bytes of all headers of a request. 64 KiB.
    pub headers_bytes: usize,
    /// Headers of a request; held by the runner. 100.
    pub headers: usize,
    /// Silence on a stream of events after which a comment is sent, and in a response after which
    /// it becomes a stream of events. 15 s.
    pub keep_alive: Duration,
    /// Sessions of clients up to revision 2025-11-25. 10,000.
    pub sessions: usize,
    /// Such sessions of one [principal](toolwright_core::context::Principal). 100.
    pub sessions_per_principal: usize,
    /// How long such a session may be idle. 30 min.
    pub session_idle: Duration,
    /// Streams that one session may listen to at once (GET). 4.
    pub session_streams: usize,
    /// Bytes of events that are kept for clients that come back for them, in all. 64 MiB.
    pub replay_bytes: usize,
    /// Connections; held by the runner. 10,000.
    pub connections: usize,
    /// How long a client may take to send the first byte, and from there to the end of the
    /// headers; held by the runner. 10 s.
    pub head_time: Duration,
    /// How long a connection may stay open between requests; held by the runner. 60 s.
    pub idle: Duration,
    /// How long the server goes on as before when it is asked to stop, while its
    /// [health route](super::Options::health) says 503 already: time for load balancers to send
    /// new requests elsewhere; held by the runner. None.
    pub stop_notice: Duration,
    /// How long a client may take nothing of what is written; held by the runner. 30 s.
    pub write_stall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * KIB * KIB,
            body_time: Duration::from_secs(30),
            body_rate: KIB,
            target_bytes: 8 * KIB,
            header_bytes: 16 * KIB,
            headers_bytes: 64 * KIB,
            headers: 100,
            keep_alive: Duration::from_secs(15),
            sessions: 10_000,
            sessions_per_principal: 100,
            session_idle: Duration::from_secs(30 * 60),
            session_streams: 4,
            replay_bytes: 64 * KIB * KIB,
            connections: 10_000,
            head_time: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stop_notice: Duration::ZERO,
            write_stall: Duration::from_secs(30),
        }
    }
}
