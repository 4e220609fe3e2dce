//! What tells the eras apart where a transport carries each message by itself.

use std::borrow::Cow;

use toolwright_spec::Revision;

use super::{Arrival, Era, State, session, stateless};
use crate::error::ProtocolError;

/// What a transport says about a message besides the message itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Label<'a> {
    /// The revision it is labelled with.
    pub(crate) version: Option<&'a str>,
    /// Whether it names a session.
    pub(crate) has_session: bool,
}

impl Era {
    /// The era of a message. `described` says that it describes itself in `_meta`, which counts
    /// for more than any label; `method` is missing where the message has none.
    pub(crate) fn by_label(label: Label<'_>, method: Option<&str>, described: bool) -> Self {
        if described {
            return Self::Stateless;
        }
        match label.version.map(str::parse::<Revision>) {
            Some(Ok(revision)) => Self::of(revision),
            // A session was opened in a revision known here; nothing else can be meant.
            Some(Err(_)) if !label.has_session && method != Some(session::INITIALIZE) => {
                Self::Stateless
            }
            _ => Self::Session,
        }
    }
}

impl Arrival<'_> {
    /// Whether the request describes itself, even if not completely.
    pub(crate) fn is_described(&self) -> bool {
        self.meta.as_ref().is_ok_and(super::Meta::is_modern)
    }

    /// The revision that the request says it is in, as far as it is text.
    pub(crate) fn version(&self) -> Option<Cow<'_, str>> {
        let version = self.meta.as_ref().ok()?.version?;
        let plain = version.get().strip_prefix('"')?.strip_suffix('"')?;
        if plain.contains('\\') {
            return serde_json::from_str(version.get()).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(plain))
    }
}

impl State {
    /// Whether clients of the session take an event without a message as a mark to resume at.
    pub(crate) fn takes_empty_events(&self) -> bool {
        self.revision().is_some_and(|revision| revision >= Revision::V2025_11_25)
    }

    /// The revision of the session, once it is open.
    pub(crate) fn revision(&self) -> Option<Revision> {
        self.session.revision()
    }
}

/// Whether a label names a revision that sessions are held in.
pub(crate) fn is_session_revision(version: &str) -> bool {
    version.parse::<Revision>().is_ok_and(Revision::has_handshake)
}

/// Refuses a revision, naming those that are spoken without a session.
pub(crate) fn unsupported(version: &str) -> ProtocolError {
    ProtocolError::unsupported_version(version, &stateless::supported())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn era(version: Option<&str>, has_session: bool, method: &str) -> Era {
        Era::by_label(Label { version, has_session }, Some(method), false)
    }

    #[test]
    fn labels_tell_the_eras_apart() {
        assert_eq!(era(Some("2026-07-28"), true, "tools/list"), Era::Stateless);
        assert_eq!(era(Some("2026-07-28"), false, "initialize"), Era::Stateless);
        assert_eq!(era(Some("2025-11-25"), false, "tools/list"), Era::Session);
        assert_eq!(era(None, false, "tools/list"), Era::Session);
        assert_eq!(era(Some("1900-01-01"), false, "tools/list"), Era::Stateless);
        assert_eq!(era(Some("1900-01-01"), true, "tools/list"), Era::Session);
        assert_eq!(era(Some("1900-01-01"), false, "initialize"), Era::Session);
    }

    #[test]
    fn a_description_counts_for_more() {
        let label = Label { version: Some("2025-11-25"), has_session: true };
        assert_eq!(Era::by_label(label, Some("tools/list"), true), Era::Stateless);
    }
}
