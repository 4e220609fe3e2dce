//! Brings revisions under common names before they are merged.

use crate::regen::error::Error;
use crate::regen::model::{Model, Select, Shape, Span, Type, TypeDef, Variant};

/// Types that a later revision calls something else: last revision with the old name, that name,
/// and the new one.
const RENAMED: &[(&str, &str, &str)] = &[
    ("2025-03-26", "ResourceReference", "ResourceTemplateReference"),
    // Later the name of a union, of which this is the oldest member.
    ("2025-06-18", "EnumSchema", "LegacyTitledEnumSchema"),
    ("2025-06-18", "ElicitRequestParams", "ElicitRequestFormParams"),
];

/// Renames, and lets every method speak of one type for its params and one for its result.
pub(super) fn align(views: &mut [Model]) -> Result<(), Error> {
    for view in views.iter_mut() {
        let id = view.revisions.first().map(|revision| revision.id.clone()).unwrap_or_default();
        for (until, from, to) in RENAMED {
            if id.as_str() <= *until {
                rename(view, from, to);
            }
        }
    }
    for (method, params, result) in targets(views) {
        for view in views.iter_mut() {
            lift(view, &method, Slot::Params, params.as_ref())?;
            lift(view, &method, Slot::Result, result.as_ref())?;
        }
    }
    Ok(())
}

/// What a method takes or gives.
#[derive(Clone, Copy)]
enum Slot {
    Params,
    Result,
}

/// Name and whether it is a union.
type Target = Option<(String, bool)>;

/// Per method the type of params and result: a union where any revision has one, else the newest.
fn targets(views: &[Model]) -> Vec<(String, Target, Target)> {
    let mut names: Vec<&String> =
        views.iter().flat_map(|view| &view.methods).map(|method| &method.name).collect();
    names.sort();
    names.dedup();
    let best = |name: &String, slot: Slot| -> Target {
        let all: Vec<(String, bool)> =
            views.iter().filter_map(|view| slot_of(view, name, slot)).collect();
        all.iter().rfind(|(_, union)| *union).or_else(|| all.last()).cloned()
    };
    names
        .into_iter()
        .map(|name| (name.clone(), best(name, Slot::Params), best(name, Slot::Result)))
        .collect()
}

fn slot_of(view: &Model, method: &str, slot: Slot) -> Option<(String, bool)> {
    let method = view.methods.iter().find(|found| found.name == method)?;
    let name = match slot {
        Slot::Params => method.params.clone(),
        Slot::Result => method.result.clone(),
    }?;
    let union = matches!(view.types.get(&name).map(|def| &def.shape), Some(Shape::Union { .. }));
    Some((name, union))
}

/// Makes the slot of a method `target`: a union of what it was, or a copy under that name.
fn lift(
    view: &mut Model,
    method: &str,
    slot: Slot,
    target: Option<&(String, bool)>,
) -> Result<(), Error> {
    let (Some((target, union)), Some((own, _))) = (target, slot_of(view, method, slot)) else {
        return Ok(());
    };
    if own == *target {
        return Ok(());
    }
    let Some(def) = view.types.get(&own) else {
        return Ok(());
    };
    let span = def.span.clone();
    let def = if *union { one_variant_union(&own, span) } else { def.clone() };
    if let Some(other) = view.types.get(target)
        && other.shape != def.shape
    {
        return Err(Error::Conflict {
            what: format!("{method}, as `{target}`"),
            left: format!("`{own}` in {}", def.span.since),
            right: format!("another `{target}` in {}", other.span.since),
        });
    }
    view.types.insert(target.clone(), def);
    for found in view.methods.iter_mut().filter(|found| found.name == method) {
        match slot {
            Slot::Params => found.params = Some(target.clone()),
            Slot::Result => found.result = Some(target.clone()),
        }
    }
    Ok(())
}

fn one_variant_union(name: &str, span: Span) -> TypeDef {
    let ty = Type::Ref(name.to_owned());
    let variants = vec![Variant { name: name.to_owned(), span: span.clone(), ty }];
    TypeDef {
        span,
        official: None,
        category: None,
        deprecated: None,
        shape: Shape::Union { variants, select: Select::Kind { cases: Vec::new() } },
    }
}

fn rename(view: &mut Model, from: &str, to: &str) {
    let Some(mut moved) = view.types.remove(from) else {
        return;
    };
    // The official name of the newest revision is what counts.
    moved.official = None;
    view.types.insert(to.to_owned(), moved);
    for def in view.types.values_mut() {
        match &mut def.shape {
            Shape::Struct { fields } => {
                fields.iter_mut().for_each(|field| replace(&mut field.ty, from, to));
            }
            Shape::Union { variants, .. } => {
                variants.iter_mut().for_each(|variant| replace(&mut variant.ty, from, to));
            }
            Shape::Alias { to: ty } => replace(ty, from, to),
            Shape::StringEnum { .. } => {}
        }
    }
    for method in &mut view.methods {
        for slot in [&mut method.params, &mut method.result] {
            if slot.as_deref() == Some(from) {
                *slot = Some(to.to_owned());
            }
        }
    }
}

fn replace(ty: &mut Type, from: &str, to: &str) {
    match ty {
        Type::Ref(name) if name == from => to.clone_into(name),
        Type::List(item) | Type::Map(item) | Type::OneOrMany(item) => replace(item, from, to),
        _ => {}
    }
}
