//! `anyOf` and `oneOf`, and saying what is wrong where no branch fits.

use super::Checker;
use super::report::{Finding, Kind, Path};
use super::seen::Seen;
use crate::schema::instance::Instance;
use crate::schema::node::{Branches, Types};

/// How many branches a message goes into, and how many more it names.
const SHOWN_BRANCHES: usize = 4;
const NAMED_BRANCHES: usize = 20;

impl Checker<'_> {
    pub(super) fn any(
        &mut self,
        branches: &Branches,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut matched = false;
        for node in &branches.nodes {
            let mut own = self.fresh(value);
            if self.matches(*node, value, &mut own) {
                matched = true;
                seen.merge(&own);
                if !self.arena.tracks {
                    return true;
                }
            }
        }
        matched || self.explain(branches, value, path)
    }

    pub(super) fn one(
        &mut self,
        branches: &Branches,
        value: &Instance<'_>,
        path: &Path<'_>,
        seen: &mut Seen,
    ) -> bool {
        let mut matched = None;
        for (position, node) in branches.nodes.iter().enumerate() {
            let mut own = self.fresh(value);
            if self.matches(*node, value, &mut own) {
                if let Some(earlier) = matched {
                    return self.fail(path, || several(branches, earlier, position));
                }
                matched = Some(position);
                seen.merge(&own);
            }
        }
        matched.is_some() || self.explain(branches, value, path)
    }

    /// Reports why no branch fits: through the one branch that was meant, where that can be told
    /// from types and fixed values, else in one line about all.
    fn explain(&mut self, all: &Branches, value: &Instance<'_>, path: &Path<'_>) -> bool {
        if !self.report.listens() {
            return false;
        }
        let mut branches = Vec::with_capacity(all.nodes.len());
        for node in &all.nodes {
            let before = self.report.start();
            self.check(*node, value, path, &mut Seen::off());
            branches.push(self.report.finish(before));
        }
        let depth = path.depth();
        if let Some(types) = all_types(&branches, depth) {
            let message = || format!("must be {}, got {}", types.words(), value.brief());
            return self.report.add(path, Kind::Type(types), message);
        }
        let meant: Vec<usize> = (0..branches.len())
            .filter(|at| branches.get(*at).is_some_and(|findings| !rules_out(findings, depth)))
            .collect();
        if let [only] = meant.as_slice()
            && *only < branches.len()
        {
            self.report.extend(branches.swap_remove(*only));
            return false;
        }
        self.fail(path, || match all.names.as_slice() {
            [] => summary(&branches),
            names => named(names, &branches),
        })
    }
}

/// The types of all branches together, where a wrong type is all that is wrong with each.
fn all_types(branches: &[Vec<Finding>], depth: usize) -> Option<Types> {
    branches.iter().try_fold(Types::default(), |types, findings| match findings.as_slice() {
        [Finding { kind: Kind::Type(own), depth: at, .. }] if *at == depth => {
            Some(types.with(*own))
        }
        _ => None,
    })
}

/// Whether a branch can't have been meant: wrong type here, or a fixed value here or one below.
fn rules_out(findings: &[Finding], depth: usize) -> bool {
    findings.iter().any(|finding| match finding.kind {
        Kind::Type(_) => finding.depth == depth,
        Kind::Choice => finding.depth <= depth + 1,
        Kind::Other => false,
    })
}

fn several(branches: &Branches, one: usize, other: usize) -> String {
    match (branches.names.get(one), branches.names.get(other)) {
        (Some(one), Some(other)) if one != other => {
            let names = branches.names.join(", ");
            format!("must match only one of {names}, but matches {one} and {other}")
        }
        _ => format!(
            "must match only one of {} alternatives, but matches number {} and {}",
            branches.nodes.len(),
            one + 1,
            other + 1,
        ),
    }
}

/// What alternatives with names expected.
fn named(names: &[Box<str>], branches: &[Vec<Finding>]) -> String {
    let said = names.iter().zip(branches).enumerate().map(|(position, (name, findings))| {
        match findings.first().filter(|_| position < SHOWN_BRANCHES) {
            Some(finding) => format!("{name} ({})", finding.violation),
            None => name.to_string(),
        }
    });
    let mut said: Vec<String> = said.take(SHOWN_BRANCHES + NAMED_BRANCHES).collect();
    if said.len() < names.len() {
        said.push("…".to_owned());
    }
    format!("matches none of {}", said.join(", "))
}

fn summary(branches: &[Vec<Finding>]) -> String {
    let mut reasons: Vec<String> = branches
        .iter()
        .filter_map(|findings| findings.first())
        .take(SHOWN_BRANCHES)
        .map(|finding| finding.violation.to_string())
        .collect();
    reasons.dedup();
    if branches.len() > SHOWN_BRANCHES {
        reasons.push("…".to_owned());
    }
    format!("matches none of {} alternatives ({})", branches.len(), reasons.join("; "))
}
