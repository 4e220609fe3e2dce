//! One page of a list as text.

use std::ops::Range;
use std::sync::Arc;

use toolwright_spec::Revision;

use super::Era;
use super::listed::Listed;
use super::offer::Offer;

/// How large a page gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
    /// Whether nobody else may be shown it, whatever the hints say.
    pub(crate) private: bool,
}

/// A page in the making.
pub(crate) struct Draft {
    text: String,
    items: usize,
    bounds: Bounds,
}

impl Draft {
    /// A page without items.
    pub(crate) fn new<T: Listed>(offer: &Offer, revision: Revision, bounds: Bounds) -> Self {
        let mut text = String::from("{");
        if Era::of(revision) == Era::Stateless {
            let hint = offer.hint(T::CACHEABLE);
            let hint = if bounds.private { hint.kept_private() } else { hint };
            text.push_str(offer.identity().meta());
            text.push_str(",\"resultType\":\"complete\",\"ttlMs\":");
            text.push_str(&hint.ttl_ms().to_string());
            text.push_str(",\"cacheScope\":\"");
            text.push_str(hint.scope().as_str());
            text.push_str("\",");
        }
        text.push('"');
        text.push_str(T::MEMBER);
        text.push_str("\":[");
        Self { text, items: 0, bounds }
    }

    /// Adds an item, which is JSON, or nothing; whether there was room. There is always room for
    /// one.
    pub(crate) fn push(&mut self, item: &str) -> bool {
        if item.is_empty() {
            return true;
        }
        let bytes = self.text.len().saturating_add(item.len());
        if self.items > 0 && (self.items >= self.bounds.items || bytes > self.bounds.bytes) {
            return false;
        }
        if self.items > 0 {
            self.text.push(',');
        }
        self.text.push_str(item);
        self.items += 1;
        true
    }

    /// Where the item of this length is that was added last.
    pub(super) fn last(&self, length: usize) -> Range<usize> {
        self.text.len().saturating_sub(length)..self.text.len()
    }

    /// The result.
    pub(crate) fn finish(mut self) -> Arc<str> {
        self.text.push_str("]}");
        self.text.into()
    }
}

/// The result with a cursor to the next page. The cursor needs no escapes.
pub(crate) fn with_cursor(page: &str, cursor: &str) -> Arc<str> {
    let open = page.strip_suffix('}').unwrap_or(page);
    [open, ",\"nextCursor\":\"", cursor, "\"}"].concat().into()
}
