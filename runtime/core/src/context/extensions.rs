//! Values that belong to a request or a server, found by their type.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

/// Values of different types, at most one of each.
///
/// A transport puts into it what it knows of a request, and handlers take it out with
/// [`Context::extension`](super::Context::extension). Clones share the values.
///
/// ```
/// use toolwright_core::context::Extensions;
///
/// struct Tenant(u32);
///
/// let mut extensions = Extensions::default();
/// extensions.insert(Tenant(7));
/// assert_eq!(extensions.find::<Tenant>().map(|tenant| tenant.0), Some(7));
/// assert!(extensions.find::<String>().is_none());
/// ```
#[derive(Clone, Default)]
pub struct Extensions(Vec<(TypeId, Arc<dyn Any + Send + Sync>)>);

impl Extensions {
    /// Puts a value in; one of the same type goes.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.insert_shared(Arc::new(value));
    }

    /// Puts in a value that others share.
    pub fn insert_shared<T: Send + Sync + 'static>(&mut self, value: Arc<T>) {
        let id = TypeId::of::<T>();
        match self.0.iter_mut().find(|(known, _)| *known == id) {
            Some((_, old)) => *old = value,
            None => self.0.push((id, value)),
        }
    }

    /// The value of a type.
    #[must_use]
    pub fn find<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let id = TypeId::of::<T>();
        let (_, value) = self.0.iter().find(|(known, _)| *known == id)?;
        value.downcast_ref()
    }

    /// Puts in the values of others; those of types that are there already go.
    pub fn extend(&mut self, others: Self) {
        for (id, value) in others.0 {
            match self.0.iter_mut().find(|(known, _)| *known == id) {
                Some((_, old)) => *old = value,
                None => self.0.push((id, value)),
            }
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extensions").field("len", &self.0.len()).finish_non_exhaustive()
    }
}
