//! JSON Schema to Rust items.
//!
//! A schema is read into a [`shape::Shape`], a small language in which everything has a name of
//! its own and nothing is exotic ([`read`]); that is declared one item at a time ([`declare`]).
//! [`ladder`] makes sure that the worst a schema can do is to become `crate::json::Value`.

mod boxes;
mod declare;
mod defaults;
mod doc;
mod ladder;
mod letters;
mod name;
mod open;
mod print;
mod read;
mod shape;
mod tagged;
mod usage;
mod wire;

use std::collections::BTreeSet;

pub(crate) use doc::{lines as doc_lines, turns};
pub(crate) use name::{Names, escape, ident, pascal};
pub(crate) use read::Place;
pub(crate) use wire::HEAD as WIRING;

use declare::Declarer;
use read::Reader;
use shape::{Body, Item, Items, Shape};

use crate::ir::{Api, Operation};

/// The Rust side of an API's schemas.
pub(crate) struct Types {
    /// What is to be declared.
    items: Items,
    /// Type of each operation's arguments; `None` where it takes none.
    pub(crate) arguments: Vec<Option<syn::Type>>,
    /// Type of each operation's structured result; `None` where it has none.
    pub(crate) results: Vec<Option<syn::Type>>,
    /// What the types don't say.
    findings: Vec<Finding>,
}

impl Types {
    /// Names of all that is declared.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    /// What the types don't say.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Whether a declaration derives how it is read or written, or says so behind it.
    pub(crate) fn derives(&self) -> bool {
        self.items.values().any(|item| matches!(item.body, Body::Union { .. } | Body::Alias(_)))
    }

    /// The declarations, sorted by name, each with what stands behind it. One at a time, as all
    /// together are many times as large as their text. How the others are read and written is
    /// added to `wiring`, as text.
    pub(crate) fn declarations(&self, wiring: &mut String) -> impl Iterator<Item = syn::Item> {
        let mut declarer = Declarer::new(&self.items);
        let mut items = self.items.iter();
        std::iter::from_fn(move || match items.next() {
            // What can't be declared was given up before.
            Some((name, item)) => Some(declarer.declare(name, item, wiring).unwrap_or_default()),
            None => declarer.rest().map(|item| vec![item]),
        })
        .flatten()
    }
}

/// Something to tell the author of the document.
pub(crate) struct Finding {
    /// The definition or operation it is about.
    pub(crate) place: Place,
    /// What was found and what happens instead.
    pub(crate) message: String,
    /// A type had to be given up, against merely simplified.
    pub(crate) gave_up: bool,
}

/// Types for all operations of `api`. No type takes one of the `reserved` names. A `client` reads
/// what somebody else's server sends, even if the API is only described.
pub(crate) fn build(api: &Api, reserved: &[String], client: bool) -> Types {
    let described_only = api.operations.iter().all(|operation| operation.http.is_none());
    let mut names = Names::types(reserved.iter().map(String::as_str));
    let stems: Vec<String> = api
        .operations
        .iter()
        .map(|operation| names.take(&pascal(&operation.stem, "Tool"), &["Args"]))
        .collect();
    // An upstream service fills in its own defaults; sending them is another request.
    let mut reader = Reader::new(&api.definitions, names, described_only);

    let mut roots = Vec::new();
    for (operation, stem) in api.operations.iter().zip(&stems) {
        let place = Place::Operation(operation.pointer.clone());
        let shape = reader.root(&operation.arguments, stem, true, place.clone());
        roots.push(arguments(operation, shape));
        let result = operation.result.as_ref();
        let reply = format!("{}Reply", operation.stem);
        roots.push(result.map_or(NOTHING, |schema| reader.root(schema, &reply, false, place)));
    }
    let (mut items, notes) = reader.finish(&mut roots);
    let needed = usage::reached(&items, &roots);
    items.retain(|name, _| needed.contains(name));
    mark_usage(api, &mut items, &roots, client);
    let given_up = ladder::climb(&mut items, &mut roots);

    let mut types = roots.iter().zip(0_usize..).map(|(shape, position)| {
        let operation = api.operations.get(position / 2);
        let present = if position % 2 == 0 {
            *shape != NOTHING
        } else {
            operation.is_some_and(|operation| operation.result.is_some())
        };
        present.then(|| print::type_of(shape))
    });
    let (mut arguments, mut results) = (Vec::new(), Vec::new());
    while let (Some(argument), Some(result)) = (types.next(), types.next()) {
        arguments.push(argument);
        results.push(result);
    }
    let simplified = notes.into_iter().map(|note| Finding {
        place: note.place,
        message: note.message,
        gave_up: false,
    });
    let findings = simplified.chain(given_up).collect();
    Types { items, arguments, results, findings }
}

