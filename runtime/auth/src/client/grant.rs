//! What a login brought.

use http::HeaderValue;
use serde::{Deserialize, Serialize};
use toolwright_http::Secret;
use zeroize::Zeroizing;

use super::clock;
use super::grants::token::Tokens;
use super::scopes::Scopes;
use super::store::StoreKey;

/// A token is not used in its last seconds, or, if it is short-lived, in its last quarter.
const MARGIN: u64 = 30;
/// How far a clock may be off, in seconds.
const SKEW: u64 = 60;

/// Tokens, and where they belong. They are sent to no other server, and to no other authorization
/// server.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) place: Place,
    pub(crate) access: Secret,
    /// The thumbprint of the key that they are bound to.
    pub(crate) key: Option<String>,
    pub(crate) refresh: Option<Secret>,
    /// In seconds since 1970.
    obtained: u64,
    expires: Option<u64>,
    pub(crate) source: Source,
    /// Whether the store has, or had, a record of these.
    pub(crate) is_kept: bool,
}

/// Where tokens belong, and what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) issuer: String,
    pub(crate) resource: String,
    pub(crate) client: String,
    /// The scopes that were asked for, between spaces.
    pub(crate) asked: String,
    /// Nobody said who the authorization server is: that of 2025-03-26.
    #[serde(default)]
    pub(crate) is_assumed: bool,
}

/// How a client came to have tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Login,
    Refresh,
    Store,
}

#[derive(Serialize, Deserialize)]
struct Record {
    access: String,
    refresh: Option<String>,
    obtained: u64,
    expires: Option<u64>,
    #[serde(default)]
    key: Option<String>,
}

impl Grant {
    /// What a token endpoint answered to a request made at `asked_at`.
    pub(crate) fn new(
        place: Place,
        response: Tokens,
        asked_at: u64,
        source: Source,
        key: Option<String>,
    ) -> Self {
        let expires = response.lasts.map(|lasts| asked_at.saturating_add(lasts.as_secs()));
        Self {
            place,
            access: response.access,
            key,
            refresh: response.refresh,
            obtained: asked_at,
            expires,
            source,
            is_kept: false,
        }
    }

    /// The tokens that took the place of these.
    pub(crate) fn renewed(&self, response: Tokens, asked_at: u64) -> Self {
        let (place, key) = (self.place.clone(), self.key.clone());
        let mut new = Self::new(place, response, asked_at, Source::Refresh, key);
        // Without another one, the old one stays good.
        new.refresh = new.refresh.or_else(|| self.refresh.clone());
        new
    }

    /// Whether a request carried the access token.
    pub(crate) fn is_in(&self, sent: Option<&HeaderValue>) -> bool {
        let sent = sent.and_then(|sent| sent.to_str().ok()?.split_once(' '));
        sent.is_some_and(|(_, token)| token == self.access.expose())
    }

    pub(crate) fn asked(&self) -> Scopes {
        Scopes::read(&self.place.asked)
    }

    pub(crate) fn key(&self) -> StoreKey {
        self.place.key()
    }

    /// Whether the access token may be used: not if it is about to expire, or was made in the
    /// future, so that nobody knows when it expires.
    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh_at(clock::now())
    }

    fn is_fresh_at(&self, now: u64) -> bool {
        let Some(expires) = self.expires else { return true };
        let margin = MARGIN.min(expires.saturating_sub(self.obtained) / 4);
        now.saturating_add(margin) < expires && self.obtained <= now.saturating_add(SKEW)
    }

    /// Whether the access token may still be tried.
    pub(crate) fn is_over(&self) -> bool {
        self.expires.is_some_and(|expires| expires <= clock::now())
    }

    /// As a store keeps it.
    pub(crate) fn write(&self) -> Option<Secret> {
        let record = Record {
            access: self.access.expose().to_owned(),
            refresh: self.refresh.as_ref().map(|token| token.expose().to_owned()),
            obtained: self.obtained,
            expires: self.expires,
            key: self.key.clone(),
        };
        let text = serde_json::to_string(&record).ok().map(Secret::new);
        let Record { access, refresh, .. } = record;
        drop((Zeroizing::new(access), refresh.map(Zeroizing::new)));
        text
    }

    pub(crate) fn read(place: Place, record: &Secret) -> Option<Self> {
        let Record { access, refresh, obtained, expires, key } =
            serde_json::from_str(record.expose()).ok()?;
        Some(Self {
            place,
            access: access.into(),
            key,
            refresh: refresh.map(Secret::new),
            obtained,
            expires,
            source: Source::Store,
            is_kept: true,
        })
    }

    /// Whether these, of the store, count more than others for the same place: whoever shares it
    /// renewed them, or logged in.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        // What could not be kept may be newer than what is.
        self.access != other.access && (other.is_kept || self.obtained > other.obtained)
    }
}

