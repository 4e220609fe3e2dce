//! Who has a name that several sets lay claim to.

use std::collections::HashMap;

use crate::error::BuildError;

/// What becomes of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Faults {
    /// The server is being built: it is not.
    Refuse,
    /// The server runs: what is at fault is left out, and the log says so.
    Log,
}

impl Faults {
    /// Takes note of a fault.
    ///
    /// # Errors
    /// The fault, if it is not to be lived with.
    pub(super) fn report(self, fault: BuildError) -> Result<(), BuildError> {
        if self == Self::Refuse {
            return Err(fault);
        }
        tracing::error!("left out of a list: {fault}");
        Ok(())
    }
}

/// Who has which name. Sets go by their position.
#[derive(Debug, Default)]
pub(super) struct Claims(HashMap<Box<str>, usize>);

impl Claims {
    /// Divides names among sets, in this order: who had a name keeps it while it still wants it;
    /// else the first one has it.
    pub(super) fn new<'a>(
        wanted: impl Iterator<Item = (&'a str, usize)>,
        before: Option<&Self>,
    ) -> Self {
        let mut claims: HashMap<Box<str>, usize> = HashMap::new();
        for (name, set) in wanted {
            let had = before.and_then(|before| before.owner(name)) == Some(set);
            match claims.get_mut(name) {
                None => {
                    claims.insert(name.into(), set);
                }
                Some(owner) if had => *owner = set,
                Some(_) => {}
            }
        }
        Self(claims)
    }

    /// The set that has a name.
    pub(super) fn owner(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_had_is_kept() {
        let first = Claims::new([("a", 1), ("b", 0), ("b", 2)].into_iter(), None);
        assert_eq!((first.owner("a"), first.owner("b")), (Some(1), Some(0)));
        let second = Claims::new([("a", 0), ("a", 1), ("b", 2)].into_iter(), Some(&first));
        assert_eq!((second.owner("a"), second.owner("b")), (Some(1), Some(2)));
        let third = Claims::new([("a", 0)].into_iter(), Some(&second));
        assert_eq!((third.owner("a"), third.owner("b")), (Some(0), None));
    }
}
