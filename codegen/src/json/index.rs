//! Parts of a value, by name, position or pointer.

use std::ops;

use super::{Text, Value};
use crate::pointer::tokens;

/// A name of a member or a position in a list.
pub trait Key: sealed::Sealed {
    #[doc(hidden)]
    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value>;
    #[doc(hidden)]
    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for usize {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl Sealed for super::Text {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

impl Key for usize {
    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.as_array()?.get(*self)
    }

    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        value.as_array_mut()?.get_mut(*self)
    }
}

impl Key for str {
    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        value.as_object()?.get(self)
    }

    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        value.as_object_mut()?.get_mut(self)
    }
}

/// What reads as a name.
macro_rules! names {
    ($($name:ty),*) => {$(
        impl Key for $name {
            fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
                self.as_str().of(value)
            }

            fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
                self.as_str().of_mut(value)
            }
        }
    )*};
}

names!(String, Text);

impl<K: Key + ?Sized> Key for &K {
    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        (**self).of(value)
    }

    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        (**self).of_mut(value)
    }
}

impl Value {
    /// The member or item of that name or position.
    pub fn get(&self, key: impl Key) -> Option<&Self> {
        key.of(self)
    }

    /// The member or item of that name or position, to change it.
    pub fn get_mut(&mut self, key: impl Key) -> Option<&mut Self> {
        key.of_mut(self)
    }

    /// The part that a JSON pointer (RFC 6901) names.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        is_pointer(pointer).then_some(())?;
        tokens(pointer).try_fold(self, |here, token| match here {
            Self::Object(members) => members.get(&token),
            Self::Array(items) => items.get(position(&token)?),
            _ => None,
        })
    }

    /// The part that a JSON pointer (RFC 6901) names, to change it.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        // Nothing is copied for the sake of what is not there.
        self.pointer(pointer)?;
        tokens(pointer).try_fold(self, |here, token| match here {
            Self::Object(members) => members.get_mut(&token),
            Self::Array(items) => items.get_mut(position(&token)?),
            _ => None,
        })
    }
}

fn is_pointer(text: &str) -> bool {
    text.is_empty() || text.starts_with('/')
}

/// A position as pointers write it: no sign, and no zeros before it.
fn position(token: &str) -> Option<usize> {
    let odd = token.starts_with('+') || (token.starts_with('0') && token.len() > 1);
    if odd { None } else { token.parse().ok() }
}

static NULL: Value = Value::Null;

/// What is not there is `null`.
impl<K: Key> ops::Index<K> for Value {
    type Output = Self;

    fn index(&self, key: K) -> &Self {
        key.of(self).unwrap_or(&NULL)
    }
}

/// Tests write documents down in this way.
#[cfg(test)]
impl ops::IndexMut<&str> for Value {
    fn index_mut(&mut self, name: &str) -> &mut Self {
        if self.is_null() {
            *self = Self::Object(super::Map::new());
        }
        let members = self.as_object_mut().unwrap();
        members.insert_new(name, || Self::Null);
        members.get_mut(name).unwrap()
    }
}

#[cfg(test)]
impl ops::IndexMut<usize> for Value {
    fn index_mut(&mut self, position: usize) -> &mut Self {
        self.get_mut(position).unwrap()
    }
}
