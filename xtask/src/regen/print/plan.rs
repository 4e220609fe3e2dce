//! Decisions that need the whole model: what is boxed, what is required, when something exists.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::regen::model::{Field, Model, Shape, Span, Type, TypeDef};

/// Nested values above this many bytes are boxed where they are optional or in an enum.
const LARGEST: usize = 128;

/// Types written by hand in `spec/src/rt`.
pub(super) const EXTERNAL: &[&str] = &["RequestId", "ProgressToken"];

/// What is printed: the types of all revisions in one, or of one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Superset,
    Exact,
}

/// A model and what follows from it.
pub(super) struct Plan<'a> {
    pub(super) model: &'a Model,
    pub(super) flavour: Flavour,
    /// Where an extension finds the types that it shares.
    base: Option<&'a Plan<'a>>,
    sizes: BTreeMap<&'a str, usize>,
}

/// How a member is held.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Holding {
    /// A constant that is always there: no field.
    Constant(Value),
    /// A constant that may be absent: a `bool`.
    Presence(Value),
    /// A plain field.
    Required,
    /// An `Option`.
    Optional,
}

impl<'a> Plan<'a> {
    pub(super) fn new(model: &'a Model, flavour: Flavour, base: Option<&'a Plan<'a>>) -> Self {
        let mut plan = Self { model, flavour, base, sizes: BTreeMap::new() };
        for name in model.types.keys() {
            plan.measure(name, &mut Vec::new());
        }
        plan
    }

    /// Types to print, by name.
    pub(super) fn types(&self) -> impl Iterator<Item = (&'a str, &'a TypeDef)> + use<'a> {
        let printed = |(name, _): &(&str, &TypeDef)| !EXTERNAL.contains(name);
        self.model.types.iter().map(|(name, def)| (name.as_str(), def)).filter(printed)
    }

    /// Revisions in which something exists.
    pub(super) fn revisions(&self, span: &Span) -> Vec<&'a str> {
        let all = self.model.revisions.iter().map(|revision| revision.id.as_str());
        all.filter(|id| span.contains(id)).collect()
    }

    pub(super) fn holding(&self, owner: &TypeDef, field: &Field) -> Holding {
        let owned = self.revisions(&owner.span);
        let always = owned.iter().all(|id| field.required.iter().any(|required| required == id));
        match &field.ty {
            Type::Const(value) if always => Holding::Constant(value.clone()),
            Type::Const(value) => Holding::Presence(value.clone()),
            _ if always && !field.lenient => Holding::Required,
            _ => Holding::Optional,
        }
    }

    /// Whether a value of this type is boxed where it is optional or in an enum.
    pub(super) fn boxed(&self, ty: &Type) -> bool {
        matches!(self.resolve(ty), Type::Ref(name) if self.size_of(name) > LARGEST)
    }

    /// The type behind aliases.
    pub(super) fn resolve<'t>(&self, ty: &'t Type) -> &'t Type
    where
        'a: 't,
    {
        let mut ty = ty;
        // A chain of aliases is never longer than the list of types.
        for _ in 0..=self.model.types.len() {
            let Type::Ref(name) = ty else { break };
            match self.defined(name).map(|def| &def.shape) {
                Some(Shape::Alias { to }) => ty = to,
                _ => break,
            }
        }
        ty
    }

    /// The definition that a type refers to, behind aliases.
    pub(super) fn definition(&self, ty: &Type) -> Option<&'a TypeDef> {
        match self.resolve(ty) {
            Type::Ref(name) => self.defined(name),
            _ => None,
        }
    }

    fn defined(&self, name: &str) -> Option<&'a TypeDef> {
        self.model.types.get(name).or_else(|| self.base?.defined(name))
    }

    fn size_of(&self, name: &str) -> usize {
        let base = || self.base.map_or(24, |base| base.size_of(name));
        self.sizes.get(name).copied().unwrap_or_else(base)
    }

    fn measure(&mut self, name: &'a str, under_way: &mut Vec<&'a str>) -> usize {
        if let Some(size) = self.sizes.get(name) {
            return *size;
        }
        let Some(def) = self.model.types.get(name) else {
            return self.size_of(name);
        };
        if EXTERNAL.contains(&name) {
            return 24;
        }
        if under_way.contains(&name) {
            return LARGEST + 1;
        }
        under_way.push(name);
        let size = match &def.shape {
            Shape::Struct { fields } => {
                let held = |field: &'a Field| (field, self.holding(def, field));
                let fields: Vec<_> = fields.iter().map(held).collect();
                let sizes = fields.into_iter().map(|(field, holding)| match holding {
                    Holding::Constant(_) => 0,
                    Holding::Presence(_) => 1,
                    Holding::Required => self.bytes(&field.ty, under_way),
                    Holding::Optional => self.nested(&field.ty, under_way) + slack(&field.ty),
                });
                8 + sizes.sum::<usize>()
            }
            Shape::Union { variants, .. } => {
                let sizes = variants.iter().map(|variant| self.nested(&variant.ty, under_way));
                8 + sizes.max().unwrap_or(0)
            }
            Shape::StringEnum { open, .. } => {
                if *open {
                    24
                } else {
                    1
                }
            }
            Shape::Alias { to } => self.bytes(to, under_way),
        };
        under_way.pop();
        self.sizes.insert(name, size);
        size
    }

    /// Bytes where a large value is boxed.
    fn nested(&mut self, ty: &'a Type, under_way: &mut Vec<&'a str>) -> usize {
        match self.bytes(ty, under_way) {
            ..=LARGEST => self.bytes(ty, under_way),
            _ => 8,
        }
    }

    fn bytes(&mut self, ty: &'a Type, under_way: &mut Vec<&'a str>) -> usize {
        match ty {
            Type::Bool => 1,
            Type::Integer | Type::Number => 8,
            Type::Raw | Type::Schema => 16,
            Type::String | Type::Object | Type::List(_) | Type::Map(_) => 24,
            Type::Any => 32,
            Type::OneOrMany(item) => 8 + self.bytes(item, under_way).max(24),
            Type::Ref(name) => self.measure(name, under_way),
            Type::Const(_) => 0,
        }
    }
}

/// What `Option` adds.
fn slack(ty: &Type) -> usize {
    if matches!(ty, Type::Integer | Type::Number) { 8 } else { 0 }
}
