//! Presence over revisions, and the spans that follow from it.

use crate::regen::error::Error;
use crate::regen::model::Span;

/// All revisions, oldest first.
pub(super) struct History {
    ids: Vec<String>,
}

impl History {
    pub(super) fn new(ids: &[String]) -> Self {
        Self { ids: ids.to_vec() }
    }

    /// What is there, with its revision; `found` has one entry per revision.
    pub(super) fn present<'a, T>(&'a self, found: &'a [Option<T>]) -> Vec<(&'a str, &'a T)> {
        let pairs = self.ids.iter().zip(found);
        pairs.filter_map(|(id, item)| Some((id.as_str(), item.as_ref()?))).collect()
    }

    /// From the first to the last revision that has it.
    pub(super) fn span<T>(&self, what: &str, found: &[Option<T>]) -> Result<Span, Error> {
        let present: Vec<bool> = found.iter().map(Option::is_some).collect();
        let first = present.iter().position(|there| *there);
        let last = present.iter().rposition(|there| *there);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(self.gap(what, "nowhere"));
        };
        let inside = present.iter().enumerate().filter(|(at, _)| (first..=last).contains(at));
        if let Some((at, _)) = inside.into_iter().find(|(_, there)| !**there) {
            return Err(self.gap(what, self.id(at)));
        }
        let until = (last + 1 < self.ids.len()).then(|| self.id(last).to_owned());
        Ok(Span { since: self.id(first).to_owned(), until })
    }

    fn id(&self, at: usize) -> &str {
        self.ids.get(at).map_or("", String::as_str)
    }

    fn gap(&self, what: &str, at: &str) -> Error {
        Error::Conflict {
            what: format!("`{what}`"),
            left: "it exists before and after".into(),
            right: format!("it is missing in {at}"),
        }
    }
}

/// The first revision with a mark that the last one still has.
pub(super) fn first_mark<T>(present: &[(&str, T)], marked: impl Fn(&T) -> bool) -> Option<String> {
    let (_, last) = present.last()?;
    if !marked(last) {
        return None;
    }
    present.iter().find(|(_, item)| marked(item)).map(|(id, _)| (*id).to_owned())
}
