//! Two revisions' types of one member: which one holds both?

use crate::regen::model::{Model, Shape, Type};

/// How a later type relates to an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Nothing to do for values of the earlier type, nor for those of the later one.
    Same(Type),
    /// The later type holds more.
    Wider(Type),
}

/// The type that holds both, or `None` where there is none.
pub(super) fn step(earlier: &Type, later: &Type, views: &[Model]) -> Option<Step> {
    if earlier == later {
        return Some(Step::Same(later.clone()));
    }
    match (earlier, later) {
        // A free object and a struct that keeps unknown members hold the same values.
        (Type::Object, Type::Ref(name)) | (Type::Ref(name), Type::Object)
            if is_struct(name, views) =>
        {
            Some(Step::Same(Type::Ref(name.clone())))
        }
        (one, Type::OneOrMany(item)) if *one == **item => Some(Step::Wider(later.clone())),
        (Type::Integer, Type::Number) => Some(Step::Wider(Type::Number)),
        (_, Type::Any) => Some(Step::Wider(Type::Any)),
        (Type::List(a), Type::List(b)) => inside(a, b, views, Type::List),
        (Type::Map(a), Type::Map(b)) => inside(a, b, views, Type::Map),
        (Type::OneOrMany(a), Type::OneOrMany(b)) => inside(a, b, views, Type::OneOrMany),
        (Type::Map(item), Type::Object) | (Type::Object, Type::Map(item))
            if **item == Type::Object =>
        {
            Some(Step::Same(Type::Object))
        }
        _ => None,
    }
}

fn inside(a: &Type, b: &Type, views: &[Model], outer: fn(Box<Type>) -> Type) -> Option<Step> {
    Some(match step(a, b, views)? {
        Step::Same(item) => Step::Same(outer(Box::new(item))),
        Step::Wider(item) => Step::Wider(outer(Box::new(item))),
    })
}

fn is_struct(name: &str, views: &[Model]) -> bool {
    views
        .iter()
        .filter_map(|view| view.types.get(name))
        .any(|def| matches!(def.shape, Shape::Struct { .. }))
}
