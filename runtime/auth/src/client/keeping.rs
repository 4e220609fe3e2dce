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

/// The record under the key of tokens, and the tokens that it holds, if they are bound to the
/// same key as these.
///
/// # Errors
/// The store fails.
pub(crate) async fn newest(
    store: &dyn TokenStore,
    server: &str,
    held: &Grant,
) -> Result<Option<(Secret, Option<Grant>)>, StoreError> {
    let key = held.key();
    let Some(record) = store.load(&key).await? else { return Ok(None) };
    // Others may have asked for more meanwhile.
    let place = place(store, server).await?.filter(|place| place.key() == key);
    let place = place.unwrap_or_else(|| held.place.clone());
    let grant = Grant::read(place, &record).filter(|grant| grant.key == held.key);
    Ok(Some((record, grant)))
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

/// Keeps tokens, for whoever has the turn of their key. If that fails, the log says so: whoever
/// logged in is logged in all the same.
pub(crate) async fn keep(store: &dyn TokenStore, server: &str, grant: &mut Grant) {
    let Some(record) = grant.write() else { return };
    let key = StoreKey::Server { url: server.to_owned() };
    let place = serde_json::to_string(&grant.place).map(Secret::new);
    let kept = async {
        put(store, &grant.key(), &record).await?;
        grant.is_kept = true;
        match place {
            Ok(place) => put(store, &key, &place).await,
            Err(_) => Ok(()),
        }
    };
    if let Err(error) = kept.await {
        tracing::warn!(%error, "tokens are not kept, and gone when the program ends");
    }
}

/// Removes the record of tokens if it still is `seen`. The caller has the turn of their key.
///
/// # Errors
/// The store fails.
pub(crate) async fn forget(
    store: &dyn TokenStore,
    key: &StoreKey,
    seen: &Secret,
) -> Result<(), StoreError> {
    match store.load(key).await? {
        Some(record) if record == *seen => store.delete(key).await,
        _ => Ok(()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::MemoryStore;

    #[tokio::test]
    async fn what_others_wrote_meanwhile_is_not_forgotten() {
        let store = MemoryStore::new();
        let key = StoreKey::Registration { issuer: "a".to_owned() };
        let (old, new) = (Secret::new("old"), Secret::new("new"));
        put(&store, &key, &new).await.unwrap();
        forget(&store, &key, &old).await.unwrap();
        assert_eq!(store.load(&key).await.unwrap().as_ref(), Some(&new));
        forget(&store, &key, &new).await.unwrap();
        assert_eq!(store.load(&key).await.unwrap(), None);
    }
}
