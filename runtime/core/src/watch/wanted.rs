//! What somebody wants to know.

use super::change::Change;

/// A set of lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    pub(crate) tools: bool,
    pub(crate) prompts: bool,
    pub(crate) resources: bool,
}

impl Kinds {
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether the list that changed is one of these.
    pub(super) fn contains(mut self, change: &Change) -> bool {
        self.place(change).is_some_and(|place| *place)
    }

    /// Adds the list that changed; whether it was not there before.
    pub(super) fn insert(&mut self, change: &Change) -> bool {
        self.place(change).is_some_and(|place| !std::mem::replace(place, true))
    }

    /// Takes one out.
    pub(super) fn take(&mut self) -> Option<Change> {
        let changes = [Change::Tools, Change::Prompts, Change::Resources];
        changes.into_iter().find(|change| self.place(change).is_some_and(std::mem::take))
    }

    fn place(&mut self, change: &Change) -> Option<&mut bool> {
        match change {
            Change::Tools => Some(&mut self.tools),
            Change::Prompts => Some(&mut self.prompts),
            Change::Resources => Some(&mut self.resources),
            Change::Resource(_) => None,
        }
    }
}

/// Lists, and resources by URI.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) kinds: Kinds,
    pub(crate) uris: Vec<String>,
}
