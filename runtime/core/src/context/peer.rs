//! What the requests of one connection, or of one session, have in common.

use super::allowance::Pace;
use super::log::SessionLevel;
use super::questions::Questions;
use crate::watch::Audience;

/// The other side, beyond a single request.
///
/// A request that stands alone shares one that knows nothing with all others of its kind.
#[derive(Debug, Default)]
pub(crate) struct Peer {
    /// What it is asked, where that is possible.
    pub(crate) questions: Questions,
    /// Which log messages it wants, if it is a session.
    pub(crate) log_level: SessionLevel,
    /// What it is told of changes.
    pub(crate) audience: Audience,
    /// How often it asks for suggestions.
    pub(crate) completions: Pace,
}
