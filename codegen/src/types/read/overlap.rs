//! Unions on reading: which member of one is meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::json::Value;

use crate::types::shape::{Body, Field, Items, Shape, Told, Variant};

/// Unions in unions deeper than this have no tag.
const MAX_DEPTH: usize = 8;

/// Finds out for every union how its members are told apart: by the value of a tag; else the most
/// demanding is tried first. Where a value of one member would still be taken for another and lose
/// members, the one that knows most of them is meant.
pub(super) fn resolve(items: &mut Items) {
    for (name, body) in decided(items) {
        if let Some(item) = items.get_mut(&name) {
            item.body = body;
        }
    }
    let lossy = items.iter().filter(|(_, item)| is_lossy(items, &item.body));
    let lossy: Vec<String> = lossy.map(|(name, _)| name.clone()).collect();
    for name in lossy {
        if let Some(Body::Union { told, .. }) = items.get_mut(&name).map(|item| &mut item.body) {
            *told = Told::Members;
        }
    }
}

fn decided(items: &Items) -> BTreeMap<String, Body> {
    let unions = items.iter().filter_map(|(name, item)| match &item.body {
        Body::Union { variants, told } => Some((name.clone(), variants.clone(), told)),
        _ => None,
    });
    unions.map(|(name, variants, told)| (name, decide(items, variants, told))).collect()
}

fn decide(items: &Items, mut variants: Vec<Variant>, declared: &Told) -> Body {
    if let Told::Tag(tag) = declared
        && let Some(tags) = discriminated(items, &variants, tag)
    {
        for (variant, tags) in variants.iter_mut().zip(tags) {
            variant.tags = tags;
        }
        return Body::Union { variants, told: Told::Tag(tag.clone()) };
    }
    if let Some(tag) = tag_of(items, &variants) {
        for variant in &mut variants {
            variant.tags = tags(items, &variant.shape, &tag);
        }
        return Body::Union { variants, told: Told::Tag(tag) };
    }
    variants.sort_by_key(|variant| std::cmp::Reverse(demands(items, &variant.shape)));
    Body::Union { variants, told: Told::Order }
}

/// The values that mean each variant of a union with a `discriminator`: the constants of its
/// schema, as that is what is on the wire; else what the discriminator says. One variant may be
/// without any, for everything else.
fn discriminated(items: &Items, variants: &[Variant], tag: &str) -> Option<Vec<Vec<Value>>> {
    let said = || variants.iter().map(|variant| variant.tags.clone());
    let constants = variants.iter().map(|variant| constants(items, &variant.shape, tag, 0));
    let either = constants.zip(said()).map(
        |(constants, said)| {
            if constants.is_empty() { said } else { constants }
        },
    );
    [either.collect::<Vec<_>>(), said().collect()].into_iter().find(|tags| {
        let rest = tags.iter().filter(|values| values.is_empty()).count();
        let mut seen: Vec<&Value> = Vec::new();
        rest <= 1
            && rest < tags.len()
            && tags.iter().flatten().all(|value| {
                let new = !seen.contains(&value);
                seen.push(value);
                new
            })
    })
}

/// The only values of a member, through unions.
fn constants(items: &Items, shape: &Shape, tag: &str, depth: usize) -> Vec<Value> {
    let Shape::Named(name) = shape else { return Vec::new() };
    match items.get(name).map(|item| &item.body) {
        Some(Body::Struct { fields, .. }) => {
            let field = fields.iter().find(|field| field.wire == tag);
            field.map(|field| field.constants.clone()).unwrap_or_default()
        }
        Some(Body::Union { variants, .. }) if depth < MAX_DEPTH => {
            let mut all = Vec::new();
            for variant in variants {
                let some = constants(items, &variant.shape, tag, depth + 1);
                if some.is_empty() {
                    return Vec::new();
                }
                all.extend(some);
            }
            all
        }
        _ => Vec::new(),
    }
}

/// A member that every variant has, required, with values of its own.
fn tag_of(items: &Items, variants: &[Variant]) -> Option<String> {
    let (first, _) = fields(items, &variants.first()?.shape)?;
    let distinct = |tag: &str| {
        let mut seen: Vec<Value> = Vec::new();
        variants.iter().all(|variant| {
            let values = tags(items, &variant.shape, tag);
            let new = !values.is_empty() && values.iter().all(|value| !seen.contains(value));
            seen.extend(values);
            new
        })
    };
    first.iter().map(|field| &field.wire).find(|wire| distinct(wire)).cloned()
}

