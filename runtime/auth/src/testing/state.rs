//! What the server remembers.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::asked::Asked;
use super::behaviour::Behaviour;
use super::client::Client;
use super::keys::Key;

/// What all connections share.
pub(super) struct Shared {
    /// The issuer, byte for byte.
    pub(super) issuer: String,
    /// Its path: empty, or with a slash in front.
    pub(super) base: String,
    state: Mutex<State>,
}

/// Everything, behind one lock: this is for tests.
pub(super) struct State {
    pub(super) behaviour: Behaviour,
    pub(super) asked: Vec<Asked>,
    pub(super) clients: HashMap<String, Client>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) refresh: HashMap<String, Refresh>,
    /// Access tokens, by their text.
    pub(super) access: HashMap<String, Access>,
    /// Others whose assertions are believed.
    pub(super) trusted: HashMap<String, Trusted>,
    /// Identifiers of proofs and assertions that were used.
    pub(super) used: Vec<String>,
    /// The last one signs.
    pub(super) keys: Vec<Key>,
}

/// Whose assertions are believed.
#[derive(Clone)]
pub(super) enum Trusted {
    Server(Arc<Shared>),
    Keys(Value),
}

/// A code that was given out.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) redirect: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) grant: Grant,
    pub(super) is_used: bool,
}

/// What somebody allowed a client.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) client: String,
    pub(super) person: String,
    pub(super) scopes: Vec<String>,
    pub(super) resources: Vec<String>,
    /// Of whom came from the same consent, all end together.
    pub(super) family: String,
    /// The key that tokens are bound to.
    pub(super) key: Option<String>,
}

/// A refresh token that was given out.
#[derive(Clone)]
pub(super) struct Refresh {
    pub(super) grant: Grant,
    pub(super) is_used: bool,
}

/// An access token that was given out.
pub(super) struct Access {
    pub(super) claims: Value,
    pub(super) family: String,
    pub(super) is_revoked: bool,
}

impl Shared {
    pub(super) fn new(issuer: String, base: String, behaviour: Behaviour) -> io::Result<Self> {
        let state = State {
            behaviour,
            asked: Vec::new(),
            clients: HashMap::new(),
            codes: HashMap::new(),
            refresh: HashMap::new(),
            access: HashMap::new(),
            trusted: HashMap::new(),
            used: Vec::new(),
            keys: vec![Key::new()?],
        };
        Ok(Self { issuer, base, state: Mutex::new(state) })
    }

    /// Locked; never across a pause.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What the clock of this server says, in seconds of 1970.
    pub(super) fn now(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX).saturating_add(self.behaviour.clock)
    }

    /// The keys that others may know.
    pub(super) fn jwks(&self) -> Value {
        json!({"keys": self.keys.iter().map(|key| &key.public).collect::<Vec<_>>()})
    }

    /// A token of a type, signed.
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> io::Result<String> {
        let key = self.keys.last().ok_or_else(|| io::Error::other("there is no key"))?;
        key.sign(typ, claims)
    }

    /// Ends all tokens that came from one consent.
    pub(super) fn end(&mut self, family: &str) {
        self.refresh.retain(|_, refresh| refresh.grant.family != family);
        let access = self.access.values_mut().filter(|access| access.family == family);
        access.for_each(|access| access.is_revoked = true);
    }

    /// Whether an identifier is new; afterwards it is not.
    pub(super) fn is_new(&mut self, id: String) -> bool {
        let is_new = !self.used.contains(&id);
        self.used.push(id);
        is_new
    }
}
