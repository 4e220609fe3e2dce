//! What all requests to a service share.

use std::sync::atomic::AtomicBool;

use super::authority::Keeper;
use super::duplex::Duplexes;
use super::guard::Guard;
use super::limits::Limits;
use super::mirrors::Mirrors;
use super::sessions::Sessions;

pub(super) struct Shared {
    pub(super) service: toolwright_core::Service,
    pub(super) guard: Guard,
    pub(super) mirrors: Mirrors,
    pub(super) sessions: Sessions,
    /// Streams of revision 2024-11-05, and where their messages go.
    pub(super) duplexes: Duplexes,
    pub(super) message_path: Option<String>,
    pub(super) sessions_allowed: bool,
    pub(super) streams: bool,
    pub(super) limits: Limits,
    pub(super) authority: Option<Keeper>,
    /// Whether the server was asked to stop.
    pub(super) draining: AtomicBool,
}
