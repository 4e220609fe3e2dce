//! Inline schemas that say the same under the same name become one type.

use std::collections::BTreeMap;

use crate::types::shape::{Items, Shape};
use crate::types::{shape::Body, shapes_mut};

/// Lets the first of several inline items that are alike stand for all of them.
pub(super) fn resolve(items: &mut Items, roots: &mut [Shape]) {
    // What is inside becomes alike first, then what holds it.
    loop {
        let renames = alike(items);
        if renames.is_empty() {
            return;
        }
        items.retain(|name, _| !renames.contains_key(name));
        let shapes = items.values_mut().flat_map(shapes_mut).chain(roots.iter_mut());
        for shape in shapes {
            rename(shape, &renames);
        }
    }
}

/// Names of items to drop, each with the name of the one that stays.
fn alike(items: &Items) -> BTreeMap<String, String> {
    let mut candidates: Vec<_> = items.iter().filter(|(_, item)| item.inline.is_some()).collect();
    candidates.sort_by_key(|(_, item)| item.order);
    let mut kept: BTreeMap<(&str, String), Vec<(&str, &Body)>> = BTreeMap::new();
    let mut renames = BTreeMap::new();
    for (name, item) in candidates {
        let key = (item.inline.as_deref().unwrap_or_default(), outline(&item.body));
        let same_kind = kept.entry(key).or_default();
        match same_kind.iter().find(|(_, body)| **body == item.body) {
            Some((first, _)) => {
                renames.insert(name.clone(), (*first).to_owned());
            }
            None => same_kind.push((name, &item.body)),
        }
    }
    renames
}

/// A cheap summary, so that few bodies have to be compared in full.
fn outline(body: &Body) -> String {
    match body {
        Body::Struct { fields, .. } => {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            names.join(" ")
        }
        Body::Enum(values) => {
            let names: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
            names.join("|")
        }
        Body::Union { variants, .. } => format!("union of {}", variants.len()),
        Body::Alias(_) => "alias".to_owned(),
    }
}

fn rename(shape: &mut Shape, renames: &BTreeMap<String, String>) {
    match shape {
        Shape::Named(name) => {
            if let Some(kept) = renames.get(name) {
                kept.clone_into(name);
            }
        }
        Shape::Array(inner) | Shape::Map(inner) | Shape::Nullable(inner) => rename(inner, renames),
        _ => {}
    }
}
