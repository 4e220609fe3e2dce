//! A file that several processes may share.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use toolwright_core::{BoxFuture, random};
use toolwright_http::Secret;
use zeroize::Zeroizing;

use super::sealed::SealKey;
use super::{StoreError, StoreKey, TokenStore};

/// How long a lock is waited for: whoever has it asks one server at most.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Keeps tokens in an encrypted file that only its owner may read, and that several processes may
/// share: it is replaced as a whole, under a lock. Who waits for it longer than 30 seconds, since
/// another process hangs, gets a [`StoreError::File`].
///
/// With a [key of your own](FileStore::key), for example from the system's keyring, the file alone
/// is worth nothing. Without one a key is made and kept beside the file, which protects against
/// copies of the file (backups, synchronised folders) that leave the key behind, and against other
/// users of the machine; it does not protect against whoever can read both.
///
/// ```no_run
/// use toolwright_auth::client::{FileStore, OAuth};
///
/// # fn secret() -> [u8; 32] { [0; 32] }
/// let store = FileStore::new("/home/me/.config/my-app/tokens").key(secret());
/// let oauth = OAuth::new().store(store);
/// ```
#[derive(Clone)]
pub struct FileStore(Arc<Place>);

#[derive(Clone)]
struct Place {
    path: PathBuf,
    key: Kept,
}

type Find = dyn Fn() -> Result<[u8; 32], StoreError> + Send + Sync;

/// Where the key is.
#[derive(Clone)]
enum Kept {
    /// In a file beside the tokens.
    Beside,
    /// The user has it.
    Given(Zeroizing<[u8; 32]>),
    /// This finds it.
    Elsewhere(Arc<Find>),
}

type Records = BTreeMap<String, Secret>;

impl FileStore {
    /// The file, which need not be there yet. Its folder is made if it is not.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Place { path: path.into(), key: Kept::Beside }))
    }

    /// Encrypts with this key, 32 random bytes, instead of one that is kept beside the file.
    #[must_use]
    pub fn key(self, key: [u8; 32]) -> Self {
        self.with_key(Kept::Given(Zeroizing::new(key)))
    }

    /// Encrypts with a key that this finds, or makes, and keeps from then on. It is called before
    /// the file is read or written, in a thread that may block, by one process at a time.
    ///
    /// ```no_run
    /// use toolwright_auth::client::{FileStore, StoreError};
    ///
    /// # fn from_vault() -> Option<[u8; 32]> { None }
    /// let store = FileStore::new("/home/me/.config/notes/tokens").key_from(|| {
    ///     from_vault().ok_or_else(|| StoreError::Other { reason: "the vault is shut".to_owned() })
    /// });
    /// ```
    #[must_use]
    pub fn key_from(
        self,
        find: impl Fn() -> Result<[u8; 32], StoreError> + Send + Sync + 'static,
    ) -> Self {
        self.with_key(Kept::Elsewhere(Arc::new(find)))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    fn with_key(self, key: Kept) -> Self {
        let path = self.0.path.clone();
        Self(Arc::new(Place { path, key }))
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Place) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.0);
        let worked = tokio::task::spawn_blocking(move || work(&place)).await;
        let stopped = |_| Err(StoreError::Other { reason: "the program ends".to_owned() });
        worked.unwrap_or_else(stopped)
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<Secret>, StoreError>> {
        let name = key.name();
        Box::pin(self.with(move |place| Ok(place.read()?.remove(&name))))
    }

    fn compare_and_swap<'a>(
        &'a self,
        key: &'a StoreKey,
        seen: Option<&'a Secret>,
        new: &'a Secret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let (name, seen, new) = (key.name(), seen.cloned(), new.clone());
        Box::pin(self.with(move |place| {
            let _turn = place.lock("lock")?;
            let mut records = place.read()?;
            let is_same = records.get(&name) == seen.as_ref();
            if is_same {
                records.insert(name, new);
                place.write(&records)?;
            }
            Ok(is_same)
        }))
    }

    fn delete<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), StoreError>> {
        let name = key.name();
        Box::pin(self.with(move |place| {
            let _turn = place.lock("lock")?;
            let mut records = place.read()?;
            match records.remove(&name) {
                Some(_) => place.write(&records),
                None => Ok(()),
            }
        }))
    }

    fn lock<'a>(
        &'a self,
        key: &'a StoreKey,
    ) -> BoxFuture<'a, Result<Box<dyn Any + Send>, StoreError>> {
        let name = key.name();
        Box::pin(self.with(move |place| {
            // One of a few locks, so that there are a few files.
            let first = name.get(..1).unwrap_or_default();
            let turn = place.lock(&format!(
                "turn-{}",
                u32::from(first.as_bytes().first().copied().unwrap_or_default()) % 8
            ))?;
            Ok(Box::new(turn) as Box<dyn Any + Send>)
        }))
    }
}

