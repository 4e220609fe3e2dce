//! Which elements of a value some keyword has looked at.

use crate::schema::instance::Instance;

/// Marks per item or member, by position; off where no keyword will ask.
#[derive(Debug)]
pub(super) struct Seen(Option<Vec<bool>>);

impl Seen {
    pub(super) fn off() -> Self {
        Self(None)
    }

    pub(super) fn none_of(value: &Instance<'_>) -> Self {
        let elements = match value {
            Instance::Array(items) => items.len(),
            Instance::Object(members) => members.len(),
            _ => 0,
        };
        Self(Some(vec![false; elements]))
    }

    pub(super) fn mark(&mut self, position: usize) {
        if let Some(slot) = self.0.as_mut().and_then(|marks| marks.get_mut(position)) {
            *slot = true;
        }
    }

    pub(super) fn has(&self, position: usize) -> bool {
        self.0.as_ref().and_then(|marks| marks.get(position)).copied().unwrap_or(false)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        if let (Some(marks), Some(others)) = (&mut self.0, &other.0) {
            for (mark, other) in marks.iter_mut().zip(others) {
                *mark |= *other;
            }
        }
    }
}
