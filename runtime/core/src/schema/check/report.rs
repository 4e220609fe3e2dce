//! Collecting violations.

use crate::pointer;
use crate::schema::node::Types;
use crate::schema::{MAX_VIOLATIONS, Violation};

/// A place in the document, linked towards the root.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// How many steps it is from the root.
    pub(super) fn depth(&self) -> usize {
        match self {
            Path::Root => 0,
            Path::Member(parent, _) | Path::Item(parent, _) => parent.depth() + 1,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Path::Root => {}
            Path::Member(parent, name) => {
                parent.write(out);
                out.push('/');
                out.push_str(&pointer::escape(name));
            }
            Path::Item(parent, position) => {
                parent.write(out);
                out.push('/');
                out.push_str(&position.to_string());
            }
        }
    }
}

/// What a finding says about which branch of a union was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The value has another type than these.
    Type(Types),
    /// The value is none of those listed.
    Choice,
    /// Anything else.
    Other,
}

/// A violation and what it says about the place it is in.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) violation: Violation,
    pub(super) kind: Kind,
    pub(super) depth: usize,
}

/// The findings of a check.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    muted: usize,
}

impl Report {
    /// Whether another finding would be kept.
    pub(super) fn listens(&self) -> bool {
        self.muted == 0 && self.findings.len() < MAX_VIOLATIONS
    }

    pub(super) fn mute(&mut self) {
        self.muted += 1;
    }

    pub(super) fn unmute(&mut self) {
        self.muted = self.muted.saturating_sub(1);
    }

    /// Keeps a finding; always `false`, the verdict of the check that made it.
    pub(super) fn add(
        &mut self,
        path: &Path<'_>,
        kind: Kind,
        message: impl FnOnce() -> String,
    ) -> bool {
        if self.listens() {
            let mut pointer = String::new();
            path.write(&mut pointer);
            let violation = Violation::new(pointer, message());
            // Two subschemas of one `allOf` often say the same.
            if self.findings.iter().all(|known| known.violation != violation) {
                self.findings.push(Finding { violation, kind, depth: path.depth() });
            }
        }
        false
    }

    /// Findings from here on go to an empty list; the list so far is handed out.
    pub(super) fn start(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Puts back the list that [`Self::start`] handed out; the findings since then.
    pub(super) fn finish(&mut self, before: Vec<Finding>) -> Vec<Finding> {
        std::mem::replace(&mut self.findings, before)
    }

    /// Appends findings that were made aside.
    pub(super) fn extend(&mut self, findings: Vec<Finding>) {
        let room = MAX_VIOLATIONS.saturating_sub(self.findings.len());
        self.findings.extend(findings.into_iter().take(room));
    }

    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.findings.into_iter().map(|finding| finding.violation).collect()
    }
}
