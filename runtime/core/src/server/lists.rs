//! The four lists, page by page.
//!
//! Specification: `server/utilities/pagination`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;

use crate::context::Context;
use crate::era::{Bounds, Catalog, Draft, Listed, Offer, with_cursor, written};
use crate::error::ProtocolError;
use crate::frame::Params;
use crate::seal::{self, Sealer};
use crate::wall;

/// What cursors are sealed for.
const PURPOSE: &str = "cursor";
/// How long a client may take from one page to the next.
const CURSOR_TTL: Duration = Duration::from_secs(3600);

/// A list as one caller sees it.
pub(super) struct List<'a, T> {
    pub(super) catalog: &'a Catalog<T>,
    /// What stands behind it for this request only.
    pub(super) more: Vec<T>,
    /// Whether callers see different ones.
    pub(super) private: bool,
}

impl<T: Listed> List<'_, T> {
    /// Answers the request for a page.
    pub(super) fn answer(
        &self,
        offer: &Offer,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<Arc<str>, ProtocolError> {
        let common = &cx.scope().common;
        let limits = &common.limits;
        let (items, bytes) = (limits.page_items, limits.page_bytes);
        let bounds = Bounds { items, bytes, private: self.private };
        let cursors =
            Cursors { sealer: &common.sealer, list: T::METHOD, principal: cx.principal_key() };
        let start = match Params::read(params.map(RawValue::get)).cursor {
            None => 0,
            Some(cursor) => self.seek(&cursors.open(cursor)?).ok_or_else(gone)?,
        };
        let same_for_all = self.more.is_empty() && common.filters.is_empty() && !self.private;
        let (page, next) = if same_for_all {
            self.catalog.page(offer, cx.revision(), bounds, start)
        } else {
            self.page(offer, cx, bounds, start)
        };
        match next {
            None => Ok(page),
            Some(next) => Ok(with_cursor(&page, &cursors.seal(&self.mark(next))?)),
        }
    }

    /// A page for this caller alone.
    fn page(
        &self,
        offer: &Offer,
        cx: &Context,
        bounds: Bounds,
        start: usize,
    ) -> (Arc<str>, Option<usize>) {
        let revision = cx.revision();
        let mut draft = Draft::new::<T>(offer, revision, bounds);
        let mut index = start;
        while let Some(item) = self.item(index) {
            if cx.lists(&self.catalog.scopes(index)) && cx.shows(&item.item()) {
                let added = match self.catalog.text(offer, revision, bounds, index) {
                    Some(text) => draft.push(text),
                    None => draft.push(&written(item, revision)),
                };
                if !added {
                    return (draft.finish(), Some(index));
                }
            }
            index += 1;
        }
        (draft.finish(), None)
    }

    fn item(&self, index: usize) -> Option<&T> {
        let items = self.catalog.items();
        items.get(index).or_else(|| self.more.get(index.checked_sub(items.len())?))
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.catalog.items().iter().chain(&self.more).map(Listed::key)
    }

    fn digest(&self) -> [u8; 32] {
        let mut parts: Vec<&[u8]> = vec![self.catalog.digest()];
        parts.extend(self.more.iter().map(|item| item.key().as_bytes()));
        seal::digest(&parts)
    }

    fn mark(&self, next: usize) -> Mark {
        let key = |index: Option<usize>| {
            let item = index.and_then(|index| self.item(index));
            item.map_or([0; 32], |item| key_digest(item.key()))
        };
        Mark {
            list: self.digest(),
            index: next as u64,
            last: key(next.checked_sub(1)),
            next: key(Some(next)),
        }
    }

    /// Where the list goes on. If it is not the same any more: at the item that would have come
    /// next, or behind the one that came last.
    fn seek(&self, mark: &Mark) -> Option<usize> {
        if self.digest() == mark.list {
            return usize::try_from(mark.index).ok();
        }
        let place = |wanted: &[u8; 32]| self.keys().position(|key| key_digest(key) == *wanted);
        place(&mark.next).or_else(|| place(&mark.last).map(|last| last + 1))
    }
}