/// Doc attributes for a text.
pub(crate) fn doc_attributes(text: &str) -> Vec<syn::Attribute> {
    doc::attributes(text)
}

/// Stands for "no arguments": the arguments of a tool are an object or nothing.
const NOTHING: Shape = Shape::Bool;

/// The shape of a tool's arguments, given what its schema reads as.
fn arguments(operation: &Operation, read: Shape) -> Shape {
    let open = operation.arguments.0.get("additionalProperties").is_some_and(|more| *more != false);
    match read {
        Shape::Map(_) | Shape::Any if !open => NOTHING,
        Shape::Map(_) | Shape::Named(_) => read,
        _ => Shape::Map(Box::new(Shape::Any)),
    }
}

/// Makes any value of the named items, everywhere.
pub(crate) fn forget(items: &mut Items, roots: &mut [Shape], names: &BTreeSet<String>) {
    if names.is_empty() {
        return;
    }
    items.retain(|name, _| !names.contains(name));
    for item in items.values_mut() {
        for shape in shapes_mut(item) {
            forget_in(shape, names);
        }
    }
    for root in roots {
        forget_in(root, names);
    }
}

fn forget_in(shape: &mut Shape, names: &BTreeSet<String>) {
    match shape {
        Shape::Named(name) if names.contains(name) => *shape = Shape::Any,
        Shape::Array(inner) | Shape::Map(inner) => forget_in(inner, names),
        Shape::Nullable(inner) => {
            forget_in(inner, names);
            if **inner == Shape::Any {
                *shape = Shape::Any;
            }
        }
        _ => {}
    }
}

/// Tells the items which way they travel; `roots` are arguments and results in turn.
fn mark_usage(api: &Api, items: &mut Items, roots: &[Shape], client: bool) {
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    for (operation, roots) in api.operations.iter().zip(roots.chunks(2)) {
        let remote = operation.http.is_some();
        if let Some(arguments) = roots.first() {
            // Parameters of a request are there or not; only its body has nulls.
            let parts = if remote { usage::inside(items, arguments) } else { Vec::new() };
            let whole = (!remote).then(|| arguments.clone());
            sent.extend(parts.into_iter().chain(whole));
        }
        received.extend(roots.get(1).filter(|_| remote || client).cloned());
    }
    usage::mark(items, &sent, &received);
}

fn shapes(item: &Item) -> Vec<&Shape> {
    match &item.body {
        Body::Struct { fields, extra } => {
            fields.iter().map(|field| &field.shape).chain(extra).collect()
        }
        Body::Enum(_) => Vec::new(),
        Body::Union { variants, .. } => variants.iter().map(|variant| &variant.shape).collect(),
        Body::Alias(shape) => vec![shape],
    }
}

fn shapes_mut(item: &mut Item) -> Vec<&mut Shape> {
    match &mut item.body {
        Body::Struct { fields, extra } => {
            fields.iter_mut().map(|field| &mut field.shape).chain(extra).collect()
        }
        Body::Enum(_) => Vec::new(),
        Body::Union { variants, .. } => {
            variants.iter_mut().map(|variant| &mut variant.shape).collect()
        }
        Body::Alias(shape) => vec![shape],
    }
}

#[cfg(test)]
mod tests;
