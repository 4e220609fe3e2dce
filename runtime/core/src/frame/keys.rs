//! Finds members that occur twice, in linear time and little memory.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Up to so many, comparing is quicker than hashing.
const FEW: usize = 16;

/// The names of all open objects, innermost last.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    names: Vec<Cow<'a, [u8]>>,
    open: Vec<Object>,
    hasher: RandomState,
}

#[derive(Debug)]
struct Object {
    /// Where its names begin.
    base: usize,
    /// Hashes of its names once there are many. Two names share one with a chance of 2^-64, and
    /// the peer cannot know the key.
    many: Option<HashSet<u64>>,
}

impl Default for Keys<'_> {
    fn default() -> Self {
        // As many as a call has, so that they need not grow again and again.
        Self {
            names: Vec::with_capacity(FEW),
            open: Vec::with_capacity(8),
            hasher: RandomState::new(),
        }
    }
}

impl<'a> Keys<'a> {
    pub(super) fn open(&mut self) {
        self.open.push(Object { base: self.names.len(), many: None });
    }

    pub(super) fn close(&mut self) {
        if let Some(object) = self.open.pop() {
            self.names.truncate(object.base);
        }
    }

    /// Adds a name, as it is between its quotes; whether the innermost object has it already.
    pub(super) fn add(&mut self, raw: &'a [u8], escaped: bool) -> bool {
        let name = if escaped { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) };
        let Some(object) = self.open.last_mut() else {
            return false;
        };
        if let Some(many) = &mut object.many {
            return !many.insert(self.hasher.hash_one(&*name));
        }
        let known = self.names.get(object.base..).unwrap_or_default();
        if known.contains(&name) {
            return true;
        }
        if known.len() == FEW {
            let hashes = known.iter().map(|known| self.hasher.hash_one(&**known));
            let mut many: HashSet<u64> = hashes.collect();
            many.insert(self.hasher.hash_one(&*name));
            object.many = Some(many);
            self.names.truncate(object.base);
        } else {
            self.names.push(name);
        }
        false
    }
}

/// Names are compared decoded: `"a"` and `"\u0061"` are one name.
pub(super) fn unescaped(raw: &[u8]) -> Vec<u8> {
    let quoted = [b"\"", raw, b"\""].concat();
    match serde_json::from_slice::<String>(&quoted) {
        Ok(text) => text.into_bytes(),
        // Lone surrogates and bad UTF-8 are faults of their own.
        Err(_) => raw.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_within_their_object_only() {
        let mut keys = Keys::default();
        keys.open();
        assert!(!keys.add(b"a", false));
        keys.open();
        assert!(!keys.add(b"a", false));
        assert!(!keys.add(b"b", false));
        keys.close();
        assert!(!keys.add(b"b", false));
        assert!(keys.add(br"\u0061", true));
    }

    #[test]
    fn many_names_are_hashed() {
        let names: Vec<String> = (0..1000).map(|index| format!("n{index}")).collect();
        let mut keys = Keys::default();
        keys.open();
        for name in &names {
            assert!(!keys.add(name.as_bytes(), false));
        }
        for name in &names {
            assert!(keys.add(name.as_bytes(), false), "{name}");
        }
    }
}
