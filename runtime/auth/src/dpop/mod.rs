//! Tokens that are bound to a key: the server's half, which checks proofs.
//!
//! Specification: RFC 9449.

mod nonce;
mod proof;
mod replay;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::request::Parts;
use toolwright_core::ask::ConsumedStates;

use crate::jose::{Algorithm, JoseError, sha256_text};
use crate::verify::{InboundToken, Scheme, Verified, VerifyError};

use nonce::Nonces;
use proof::{Proof, Wanted};
use replay::Replay;

/// What is allowed unless something else is.
const USUAL: [Algorithm; 4] =
    [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ps256, Algorithm::Rs256];
/// How far the clocks of processes that share a store may be apart.
const SLACK: Duration = Duration::from_secs(5);
/// Proofs that are remembered.
const CAPACITY: usize = 1 << 16;

/// Checks that whoever presents a token that is bound to a key has that key.
///
/// Each request needs a proof of its own: for its method and URL, its token, and this minute. None
/// is taken twice; they are remembered as long as they could be, in this process and, where several
/// serve one resource, in a [store that they share](Self::shared).
///
/// ```
/// use toolwright_auth::dpop::Checker;
///
/// // Clients have to put in a nonce of ours, too, so that proofs cannot be made in advance.
/// let checker = Checker::new().with_nonces()?;
/// assert!(checker.nonce().is_some());
/// # Ok::<(), toolwright_auth::JoseError>(())
/// ```
///
/// Specification: RFC 9449, section 4.3.
#[derive(Clone)]
pub struct Checker {
    algorithms: Vec<Algorithm>,
    window: Duration,
    nonces: Option<Nonces>,
    replay: Arc<Replay>,
    /// Where other processes look, too.
    shared: Option<Arc<dyn ConsumedStates>>,
}

impl Checker {
    /// One that takes proofs of the last minute, without nonces.
    #[must_use]
    pub fn new() -> Self {
        let (algorithms, window) = (USUAL.to_vec(), Duration::from_secs(60));
        let replay = Arc::new(Replay::new(CAPACITY));
        Self { algorithms, window, nonces: None, replay, shared: None }
    }

    /// The algorithms that are allowed, instead of ES256, EdDSA, PS256 and RS256.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// How far from now proofs may be made, in either direction; clocks differ. 60 seconds unless
    /// given, an hour at most.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window.min(Duration::from_secs(3600));
        self
    }

    /// How many proofs are remembered at once; 65536 unless given. No key may have more than a
    /// sixteenth of them, so that its holder cannot shut others out. Requests beyond either are
    /// answered by 503, since a proof that is forgotten could be used again.
    #[must_use]
    pub fn capacity(mut self, proofs: usize) -> Self {
        self.replay = Arc::new(Replay::new(proofs));
        self
    }

    /// Notes proofs in a store that several processes share, so that one that was used at one of them
    /// is taken at none: the store for [states of requests](ConsumedStates) can be the same one. Each
    /// request with a bound token waits for it; while it fails, requests are answered by 503.
    ///
    /// ```
    /// use toolwright_auth::dpop::Checker;
    /// use toolwright_core::ask::MemoryStates;
    ///
    /// // In truth, a store of yours in a database.
    /// let checker = Checker::new().shared(MemoryStates::new());
    /// ```
    ///
    /// Specification: RFC 9449, section 11.1.
    #[must_use]
    pub fn shared(mut self, store: impl ConsumedStates) -> Self {
        self.shared = Some(Arc::new(store));
        self
    }

    /// Demands nonces, which change every five minutes.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn with_nonces(mut self) -> Result<Self, JoseError> {
        self.nonces = Some(Nonces::new()?);
        Ok(self)
    }

    /// The same, with nonces that other processes take too that have the same key: 32 random
    /// bytes.
    #[must_use]
    pub fn with_nonces_by(mut self, key: &[u8; 32]) -> Self {
        self.nonces = Some(Nonces::with(key));
        self
    }

    /// What is allowed, for metadata (`dpop_signing_alg_values_supported`).
    #[must_use]
    pub fn allowed(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The nonce that responses carry in `DPoP-Nonce`, if nonces are demanded.
    #[must_use]
    pub fn nonce(&self) -> Option<String> {
        Some(self.nonces.as_ref()?.current(seconds()))
    }

    /// Whether a token may be used by who sends a request: one that is bound to a key with a proof
    /// for it, others without. `url` is where clients send the request, which a server behind
    /// proxies does not see.
    ///
    /// # Errors
    /// There is no proof, or none that is taken, or that cannot be found out now.
    pub async fn check(
        &self,
        head: &Parts,
        url: &str,
        token: &InboundToken,
        verified: &Verified,
    ) -> Result<(), VerifyError> {
        verified.presented_as(token)?;
        let Some(thumbprint) = verified.confirmation() else {
            return match token.scheme() {
                Scheme::Bearer => Ok(()),
                Scheme::Dpop => {
                    let reason = "it is presented as bound to a key, but is not";
                    Err(VerifyError::Rejected(reason.into()))
                }
            };
        };
        let now = seconds();
        let wanted = Wanted {
            algorithms: &self.algorithms,
            thumbprint,
            method: head.method.as_str(),
            url,
            token: token.expose(),
            now,
            window: self.window.as_secs_f64(),
        };
        let checked = Proof::read(&head.headers)?.check(&wanted)?;
        if let Some(nonces) = &self.nonces
            && !checked.nonce.is_some_and(|nonce| nonces.is_ours(&nonce, now))
        {
            return Err(VerifyError::Nonce);
        }
        // Until then it could be taken once more.
        let left = Duration::try_from_secs_f64(checked.made - now + wanted.window);
        let left = left.unwrap_or_default();
        self.replay.once(thumbprint, &checked.id, left)?;
        match &self.shared {
            Some(shared) => once_for_all(&**shared, thumbprint, &checked.id, left).await,
            None => Ok(()),
        }
    }
}

/// Notes a proof of a key for all processes, for so long.
async fn once_for_all(
    shared: &dyn ConsumedStates,
    key: &str,
    id: &str,
    left: Duration,
) -> Result<(), VerifyError> {
    // The store also has other things in it.
    let name = format!("dpop:{}", sha256_text(format!("{key}.{id}")));
    // Those of another process may be a little behind.
    match shared.consume(&name, SystemTime::now() + left + SLACK).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(VerifyError::Proof("it was used before")),
        Err(error) => {
            let reason = format!("the store of DPoP proofs fails: {error}");
            Err(VerifyError::Unavailable(reason.into()))
        }
    }
}

fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checker")
            .field("algorithms", &self.algorithms)
            .field("window", &self.window)
            .field("nonces", &self.nonces.is_some())
            .field("shared", &self.shared.is_some())
            .finish_non_exhaustive()
    }
}