impl Place {
    pub(crate) fn key(&self) -> StoreKey {
        StoreKey::Tokens {
            issuer: self.issuer.clone(),
            resource: self.resource.clone(),
            client: self.client.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::client::grants::token::Kind;

    fn grant(lasts: Option<u64>) -> Grant {
        let place = Place {
            issuer: "https://login.example".to_owned(),
            resource: "https://a.example/mcp".to_owned(),
            client: "c".to_owned(),
            asked: "a b".to_owned(),
            is_assumed: false,
        };
        let response = Tokens {
            access: "canary".into(),
            kind: Kind::Bearer,
            lasts: lasts.map(Duration::from_secs),
            refresh: Some("canary-2".into()),
            scopes: None,
            issued: None,
        };
        Grant::new(place, response, 1_000_000, Source::Login, None)
    }

    #[test]
    fn tokens_are_renewed_before_they_expire() {
        for (lasts, after, fresh) in [
            (Some(3600), 0, true),
            (Some(3600), 3569, true),
            (Some(3600), 3570, false),
            (Some(40), 29, true),
            (Some(40), 30, false),
            (Some(1), 0, true),
            (Some(0), 0, false),
            (None, 100_000_000, true),
            // The clock was set back: a little, and by much.
            (Some(3600), -50, true),
            (Some(3600), -600, false),
        ] {
            let now = 1_000_000_u64.saturating_add_signed(after);
            assert_eq!(grant(lasts).is_fresh_at(now), fresh, "{lasts:?} {after}");
        }
    }

    #[test]
    fn what_is_kept_comes_back() {
        let grant = grant(Some(60));
        let record = grant.write().unwrap();
        let back = Grant::read(grant.place.clone(), &record).unwrap();
        assert_eq!((back.access, back.expires), (grant.access.clone(), grant.expires));
        assert_eq!((back.refresh, back.source), (grant.refresh.clone(), Source::Store));
        assert!(!format!("{grant:?} {record:?}").contains("canary"));
        assert!(Grant::read(grant.place.clone(), &"{}".into()).is_none());
    }

    #[test]
    fn what_could_not_be_kept_gives_way_to_what_is_newer() {
        let mut held = grant(Some(60));
        let mut kept = grant(Some(60));
        kept.access = "other".into();
        // The store failed: what it has was used up by what is held.
        kept.obtained -= 1;
        assert!(!kept.replaces(&held));
        held.is_kept = true;
        assert!(kept.replaces(&held));
        (held.is_kept, kept.obtained) = (false, held.obtained + 1);
        assert!(kept.replaces(&held));
        kept.access = held.access.clone();
        assert!(!kept.replaces(&held));
    }

    #[test]
    fn a_refresh_token_stays_unless_there_is_another() {
        let old = grant(Some(60));
        let response = |refresh: Option<&str>| Tokens {
            access: "new".into(),
            kind: Kind::Bearer,
            lasts: None,
            refresh: refresh.map(Secret::from),
            scopes: None,
            issued: None,
        };
        assert_eq!(old.renewed(response(None), 1).refresh, old.refresh);
        assert_eq!(old.renewed(response(Some("x")), 1).refresh, Some("x".into()));
    }
}
