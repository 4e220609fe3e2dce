//! Where tokens and registrations are kept.
//!
//! # Map
//! `key` says what is kept, `memory` and `file` are stores, `sealed` encrypts what the latter
//! writes.

mod file;
mod key;
mod memory;
mod sealed;

use std::any::Any;
use std::fmt;

use toolwright_core::BoxFuture;
use toolwright_http::Secret;

pub use file::FileStore;
pub use key::StoreKey;
pub use memory::MemoryStore;

/// Keeps tokens, and what authorization servers know this client by.
///
/// Every record is a secret text under a key. A key names an authorization server, a resource and
/// a client, so that nothing that one authorization server gave out is ever found where another
/// is asked.
///
/// Specification: `basic/authorization/client-registration`, section "Authorization Server
/// Binding".
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// The record under a key.
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<Secret>, StoreError>>;

    /// Replaces the record under a key, if it still is `seen`. Returns whether it was.
    fn compare_and_swap<'a>(
        &'a self,
        key: &'a StoreKey,
        seen: Option<&'a Secret>,
        new: &'a Secret,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Removes the record under a key, if there is one.
    fn delete<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Waits until nobody else who shares this store works on a key, and keeps others away until
    /// what this returns is dropped. While a token is refreshed it is held, since many
    /// authorization servers take a refresh token once. A store that cannot do this leaves two
    /// processes that refresh at the same time to the authorization server's mercy.
    fn lock<'a>(
        &'a self,
        key: &'a StoreKey,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, StoreError>> {
        let _ = key;
        Box::pin(async { Ok(Box::new(()) as Box<dyn Any + Send>) })
    }
}

/// A store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file cannot be read or written.
    #[error("`{path}`: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A file is there, but the key does not open it, or it was altered.
    #[error(
        "`{path}` cannot be opened with this key; if the key is gone, delete the file and log in \
         again"
    )]
    Sealed {
        /// The file.
        path: String,
    },
    /// The keyring of the system cannot be used.
    #[error(
        "the keyring of the system cannot be used: {reason}; unlock it, or keep the key elsewhere \
         (`FileStore::key`)"
    )]
    Keyring {
        /// What it says.
        reason: String,
    },
    /// Something else.
    #[error("{reason}")]
    Other {
        /// What.
        reason: String,
    },
}
