//! The keys of an issuer, fetched when they are needed and no oftener.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use http::header::{ACCEPT, HeaderValue};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;
use toolwright_http::fetch::{Fetch, Rules};

use super::error::VerifyError;
use crate::jose::{Algorithm, Jwk, JwkSet};
use crate::metadata::Metadata;

/// Between two attempts to get keys: a token can name any key.
const PAUSE: Duration = Duration::from_secs(60);
/// The same while there are none at all.
const PAUSE_WITHOUT: Duration = Duration::from_secs(5);
/// How old keys may get until they are fetched anew.
const FRESH: Duration = Duration::from_secs(3600);
/// How old they may get while that fails.
const USABLE: Duration = Duration::from_secs(24 * 3600);

/// The keys of an issuer.
#[derive(Clone)]
pub(super) struct Keys(Arc<Shared>);

/// Where keys come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// They were given.
    Given(JwkSet),
    /// From here.
    Url(String),
    /// From where the issuer's metadata says.
    Issuer(String),
}

struct Shared {
    source: Source,
    fetch: Fetch,
    rules: Rules,
    state: Mutex<State>,
    /// One fetches, others wait.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    set: Option<Arc<JwkSet>>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
    /// Where the keys were found.
    url: Option<String>,
}

impl Keys {
    pub(super) fn new(source: Source, fetch: Fetch, rules: Rules) -> Self {
        let state = Mutex::default();
        Self(Arc::new(Shared { source, fetch, rules, state, turn: Arc::default() }))
    }

    /// The keys that a token may be signed with, as far as they are known already.
    pub(super) fn known(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<Jwk> {
        let found = |set: &JwkSet| set.find(id, algorithm).into_iter().cloned().collect();
        if let Source::Given(set) = &self.0.source {
            return found(set);
        }
        let (set, fetched) = self.0.current();
        let keys: Vec<Jwk> = set.map(|set| found(&set)).unwrap_or_default();
        if !keys.is_empty()
            && fetched.is_some_and(|at| at.elapsed() >= FRESH)
            && let Ok(turn) = Arc::clone(&self.0.turn).try_lock_owned()
            && self.0.begins(fetched)
        {
            // They are good enough meanwhile.
            tokio::spawn(Arc::clone(&self.0).load(turn));
        }
        keys
    }

    /// The same, asking the issuer if need be.
    ///
    /// # Errors
    /// There are no keys to be had at all.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<Jwk>, VerifyError> {
        let keys = self.known(id, algorithm);
        if !keys.is_empty() || matches!(self.0.source, Source::Given(_)) {
            return Ok(keys);
        }
        self.refresh(self.0.current().1).await;
        match self.0.current().0 {
            Some(set) => Ok(set.find(id, algorithm).into_iter().cloned().collect()),
            None => Err(VerifyError::Unavailable("the issuer's keys cannot be had".into())),
        }
    }

    /// Fetches keys, unless that was tried just now or somebody did so since `seen`.
    async fn refresh(&self, seen: Option<Instant>) {
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        if self.0.begins(seen) {
            let shared = Arc::clone(&self.0);
            // Whoever waits may go away: what was begun is finished for the others.
            let _ = tokio::spawn(shared.load(turn)).await;
        }
    }
}

impl Shared {
    fn current(&self) -> (Option<Arc<JwkSet>>, Option<Instant>) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let set = state.set.clone().filter(|_| state.is_usable());
        (set, state.fetched)
    }

    /// Whether it is time to fetch keys; if so, that counts as tried.
    fn begins(&self, seen: Option<Instant>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = if state.is_usable() { PAUSE } else { PAUSE_WITHOUT };
        let is_early = state.tried.is_some_and(|at| at.elapsed() < pause);
        if state.fetched != seen || is_early {
            return false;
        }
        state.tried = Some(Instant::now());
        true
    }

    async fn load(self: Arc<Self>, _turn: OwnedMutexGuard<()>) {
        let (url, set) = match self.fetched().await {
            Ok(loaded) => loaded,
            Err(reason) => {
                tracing::error!(reason, "the keys of the issuer of access tokens cannot be had");
                // The next attempt looks for them anew.
                self.state.lock().unwrap_or_else(PoisonError::into_inner).url = None;
                return;
            }
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.set = Some(Arc::new(set));
        state.fetched = Some(Instant::now());
        state.url = Some(url);
    }

    async fn fetched(&self) -> Result<(String, JwkSet), String> {
        let known = self.state.lock().unwrap_or_else(PoisonError::into_inner).url.clone();
        let url = match (&self.source, known) {
            (Source::Url(url), _) => url.clone(),
            (_, Some(url)) => url,
            (Source::Issuer(issuer), None) => {
                let metadata = Metadata::find(&self.fetch, issuer, &self.rules).await;
                let metadata = metadata.map_err(|error| error.to_string())?;
                metadata
                    .jwks_uri
                    .ok_or_else(|| format!("the metadata of `{issuer}` names no keys"))?
            }
            (Source::Given(_), None) => return Err("they were given".to_owned()),
        };
        let mut headers = HeaderMap::new();
        headers
            .insert(ACCEPT, HeaderValue::from_static("application/jwk-set+json, application/json"));
        let fetched = self.fetch.get(&url, headers, &self.rules).await;
        let fetched = fetched.map_err(|error| error.to_string())?;
        if fetched.status != 200 {
            return Err(format!("{url} answers {}", fetched.status.as_u16()));
        }
        let set = JwkSet::read(&fetched.body).map_err(|error| format!("{url}: {error}"))?;
        if set.is_empty() {
            return Err(format!("{url} has no key for signatures that are known here"));
        }
        Ok((url, set))
    }
}

impl State {
    fn is_usable(&self) -> bool {
        self.fetched.is_some_and(|at| at.elapsed() < USABLE)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("source", &self.0.source).finish_non_exhaustive()
    }
}
