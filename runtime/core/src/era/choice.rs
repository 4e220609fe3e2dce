//! Choosing a revision.

use toolwright_spec::Revision;

use super::Era;

impl Era {
    /// The era of a revision.
    pub(crate) fn of(revision: Revision) -> Self {
        if revision.has_handshake() { Self::Session } else { Self::Stateless }
    }

    /// The newest revision of this era.
    pub(crate) fn newest(self) -> Option<Revision> {
        Revision::ALL.iter().copied().filter(|revision| Self::of(*revision) == self).max()
    }

    /// The newest revision of this era among those named; names that nobody knows are left out.
    pub(crate) fn newest_of(self, names: &[String]) -> Option<Revision> {
        let known = names.iter().filter_map(|name| name.parse().ok());
        known.filter(|revision| Self::of(*revision) == self).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_both_know_is_chosen() {
        let names = ["2099-01-01", "2025-03-26", "2026-07-28", "2025-06-18"].map(str::to_owned);
        assert_eq!(Era::Session.newest_of(&names), Some(Revision::V2025_06_18));
        assert_eq!(Era::Stateless.newest_of(&names), Some(Revision::V2026_07_28));
        assert_eq!(Era::Stateless.newest_of(&["x".to_owned()]), None);
        assert_eq!(Era::Session.newest(), Some(Revision::V2025_11_25));
        assert_eq!(Era::Stateless.newest(), Some(Revision::LATEST));
    }
}
