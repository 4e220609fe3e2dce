//! One server, and how this client stands with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use toolwright_http::client::{Network, Reaction, Refusal};

use super::challenge::Challenge;
use super::clock;
use super::counterpart::Counterpart;
use super::error::LoginError;
use super::grant::{Grant, Place, Source};
use super::keeping;
use super::login::Wanted;
use super::refresh::Renewed;
use super::revoke::LoggedOut;
use super::scopes::Scopes;
use super::setup::Setup;
use super::store::StoreKey;

/// Operations whose upgrades are remembered.
const UPGRADES: usize = 256;

/// See the module.
#[derive(Debug)]
pub(crate) struct Account {
    side: Counterpart,
    state: Mutex<State>,
    /// Held by whoever changes how things stand.
    turn: tokio::sync::Mutex<()>,
    /// Whether the server took the tokens that there are.
    accepted: AtomicBool,
    /// How often the tokens became those of somebody else, perhaps.
    epoch: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    is_loaded: bool,
    grant: Option<Arc<Grant>>,
    /// Where the tokens came from that there were last.
    last: Option<Place>,
    /// Operations that were refused, and the scopes that were asked for since.
    upgrades: HashMap<String, Scopes>,
}

impl Account {
    /// # Errors
    /// The URL is none.
    pub(crate) fn new(setup: Arc<Setup>, server: &str) -> Result<Self, LoginError> {
        Ok(Self {
            side: Counterpart::new(setup, server)?,
            state: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            accepted: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
        })
    }

    /// Changes when requests may be somebody else's from now on.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// How the client gets to the server.
    pub(crate) fn learn(&self, network: &Network) {
        self.side.finder.ways.learn(network);
    }

    /// The tokens to be used now, if there are any.
    ///
    /// # Errors
    /// They have expired, and cannot be renewed at the moment.
    pub(crate) async fn current(&self) -> Result<Option<Arc<Grant>>, LoginError> {
        {
            let state = self.state();
            match &state.grant {
                Some(grant) if grant.is_fresh() => return Ok(Some(Arc::clone(grant))),
                None if state.is_loaded => return Ok(None),
                _ => {}
            }
        }
        let _turn = self.turn.lock().await;
        if !self.state().is_loaded {
            let kept = self.side.kept().await?;
            let mut state = self.state();
            state.is_loaded = true;
            state.last = kept.as_ref().map(|kept| kept.place.clone());
            state.grant = kept.map(Arc::new);
        }
        let Some(grant) = self.grant() else { return Ok(None) };
        if grant.is_fresh() {
            return Ok(Some(grant));
        }
        match self.side.renew(&grant, None).await {
            Ok(Renewed::Grant(new)) => Ok(Some(self.adopt(*new))),
            Ok(Renewed::Other(new)) => Ok(Some(self.adopt_anew(*new))),
            // The server will say what it wants.
            Ok(Renewed::Gone) => {
                self.drop_grant();
                Ok(None)
            }
            Err(error) if grant.is_over() => Err(error),
            Err(error) => {
                tracing::debug!(%error, "a token cannot be renewed yet");
                Ok(Some(grant))
            }
        }
    }

    /// The server took a request.
    pub(crate) fn answered(&self, body: &[u8]) {
        self.accepted.store(true, Ordering::Relaxed);
        let mut state = self.state();
        if !state.upgrades.is_empty() {
            state.upgrades.remove(&operation(body));
        }
    }

    /// What follows from a refusal.
    ///
    /// # Errors
    /// Nobody can be logged in.
    pub(crate) async fn refused(&self, refusal: &Refusal<'_>) -> Result<Reaction, LoginError> {
        let challenge = Challenge::of_oauth(refusal.headers);
        if refusal.status == http::StatusCode::UNAUTHORIZED {
            return self.unauthorized(refusal, challenge.as_ref()).await;
        }
        match challenge {
            Some(challenge) if challenge.get("error") == Some("insufficient_scope") => {
                self.insufficient(refusal, &challenge).await
            }
            _ => Ok(Reaction::Leave),
        }
    }

    /// Logs in, whatever is there already.
    ///
    /// # Errors
    /// It fails.
    pub(crate) async fn log_in(&self) -> Result<(), LoginError> {
        let _turn = self.turn.lock().await;
        let wanted = Wanted::first(None, self.last());
        let grant = self.side.login(&wanted).await?;
        self.adopt_anew(grant);
        Ok(())
    }

    /// Forgets the tokens and where they came from, here and in the store, and has them ended.
    ///
    /// # Errors
    /// The store fails, or they are forgotten and go on to count.
    pub(crate) async fn log_out(&self) -> Result<LoggedOut, LoginError> {
        let forgotten = self.forget().await?;
        self.side.revoke(forgotten).await
    }

    /// Forgets the tokens, and returns them.
    async fn forget(&self) -> Result<Vec<Grant>, LoginError> {
        let _turn = self.turn.lock().await;
        let store = &*self.side.setup.store;
        let kept = keeping::place(store, &self.side.server).await?;
        let held = self.last().filter(|held| kept.as_ref().is_none_or(|it| it.key() != held.key()));
        let mut forgotten: Vec<Grant> = self.grant().as_deref().cloned().into_iter().collect();
        for place in kept.into_iter().chain(held) {
            let key = place.key();
            // Whoever renews them keeps what comes of it: that is waited for.
            let _turn = store.lock(&key).await?;
            let found = store.load(&key).await?.and_then(|record| Grant::read(place, &record));
            store.delete(&key).await?;
            let is_new = |new: &Grant| forgotten.iter().all(|old| old.access != new.access);
            forgotten.extend(found.filter(is_new));
        }
        store.delete(&StoreKey::Server { url: self.side.server.clone() }).await?;
        *self.state() = State { is_loaded: true, ..State::default() };
        self.epoch.fetch_add(1, Ordering::AcqRel);
        Ok(forgotten)
    }

