//! By which member is there.

use super::Search;
use super::members::Alternative;
use crate::regen::model::{Branch, Select};

type Cases = Vec<(Vec<String>, Branch)>;

/// Cases by presence, tried in order.
pub(super) fn search(search: &Search<'_>, all: &[&Alternative]) -> Option<Select> {
    let mut cases = Cases::new();
    let mut left: Vec<&Alternative> = all.to_vec();
    while left.len() > 1 {
        let (path, chosen) = split(&left)?;
        left.retain(|alternative| !chosen.iter().any(|other| other.name == alternative.name));
        cases.push((path, search.branch(&chosen)?));
    }
    let last = left.pop()?;
    // The last one is asked for too where it can be, for a clear error instead of a wrong guess.
    let own = last.members.iter().find(|member| {
        member.required
            && all
                .iter()
                .any(|other| other.name != last.name && other.member(&member.wire).is_none())
            && !cases.iter().any(|(path, _)| path.first() == Some(&member.wire))
            && !shared_constant(all, &member.wire)
    });
    let branch = Branch::Variant(last.name.clone());
    let otherwise = match own {
        Some(member) => {
            cases.push((vec![member.wire.clone()], branch));
            None
        }
        None => Some(Box::new(branch)),
    };
    Some(Select::Key { cases, otherwise })
}

/// A path that only some of `left` have, and which these are.
fn split<'a>(left: &[&'a Alternative]) -> Option<(Vec<String>, Vec<&'a Alternative>)> {
    let singles = required(left, 1);
    singles
        .or_else(|| required(left, left.len() - 1))
        .or_else(|| nested(left))
        .or_else(|| optional(left))
}

/// A member that at most `most` have to have and the others do not know.
fn required<'a>(
    left: &[&'a Alternative],
    most: usize,
) -> Option<(Vec<String>, Vec<&'a Alternative>)> {
    left.iter().flat_map(|alternative| &alternative.members).find_map(|member| {
        let (have, others): (Vec<&Alternative>, Vec<&Alternative>) =
            left.iter().partition(|other| other.requires(&member.wire));
        let unknown = others.iter().all(|other| other.member(&member.wire).is_none());
        let fits = !have.is_empty() && have.len() <= most && unknown && !others.is_empty();
        fits.then(|| (vec![member.wire.clone()], have))
    })
}

/// A required member of a member's type that only one has.
fn nested<'a>(left: &[&'a Alternative]) -> Option<(Vec<String>, Vec<&'a Alternative>)> {
    left.iter().find_map(|alternative| {
        alternative.members.iter().filter(|member| member.required).find_map(|member| {
            let unique = |below: &&String| {
                left.iter().filter(|other| other.name != alternative.name).all(|other| {
                    other.member(&member.wire).is_none_or(|other| !other.below.contains(below))
                })
            };
            let below = member.below.iter().find(unique)?;
            Some((vec![member.wire.clone(), below.clone()], vec![*alternative]))
        })
    })
}

/// A member that only one may have: weak, as it may be left out.
fn optional<'a>(left: &[&'a Alternative]) -> Option<(Vec<String>, Vec<&'a Alternative>)> {
    left.iter().find_map(|alternative| {
        let unique = alternative.members.iter().find(|member| {
            left.iter()
                .filter(|other| other.name != alternative.name)
                .all(|other| other.member(&member.wire).is_none())
        })?;
        // What is left over must be a single one, or a wrong guess would hide a right one.
        (left.len() == 2).then(|| (vec![unique.wire.clone()], vec![*alternative]))
    })
}

fn shared_constant(all: &[&Alternative], wire: &str) -> bool {
    all.iter().all(|other| other.member(wire).is_some_and(|member| !member.constants.is_empty()))
}
