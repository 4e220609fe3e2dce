//! The items of an array.

use std::ops::Deref;
use std::sync::Arc;

use super::Value;

/// A list of values. Copies share it until one of them is changed; it reads as a slice.
#[derive(Clone, Default)]
pub struct List(Option<Arc<Vec<Value>>>);

impl List {
    /// A list without items.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Whether two are one and the same in memory.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => self.is_empty() && other.is_empty(),
        }
    }

    /// Adds an item.
    pub fn push(&mut self, item: impl Into<Value>) {
        self.items().push(item.into());
    }

    /// Puts an item before the one at `index`, or at the end.
    pub fn insert(&mut self, index: usize, item: Value) {
        let items = self.items();
        items.insert(index.min(items.len()), item);
    }

    /// Takes the item at `index` out, if there is one.
    pub fn remove(&mut self, index: usize) -> Option<Value> {
        (index < self.len()).then(|| self.items().remove(index))
    }

    /// Keeps the items that `keep` wants.
    pub fn retain(&mut self, mut keep: impl FnMut(&Value) -> bool) {
        let wanted: Vec<bool> = self.iter().map(&mut keep).collect();
        if wanted.contains(&false) {
            let mut wanted = wanted.into_iter();
            self.items().retain(|_| wanted.next().unwrap_or(true));
        }
    }

    /// The item at `index`, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Value> {
        if index < self.len() { self.items().get_mut(index) } else { None }
    }

    /// Hands each item to `change`. What nobody changes stays shared with the copies that there
    /// are, the list itself included.
    pub fn update(&mut self, mut change: impl FnMut(&mut Value)) {
        if let Some(own) = self.0.as_mut().and_then(Arc::get_mut) {
            own.iter_mut().for_each(change);
            return;
        }
        for index in 0..self.len() {
            let Some(item) = self.get(index) else { break };
            let mut changed = item.clone();
            change(&mut changed);
            if !changed.is_same(item)
                && let Some(place) = self.get_mut(index)
            {
                *place = changed;
            }
        }
    }

    fn items(&mut self) -> &mut Vec<Value> {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.0.as_ref().map_or(&[], |items| items.as_slice())
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || **self == **other
    }
}

impl Eq for List {}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        if items.is_empty() { Self(None) } else { Self(Some(Arc::new(exact(items)))) }
    }
}

/// The items without room for more. They move, as what shrinks in its place leaves holes that are
/// too small for anything.
pub(super) fn exact<T>(mut items: Vec<T>) -> Vec<T> {
    if items.len() == items.capacity() {
        return items;
    }
    let mut exact = Vec::with_capacity(items.len());
    exact.append(&mut items);
    exact
}

impl<V: Into<Value>> FromIterator<V> for List {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self::from(items.into_iter().map(Into::into).collect::<Vec<Value>>())
    }
}

impl<V: Into<Value>> Extend<V> for List {
    fn extend<I: IntoIterator<Item = V>>(&mut self, items: I) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            self.items().extend(items.map(Into::into));
        }
    }
}

impl IntoIterator for List {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map_or_else(Vec::new, Arc::unwrap_or_clone).into_iter()
    }
}

impl<'l> IntoIterator for &'l List {
    type Item = &'l Value;
    type IntoIter = std::slice::Iter<'l, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
