//! One type's shapes over the revisions, merged.

use super::history::{History, first_mark};
use super::widen::{self, Step};
use crate::regen::error::Error;
use crate::regen::model::{EnumValue, Field, Model, Select, Shape, Type, TypeDef, Variant};
use crate::regen::normalise::name_variants;

/// A type over the revisions that have it, with what is needed to merge it.
pub(super) struct Merge<'a> {
    pub(super) name: &'a str,
    pub(super) present: &'a [(&'a str, &'a TypeDef)],
    pub(super) history: &'a History,
    pub(super) views: &'a [Model],
}

/// The shape of a type, from the revisions that have it.
pub(super) fn merge(
    name: &str,
    present: &[(&str, &TypeDef)],
    history: &History,
    views: &[Model],
) -> Result<Shape, Error> {
    let merge = Merge { name, present, history, views };
    let Some((_, newest)) = present.last() else {
        return merge.conflict();
    };
    match &newest.shape {
        Shape::Struct { .. } => merge.structure(),
        Shape::Union { .. } => merge.union(),
        Shape::StringEnum { .. } => merge.string_enum(),
        Shape::Alias { .. } => merge.alias(),
    }
}

impl Merge<'_> {
    pub(super) fn conflict<T>(&self) -> Result<T, Error> {
        let show = |side: Option<&(&str, &TypeDef)>| {
            side.map_or_else(String::new, |(id, def)| format!("{:?} in {id}", def.shape))
        };
        Err(Error::Conflict {
            what: format!("type `{}`", self.name),
            left: show(self.present.first()),
            right: show(self.present.last()),
        })
    }

    /// Per revision of the model what `part` finds in the type, if that has it.
    pub(super) fn per_revision<T>(&self, part: impl Fn(&TypeDef) -> Option<T>) -> Vec<Option<T>> {
        let def = |view: &Model| view.types.get(self.name).and_then(&part);
        self.views.iter().map(def).collect()
    }

    fn structure(&self) -> Result<Shape, Error> {
        let mut all = Vec::new();
        for (_, def) in self.present {
            match &def.shape {
                Shape::Struct { fields } => all.push(fields.as_slice()),
                _ => return self.conflict(),
            }
        }
        let order = merged_order(&all, |field| field.wire.clone());
        let fields: Result<Vec<Field>, Error> = order.iter().map(|wire| self.field(wire)).collect();
        Ok(Shape::Struct { fields: fields? })
    }

    fn union(&self) -> Result<Shape, Error> {
        let mut all = Vec::new();
        for (_, def) in self.present {
            match &def.shape {
                Shape::Union { variants, .. } => all.push(variants.as_slice()),
                _ => return self.conflict(),
            }
        }
        let key = |variant: &Variant| format!("{:?}", variant.ty);
        let mut variants = Vec::new();
        for wanted in merged_order(&all, key) {
            let found = self.per_revision(|def| match &def.shape {
                Shape::Union { variants, .. } => {
                    variants.iter().find(|variant| key(variant) == wanted).cloned()
                }
                _ => None,
            });
            let span = self.history.span(&format!("{} ({wanted})", self.name), &found)?;
            let Some((_, newest)) = self.history.present(&found).pop() else {
                continue;
            };
            let name = newest.ty.target().filter(|_| matches!(newest.ty, Type::Ref(_)));
            let name = name.unwrap_or(&newest.name).to_owned();
            variants.push(Variant { name, span, ty: newest.ty.clone() });
        }
        name_variants(self.name, &mut variants);
        Ok(Shape::Union { variants, select: Select::Kind { cases: Vec::new() } })
    }

    fn string_enum(&self) -> Result<Shape, Error> {
        let (mut all, mut opened) = (Vec::new(), false);
        for (_, def) in self.present {
            match &def.shape {
                Shape::StringEnum { values, open } => {
                    all.push(values.as_slice());
                    opened |= open;
                }
                _ => return self.conflict(),
            }
        }
        let mut out = Vec::new();
        for wire in merged_order(&all, |value| value.wire.clone()) {
            let found = self.per_revision(|def| match &def.shape {
                Shape::StringEnum { values, .. } => {
                    values.iter().find(|value| value.wire == wire).cloned()
                }
                _ => None,
            });
            let span = self.history.span(&format!("{}.{wire}", self.name), &found)?;
            let present = self.history.present(&found);
            let deprecated = first_mark(&present, |value| value.deprecated.is_some());
            let Some((_, newest)) = present.last() else {
                continue;
            };
            out.push(EnumValue { rust: newest.rust.clone(), wire, span, deprecated });
        }
        Ok(Shape::StringEnum { values: out, open: opened })
    }

    fn alias(&self) -> Result<Shape, Error> {
        let mut targets = self.present.iter().map(|(_, def)| match &def.shape {
            Shape::Alias { to } => Some(to),
            _ => None,
        });
        let Some(Some(first)) = targets.next() else {
            return self.conflict();
        };
        let mut joined = first.clone();
        for next in targets {
            let Some(next) = next else {
                return self.conflict();
            };
            match widen::step(&joined, next, self.views) {
                Some(Step::Same(ty)) => joined = ty,
                _ => return self.conflict(),
            }
        }
        Ok(Shape::Alias { to: joined })
    }
}

/// The newest order, with what only older ones have after its old predecessor.
fn merged_order<T>(all: &[&[T]], key: impl Fn(&T) -> String) -> Vec<String> {
    let mut lists = all.iter().rev();
    let mut out: Vec<String> =
        lists.next().map(|newest| newest.iter().map(&key).collect()).unwrap_or_default();
    for older in lists {
        let mut after = 0;
        for item in older.iter().map(&key) {
            match out.iter().position(|known| *known == item) {
                Some(at) => after = at + 1,
                None => {
                    out.insert(after, item);
                    after += 1;
                }
            }
        }
    }
    out
}
