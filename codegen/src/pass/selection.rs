//! Applies the options about operations, and remembers which of them did anything.

use std::collections::BTreeSet;

use super::context::Context;
use crate::code;
use crate::ir::{Fields, Paging};
use crate::select::{Candidate, Filter, Options};

/// The options while a document is read.
pub(crate) struct Selection<'o> {
    options: &'o Options,
    include_hits: BTreeSet<usize>,
    exclude_hits: BTreeSet<usize>,
    rename_hits: BTreeSet<&'o str>,
    paging_hits: BTreeSet<usize>,
    fields_hits: BTreeSet<usize>,
    dropped: usize,
}

impl<'o> Selection<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self {
            options,
            include_hits: BTreeSet::new(),
            exclude_hits: BTreeSet::new(),
            rename_hits: BTreeSet::new(),
            paging_hits: BTreeSet::new(),
            fields_hits: BTreeSet::new(),
            dropped: 0,
        }
    }

    /// Whether the filters let an operation through.
    pub(crate) fn keeps(&mut self, candidate: Candidate<'_>) -> bool {
        let mut included = self.options.include.is_empty();
        for (index, filter) in self.options.include.iter().enumerate() {
            if filter.matches(candidate) {
                included = true;
                self.include_hits.insert(index);
            }
        }
        for (index, filter) in self.options.exclude.iter().enumerate() {
            if filter.matches(candidate) {
                included = false;
                self.exclude_hits.insert(index);
            }
        }
        self.dropped += usize::from(!included);
        included
    }

    /// The name that the options give to an operation.
    pub(crate) fn renamed(&mut self, id: &str) -> Option<&'o str> {
        let (id, name) = self.options.rename.get_key_value(id)?;
        self.rename_hits.insert(id);
        Some(name)
    }

    /// How the pages of an operation are gathered.
    pub(crate) fn paging(&mut self, candidate: Candidate<'_>) -> Option<&'o Paging> {
        last_match(&self.options.paging, candidate, &mut self.paging_hits)
    }

    /// Which parts of an operation's reply are kept.
    pub(crate) fn fields(&mut self, candidate: Candidate<'_>) -> Option<&'o Fields> {
        last_match(&self.options.fields, candidate, &mut self.fields_hits)
    }

    /// Whether filters have left anything out.
    pub(crate) fn has_dropped(&self) -> bool {
        self.dropped > 0
    }

    /// Reports the options that applied to nothing.
    pub(crate) fn report(&self, cx: &mut Context<'_>) {
        let unused = |hits: &BTreeSet<usize>, index: &usize| !hits.contains(index);
        for (index, filter) in self.options.include.iter().enumerate() {
            if unused(&self.include_hits, &index) {
                cx.report(code::SELECTION, "", format!("include `{filter}` matches no operation"));
            }
        }
        for (index, filter) in self.options.exclude.iter().enumerate() {
            if unused(&self.exclude_hits, &index) {
                cx.report(code::SELECTION, "", format!("exclude `{filter}` matches no operation"));
            }
        }
        for (index, (filter, _)) in self.options.paging.iter().enumerate() {
            if unused(&self.paging_hits, &index) {
                cx.report(code::SELECTION, "", format!("paging `{filter}` matches no operation"));
            }
        }
        for (index, (filter, _)) in self.options.fields.iter().enumerate() {
            if unused(&self.fields_hits, &index) {
                cx.report(code::SELECTION, "", format!("fields `{filter}` match no operation"));
            }
        }
        for id in self.options.rename.keys() {
            if !self.rename_hits.contains(id.as_str()) {
                cx.report(code::SELECTION, "", format!("there is no operation `{id}` to rename"));
            }
        }
    }
}

/// What the last filter that matches says; all that match count as used.
fn last_match<'o, T>(
    options: &'o [(Filter, T)],
    candidate: Candidate<'_>,
    hits: &mut BTreeSet<usize>,
) -> Option<&'o T> {
    let mut found = None;
    for (index, (filter, value)) in options.iter().enumerate() {
        if filter.matches(candidate) {
            hits.insert(index);
            found = Some(value);
        }
    }
    found
}
