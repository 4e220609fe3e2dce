//! One member over the revisions, merged.

use serde_json::{Value, json};

use super::history::first_mark;
use super::shapes::Merge;
use super::widen::{self, Step};
use crate::regen::error::Error;
use crate::regen::model::{Earlier, Field, Rules, Shape, Type};

impl Merge<'_> {
    /// The member `wire` of a struct.
    pub(super) fn field(&self, wire: &str) -> Result<Field, Error> {
        let found = self.per_revision(|def| match &def.shape {
            Shape::Struct { fields } => fields.iter().find(|field| field.wire == wire).cloned(),
            _ => None,
        });
        let present = self.history.present(&found);
        let Some((_, newest)) = present.last() else {
            return self.conflict();
        };
        let (ty, earlier) = self.widened(wire, &present)?;
        let required: Vec<String> =
            present.iter().flat_map(|(_, field)| field.required.clone()).collect();
        let supply = supplied(wire);
        Ok(Field {
            wire: wire.to_owned(),
            rust: newest.rust.clone(),
            span: self.history.span(&format!("{}.{wire}", self.name), &found)?,
            supply: supply.filter(|_| !required.is_empty() && !is_const(&ty)),
            lenient: newest.lenient,
            ty,
            required,
            nullable: present.iter().any(|(_, field)| field.nullable),
            deprecated: first_mark(&present, |field| field.deprecated.is_some()),
            earlier,
            rules: rules(&present),
        })
    }

    fn widened(
        &self,
        wire: &str,
        present: &[(&str, &Field)],
    ) -> Result<(Type, Vec<Earlier>), Error> {
        let mut sides = present.iter();
        let Some(&(mut before, first)) = sides.next() else {
            return self.conflict();
        };
        let (mut ty, mut earlier) = (first.ty.clone(), Vec::new());
        let mut object = first.rules.object;
        for &(id, field) in sides {
            match widen::step(&ty, &field.ty, self.views) {
                Some(Step::Same(same)) => ty = same,
                Some(Step::Wider(wide)) => {
                    let narrow = std::mem::replace(&mut ty, wide);
                    earlier.push(Earlier { until: before.to_owned(), ty: narrow });
                }
                None => {
                    return Err(Error::Conflict {
                        what: format!("`{}.{wire}`", self.name),
                        left: format!("{ty:?} in {before}"),
                        right: format!("{:?} in {id}", field.ty),
                    });
                }
            }
            if object && !field.rules.object {
                earlier.push(Earlier { until: before.to_owned(), ty: Type::Object });
            }
            object = field.rules.object;
            before = id;
        }
        Ok((ty, earlier))
    }
}

/// What `fit` supplies where only newer revisions require a member.
fn supplied(wire: &str) -> Option<Value> {
    match wire {
        "resultType" => Some(json!("complete")),
        "ttlMs" => Some(json!(0)),
        "cacheScope" => Some(json!("private")),
        _ => None,
    }
}

fn is_const(ty: &Type) -> bool {
    matches!(ty, Type::Const(_))
}

/// The newest revision's rules, completed by older ones.
fn rules(present: &[(&str, &Field)]) -> Rules {
    let mut out = Rules::default();
    for (at, (_, field)) in present.iter().rev().enumerate() {
        let rules = &field.rules;
        out.format = out.format.or_else(|| rules.format.clone());
        out.minimum = out.minimum.or(rules.minimum);
        out.maximum = out.maximum.or(rules.maximum);
        out.max_items = out.max_items.or(rules.max_items);
        if at == 0 {
            out.object = rules.object;
        }
    }
    out
}
