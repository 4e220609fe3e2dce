//! Files with tokens.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use toolwright_auth::Secret;
use toolwright_auth::client::{FileStore, MemoryStore, StoreError, StoreKey, TokenStore};

/// A folder that is gone when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("toolwright-tokens-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn key(issuer: &str) -> StoreKey {
    StoreKey::Tokens { issuer: issuer.into(), resource: "r".into(), client: "c".into() }
}

async fn behaves(store: &dyn TokenStore) {
    let (one, two) = (Secret::new("canary-1"), Secret::new("canary-2"));
    let key_a = key("a");
    assert_eq!(store.load(&key_a).await.unwrap(), None);
    assert!(!store.compare_and_swap(&key_a, Some(&one), &two).await.unwrap());
    assert!(store.compare_and_swap(&key_a, None, &one).await.unwrap());
    assert!(!store.compare_and_swap(&key_a, None, &two).await.unwrap());
    assert!(store.compare_and_swap(&key_a, Some(&one), &two).await.unwrap());
    assert_eq!(store.load(&key_a).await.unwrap(), Some(two));
    assert_eq!(store.load(&key("b")).await.unwrap(), None);
    store.delete(&key("b")).await.unwrap();
    store.delete(&key_a).await.unwrap();
    assert_eq!(store.load(&key_a).await.unwrap(), None);
    assert!(!format!("{store:?}").contains("canary"));
}

#[tokio::test]
async fn stores_keep_what_they_are_given() {
    let folder = Folder::new();
    behaves(&MemoryStore::new()).await;
    behaves(&FileStore::new(folder.path().join("deep/tokens"))).await;
    behaves(&FileStore::new(folder.path().join("own")).key([7; 32])).await;
}

#[tokio::test]
async fn swaps_at_the_same_time_have_one_winner() {
    let folder = Folder::new();
    let store = || FileStore::new(folder.path().join("tokens"));
    let swaps = (0..8).map(|number| {
        let (store, new) = (store(), Secret::new(format!("{number}")));
        tokio::spawn(async move { store.compare_and_swap(&key("a"), None, &new).await.unwrap() })
    });
    let mut winners = 0;
    for swap in swaps.collect::<Vec<_>>() {
        winners += u32::from(swap.await.unwrap());
    }
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_turn_is_waited_for() {
    let folder = Folder::new();
    for store in [
        Box::new(FileStore::new(folder.path().join("tokens"))) as Box<dyn TokenStore>,
        Box::new(MemoryStore::new()),
    ] {
        let key = key("a");
        let turn = store.lock(&key).await.unwrap();
        let mut other = store.lock(&key);
        let early = tokio::time::timeout(std::time::Duration::from_millis(50), &mut other).await;
        assert!(early.is_err());
        drop(turn);
        other.await.unwrap();
    }
}

#[tokio::test]
async fn files_open_with_their_key_alone() {
    let folder = Folder::new();
    let path = folder.path().join("tokens");
    let store = FileStore::new(&path).key([1; 32]);
    store.compare_and_swap(&key("a"), None, &"canary".into()).await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"canary"));
    let sealed = |result| matches!(result, Err(StoreError::Sealed { .. }));
    assert!(sealed(FileStore::new(&path).key([2; 32]).load(&key("a")).await));
    assert!(sealed(FileStore::new(&path).load(&key("a")).await));
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(sealed(store.load(&key("a")).await));
    std::fs::write(&path, b"").unwrap();
    assert!(sealed(store.load(&key("a")).await));
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_their_owners_alone() {
    use std::os::unix::fs::{MetadataExt, symlink};

    let folder = Folder::new();
    let path = folder.path().join("inner/tokens");
    let store = FileStore::new(&path);
    store.compare_and_swap(&key("a"), None, &"canary".into()).await.unwrap();
    drop(store.lock(&key("a")).await.unwrap());
    let inner = folder.path().join("inner");
    assert_eq!(inner.metadata().unwrap().mode() & 0o777, 0o700);
    for entry in std::fs::read_dir(&inner).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
    // Somebody prepared a link where the next file is written.
    let elsewhere = folder.path().join("elsewhere");
    symlink(&elsewhere, inner.join("tokens.new")).unwrap();
    store.compare_and_swap(&key("b"), None, &"canary".into()).await.unwrap();
    assert!(!elsewhere.exists());
}