    /// 401: there is no token, or it is none any more.
    async fn unauthorized(
        &self,
        refusal: &Refusal<'_>,
        challenge: Option<&Challenge>,
    ) -> Result<Reaction, LoginError> {
        let _turn = self.turn.lock().await;
        let sent = refusal.sent.get(http::header::AUTHORIZATION);
        let was_sent = |grant: &Grant| grant.is_in(sent);
        let held = self.grant();
        if held.as_deref().is_some_and(|grant| !was_sent(grant)) {
            // There are others meanwhile. If they may be another person's, the epoch says so.
            return Ok(Reaction::Retry);
        }
        let kept = self.side.kept().await?;
        if let Some(kept) = kept.filter(|kept| !was_sent(kept) && kept.is_fresh()) {
            self.adopt_anew(kept);
            return Ok(Reaction::RetryAnew);
        }
        let accepted = self.accepted.load(Ordering::Relaxed);
        let held = held.filter(|_| sent.is_some());
        if let Some(grant) = &held
            && !accepted
            && grant.source == Source::Login
        {
            self.drop_grant();
            return Err(LoginError::Rejected { skew: skew(refusal) });
        }
        let wanted = Wanted::first(challenge, self.last());
        if let Some(grant) = held.filter(|grant| accepted || grant.source == Source::Store) {
            // Who the authorization server is may have changed.
            let (_, server) = self.side.discover(wanted.hint.as_deref()).await?;
            if server.issuer == grant.place.issuer && grant.refresh.is_some() {
                match self.side.renew(&grant, Some(server)).await? {
                    Renewed::Grant(new) => {
                        self.adopt(*new);
                        return Ok(Reaction::Retry);
                    }
                    Renewed::Other(new) => {
                        self.adopt_anew(*new);
                        return Ok(Reaction::RetryAnew);
                    }
                    Renewed::Gone => {}
                }
            }
            self.drop_grant();
        }
        if !refusal.request.is_awaited {
            return Ok(Reaction::Leave);
        }
        let grant = self.side.login(&wanted).await?;
        self.adopt_anew(grant);
        Ok(Reaction::RetryAnew)
    }

    /// 403 with `insufficient_scope`: the token is good for less than this.
    async fn insufficient(
        &self,
        refusal: &Refusal<'_>,
        challenge: &Challenge,
    ) -> Result<Reaction, LoginError> {
        let _turn = self.turn.lock().await;
        let sent = refusal.sent.get(http::header::AUTHORIZATION);
        let Some(grant) = self.grant() else { return Ok(Reaction::Leave) };
        let operation = operation(refusal.request.body);
        let needed = challenge.get("scope").unwrap_or_default();
        let is_whole =
            |all: &Scopes| needed.split(' ').all(|scope| scope.is_empty() || all.has(scope));
        let needed = Scopes::read(needed);
        let union = grant.asked().union(&needed);
        let no = |wanted: &Scopes| {
            let wanted = match wanted.is_empty() {
                true => "it does not say which".to_owned(),
                false => wanted.text(),
            };
            Err(LoginError::Scope { wanted })
        };
        let was_tried = self.state().upgrades.contains_key(&operation);
        if !grant.is_in(sent) && !was_tried {
            return Ok(Reaction::Retry);
        }
        // Once for an operation: whoever wants more each time would never be content.
        if was_tried || !is_whole(&union) {
            return no(&needed);
        }
        if !refusal.request.is_awaited {
            return Ok(Reaction::Leave);
        }
        let wanted = Wanted::more(challenge, union);
        {
            let mut state = self.state();
            if state.upgrades.len() >= UPGRADES {
                state.upgrades.clear();
            }
            state.upgrades.insert(operation, wanted.scopes.clone().unwrap_or_default());
        }
        let grant = self.side.login(&wanted).await?;
        self.adopt_anew(grant);
        Ok(Reaction::RetryAnew)
    }

    /// As [`adopt`](Self::adopt), for what somebody else may have logged in for.
    fn adopt_anew(&self, grant: Grant) -> Arc<Grant> {
        let grant = self.adopt(grant);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        grant
    }

    fn adopt(&self, grant: Grant) -> Arc<Grant> {
        let grant = Arc::new(grant);
        self.accepted.store(false, Ordering::Relaxed);
        let mut state = self.state();
        state.is_loaded = true;
        state.last = Some(grant.place.clone());
        state.grant = Some(Arc::clone(&grant));
        grant
    }

    fn last(&self) -> Option<Place> {
        self.state().last.clone()
    }

    fn drop_grant(&self) {
        self.state().grant = None;
    }

    fn grant(&self) -> Option<Arc<Grant>> {
        self.state().grant.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a message does: its method, and what it is done to.
fn operation(body: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    struct Message {
        method: Option<String>,
        #[serde(default)]
        params: Parameters,
    }
    #[derive(Default, Deserialize)]
    struct Parameters {
        name: Option<String>,
        uri: Option<String>,
    }
    let Message { method, params } = serde_json::from_slice(body).unwrap_or_default();
    let name = params.name.or(params.uri).unwrap_or_default();
    format!("{} {name}", method.unwrap_or_default())
}

/// How far a server's clock is ahead, in seconds, if that is too much.
fn skew(refusal: &Refusal<'_>) -> Option<i64> {
    let (there, here) = (refusal.date()?, clock::now());
    let ahead = i64::try_from(there).ok()? - i64::try_from(here).ok()?;
    (ahead.abs() > 60).then_some(ahead)
}
