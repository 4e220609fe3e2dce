//! Who sees what.

use std::fmt;

use super::Context;
use crate::visibility::Item;

type Filter = dyn Fn(&Context, &Item<'_>) -> bool + Send + Sync;

/// All filters of a server. What one of them hides is hidden.
#[derive(Default)]
pub(crate) struct Filters(Vec<Box<Filter>>);

impl Filters {
    pub(crate) fn add(
        &mut self,
        filter: impl Fn(&Context, &Item<'_>) -> bool + Send + Sync + 'static,
    ) {
        self.0.push(Box::new(filter));
    }

    /// Whether everybody sees everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the caller sees the item.
    pub(crate) fn shows(&self, cx: &Context, item: &Item<'_>) -> bool {
        self.0.iter().all(|filter| filter(cx, item))
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filters").field(&self.0.len()).finish()
    }
}
