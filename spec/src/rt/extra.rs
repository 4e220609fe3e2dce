//! Members a type does not know.

use serde::ser::SerializeMap;
use serde_json::Value;

use super::Object;
use super::wire::put;

/// The members of an object that its type does not know. They are kept and written back.
///
/// One pointer wide, because nearly every object has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Object>>);

impl Extra {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|members| members.is_empty())
    }

    /// The value of the member called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds or replaces a member; the name must not be one that the type has a field for.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.get_or_insert_default().insert(name.into(), value.into())
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.as_mut()?.remove(name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|members| members.iter())
    }

    /// Writes them behind the known members.
    pub(crate) fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| put(out, name, value))
    }
}

impl From<Object> for Extra {
    fn from(members: Object) -> Self {
        Self((!members.is_empty()).then(|| Box::new(members)))
    }
}

impl From<Extra> for Object {
    fn from(extra: Extra) -> Self {
        extra.0.map(|members| *members).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_pointer_wide() {
        assert_eq!(size_of::<Extra>(), size_of::<usize>());
    }

    #[test]
    fn emptied_equals_absent_in_effect() {
        let mut extra = Extra::default();
        assert!(extra.insert("x", 1).is_none());
        assert_eq!(extra.get("x"), Some(&Value::from(1)));
        extra.remove("x");
        assert!(extra.is_empty());
    }
}
