//! What happens to items that can't be declared: they become any value, and somebody is told.

use std::collections::BTreeSet;

use super::read::Place;
use super::shape::{Items, Shape};
use super::{Finding, declare, forget};

/// Gives up the items that can't be declared, and reports them.
pub(super) fn climb(items: &mut Items, roots: &mut [Shape]) -> Vec<Finding> {
    let bad: Vec<(String, String)> = items
        .iter()
        .filter_map(|(name, item)| Some((name.clone(), declare::check(name, item).err()?)))
        .collect();
    let names: BTreeSet<String> = bad.iter().map(|(name, _)| name.clone()).collect();
    forget(items, roots, &names);
    bad.into_iter()
        .map(|(name, reason)| Finding {
            message: format!("`{name}` is any value: {reason}"),
            place: Place::Definition(name),
            gave_up: true,
        })
        .collect()
}
