//! Lists, written once per revision, in pages.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use toolwright_spec::Revision;

use super::listed::Listed;
use super::offer::Offer;
use super::page::{Bounds, Draft};
use crate::frame::write_bounded;
use crate::scopes::Scopes;
use crate::seal;

/// A list as it is at some time.
#[derive(Debug)]
pub(crate) struct Catalog<T> {
    items: Arc<[T]>,
    /// What each takes; nothing if none takes any.
    scopes: Box<[Scopes]>,
    written: Vec<(Revision, OnceLock<Vec<Page>>)>,
    digest: OnceLock<[u8; 32]>,
}

/// One page in the words of one revision.
#[derive(Debug)]
struct Page {
    /// The whole result, as if it were the last page.
    text: Arc<str>,
    /// The first item.
    start: usize,
    /// Where in the text the items are.
    places: Vec<Range<usize>>,
}

impl<T: Listed> Catalog<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        Self {
            items: items.into(),
            scopes: Box::default(),
            written: Revision::ALL.iter().map(|known| (*known, OnceLock::new())).collect(),
            digest: OnceLock::new(),
        }
    }

    /// With what each of the items takes.
    pub(crate) fn scoped(items: Vec<(T, Scopes)>) -> Self {
        let (items, scopes): (Vec<T>, Vec<Scopes>) = items.into_iter().unzip();
        let mut catalog = Self::new(items);
        if scopes.iter().any(|scopes| !scopes.is_empty()) {
            catalog.scopes = scopes.into();
        }
        catalog
    }

    /// Whether any of the items takes scopes, so that callers may see different lists.
    pub(crate) fn is_scoped(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// What an item takes.
    pub(crate) fn scopes(&self, index: usize) -> Scopes {
        self.scopes.get(index).cloned().unwrap_or_default()
    }

    /// The definitions, in list order.
    pub(crate) fn items(&self) -> &Arc<[T]> {
        &self.items
    }

    /// A fingerprint of the order of things.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| {
            let keys: Vec<&[u8]> = self.items.iter().map(|item| item.key().as_bytes()).collect();
            seal::digest(&keys)
        })
    }

    /// The page that begins with an item, and with which one the next begins.
    pub(crate) fn page(
        &self,
        offer: &Offer,
        revision: Revision,
        bounds: Bounds,
        start: usize,
    ) -> (Arc<str>, Option<usize>) {
        let pages = self.pages(offer, revision, bounds);
        if let Some(page) = pages.iter().find(|page| page.start == start) {
            let end = start + page.places.len();
            return (Arc::clone(&page.text), (end < self.items.len()).then_some(end));
        }
        // A page of an earlier list ended here.
        let mut draft = Draft::new::<T>(offer, revision, bounds);
        let mut end = start;
        while let Some(text) = self.text(offer, revision, bounds, end) {
            if !draft.push(text) {
                return (draft.finish(), Some(end));
            }
            end += 1;
        }
        (draft.finish(), None)
    }

    /// One item as JSON; empty if the revision has no words for it.
    pub(crate) fn text(
        &self,
        offer: &Offer,
        revision: Revision,
        bounds: Bounds,
        index: usize,
    ) -> Option<&str> {
        let pages = self.pages(offer, revision, bounds);
        let page = pages.partition_point(|page| page.start <= index).checked_sub(1)?;
        let page = pages.get(page)?;
        page.text.get(page.places.get(index - page.start)?.clone())
    }

    fn pages(&self, offer: &Offer, revision: Revision, bounds: Bounds) -> &[Page] {
        let known = self.written.iter().find(|(known, _)| *known == revision);
        known.map_or(&[], |(_, pages)| {
            pages.get_or_init(|| self.write(offer, revision, bounds)).as_slice()
        })
    }

    fn write(&self, offer: &Offer, revision: Revision, bounds: Bounds) -> Vec<Page> {
        let mut pages = Vec::new();
        let mut draft = Draft::new::<T>(offer, revision, bounds);
        let mut start = 0;
        let mut places = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            let text = written(item, revision);
            if !draft.push(&text) {
                let full = std::mem::replace(&mut draft, Draft::new::<T>(offer, revision, bounds));
                let places = std::mem::take(&mut places);
                pages.push(Page { text: full.finish(), start, places });
                start = index;
                draft.push(&text);
            }
            places.push(draft.last(text.len()));
        }
        pages.push(Page { text: draft.finish(), start, places });
        pages
    }
}

/// An item as JSON in the words of a revision; empty if it has none for it.
pub(crate) fn written<T: Listed>(item: &T, revision: Revision) -> String {
    let mut text = Vec::new();
    let mut item = item.clone();
    item.lower(revision);
    let key = item.key().to_owned();
    let outcome = match item.fit(revision) {
        Ok(item) => write_bounded(&mut text, &item, usize::MAX).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = outcome {
        tracing::error!(
            list = T::METHOD,
            item = key,
            error,
            "left out: it cannot be expressed in this revision"
        );
        return String::new();
    }
    String::from_utf8(text).unwrap_or_default()
}
