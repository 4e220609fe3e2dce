//! `oneOf`, `anyOf` and several types: nullable values, merged scalars and enums of shapes.

use crate::json::{Map, Value, json};

use super::{Hint, Reader, keyword, merge};
use crate::ir::TAGS;
use crate::types::name::{self, Names};
use crate::types::shape::{Body, Shape, Told, Variant};

/// Most members of a branch that are looked at in pairs for its name.
const MOST_MEMBERS: usize = 12;
/// Titles longer than this are prose.
const MAX_TITLE: usize = 40;

impl Reader<'_> {
    /// The shape of a schema with `oneOf` or `anyOf`.
    pub(super) fn union(&mut self, object: &Map, hint: &Hint) -> Shape {
        let mut base = object.clone();
        let one = base.remove("oneOf");
        let any = base.remove("anyOf");
        let branches = [one, any]
            .into_iter()
            .flatten()
            .find_map(|value| value.as_array().filter(|branches| !branches.is_empty()).cloned())
            .unwrap_or_default();
        let null = branches.iter().any(keyword::is_null)
            || keyword::admits_null(&Value::Object(base.clone()));
        let telling: Vec<Value> = branches
            .into_iter()
            .filter(|branch| !keyword::is_null(branch))
            .filter(|branch| branch.as_object().is_none_or(says_type))
            .collect();
        let beside = base.iter().any(|(keyword, _)| {
            matches!(keyword.as_str(), "properties" | "additionalProperties" | "items" | "required")
        });
        if telling.is_empty() {
            // Branches that only require members or exclude something: the validator's business.
            let shape = self.read(&Value::Object(base), &hint.same());
            return if null { shape.nullable() } else { shape };
        }
        let telling = if beside {
            ["description", "title", "discriminator"].iter().for_each(|keyword| {
                base.remove(keyword);
            });
            telling.iter().map(|branch| self.merged(&base, branch)).collect()
        } else {
            telling
        };
        self.union_of(&Value::Object(object.clone()), telling, null, hint)
    }

    /// One of `branches`, or `null`.
    pub(super) fn union_of(
        &mut self,
        schema: &Value,
        branches: Vec<Value>,
        null: bool,
        hint: &Hint,
    ) -> Shape {
        let shape = match join_enums(branches).as_slice() {
            [only] => {
                let described = inherit_description(schema, only);
                self.read(&described, &hint.same())
            }
            several => self.several(schema, several, hint),
        };
        if null { shape.nullable() } else { shape }
    }

    /// A branch together with what stands beside the union. It keeps the name it was called by.
    fn merged(&self, base: &Map, branch: &Value) -> Value {
        let mut merged = merge::both(self.definitions, base, branch);
        let reference = branch.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|reference| reference.strip_prefix("#/$defs/"));
        if let (Some(name), Some(members)) = (name, merged.as_object_mut()) {
            members.insert("title", json!(name));
        }
        merged
    }

    fn several(&mut self, schema: &Value, branches: &[Value], hint: &Hint) -> Shape {
        let mut null = false;
        let mut shapes: Vec<Shape> = Vec::new();
        let mut tags: Vec<(Shape, Value)> = Vec::new();
        for (branch, name) in branches.iter().zip(branch_names(branches)) {
            let mut shape = self.read(branch, &hint.inner(&name));
            if let Shape::Nullable(inner) = shape {
                null = true;
                shape = *inner;
            }
            tags.extend(branch.get(TAGS).map(|values| (shape.clone(), values.clone())));
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        }
        self.simplify(&mut shapes);
        let shape = match shapes.as_slice() {
            [] => Shape::Any,
            [only] => only.clone(),
            _ if shapes.contains(&Shape::Any) => Shape::Any,
            _ => {
                let mut variants = name_variants(shapes, &hint.name);
                let told = tell_by(&mut variants, &tags);
                self.declare(hint, schema, Body::Union { variants, told })
            }
        };
        if null { shape.nullable() } else { shape }
    }

    /// Drops shapes that another one covers.
    fn simplify(&mut self, shapes: &mut Vec<Shape>) {
        if shapes.contains(&Shape::Float) {
            shapes.retain(|shape| !matches!(shape, Shape::Int { .. }));
        } else if shapes.contains(&Shape::Int { unsigned: false }) {
            shapes.retain(|shape| *shape != Shape::Int { unsigned: true });
        }
        if shapes.contains(&Shape::Text) {
            // An open enum.
            shapes.retain(|shape| !self.is_enum(shape));
        }
        if shapes.iter().any(|shape| matches!(shape, Shape::Map(inner) if **inner == Shape::Any)) {
            shapes.retain(|shape| !matches!(shape, Shape::Map(inner) if **inner != Shape::Any));
        }
    }

    fn is_enum(&self, shape: &Shape) -> bool {
        let Shape::Named(name) = shape else {
            return false;
        };
        self.item(name).is_some_and(|item| matches!(item.body, Body::Enum(_)))
    }
}

/// Whether a branch says anything about the shape, and not only about which members must be there.
fn says_type(branch: &Map) -> bool {
    let mut rest = branch.clone();
    rest.remove("required");
    rest.is_empty() && branch.is_empty()
        || merge::is_structural(&rest)
        || rest.get("type").is_some()
}

