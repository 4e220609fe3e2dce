//! What of a revision is payload: everything but envelopes and per-method wrappers.

use std::collections::BTreeSet;

use crate::regen::model::{Field, Model, Shape, Type};

/// Keeps params, results, errors, and what these reach.
pub(super) fn retain(view: &mut Model) {
    let mut open: Vec<String> = view
        .methods
        .iter()
        .flat_map(|method| [method.params.clone(), method.result.clone()])
        .flatten()
        .chain(errors(view))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(def) = view.types.get(&name)
            && reached.insert(name)
        {
            open.extend(def.refs().into_iter().map(str::to_owned));
        }
    }
    view.types.retain(|name, _| reached.contains(name));
}

/// The error object, and what its `data` holds for particular errors.
fn errors(view: &Model) -> Vec<String> {
    let field = |name: &str, wire: &str| match &view.types.get(name)?.shape {
        Shape::Struct { fields } => reference(fields, wire),
        _ => None,
    };
    let mut out = vec!["ErrorObject".to_owned()];
    for name in view.types.keys() {
        if let Some(error) = field(name, "error") {
            out.extend(field(&error, "data"));
        }
    }
    out
}

fn reference(fields: &[Field], wire: &str) -> Option<String> {
    match &fields.iter().find(|field| field.wire == wire)?.ty {
        Type::Ref(name) => Some(name.clone()),
        _ => None,
    }
}
