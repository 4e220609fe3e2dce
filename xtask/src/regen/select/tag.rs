//! By a member that holds a constant.

use super::Search;
use super::members::Alternative;
use crate::regen::model::Select;

/// Members that are meant to tell alternatives apart, tried before others.
const USUAL: &[&str] = &["method", "type", "mode", "status", "resultType"];

/// The best member whose constants split the alternatives.
pub(super) fn search(search: &Search<'_>, all: &[&Alternative]) -> Option<Select> {
    let mut names: Vec<&str> = USUAL.to_vec();
    for member in all.iter().flat_map(|alternative| &alternative.members) {
        if !names.contains(&member.wire.as_str()) {
            names.push(&member.wire);
        }
    }
    let mut candidates: Vec<Candidate<'_>> =
        names.iter().filter_map(|wire| Candidate::new(wire, all)).collect();
    // Stable: among equals the usual ones win.
    candidates.sort_by_key(Candidate::cost);
    candidates.iter().find_map(|candidate| candidate.select(search))
}

/// A member and how it splits the alternatives.
struct Candidate<'a> {
    wire: &'a str,
    /// Alternatives by constant.
    groups: Vec<(String, Vec<&'a Alternative>)>,
    /// Alternatives whose member is no constant.
    rest: Vec<&'a Alternative>,
    /// Alternatives that may leave the constant out.
    lenient: Vec<&'a Alternative>,
}

impl<'a> Candidate<'a> {
    fn new(wire: &'a str, all: &[&'a Alternative]) -> Option<Self> {
        let mut out = Self { wire, groups: Vec::new(), rest: Vec::new(), lenient: Vec::new() };
        let limited = |alternative: &&&Alternative| {
            alternative.member(wire).is_some_and(|member| !member.constants.is_empty())
        };
        // An enum in one alternative alone is a value and no mark.
        let mut marked = all.iter().filter(limited).filter_map(|found| found.member(wire));
        if let (Some(only), None) = (marked.next(), marked.next())
            && only.constants.len() > 1
        {
            return None;
        }
        for alternative in all {
            match alternative.member(wire) {
                Some(member) if !member.constants.is_empty() => {
                    if !member.required {
                        out.lenient.push(alternative);
                    }
                    for constant in &member.constants {
                        out.add(constant, alternative);
                    }
                }
                _ => out.rest.push(alternative),
            }
        }
        let splits = out.groups.len() > 1 || (out.groups.len() == 1 && !out.rest.is_empty());
        let narrows = out.groups.iter().all(|(_, group)| group.len() < all.len());
        let decides = out.rest.len() + out.lenient.len() < all.len();
        (splits && narrows && decides).then_some(out)
    }

    fn add(&mut self, constant: &str, alternative: &'a Alternative) {
        match self.groups.iter_mut().find(|(known, _)| known == constant) {
            Some((_, group)) => group.push(alternative),
            None => self.groups.push((constant.to_owned(), vec![alternative])),
        }
    }

    /// Fewer open questions are better.
    fn cost(&self) -> usize {
        let shared: usize = self.groups.iter().map(|(_, group)| group.len() - 1).sum();
        shared + self.rest.len().saturating_sub(1) * 2
    }

    fn select(&self, search: &Search<'_>) -> Option<Select> {
        let mut cases = Vec::new();
        for (constant, group) in &self.groups {
            cases.push((constant.clone(), search.branch(group)?));
        }
        let absent: Vec<&Alternative> = self.rest.iter().chain(&self.lenient).copied().collect();
        // Values that the rest names for itself lead there as well.
        if !self.rest.is_empty() {
            let rest = search.branch(&self.rest)?;
            let known = self.rest.iter().filter_map(|alternative| alternative.member(self.wire));
            for value in known.flat_map(|member| &member.known) {
                if !cases.iter().any(|(constant, _)| constant == value) {
                    cases.push((value.clone(), rest.clone()));
                }
            }
        }
        let absent = match absent.as_slice() {
            [] => None,
            some => Some(Box::new(search.branch(some)?)),
        };
        Some(Select::Tag { member: self.wire.to_owned(), cases, absent, unknown: false })
    }
}