/// All inline branches that list strings as one branch.
fn join_enums(branches: Vec<Value>) -> Vec<Value> {
    let (listing, others): (Vec<Value>, Vec<Value>) =
        branches.iter().cloned().partition(|branch| listed_strings(branch).is_some());
    if listing.len() < 2 {
        return branches;
    }
    let values: Vec<&Value> = listing.iter().filter_map(listed_strings).flatten().collect();
    let mut joined = vec![json!({ "type": "string", "enum": values })];
    joined.extend(others);
    joined
}

fn listed_strings(branch: &Value) -> Option<Vec<&Value>> {
    let values: Vec<&Value> = match (branch.get("const"), branch.get("enum")) {
        (Some(constant), _) => vec![constant],
        (None, Some(Value::Array(values))) => values.iter().collect(),
        _ => return None,
    };
    values.iter().all(|value| value.is_string()).then_some(values)
}

fn inherit_description(schema: &Value, only: &Value) -> Value {
    let mut only = only.clone();
    if let (Some(object), Some(description)) = (only.as_object_mut(), schema.get("description"))
        && !object.contains_key("$ref")
    {
        object.insert_new("description", || description.clone());
    }
    only
}

/// Gives variants the values that a `discriminator` has for them.
fn tell_by(variants: &mut [Variant], tags: &[(Shape, Value)]) -> Told {
    let property = tags.iter().find_map(|(_, values)| values.as_object()?.keys().next());
    let Some(property) = property else { return Told::Order };
    for variant in variants {
        let of_shape = tags.iter().filter(|(shape, _)| *shape == variant.shape);
        let values = of_shape.filter_map(|(_, values)| values.get(property)?.as_array());
        variant.tags = values.flatten().cloned().collect();
    }
    Told::Tag(property.to_string())
}

/// What to add to the union's name for each branch, if it is an inline one.
fn branch_names(branches: &[Value]) -> Vec<String> {
    let name = |(position, branch): (usize, &Value)| {
        let others = || {
            let all = branches.iter().enumerate();
            all.filter(|(other, _)| *other != position).map(|(_, branch)| branch)
        };
        branch_name(branch).unwrap_or_else(|| own_member(branch, others))
    };
    branches.iter().enumerate().map(name).collect()
}

/// What a branch calls itself, or what kind of value it is.
fn branch_name(branch: &Value) -> Option<String> {
    if let Some(title) = merge::text(branch, "title").filter(|title| title.len() <= MAX_TITLE) {
        return Some(name::pascal(&title, "Object"));
    }
    let constant = branch
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|properties| properties.values())
        .find_map(|schema| match listed_strings(schema)?.as_slice() {
            [Value::String(only)] => Some(only.clone()),
            _ => None,
        });
    match (constant, keyword::type_names(branch).as_slice()) {
        (Some(constant), _) => Some(name::pascal(&constant, "Object")),
        (None, ["array"]) => Some("List".to_owned()),
        (None, ["string"]) => Some("Text".to_owned()),
        _ => None,
    }
}

/// The member that only this branch has, a required one first; or two members.
fn own_member<'v, B: Iterator<Item = &'v Value>>(branch: &Value, others: impl Fn() -> B) -> String {
    let has = |branch: &Value, member: &str| {
        branch.get("properties").is_some_and(|properties| properties.get(member).is_some())
    };
    let required = branch.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let properties = branch.get("properties").and_then(Value::as_object);
    let optional = properties.into_iter().flatten().map(|(member, _)| member.as_str());
    let members: Vec<&str> =
        required.filter(|member| has(branch, member)).chain(optional).collect();
    let is_own = |own: &[&str]| !others().any(|other| own.iter().all(|member| has(other, member)));
    if let Some(member) = members.iter().find(|member| is_own(&[member])) {
        return name::pascal(member, "Object");
    }
    let members: Vec<&str> = members.into_iter().take(MOST_MEMBERS).collect();
    let pairs = members.iter().flat_map(|one| members.iter().map(move |other| (*one, *other)));
    let mut own = pairs.filter(|(one, other)| one < other && is_own(&[one, other]));
    own.next().map_or_else(
        || "Object".to_owned(),
        |(one, other)| format!("{}{}", name::pascal(one, ""), name::pascal(other, "Object")),
    )
}

/// Variant names: types by their name without the union's, everything else by its kind.
fn name_variants(shapes: Vec<Shape>, union: &str) -> Vec<Variant> {
    let mut names = Names::default();
    shapes
        .into_iter()
        .map(|shape| {
            let wanted = variant_name(&shape, union);
            Variant { name: names.take(&wanted, &[]), shape, tags: Vec::new() }
        })
        .collect()
}

fn variant_name(shape: &Shape, union: &str) -> String {
    match shape {
        Shape::Any => "Json".to_owned(),
        Shape::Bool => "Boolean".to_owned(),
        Shape::Int { .. } => "Integer".to_owned(),
        Shape::Float => "Number".to_owned(),
        Shape::Text => "Text".to_owned(),
        Shape::Array(inner) => match inner.as_ref() {
            Shape::Named(_) => format!("{}List", variant_name(inner, union)),
            _ => "List".to_owned(),
        },
        Shape::Map(_) => "Map".to_owned(),
        Shape::Nullable(inner) => variant_name(inner, union),
        Shape::Named(name) => match name.strip_prefix(union) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => rest.to_owned(),
            _ => name.clone(),
        },
    }
}
