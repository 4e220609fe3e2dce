//! What the way that values travel means for types: what a server sends may be newer than its
//! description, and a `null` in what is sent to it has a meaning of its own.

use std::collections::BTreeSet;

use super::shape::{Body, Items, Shape, Told};
use super::shapes;

/// Opens the enums and tagged unions of what is `received`, so that a new value of the upstream
/// breaks nothing; what is only sent stays closed. Optional members keep `null` apart from absence
/// in what is `sent`, nowhere else.
pub(super) fn mark(items: &mut Items, sent: &[Shape], received: &[Shape]) {
    let sent = reached(items, sent);
    let received = reached(items, received);
    let decisive = decisive(items);
    for (name, item) in items {
        item.open = received.contains(name) && !decisive.contains(name);
        if let (Body::Struct { fields, .. }, false) = (&mut item.body, sent.contains(name)) {
            fields.iter_mut().for_each(|field| field.keeps_null = false);
        }
    }
}

/// What is inside of a shape: for arguments, the parameters and the body.
pub(super) fn inside(items: &Items, root: &Shape) -> Vec<Shape> {
    let item = match root {
        Shape::Named(name) => items.get(name),
        _ => None,
    };
    item.map_or_else(|| vec![root.clone()], |item| shapes(item).into_iter().cloned().collect())
}

/// Names of all items that the roots lead to.
pub(super) fn reached(items: &Items, roots: &[Shape]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Shape> = roots.iter().collect();
    while let Some(shape) = open.pop() {
        match shape {
            Shape::Array(inner) | Shape::Map(inner) | Shape::Nullable(inner) => open.push(inner),
            Shape::Named(name) if reached.insert(name.clone()) => {
                if let Some(item) = items.get(name) {
                    open.extend(shapes(item));
                }
            }
            _ => {}
        }
    }
    reached
}

/// Items whose values decide which variant of a union is meant: if they took any value, the first
/// variant would take values of the others.
fn decisive(items: &Items) -> BTreeSet<String> {
    let mut decisive = BTreeSet::new();
    for item in items.values() {
        let Body::Union { variants, told } = &item.body else { continue };
        let mut enums: Vec<&str> = Vec::new();
        for variant in variants {
            let Some(name) = item_name(&variant.shape) else { continue };
            match (items.get(name).map(|item| &item.body), told) {
                (Some(Body::Enum(_)), _) => enums.push(name),
                (Some(Body::Union { .. }), _) => {
                    decisive.insert(name.to_owned());
                }
                (Some(Body::Struct { fields, .. }), _) => {
                    let told_by_it = |wire: &str| match told {
                        Told::Tag(tag) => wire == tag,
                        Told::Order | Told::Members => true,
                    };
                    let fields = fields.iter().filter(|field| told_by_it(&field.wire));
                    let names = fields.filter_map(|field| item_name(&field.shape));
                    decisive.extend(names.map(str::to_owned));
                }
                _ => {}
            }
        }
        if enums.len() > 1 {
            decisive.extend(enums.into_iter().map(str::to_owned));
        }
    }
    decisive
}

fn item_name(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Named(name) => Some(name),
        Shape::Array(inner) | Shape::Nullable(inner) => item_name(inner),
        _ => None,
    }
}
