//! What an account keeps in its store, and finds there.

use serde::Serialize;
use serde::de::DeserializeOwned;
use toolwright_http::Secret;

use super::grant::{Grant, Place};
use super::grants::Dpop;
use super::registration::Kept;
use super::store::{StoreError, StoreKey, TokenStore};

/// How often a record is replaced that others replace as well.
const ATTEMPTS: usize = 5;

/// The tokens for a server, if they are bound to this key.
///
/// # Errors
/// The store fails.
pub(crate) async fn grant(
    store: &dyn TokenStore,
    server: &str,
    dpop: Option<&Dpop>,
) -> Result<Option<Grant>, StoreError> {
    let Some(place) = place(store, server).await? else { return Ok(None) };
    let key = dpop.map(Dpop::thumbprint);
    let record = store.load(&place.key()).await?;
    Ok(record.and_then(|record| Grant::read(place, &record)).filter(|grant| grant.key == key))
}

/// Where the tokens for a server came from last.
///
/// # Errors
/// The store fails.
pub(crate) async fn place(
    store: &dyn TokenStore,
    server: &str,
) -> Result<Option<Place>, StoreError> {
    read(store, &StoreKey::Server { url: server.to_owned() }).await
}

/// Keeps tokens. If that fails, the log says so: whoever logged in is logged in all the same.
pub(crate) async fn keep(store: &dyn TokenStore, server: &str, grant: &Grant) {
    let Some(record) = grant.write() else { return };
    let key = StoreKey::Server { url: server.to_owned() };
    let place = serde_json::to_string(&grant.place).map(Secret::new);
    let kept = async {
        put(store, &grant.key(), &record).await?;
        match place {
            Ok(place) => put(store, &key, &place).await,
            Err(_) => Ok(()),
        }
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "tokens are not kept, and gone when the program ends");
    }
}

/// The registration with an authorization server.
///
/// # Errors
/// The store fails.
pub(crate) async fn registration(
    store: &dyn TokenStore,
    issuer: &str,
) -> Result<Option<Kept>, StoreError> {
    read(store, &StoreKey::Registration { issuer: issuer.to_owned() }).await
}

/// Keeps a registration.
///
/// # Errors
/// The store fails: without it, there would be a new registration each time.
pub(crate) async fn keep_registration(
    store: &dyn TokenStore,
    issuer: &str,
    kept: &impl Serialize,
) -> Result<(), StoreError> {
    let other = |_| StoreError::Other { reason: "it cannot be written".to_owned() };
    let record = serde_json::to_string(kept).map(Secret::new).map_err(other)?;
    put(store, &StoreKey::Registration { issuer: issuer.to_owned() }, &record).await
}

async fn read<T: DeserializeOwned>(
    store: &dyn TokenStore,
    key: &StoreKey,
) -> Result<Option<T>, StoreError> {
    // What cannot be read is from another version, and found out anew.
    let record = store.load(key).await?;
    Ok(record.and_then(|record| serde_json::from_str(record.expose()).ok()))
}

async fn put(store: &dyn TokenStore, key: &StoreKey, record: &Secret) -> Result<(), StoreError> {
    for _ in 0..ATTEMPTS {
        let seen = store.load(key).await?;
        if store.compare_and_swap(key, seen.as_ref(), record).await? {
            return Ok(());
        }
    }
    Err(StoreError::Other { reason: "others write at the same time".to_owned() })
}
