//! What happens when typify can't: without defaults, then without the few items that it stumbles
//! over, which become any value.

use std::collections::BTreeSet;

use super::read::Place;
use super::shape::{Body, Items, Shape};
use super::{Finding, engine, forget, polish, print};

/// Prints all items. Those that can't be printed are given up and reported.
pub(super) fn climb(items: &mut Items, roots: &mut [Shape]) -> (Vec<syn::Item>, Vec<Finding>) {
    if let Ok(printed) = attempt(items) {
        return (printed, Vec::new());
    }
    drop_defaults(items);
    if let Ok(printed) = attempt(items) {
        let message = "defaults do not show in the types: they could not be printed".to_owned();
        return (
            printed,
            vec![Finding { place: Place::Definition(String::new()), message, gave_up: false }],
        );
    }
    let names: Vec<String> = items.keys().cloned().collect();
    let mut bad = BTreeSet::new();
    search(items, &names, &BTreeSet::new(), &mut bad);
    let findings = bad.iter().map(|name| give_up(items, name)).collect();
    forget(items, roots, &bad);
    (attempt(items).unwrap_or_default(), findings)
}

fn attempt(items: &Items) -> Result<Vec<syn::Item>, String> {
    let definitions =
        items.iter().map(|(name, item)| (name.clone(), print::schema_of(item))).collect();
    polish::apply(engine::print(definitions)?, items)
}

/// Finds the `names` without which everything else can be printed, by halving.
fn search(items: &Items, names: &[String], without: &BTreeSet<String>, bad: &mut BTreeSet<String>) {
    // All of `names` given up next to what is known to be bad or still to be looked at.
    let works = |names: &[String], bad: &BTreeSet<String>| {
        let mut rest = items.clone();
        let gone: BTreeSet<String> = without.iter().chain(bad).cloned().collect();
        let gone = gone.into_iter().filter(|name| !names.contains(name)).collect();
        forget(&mut rest, &mut [], &gone);
        attempt(&rest).is_ok()
    };
    if works(names, bad) {
        return;
    }
    match names {
        [] => {}
        [only] => {
            bad.insert(only.clone());
        }
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            // Look at one half while the other is away.
            let away =
                |half: &[String]| without.iter().chain(half).cloned().collect::<BTreeSet<_>>();
            search(items, left, &away(right), bad);
            search(items, right, without, bad);
        }
    }
}

fn give_up(items: &Items, name: &str) -> Finding {
    let one = items.get(name).map(|item| (name.to_owned(), print::schema_of(item)));
    let reason = match engine::print(one.into_iter().collect()) {
        Err(reason) => reason,
        Ok(_) => "it does not fit together with the other types".to_owned(),
    };
    Finding {
        place: Place::Definition(name.to_owned()),
        message: format!("`{name}` is any value: {reason}"),
        gave_up: true,
    }
}

fn drop_defaults(items: &mut Items) {
    for item in items.values_mut() {
        if let Body::Struct { fields, .. } = &mut item.body {
            for field in fields {
                field.default = None;
            }
        }
    }
}
