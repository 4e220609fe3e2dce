//! The members of an object.

use std::sync::Arc;

use super::{Text, Value};

type Member = (Text, Value);

/// Members by name, in the order of their names. Copies share them until one of them is changed.
#[derive(Clone, Default)]
pub struct Map(Option<Arc<Vec<Member>>>);

impl Map {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.get_key_value(name).map(|(_, value)| value)
    }

    /// The member of that name, and its name as it stands here.
    #[must_use]
    pub fn get_key_value(&self, name: &str) -> Option<(&Text, &Value)> {
        let index = self.find(name).ok()?;
        self.members().get(index).map(|(name, value)| (name, value))
    }

    /// Whether there is a member of that name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// The member of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let index = self.find(name).ok()?;
        self.edit().get_mut(index).map(|(_, value)| value)
    }

    /// Adds a member, and gives the one that had its name.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.find(&name) {
            Ok(index) => {
                if self.members().get(index).is_some_and(|(_, known)| *known == value) {
                    return Some(value);
                }
                let place = self.edit().get_mut(index)?;
                Some(std::mem::replace(&mut place.1, value))
            }
            Err(index) => {
                let members = self.edit();
                if members.len() == members.capacity() {
                    // Most objects are small and never grow again.
                    members.reserve_exact(1 + members.len() / 4);
                }
                members.insert(index, (name, value));
                None
            }
        }
    }

    /// Adds a member unless there is one of that name.
    pub fn insert_new(&mut self, name: impl Into<Text>, value: impl FnOnce() -> Value) {
        let name = name.into();
        if !self.contains_key(&name) {
            self.insert(name, value());
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.find(name).ok()?;
        Some(self.edit().remove(index).1)
    }

    /// Keeps the members that `keep` wants.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &Value) -> bool) {
        let wanted: Vec<bool> = self.iter().map(|(name, value)| keep(name, value)).collect();
        if wanted.contains(&false) {
            let mut wanted = wanted.into_iter();
            self.edit().retain(|_| wanted.next().unwrap_or(true));
        }
    }

    /// Hands each member to `change`. What nobody changes stays shared with the copies that there
    /// are, the object itself included.
    pub fn update(&mut self, mut change: impl FnMut(&str, &mut Value)) {
        if let Some(own) = self.own() {
            own.iter_mut().for_each(|(name, value)| change(name, value));
            return;
        }
        for index in 0..self.len() {
            let Some((name, value)) = self.members().get(index) else { break };
            let mut changed = value.clone();
            change(name, &mut changed);
            if !changed.is_same(value)
                && let Some(place) = self.edit().get_mut(index)
            {
                place.1 = changed;
            }
        }
    }

    /// Hands the member of that name to `change`, if there is one; see [`Map::update`].
    pub fn update_one(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let Ok(index) = self.find(name) else { return };
        if let Some(own) = self.own() {
            if let Some((_, value)) = own.get_mut(index) {
                change(value);
            }
            return;
        }
        let Some((_, value)) = self.members().get(index) else { return };
        let mut changed = value.clone();
        change(&mut changed);
        if !changed.is_same(value)
            && let Some(place) = self.edit().get_mut(index)
        {
            place.1 = changed;
        }
    }

    /// The members.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.members().iter())
    }

    /// Their names.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.members().iter().map(|(name, _)| name)
    }

    /// Their values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.members().iter().map(|(_, value)| value)
    }

    /// Whether two are one and the same in memory.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => self.is_empty() && other.is_empty(),
        }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.members().binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    fn members(&self) -> &[Member] {
        self.0.as_ref().map_or(&[], |members| members.as_slice())
    }

    fn edit(&mut self) -> &mut Vec<Member> {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// The members, if nobody shares them.
    fn own(&mut self) -> Option<&mut Vec<Member>> {
        Arc::get_mut(self.0.as_mut()?)
    }

    /// Members in any order; of equal names the last one counts.
    fn of(mut members: Vec<Member>) -> Self {
        if members.is_empty() {
            return Self(None);
        }
        if !members.is_sorted_by(|(a, _), (b, _)| a < b) {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.reverse();
            members.dedup_by(|(a, _), (b, _)| a == b);
            members.reverse();
        }
        Self(Some(Arc::new(super::list::exact(members))))
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.members() == other.members()
    }
}

impl Eq for Map {}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Self::of(members.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<K: Into<Text>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(members: [(K, V); N]) -> Self {
        members.into_iter().collect()
    }
}

impl<K: Into<Text>, V: Into<Value>> Extend<(K, V)> for Map {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, members: I) {
        for (name, value) in members {
            self.insert(name, value);
        }
    }
}

/// The members of a [`Map`], in the order of their names.
#[derive(Debug, Clone)]
pub struct Iter<'m>(std::slice::Iter<'m, Member>);

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m Text, &'m Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, value)| (name, value))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'m> IntoIterator for &'m Map {
    type Item = (&'m Text, &'m Value);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Iter<'m> {
        self.iter()
    }
}

impl IntoIterator for Map {
    type Item = Member;
    type IntoIter = std::vec::IntoIter<Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map_or_else(Vec::new, Arc::unwrap_or_clone).into_iter()
    }
}

impl std::fmt::Debug for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
