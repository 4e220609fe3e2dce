//! Finds out, at generation time, how the alternatives of each union are told apart.
//!
//! In this order: the JSON type; a member with a constant; a member that only some have to have;
//! such a member one level down; and last a member that only one may have.

mod key;
mod members;
mod tag;

use std::collections::BTreeMap;

use super::error::Error;
use super::model::{Branch, Select, Shape, Type, TypeDef, Variant};
use members::{Alternative, alternative, kind};

/// Unions that keep alternatives they do not know, because the specification announces more.
const OPEN: &[&str] = &["ContentBlock", "SamplingMessageContentBlock", "InputRequest"];

/// Unions that nothing tells apart: which result it is follows from the request.
const UNMARKED: &[&str] = &["ClientResult", "ServerResult"];

/// Sets [`Select`] of every union, and drops those that are known to need their context.
///
/// # Errors
/// Names any other union that cannot be told apart.
pub(crate) fn fill(
    types: &mut BTreeMap<String, TypeDef>,
    revisions: &[String],
) -> Result<(), Error> {
    let names: Vec<String> = types
        .iter()
        .filter(|(_, def)| matches!(def.shape, Shape::Union { .. }))
        .map(|(name, _)| name.clone())
        .collect();
    let mut found = BTreeMap::new();
    for name in names {
        let search = Search { types, revisions };
        let Some(Shape::Union { variants, .. }) = types.get(&name).map(|def| &def.shape) else {
            continue;
        };
        found.insert(name.clone(), search.union(&name, variants));
    }
    for (name, select) in found {
        match select {
            Some(found) => {
                if let Some(Shape::Union { select, .. }) =
                    types.get_mut(&name).map(|def| &mut def.shape)
                {
                    *select = found;
                }
            }
            None if UNMARKED.contains(&name.as_str()) => {
                types.remove(&name);
            }
            None => {
                return Err(Error::Schema {
                    revision: revisions.last().cloned().unwrap_or_default(),
                    at: name,
                    problem: "nothing tells the alternatives of this union apart; give one of \
                              them a constant in fixups.rs"
                        .into(),
                });
            }
        }
    }
    Ok(())
}

/// What the search looks at.
struct Search<'a> {
    types: &'a BTreeMap<String, TypeDef>,
    revisions: &'a [String],
}

impl Search<'_> {
    fn union(&self, name: &str, variants: &[Variant]) -> Option<Select> {
        let kinds: Vec<Option<&str>> = variants.iter().map(|v| kind(self.types, &v.ty)).collect();
        let distinct = kinds.iter().enumerate().all(|(at, kind)| {
            kind.is_some() && kinds.iter().skip(at + 1).all(|other| other != kind)
        });
        if distinct && variants.iter().any(|variant| !matches!(variant.ty, Type::Ref(_))) {
            let cases = kinds.iter().zip(variants);
            let cases =
                cases.map(|(kind, v)| ((*kind.unwrap_or_default()).to_owned(), v.name.clone()));
            return Some(Select::Kind { cases: cases.collect() });
        }
        let all: Option<Vec<Alternative>> =
            variants.iter().map(|variant| alternative(self, variant)).collect();
        let mut select = self.objects(&all?.iter().collect::<Vec<_>>())?;
        if let Select::Tag { unknown, .. } = &mut select {
            *unknown = OPEN.contains(&name) || name.ends_with("Outcome");
        }
        Some(select)
    }

    fn objects(&self, all: &[&Alternative]) -> Option<Select> {
        tag::search(self, all).or_else(|| key::search(self, all))
    }

    /// Where to go with what is left: one alternative, or a further question.
    fn branch(&self, all: &[&Alternative]) -> Option<Branch> {
        match all {
            [] => None,
            [only] => Some(Branch::Variant(only.name.clone())),
            _ => self.objects(all).map(|select| Branch::Then(Box::new(select))),
        }
    }
}

#[cfg(test)]
mod tests;
