//! Writes structs as objects.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// An object that is being written. What goes wrong is said in the end.
#[allow(missing_debug_implementations)]
pub struct Writer<S: Serializer> {
    map: Result<S::SerializeMap, S::Error>,
    names: std::slice::Iter<'static, &'static str>,
}

impl<S: Serializer> Writer<S> {
    /// Begins an object whose members are called so, in this order.
    pub fn new(serializer: S, names: &'static [&'static str]) -> Self {
        Self { map: serializer.serialize_map(None), names: names.iter() }
    }

    /// Writes the next member.
    pub fn required<T: Serialize>(&mut self, value: &T) {
        if let Some(name) = self.names.next() {
            self.entry(name, value);
        }
    }

    /// Writes the next member unless there is none.
    pub fn optional<T: Serialize>(&mut self, value: &Option<T>) {
        match value {
            Some(value) => self.required(value),
            None => drop(self.names.next()),
        }
    }

    /// Writes the next member, which may be `null`.
    pub fn nullable<T: Serialize>(&mut self, value: &T) {
        self.required(value);
    }

    /// Writes the next member unless it is to be left as it is.
    pub fn patch<T: Serialize>(&mut self, value: &Option<T>) {
        self.optional(value);
    }

    /// Writes the next member, which has a default.
    pub fn preset<T: Serialize>(&mut self, value: &T) {
        self.required(value);
    }

    /// Writes members that have no field of their own.
    pub fn extra<'a, K, T, E>(&mut self, members: &'a E)
    where
        &'a E: IntoIterator<Item = (&'a K, &'a T)>,
        K: Serialize + 'a,
        T: Serialize + 'a,
    {
        for (name, value) in members {
            self.entry(name, value);
        }
    }

    /// Ends the object.
    ///
    /// # Errors
    /// What the serializer said.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.map?.end()
    }

    fn entry<K: Serialize + ?Sized, T: Serialize>(&mut self, name: &K, value: &T) {
        if let Ok(map) = &mut self.map
            && let Err(error) = map.serialize_entry(name, value)
        {
            self.map = Err(error);
        }
    }
}
