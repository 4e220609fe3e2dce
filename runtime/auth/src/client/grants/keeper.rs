//! Tokens, kept while they last.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tokio::time::Instant;

use super::token::{TokenError, Tokens};

/// A token is replaced so long before it ends, but no sooner than after half its life.
const SKEW: Duration = Duration::from_secs(60);
/// A token that does not say how long it lasts does so long.
const USUAL: Duration = Duration::from_secs(3600);
/// So long after a failure nobody is asked again: those who refuse once would refuse at once.
const PAUSE: Duration = Duration::from_secs(5);

/// Access tokens by the resources that they are for.
#[derive(Default)]
pub(super) struct Keeper {
    known: Mutex<HashMap<String, Known>>,
    /// Held by who asks for one. The others wait, and find it then.
    turn: tokio::sync::Mutex<()>,
}

enum Known {
    Token(Token),
    Failure { error: TokenError, until: Instant },
}

/// A token that is kept.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) tokens: Tokens,
    until: Instant,
    /// The server took it at least once.
    was_taken: bool,
}

impl Keeper {
    /// The token for a resource, or the one that `obtain` brings.
    pub(super) async fn token<F>(
        &self,
        resource: &str,
        obtain: impl FnOnce() -> F,
    ) -> Result<Token, TokenError>
    where
        F: Future<Output = Result<Tokens, TokenError>>,
    {
        if let Some(known) = self.usable(resource) {
            return known;
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.usable(resource) {
            return known;
        }
        let now = Instant::now();
        let (known, outcome) = match obtain().await {
            Ok(tokens) => {
                let lasts = tokens.lasts.unwrap_or(USUAL);
                let until = now + lasts.saturating_sub(SKEW.min(lasts / 2));
                let token = Token { tokens, until, was_taken: false };
                (Known::Token(token.clone()), Ok(token))
            }
            Err(error) => {
                let until = Instant::now() + PAUSE;
                (Known::Failure { error: error.clone(), until }, Err(error))
            }
        };
        self.known().insert(resource.to_owned(), known);
        outcome
    }

    /// The server took the token of a request.
    pub(super) fn taken(&self, resource: &str) {
        if let Some(Known::Token(token)) = self.known().get_mut(resource) {
            token.was_taken = true;
        }
    }

    /// The server did not take the token that was sent in these headers. Whether it makes sense
    /// to try another one: if there is one, or if this one was good once.
    pub(super) fn refused(&self, resource: &str, sent: &HeaderMap) -> bool {
        let mut known = self.known();
        let Some(Known::Token(token)) = known.get(resource) else { return true };
        let sent = sent.get(AUTHORIZATION).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        if sent.split_once(' ').is_none_or(|(_, sent)| sent != token.tokens.access.expose()) {
            return true;
        }
        let was_taken = token.was_taken;
        if was_taken {
            known.remove(resource);
        }
        was_taken
    }

    /// What the token for a resource was granted for, if that was said.
    pub(super) fn scopes(&self, resource: &str) -> Vec<String> {
        match self.known().get(resource) {
            Some(Known::Token(token)) => token.tokens.scopes.clone().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Forgets the token for a resource.
    pub(super) fn forget(&self, resource: &str) {
        self.known().remove(resource);
    }

    fn usable(&self, resource: &str) -> Option<Result<Token, TokenError>> {
        let now = Instant::now();
        match self.known().get(resource)? {
            Known::Token(token) if now < token.until => Some(Ok(token.clone())),
            Known::Failure { error, until } if now < *until => Some(Err(error.clone())),
            _ => None,
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http::HeaderValue;

    use super::super::token::Kind;
    use super::*;

    fn tokens(access: &str, seconds: Option<u64>) -> Tokens {
        Tokens {
            access: access.into(),
            kind: Kind::Bearer,
            lasts: seconds.map(Duration::from_secs),
            refresh: None,
            scopes: None,
            issued: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_shared_and_replaced_in_time() {
        let (keeper, count) = (Keeper::default(), AtomicUsize::new(0));
        let get = || async {
            let obtain = || async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let number = count.fetch_add(1, Ordering::Relaxed);
                Ok(tokens(&format!("t{number}"), Some(600)))
            };
            let token = keeper.token("r", obtain).await.unwrap();
            token.tokens.access.expose().to_owned()
        };
        let (first, second, third) = tokio::join!(get(), get(), get());
        assert_eq!([first, second, third], ["t0", "t0", "t0"]);
        tokio::time::advance(Duration::from_secs(530)).await;
        assert_eq!(get().await, "t0");
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(get().await, "t1");
    }

    #[tokio::test(start_paused = true)]
    async fn who_refused_is_left_alone_for_a_while() {
        let (keeper, count) = (Keeper::default(), AtomicUsize::new(0));
        let get = || async {
            let obtain = || async {
                count.fetch_add(1, Ordering::Relaxed);
                Err(TokenError::Refused { issuer: "i".into(), code: "invalid_client".into() })
            };
            keeper.token("r", obtain).await.err().unwrap();
            count.load(Ordering::Relaxed)
        };
        assert_eq!((get().await, get().await), (1, 1));
        tokio::time::advance(PAUSE).await;
        assert_eq!(get().await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_good_once_is_replaced() {
        let keeper = Keeper::default();
        let get = || keeper.token("r", || async { Ok(tokens("t", None)) });
        get().await.unwrap();
        let sent = |token| HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(token))]);
        assert!(!keeper.refused("r", &sent("Bearer t")));
        assert!(keeper.refused("r", &sent("Bearer older")));
        keeper.taken("r");
        assert!(keeper.refused("r", &sent("Bearer t")));
        assert!(keeper.usable("r").is_none());
    }
}
