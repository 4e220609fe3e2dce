//! Objects whose member names are data.

use serde::de::{Deserializer, MapAccess};
use serde::ser::{SerializeMap, Serializer};

use super::members::{Members, Name};
use super::record::{self, Record};
use super::trail::{self, Problem};
use super::wire::{Wire, put, serde_by_wire};

/// An object with values of one type under any names, in the order in which they came.
///
/// The order counts where people see it: in the fields of an elicited form.
#[derive(Debug, Clone)]
pub struct Map<T>(Vec<(String, T)>);

impl<T> Map<T> {
    /// One without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value called `name`, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether there is an entry called `name`.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds an entry at the end, or replaces the value of the one called `name` and returns it.
    pub fn insert(&mut self, name: impl Into<String>, value: T) -> Option<T> {
        let name = name.into();
        match self.get_mut(&name) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// Takes the entry called `name` out.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(index).1)
    }

    /// Names and values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Names and values, to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut T)> {
        self.0.iter_mut().map(|(name, value)| (name.as_str(), value))
    }

    /// The names.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The values.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The name that occurs twice, if one does.
    fn duplicate(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.keys().collect();
        names.sort_unstable();
        names.array_windows().find(|[a, b]| a == b).map(|[name, _]| *name)
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The order of members has no meaning in JSON, so it does not count here.
impl<T: PartialEq> PartialEq for Map<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

/// A later entry replaces an earlier one of its name.
impl<K: Into<String>, T> FromIterator<(K, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Into<String>, T> Extend<(K, T)> for Map<T> {
    fn extend<I: IntoIterator<Item = (K, T)>>(&mut self, entries: I) {
        for (name, value) in entries {
            self.insert(name, value);
        }
    }
}

impl<K: Into<String>, T, const N: usize> From<[(K, T); N]> for Map<T> {
    fn from(entries: [(K, T); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Wire> Record for Map<T> {
    const NAME: &'static str = "";

    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error> {
        let mut map = Self::new();
        while let Some(name) = members.next_name(&[])? {
            let name = match name {
                Name::Other(name) => name,
                Name::Known(_, name) => name.to_owned(),
            };
            let value = members.value().map_err(|error| trail::at(&*name, error))?;
            map.0.push((name, value));
        }
        match map.duplicate() {
            Some(name) => Err(trail::fail(Problem::Duplicate(name.into()))),
            None => Ok(map),
        }
    }

    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| put(out, name, value))
    }
}

impl<T: Wire> Wire for Map<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        record::decode(deserializer)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        record::encode(self, serializer)
    }
}

serde_by_wire!(@impl Map, T: Wire);

#[cfg(test)]
mod tests {
    use super::super::from_str;
    use super::*;

    #[test]
    fn the_order_of_entries_stays() {
        let map: Map<i64> = from_str(r#"{"z":1,"a":2,"m":3.0}"#).unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"z":1,"a":2,"m":3}"#);
        assert_eq!(map, Map::from([("a", 2), ("m", 3), ("z", 1)]));
    }

    #[test]
    fn a_name_may_occur_once() {
        let error = from_str::<Map<i64>>(r#"{"a":1,"b":2,"a":3}"#).unwrap_err();
        assert_eq!(error.to_string(), "at the root: member `a` occurs twice");
    }

    #[test]
    fn an_error_in_a_value_names_its_key() {
        let error = from_str::<Map<Vec<i64>>>(r#"{"a":[1],"b/c":[1,"x"]}"#).unwrap_err();
        assert_eq!(error.to_string(), "at /b~1c/1: expected an integer, found \"x\"");
    }
}
