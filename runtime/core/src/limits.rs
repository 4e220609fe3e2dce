//! Every bound of the engine, in one place.

use std::time::Duration;

const MIB: usize = 1024 * 1024;

/// What a connection may cost. The defaults suit a server that faces unknown peers.
///
/// ```
/// let mut limits = toolwright_core::Limits::default();
/// limits.in_flight = 64;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one incoming line, without its end. Longer ones are discarded. 16 MiB.
    pub line_bytes: usize,
    /// Nesting of an incoming message, the message itself being level 1. 128.
    pub depth: usize,
    /// Bytes of one outgoing result. A larger one becomes an internal error. 16 MiB.
    pub result_bytes: usize,
    /// Requests of one connection that may wait for their handlers at once. 1,024.
    pub in_flight: usize,
    /// Streams of change notices (`subscriptions/listen`) on one connection. They do not count as
    /// requests in flight. 1,024.
    pub subscriptions: usize,
    /// Such streams of all clients of a server together. 16,384.
    pub subscriptions_total: usize,
    /// Resources that one such stream, or one session, may watch. 1,024.
    pub subscribed_uris: usize,
    /// Messages in one batch (revision 2025-03-26 only). 100.
    pub batch: usize,
    /// Bytes waiting to be written, beyond which nothing more is read. 1 MiB.
    pub queue_bytes: usize,
    /// Progress notifications of one request per second; what comes faster is coalesced. 20.
    pub progress_per_second: u32,
    /// Log messages of one request per second; what comes faster is counted and left out. 50.
    pub logs_per_second: u32,
    /// Bytes of one log message. A larger one is replaced by a note of its size. 64 KiB.
    pub log_bytes: usize,
    /// How long a task is kept from its beginning, whether it is over or not. 1 h.
    pub task_ttl: Duration,
    /// How often clients are told to look after a task. 1 s.
    pub task_poll: Duration,
    /// Tasks that are kept at once. 1,024.
    pub tasks: usize,
    /// Those of one principal; all whose identity is not verified count as one. 256.
    pub tasks_per_principal: usize,
    /// Errors per second in answer to messages without a readable id. 10.
    pub garbage_per_second: u32,
    /// How long a question to the client of a session may wait for its answer. 10 min.
    pub question_wait: Duration,
    /// Questions that one request may have open at once; clients answer no more. 32.
    pub questions: usize,
    /// Questions that may wait for the client of one session. 256.
    pub session_questions: usize,
    /// How often one request may come back with answers only to be asked again. 8.
    pub rounds: u32,
    /// For how long the client may keep the state of a request between two rounds. 10 min.
    pub state_ttl: Duration,
    /// Bytes of that state, with all answers so far and what effects returned. 8 KiB.
    pub state_bytes: usize,
    /// Suggestions (`completion/complete`) per second, of one connection or session. For requests
    /// that stand alone, of one network address (of IPv6, its first 64 bits); those whose address
    /// is unknown share one such limit. What comes faster is refused. 100.
    pub completions_per_second: u32,
    /// Items on one page of a list. 1,000.
    pub page_items: usize,
    /// Bytes of one page of a list; a larger item has a page for itself. 4 MiB.
    pub page_bytes: usize,
    /// How long requests in flight may still take once the peer or the system asks to stop. 5 s.
    pub shutdown_grace: Duration,
    /// Client: how long to wait for the answer to `server/discover` before the server is taken
    /// for one of the older kind. 10 s. Servers that are fetched before they start, as `npx` and
    /// `uvx` do it, may need more.
    pub discover: Duration,
    /// Client: how long a request may stay silent; progress starts it anew. 60 s.
    pub request_idle: Duration,
    /// Client: how long a request may take altogether. 10 min.
    pub request_total: Duration,
    /// Client: how long a call that became a task is waited for altogether. 1 h.
    pub task_wait: Duration,
    /// Client: the shortest time between two looks at a task, whatever the server wants. 100 ms.
    pub task_poll_least: Duration,
    /// Client: the longest time between two looks at a task. 60 s.
    pub task_poll_most: Duration,
    /// Client: pages of one list that are followed. 64.
    pub list_pages: usize,
    /// Client: items of one list that are kept. 10,000.
    pub list_items: usize,
    /// Client: how often the server may ask for input before it answers one call. 10.
    pub retries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes: 16 * MIB,
            depth: 128,
            result_bytes: 16 * MIB,
            in_flight: 1024,
            subscriptions: 1024,
            subscriptions_total: 16 * 1024,
            subscribed_uris: 1024,
            batch: 100,
            queue_bytes: MIB,
            progress_per_second: 20,
            logs_per_second: 50,
            log_bytes: 64 * 1024,
            task_ttl: Duration::from_secs(3600),
            task_poll: Duration::from_secs(1),
            tasks: 1024,
            tasks_per_principal: 256,
            garbage_per_second: 10,
            question_wait: Duration::from_secs(600),
            questions: 32,
            session_questions: 256,
            rounds: 8,
            state_ttl: Duration::from_secs(600),
            state_bytes: 8 * 1024,
            completions_per_second: 100,
            page_items: 1000,
            page_bytes: 4 * MIB,
            shutdown_grace: Duration::from_secs(5),
            discover: Duration::from_secs(10),
            request_idle: Duration::from_secs(60),
            request_total: Duration::from_secs(600),
            task_wait: Duration::from_secs(3600),
            task_poll_least: Duration::from_millis(100),
            task_poll_most: Duration::from_secs(60),
            list_pages: 64,
            list_items: 10_000,
            retries: 10,
        }
    }
}
