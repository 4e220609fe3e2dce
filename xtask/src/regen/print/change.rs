//! What changes from revision to revision: which types `fit` has to look at, and when they occur.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::Plan;
use crate::regen::model::{Shape, Span, Type, TypeDef};

/// What changes in a model.
pub(super) struct Changes<'a> {
    pub(super) plan: &'a Plan<'a>,
    lifetimes: Lifetimes<'a>,
    changing: BTreeSet<&'a str>,
}

/// In which revisions each type occurs.
type Lifetimes<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

impl<'a> Changes<'a> {
    pub(super) fn of(plan: &'a Plan<'a>) -> Self {
        let lifetimes = lifetimes(plan);
        let mut changes = Self { plan, lifetimes, changing: BTreeSet::new() };
        changes.changing = changes.find();
        changes
    }

    /// Revisions in which a type is used. A type that a revision reduced to a plain object still
    /// occurs there as that object, so this may be more than its own span.
    pub(super) fn lifetime(&self, name: &str) -> Vec<&'a str> {
        self.lifetimes.get(name).into_iter().flatten().copied().collect()
    }

    /// Whether fitting a value of this type can change it or fail.
    pub(super) fn changes(&self, ty: &Type) -> bool {
        self.refers(ty, &self.changing)
    }

    /// Types whose values `fit` can change, or refuse: those that differ between revisions, and
    /// those that reach one.
    fn find(&self) -> BTreeSet<&'a str> {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        loop {
            let next = self.plan.model.types.iter().filter(|(name, def)| {
                let reaches = || parts(def).into_iter().any(|(_, ty)| self.refers(ty, &known));
                !known.contains(name.as_str()) && (self.differs(name, def) || reaches())
            });
            let next: Vec<&str> = next.map(|(name, _)| name.as_str()).collect();
            if next.is_empty() {
                return known;
            }
            known.extend(next);
        }
    }

    fn differs(&self, name: &str, def: &TypeDef) -> bool {
        let whole = self.lifetime(name);
        let partial = |span: &Span| whole.iter().any(|id| !span.contains(id));
        match &def.shape {
            Shape::Struct { fields } => fields.iter().any(|field| {
                let supplied = field.supply.is_some() && !field.required.is_empty();
                partial(&field.span) || !field.earlier.is_empty() || supplied
            }),
            Shape::Union { variants, .. } => variants.iter().any(|one| partial(&one.span)),
            // An open enum is a string to every revision.
            Shape::StringEnum { values, open } => {
                !open && values.iter().any(|value| partial(&value.span))
            }
            Shape::Alias { .. } => false,
        }
    }

    fn refers(&self, ty: &Type, known: &BTreeSet<&str>) -> bool {
        match self.plan.resolve(ty) {
            Type::Ref(name) => known.contains(name.as_str()),
            Type::List(item) | Type::Map(item) | Type::OneOrMany(item) => self.refers(item, known),
            _ => false,
        }
    }
}

/// In which revisions each type occurs: where it is defined, or a member of its type exists.
fn lifetimes<'a>(plan: &Plan<'a>) -> Lifetimes<'a> {
    let types = || plan.model.types.iter().map(|(name, def)| (name.as_str(), def));
    let own = |def: &TypeDef| plan.revisions(&def.span).into_iter().collect();
    let mut out: BTreeMap<&str, BTreeSet<&str>> =
        types().map(|(name, def)| (name, own(def))).collect();
    // As long as something is added; no chain of types is longer than their number.
    for _ in types() {
        let before = out.clone();
        for (name, def) in types() {
            let owner = before.get(name).cloned().unwrap_or_default();
            for (span, ty) in parts(def) {
                let Some(inner) = named(ty) else { continue };
                let here = plan.revisions(span).into_iter().filter(|id| owner.contains(id));
                if let Some(lifetime) = out.get_mut(inner) {
                    lifetime.extend(here);
                }
            }
        }
        if out == before {
            break;
        }
    }
    out
}

/// Members and alternatives of a type.
fn parts(def: &TypeDef) -> Vec<(&Span, &Type)> {
    match &def.shape {
        Shape::Struct { fields } => fields.iter().map(|f| (&f.span, &f.ty)).collect(),
        Shape::Union { variants, .. } => variants.iter().map(|v| (&v.span, &v.ty)).collect(),
        Shape::Alias { to } => vec![(&def.span, to)],
        Shape::StringEnum { .. } => Vec::new(),
    }
}

/// The named type inside.
fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Ref(name) => Some(name),
        Type::List(item) | Type::Map(item) | Type::OneOrMany(item) => named(item),
        _ => None,
    }
}
