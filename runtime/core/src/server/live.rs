//! What may change while a server runs.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::claims::Faults;
use crate::changes::{Changes, Listener};
use crate::error::BuildError;

/// Makes a `T` from what sets list now, given what it was before.
type Gather<T> = Box<dyn Fn(Option<&T>, Faults) -> Result<T, BuildError> + Send + Sync>;

/// A value that is made anew when sets say that they changed, at its next use.
pub(super) enum Live<T> {
    /// Nothing ever changes.
    Fixed(T),
    /// Something may.
    Changing(Box<Changing<T>>),
}

pub(super) struct Changing<T> {
    changes: Vec<Changes>,
    gather: Gather<T>,
    /// With the sum of all versions it was made of.
    current: RwLock<(u64, Arc<T>)>,
    /// Held by whoever makes a new one, so that nobody else does.
    gathering: Mutex<()>,
}

/// The value as it is, for as long as it is needed.
pub(super) enum Now<'a, T> {
    Fixed(&'a T),
    Snapshot(Arc<T>),
}

impl<T> Live<T> {
    /// Makes the value.
    pub(super) fn new(
        changes: Vec<Changes>,
        gather: impl Fn(Option<&T>, Faults) -> Result<T, BuildError> + Send + Sync + 'static,
    ) -> Result<Self, BuildError> {
        let version = version(&changes);
        let first = gather(None, Faults::Refuse)?;
        if changes.is_empty() {
            return Ok(Self::Fixed(first));
        }
        Ok(Self::Changing(Box::new(Changing {
            changes,
            gather: Box::new(gather),
            current: RwLock::new((version, Arc::new(first))),
            gathering: Mutex::default(),
        })))
    }

    /// Whether it may ever change.
    pub(super) fn changes(&self) -> bool {
        matches!(self, Self::Changing(_))
    }

    /// Calls this at every change, for as long as somebody keeps it.
    pub(super) fn listen(&self, listener: &Arc<Listener>) {
        if let Self::Changing(changing) = self {
            changing.changes.iter().for_each(|changes| changes.listen(listener));
        }
    }

    /// The value as it is now.
    pub(super) fn now(&self) -> Now<'_, T> {
        match self {
            Self::Fixed(value) => Now::Fixed(value),
            Self::Changing(changing) => Now::Snapshot(changing.now()),
        }
    }
}

impl<T> Changing<T> {
    fn now(&self) -> Arc<T> {
        if let Ok(current) = self.current(version(&self.changes)) {
            return current;
        }
        let _alone = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the sets are asked: a change that comes meanwhile is seen the next time.
        let version = version(&self.changes);
        let old = match self.current(version) {
            Ok(current) => return current,
            Err(old) => old,
        };
        let new = match (self.gather)(Some(&old), Faults::Log) {
            Ok(new) => Arc::new(new),
            Err(error) => {
                tracing::error!("a list stays as it was: {error}");
                old
            }
        };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = (version, Arc::clone(&new));
        new
    }

    /// The value of this version, or the one that there is.
    fn current(&self, version: u64) -> Result<Arc<T>, Arc<T>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let value = Arc::clone(&current.1);
        if current.0 == version { Ok(value) } else { Err(value) }
    }
}

impl<T> Deref for Now<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Fixed(value) => value,
            Self::Snapshot(value) => value,
        }
    }
}

fn version(changes: &[Changes]) -> u64 {
    changes.iter().map(Changes::version).fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_value_is_made_anew_when_something_changed() {
        let (changes, made) = (Changes::new(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&made);
        let gather = move |before: Option<&usize>, _| {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok(before.map_or(0, |before| before + 1))
        };
        let live = Live::new(vec![changes.clone()], gather).unwrap();
        let held = live.now();
        assert_eq!((*held, *live.now()), (0, 0));
        changes.notify();
        changes.notify();
        assert_eq!((*held, *live.now(), *live.now()), (0, 1, 1));
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn what_cannot_be_made_stays() {
        let changes = Changes::new();
        let gather = |before: Option<&()>, _| match before {
            None => Ok(()),
            Some(()) => Err(BuildError::DuplicateTool { name: "x".into() }),
        };
        let live = Live::new(vec![changes.clone()], gather).unwrap();
        changes.notify();
        let () = *live.now();
        assert!(live.changes());
    }
}