impl Place {
    /// Everything that is kept; nothing if there is no file.
    fn read(&self) -> Result<Records, StoreError> {
        let file = match fs::read(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Records::new()),
            Err(error) => return Err(failed(&self.path, &error)),
        };
        let sealed = || StoreError::Sealed { path: self.path.display().to_string() };
        let plain = self.seal_key()?.open(&file).ok_or_else(sealed)?;
        let records: BTreeMap<String, String> =
            serde_json::from_slice(&plain).map_err(|_| sealed())?;
        Ok(records.into_iter().map(|(name, record)| (name, Secret::new(record))).collect())
    }

    fn write(&self, records: &Records) -> Result<(), StoreError> {
        let exposed = records.iter().map(|(name, record)| (name, record.expose()));
        let exposed: BTreeMap<_, _> = exposed.collect();
        let other = |reason: &str| StoreError::Other { reason: reason.to_owned() };
        let plain = serde_json::to_vec(&exposed).map(Zeroizing::new);
        let plain = plain.map_err(|_| other("the records cannot be written"))?;
        let file = self.seal_key()?.seal(&plain);
        let file = file.ok_or_else(|| other("the system has no random numbers"))?;
        let new = self.beside("new");
        let written = create(&new).and_then(|mut to| {
            to.write_all(&file)?;
            to.sync_all()
        });
        written.map_err(|error| failed(&new, &error))?;
        fs::rename(&new, &self.path).map_err(|error| failed(&self.path, &error))
    }

    /// The key: the user's, or the one beside the file, which is made if there is none.
    fn seal_key(&self) -> Result<SealKey, StoreError> {
        let key = match &self.key {
            Kept::Given(key) => key.clone(),
            Kept::Beside => self.kept_key()?,
            Kept::Elsewhere(find) => {
                // Two processes that find none must not make two.
                let _turn = self.lock("key-lock")?;
                Zeroizing::new(find()?)
            }
        };
        let unusable = || StoreError::Other { reason: "the key cannot be used".to_owned() };
        SealKey::new(&key).ok_or_else(unusable)
    }

    fn kept_key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let path = self.beside("key");
        let read = |text: String| -> Option<Zeroizing<[u8; 32]>> {
            let bytes = Zeroizing::new(STANDARD.decode(Zeroizing::new(text).trim()).ok()?);
            Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
        };
        match fs::read_to_string(&path) {
            Ok(text) => {
                let sealed = || StoreError::Sealed { path: path.display().to_string() };
                return read(text).ok_or_else(sealed);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path, &error)),
        }
        let mut key = Zeroizing::new([0; 32]);
        random::fill(&mut *key).map_err(|error| failed(&path, &error))?;
        self.folder()?;
        // Whoever is first has made it.
        let made = create_new(&path);
        match made.and_then(|mut to| {
            to.write_all(STANDARD.encode(*key).as_bytes())?;
            to.sync_all()
        }) {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
                let sealed = || StoreError::Sealed { path: path.display().to_string() };
                read(text).ok_or_else(sealed)
            }
            Err(error) => Err(failed(&path, &error)),
        }
    }

    /// Waits for a lock that ends with what this returns, or with the process.
    fn lock(&self, name: &str) -> Result<File, StoreError> {
        self.lock_within(name, PATIENCE)
    }

    /// # Errors
    /// The folder or the file cannot be had, or somebody else has the lock for so long.
    fn lock_within(&self, name: &str, patience: Duration) -> Result<File, StoreError> {
        self.folder()?;
        let path = self.beside(name);
        let file = options().truncate(false).open(&path);
        let file = file.map_err(|error| failed(&path, &error))?;
        let end = Instant::now() + patience;
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
                Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                    let path = path.display().to_string();
                    let reason = "somebody else has had it locked for too long".to_owned();
                    return Err(StoreError::File { path, reason });
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    fn folder(&self) -> Result<(), StoreError> {
        let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty())
        else {
            return Ok(());
        };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| failed(folder, &error))
    }

    fn beside(&self, name: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".");
        path.push(name);
        path.into()
    }
}

fn create(path: &Path) -> io::Result<File> {
    // What is there may belong to another, or be a link.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create_new(path)
}

fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    options.open(path)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    private(&mut options);
    options
}

/// Files are their owner's alone.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Files have the rights of their folder: that of a user's profile is the user's alone.
#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

fn failed(path: &Path, error: &io::Error) -> StoreError {
    StoreError::File { path: path.display().to_string(), reason: error.to_string() }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("path", &self.0.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_not_waited_for_without_end() {
        let name = format!("toolwright-lock-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let place = Place { path: folder.join("tokens"), key: Kept::Beside };
        let held = place.lock("lock").unwrap();
        let error = place.lock_within("lock", Duration::from_millis(5)).unwrap_err();
        assert!(error.to_string().contains("too long"), "{error}");
        drop(held);
        // A child that another test starts has it for a moment more.
        drop(place.lock("lock").unwrap());
        fs::remove_dir_all(folder).unwrap();
    }
}
