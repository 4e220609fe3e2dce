//! All revisions into one superset model.

mod align;
mod fields;
mod history;
mod methods;
mod payload;
mod shapes;
mod widen;

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::model::{ErrorCode, Model, TypeDef};
use super::select;
use history::History;

/// The superset of the exact models, which are given oldest first.
///
/// # Errors
/// Names both sides where two revisions contradict each other.
pub(crate) fn superset(exact: &[Model]) -> Result<Model, Error> {
    let mut views = exact.to_vec();
    align::align(&mut views)?;
    for view in &mut views {
        payload::retain(view);
    }
    let ids: Vec<String> =
        views.iter().flat_map(|view| &view.revisions).map(|revision| revision.id.clone()).collect();
    let history = History::new(&ids);
    let mut types = types(&views, &history)?;
    select::fill(&mut types, &ids)?;
    Ok(Model {
        revisions: views.iter().flat_map(|view| view.revisions.clone()).collect(),
        types,
        methods: methods::merge(&views, &history)?,
        errors: errors(&views, &history)?,
    })
}

fn types(views: &[Model], history: &History) -> Result<BTreeMap<String, TypeDef>, Error> {
    let names: BTreeSet<&String> = views.iter().flat_map(|view| view.types.keys()).collect();
    let mut out = BTreeMap::new();
    for name in names {
        let found: Vec<Option<&TypeDef>> = views.iter().map(|view| view.types.get(name)).collect();
        let present: Vec<(&str, &TypeDef)> =
            history.present(&found).into_iter().map(|(id, def)| (id, *def)).collect();
        let Some((_, newest)) = present.last() else {
            continue;
        };
        let def = TypeDef {
            span: history.span(name, &found)?,
            official: newest.official.clone(),
            category: newest.category.clone(),
            deprecated: history::first_mark(&present, |def| def.deprecated.is_some()),
            shape: shapes::merge(name, &present, history, views)?,
        };
        out.insert(name.clone(), def);
    }
    Ok(out)
}

fn errors(views: &[Model], history: &History) -> Result<Vec<ErrorCode>, Error> {
    let names: BTreeSet<&String> =
        views.iter().flat_map(|view| &view.errors).map(|error| &error.name).collect();
    let mut out = Vec::new();
    for name in names {
        let find = |view: &Model| view.errors.iter().find(|error| error.name == *name).cloned();
        let found: Vec<Option<ErrorCode>> = views.iter().map(find).collect();
        let present = history.present(&found);
        let (Some(first), Some(last)) = (present.first(), present.last()) else {
            continue;
        };
        if let Some(other) = present.iter().find(|(_, error)| error.code != last.1.code) {
            return Err(Error::Conflict {
                what: format!("error code {name}"),
                left: format!("{} in {}", other.1.code, other.0),
                right: format!("{} in {}", last.1.code, last.0),
            });
        }
        let span = history.span(name, &found)?;
        out.push(ErrorCode { name: name.clone(), code: first.1.code, span });
    }
    out.sort_by_key(|error| error.code);
    Ok(out)
}

#[cfg(test)]
mod tests;