/// The values that a required member of a struct may have, where they are listed.
fn tags(items: &Items, shape: &Shape, tag: &str) -> Vec<Value> {
    let Some((fields, _)) = fields(items, shape) else { return Vec::new() };
    let field = fields.iter().find(|field| field.wire == tag && field.required);
    field.map(|field| field.constants.clone()).unwrap_or_default()
}

/// How much a shape demands of a value: structs by their required members, open ones last.
fn demands(items: &Items, shape: &Shape) -> usize {
    const OPEN: usize = 1;
    const CLOSED: usize = 2;
    match shape {
        Shape::Any => 0,
        Shape::Map(inner) if **inner == Shape::Any => OPEN,
        Shape::Named(name) => match items.get(name).map(|item| &item.body) {
            Some(Body::Struct { fields, .. }) => {
                let required = fields.iter().filter(|field| field.required).count();
                let constants = fields
                    .iter()
                    .filter(|f| f.required && values(items, &f.shape).is_some())
                    .count();
                CLOSED + required + constants
            }
            Some(Body::Enum(_)) => usize::MAX,
            _ => CLOSED,
        },
        _ => CLOSED,
    }
}

fn is_lossy(items: &Items, body: &Body) -> bool {
    let Body::Union { variants, told: Told::Order } = body else {
        return false;
    };
    variants.iter().enumerate().any(|(position, earlier)| {
        variants
            .iter()
            .skip(position + 1)
            .any(|later| takes_and_loses(items, &earlier.shape, &later.shape))
    })
}

/// Whether a value of `later` may be read as `earlier` and lose something.
fn takes_and_loses(items: &Items, earlier: &Shape, later: &Shape) -> bool {
    if let (Shape::Array(a), Shape::Array(b)) = (earlier, later) {
        return takes_and_loses(items, a, b);
    }
    match (fields(items, earlier), fields(items, later)) {
        (Some((_, true)), _) => false,
        (Some((first, false)), Some((second, _))) => {
            let loses = second.iter().any(|field| !first.iter().any(|f| f.wire == field.wire));
            loses && !first.iter().any(|field| excludes(items, field, second))
        }
        // A map always may hold what the struct reads, and more.
        (Some((first, false)), None) => matches!(later, Shape::Map(_)) && !first.is_empty(),
        _ => false,
    }
}

/// Whether this field of the earlier struct makes it refuse every value of the later one.
fn excludes(items: &Items, field: &Field, later: &[Field]) -> bool {
    match later.iter().find(|other| other.wire == field.wire) {
        None => field.required,
        Some(other) => {
            (field.required || other.required) && disjoint(items, &field.shape, &other.shape)
        }
    }
}

fn disjoint(items: &Items, a: &Shape, b: &Shape) -> bool {
    if let (Some(a), Some(b)) = (values(items, a), values(items, b)) {
        return a.is_disjoint(&b);
    }
    match (kind(items, a), kind(items, b)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

/// The only strings that a shape has.
fn values<'a>(items: &'a Items, shape: &Shape) -> Option<BTreeSet<&'a str>> {
    let Shape::Named(name) = shape else {
        return None;
    };
    match &items.get(name)?.body {
        Body::Enum(values) => Some(values.iter().map(|value| value.wire.as_str()).collect()),
        _ => None,
    }
}

fn kind(items: &Items, shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Any | Shape::Nullable(_) => return None,
        Shape::Bool => "boolean",
        Shape::Int { .. } | Shape::Float => "number",
        Shape::Text => "string",
        Shape::Array(_) => "array",
        Shape::Map(_) => "object",
        Shape::Named(name) => match items.get(name)?.body {
            Body::Struct { .. } => "object",
            Body::Enum(_) => "string",
            Body::Union { .. } | Body::Alias(_) => return None,
        },
    })
}

/// The fields of a struct, and whether it keeps members beyond them.
fn fields<'a>(items: &'a Items, shape: &Shape) -> Option<(&'a [Field], bool)> {
    let Shape::Named(name) = shape else {
        return None;
    };
    match &items.get(name)?.body {
        Body::Struct { fields, extra } => Some((fields, extra.is_some())),
        _ => None,
    }
}
