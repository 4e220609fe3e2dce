//! A key in the keyring of the system.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use keyring::{Entry, Error};
use toolwright_core::random;
use zeroize::Zeroizing;

use crate::client::{FileStore, StoreError};

impl FileStore {
    /// Encrypts with a key in the keyring of the system: Keychain Services on macOS, the
    /// Credential Manager of Windows, the Secret Service elsewhere. It is made when it is needed
    /// first, and found there under the names of `service`, which is your program, and of the
    /// file. Whoever unlocks the keyring, which is usually whoever logs in to the machine, can
    /// read the tokens; copies of the file are worth nothing.
    ///
    /// ```no_run
    /// use toolwright_auth::client::{FileStore, OAuth};
    ///
    /// let store = FileStore::new("/home/me/.config/notes/tokens").keyring("com.example.notes");
    /// let oauth = OAuth::new().store(store);
    /// ```
    #[must_use]
    pub fn keyring(self, service: impl Into<String>) -> Self {
        let file = self.path().to_owned();
        let keyring = Keyring::new(service.into(), &file);
        self.key_from(move || keyring.key(&file).map(|key| *key))
    }
}

/// An entry of the keyring. It is read once: keyrings may ask the person each time.
struct Keyring {
    service: String,
    user: String,
    known: Mutex<Option<Zeroizing<[u8; 32]>>>,
}

impl Keyring {
    fn new(service: String, file: &Path) -> Self {
        Self { service, user: file.display().to_string(), known: Mutex::default() }
    }

    /// The key, which is made if there is none and no file that needs another.
    fn key(&self, file: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*known {
            return Ok(key.clone());
        }
        let entry = Entry::new(&self.service, &self.user).map_err(|error| self.unusable(&error))?;
        let key = self.find(&entry, file)?;
        *known = Some(key.clone());
        Ok(key)
    }

    fn find(&self, entry: &Entry, file: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let sealed = || StoreError::Sealed { path: file.display().to_string() };
        match entry.get_secret().map(Zeroizing::new) {
            Ok(found) => found.as_slice().try_into().map(Zeroizing::new).map_err(|_| sealed()),
            Err(Error::NoEntry) if file.exists() => Err(sealed()),
            Err(Error::NoEntry) => self.make(entry),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    fn make(&self, entry: &Entry) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let mut key = Zeroizing::new([0; 32]);
        random::fill(&mut *key).map_err(|error| StoreError::Other { reason: error.to_string() })?;
        entry.set_secret(&*key).map_err(|error| self.unusable(&error))?;
        Ok(key)
    }

    /// Only what kind of error it is: some carry what was read.
    fn unusable(&self, error: &Error) -> StoreError {
        let what = match error {
            Error::NoDefaultStore => match Entry::store_status() {
                Err(error) => format!("it cannot be reached ({error})"),
                Ok(()) => "there is none".to_owned(),
            },
            Error::NoStorageAccess(_) => "it gives no access".to_owned(),
            Error::PlatformFailure(error) => error.to_string(),
            Error::Ambiguous(_) => format!("it has several entries for `{}`", self.service),
            _ => "it does not take this entry".to_owned(),
        };
        StoreError::Keyring { reason: what }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use keyring_core::api::CredentialStoreApi as _;
    use keyring_core::mock::{Cred, Store};

    use super::*;

    fn entry(store: &Arc<Store>) -> Entry {
        Entry { inner: store.build("notes", "tokens", None).unwrap() }
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let (store, nowhere) = (Store::new().unwrap(), Path::new("/nowhere/tokens"));
        let keyring = || Keyring::new("notes".to_owned(), nowhere);
        let made = keyring().find(&entry(&store), nowhere).unwrap();
        assert_ne!(*made, [0; 32]);
        assert_eq!(keyring().find(&entry(&store), nowhere).unwrap(), made);
        // Another program's entry.
        entry(&store).set_secret(b"short canary").unwrap();
        let error = keyring().find(&entry(&store), nowhere).unwrap_err();
        assert!(matches!(error, StoreError::Sealed { .. }), "{error}");
        assert!(!error.to_string().contains("canary"));
    }

    #[test]
    fn no_key_is_made_for_a_file_that_has_one() {
        let store = Store::new().unwrap();
        let file = std::env::temp_dir().join(format!("toolwright-kept-{}", std::process::id()));
        std::fs::write(&file, b"sealed").unwrap();
        let found = Keyring::new("notes".to_owned(), &file).find(&entry(&store), &file);
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(found, Err(StoreError::Sealed { .. })));
        assert!(matches!(entry(&store).get_secret(), Err(Error::NoEntry)));
    }

    #[test]
    fn refusals_say_what_to_do() {
        let (store, nowhere) = (Store::new().unwrap(), Path::new("/nowhere/tokens"));
        let entry = entry(&store);
        let cred: &Cred = entry.inner.as_any().downcast_ref().unwrap();
        cred.set_error(Error::NoStorageAccess("locked".into()));
        let found = Keyring::new("notes".to_owned(), nowhere).find(&entry, nowhere);
        let error = found.unwrap_err().to_string();
        assert!(error.contains("no access") && error.contains("unlock it"), "{error}");
    }
}