/// A place between two items of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    /// The list, as it was.
    list: [u8; 32],
    /// The item that comes next, as it was.
    index: u64,
    /// The item before.
    last: [u8; 32],
    /// The item behind.
    next: [u8; 32],
}

impl Mark {
    fn write(&self) -> Vec<u8> {
        [&self.list[..], &self.index.to_le_bytes(), &self.last, &self.next].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (list, rest) = bytes.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let (last, next) = rest.split_first_chunk()?;
        let index = u64::from_le_bytes(*index);
        Some(Self { list: *list, index, last: *last, next: next.try_into().ok()? })
    }
}

/// Writes and reads the cursors of a list, for one caller.
struct Cursors<'a> {
    sealer: &'a Sealer,
    list: &'static str,
    principal: &'a str,
}

impl Cursors<'_> {
    fn seal(&self, mark: &Mark) -> Result<String, ProtocolError> {
        let bound = [self.list.as_bytes(), self.principal.as_bytes()];
        let now = wall::now();
        let sealed = self.sealer.seal(PURPOSE, &bound, &mark.write(), now, CURSOR_TTL);
        sealed.map_err(|error| {
            tracing::error!(%error, "a cursor could not be made");
            ProtocolError::internal("internal error")
        })
    }

    fn open(&self, cursor: &RawValue) -> Result<Mark, ProtocolError> {
        let cursor: String = serde_json::from_str(cursor.get())
            .map_err(|_| ProtocolError::invalid_params("`params.cursor` must be a string"))?;
        let bound = [self.list.as_bytes(), self.principal.as_bytes()];
        let opened = self.sealer.open(PURPOSE, &bound, &cursor, wall::now());
        let mark = opened.ok().and_then(|bytes| Mark::read(&bytes));
        mark.ok_or_else(|| {
            let message = format!(
                "`params.cursor` is no cursor of {}, or has expired: ask for the list from its \
                 beginning, without a cursor",
                self.list
            );
            ProtocolError::invalid_params(message)
        })
    }
}

fn gone() -> ProtocolError {
    ProtocolError::invalid_params(
        "the list has changed since `params.cursor` was given out: ask for it from its beginning, \
         without a cursor",
    )
}

fn key_digest(key: &str) -> [u8; 32] {
    seal::digest(&[key.as_bytes()])
}

#[cfg(test)]
mod tests {
    use toolwright_spec::Prompt;

    use super::*;

    fn list(names: &[&str]) -> Catalog<Prompt> {
        Catalog::new(names.iter().map(|name| Prompt::new(*name)).collect())
    }

    fn seek(before: &[&str], next: usize, after: &[&str], more: &[&str]) -> Option<usize> {
        let (before, after) = (list(before), list(after));
        let mark = List { catalog: &before, more: Vec::new(), private: false }.mark(next);
        assert_eq!(Mark::read(&mark.write()), Some(mark.clone()));
        let more = more.iter().map(|name| Prompt::new(*name)).collect();
        List { catalog: &after, more, private: false }.seek(&mark)
    }

    #[test]
    fn places_outlive_changes() {
        let before = ["a", "b", "c", "d"];
        assert_eq!(seek(&before, 2, &before, &[]), Some(2));
        assert_eq!(seek(&before, 2, &["x", "a", "b", "c"], &[]), Some(3));
        assert_eq!(seek(&before, 2, &["b", "x", "d"], &[]), Some(1));
        assert_eq!(seek(&before, 2, &["c", "a"], &[]), Some(0));
        assert_eq!(seek(&before, 2, &["a"], &["y", "c"]), Some(2));
        assert_eq!(seek(&before, 2, &["a", "d"], &[]), None);
        assert_eq!(seek(&before, 2, &[], &[]), None);
        assert_eq!(Mark::read(&[0; 103]), None);
        assert_eq!(Mark::read(&[0; 105]), None);
    }
}
