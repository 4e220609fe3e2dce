//! For how long, and by whom, results may be kept instead of being asked for again.

use std::time::Duration;

use toolwright_spec::{CacheScope, ReadResourceResult};

/// For how long a result may be used again, and who may share it.
///
/// ```
/// use std::time::Duration;
///
/// use toolwright_core::Server;
/// use toolwright_core::cache::{CacheHint, Cacheable};
///
/// let minute = Duration::from_secs(60);
/// let server = Server::new("shop", "1.0.0")
///     // The same for everybody.
///     .cache(Cacheable::Tools, CacheHint::public(minute))
///     // May depend on who reads.
///     .cache(Cacheable::Read, CacheHint::private(minute));
/// # server.build().unwrap();
/// ```
///
/// Only clients since 2026-07-28 are told.
///
/// Specification: `server/utilities/caching`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheHint {
    ttl: Duration,
    scope: CacheScope,
}

impl CacheHint {
    /// Whoever asked may use it again for that long; nobody else is given it. Zero: ask each time.
    #[must_use]
    pub const fn private(ttl: Duration) -> Self {
        Self { ttl, scope: CacheScope::Private }
    }

    /// Anybody may use it for that long, whoever asked for it. A cache keeps nobody out: say this
    /// only of what everybody may know.
    #[must_use]
    pub const fn public(ttl: Duration) -> Self {
        Self { ttl, scope: CacheScope::Public }
    }

    /// In milliseconds, as it is sent.
    pub(crate) fn ttl_ms(self) -> i64 {
        i64::try_from(self.ttl.as_millis()).unwrap_or(i64::MAX)
    }

    pub(crate) fn scope(self) -> CacheScope {
        self.scope
    }

    /// Says it of a result that says nothing itself.
    pub(crate) fn fill(self, result: &mut ReadResourceResult) {
        if result.ttl_ms.is_none() {
            result.ttl_ms = Some(self.ttl_ms());
            result.cache_scope.get_or_insert(self.scope);
        }
    }

    /// The same, shared with nobody.
    pub(crate) fn kept_private(self) -> Self {
        Self { scope: CacheScope::Private, ..self }
    }
}

/// What there are hints for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cacheable {
    /// `server/discover`.
    Discover,
    /// `tools/list`.
    Tools,
    /// `prompts/list`.
    Prompts,
    /// `resources/list`.
    Resources,
    /// `resources/templates/list`.
    Templates,
    /// `resources/read`, of what says nothing itself.
    Read,
}

/// For how long what does not change may be kept: the next run of the server may be different.
const STEADY: Duration = Duration::from_secs(300);
/// For how long a list may be kept whose changes a client need not have asked to hear of.
const CHANGING: Duration = Duration::from_secs(10);

/// All hints of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hints {
    given: Vec<(Cacheable, CacheHint)>,
    changing: Vec<Cacheable>,
    filtered: bool,
}

impl Hints {
    /// Sets one; the last one counts.
    pub(crate) fn set(&mut self, what: Cacheable, hint: CacheHint) {
        self.given.push((what, hint));
    }

    /// Says that a list changes while the server runs.
    pub(crate) fn changes(&mut self, what: Cacheable) {
        self.changing.push(what);
    }

    /// Says that callers see different things: nothing is shared, whatever the hints say.
    pub(crate) fn filtered(&mut self) {
        self.filtered = true;
    }

    /// The hint for this.
    pub(crate) fn of(&self, what: Cacheable) -> CacheHint {
        let given = self.given.iter().rev().find(|(known, _)| *known == what);
        let hint = given.map_or_else(|| self.usual(what), |(_, hint)| *hint);
        if self.filtered { hint.kept_private() } else { hint }
    }

    /// Completes what the result of `resources/read` says of itself.
    pub(crate) fn fill(&self, result: &mut ReadResourceResult) {
        self.of(Cacheable::Read).fill(result);
        let scope = result.cache_scope.get_or_insert(CacheScope::Private);
        if self.filtered {
            *scope = CacheScope::Private;
        }
    }

    fn usual(&self, what: Cacheable) -> CacheHint {
        CacheHint::private(match what {
            Cacheable::Read => Duration::ZERO,
            list if self.changing.contains(&list) => CHANGING,
            _ => STEADY,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_private() {
        let mut hints = Hints::default();
        hints.changes(Cacheable::Prompts);
        assert_eq!(hints.of(Cacheable::Tools), CacheHint::private(STEADY));
        assert_eq!(hints.of(Cacheable::Prompts), CacheHint::private(CHANGING));
        assert_eq!(hints.of(Cacheable::Read).ttl_ms(), 0);
    }

    #[test]
    fn nothing_is_shared_that_callers_see_differently() {
        let mut hints = Hints::default();
        hints.set(Cacheable::Tools, CacheHint::private(Duration::MAX));
        hints.set(Cacheable::Tools, CacheHint::public(Duration::from_millis(1500)));
        assert_eq!(hints.of(Cacheable::Tools).scope(), CacheScope::Public);
        hints.filtered();
        assert_eq!(hints.of(Cacheable::Tools), CacheHint::private(Duration::from_millis(1500)));
        assert_eq!(CacheHint::private(Duration::MAX).ttl_ms(), i64::MAX);
    }
}
