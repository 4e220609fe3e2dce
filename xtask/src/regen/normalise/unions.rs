//! `anyOf` and type lists to unions.

use serde_json::{Value, json};

use super::Normaliser;
use super::place::Place;
use super::types::Form;
use crate::regen::error::Error;
use crate::regen::model::{Select, Shape, Span, Type, Variant};
use crate::regen::names;
use crate::regen::overlay::NodeFacts;

impl Normaliser<'_> {
    /// A union, or one-or-many, or what is left where only one alternative is.
    pub(super) fn union(
        &mut self,
        parts: &[Value],
        facts: &NodeFacts,
        place: &Place,
    ) -> Result<Form, Error> {
        let mut types = Vec::new();
        for part in parts {
            self.alternative(part, place, &mut types)?;
        }
        if facts.number {
            for ty in types.iter_mut().filter(|ty| **ty == Type::Integer) {
                *ty = Type::Number;
            }
        }
        if let Some(one) = self.one_or_many(&types) {
            return Ok(Form::Type(one));
        }
        if let [only] = types.as_slice() {
            return Ok(Form::Type(only.clone()));
        }
        types.sort_by_key(|ty| position(ty, &facts.variants));
        let name = place.type_name(self.overlay);
        let mut variants: Vec<Variant> = types
            .into_iter()
            .map(|ty| Variant { name: plain_name(&ty), span: Span::at(self.id), ty })
            .collect();
        name_variants(&name, &mut variants);
        // How to tell them apart shows when all types are known.
        Ok(Form::Shape(Shape::Union { variants, select: Select::Kind { cases: Vec::new() } }))
    }

    fn alternative(
        &mut self,
        part: &Value,
        place: &Place,
        out: &mut Vec<Type>,
    ) -> Result<(), Error> {
        if let Some(kinds) = part.get("type").and_then(Value::as_array) {
            for kind in kinds {
                self.alternative(&json!({"type": kind}), place, out)?;
            }
            return Ok(());
        }
        match self.form(part, place, "")? {
            Form::Type(ty) => out.push(ty),
            Form::Shape(_) => return self.problem(place, "a union with an anonymous alternative"),
        }
        Ok(())
    }

    /// `A | B | (A | B)[]` is one or many of the union that lists `A` and `B`.
    fn one_or_many(&self, types: &[Type]) -> Option<Type> {
        let (lists, singles): (Vec<&Type>, Vec<&Type>) =
            types.iter().partition(|ty| matches!(ty, Type::List(_)));
        let [Type::List(item)] = lists.as_slice() else {
            return None;
        };
        let alone = singles.len() == 1 && singles.first() == Some(&item.as_ref());
        (alone || self.alternatives_of(item)? == singles.into_iter().cloned().collect::<Vec<_>>())
            .then(|| Type::OneOrMany(item.clone()))
    }

    fn alternatives_of(&self, ty: &Type) -> Option<Vec<Type>> {
        let Type::Ref(name) = ty else {
            return Some(Vec::new());
        };
        let def = self.defs.iter().find(|(official, _)| names::type_name(official) == *name)?.1;
        let parts = def.get("anyOf")?.as_array()?;
        let target =
            |part: &Value| super::types::target(part.get("$ref")?.as_str()?).map(names::type_name);
        parts.iter().map(|part| target(part).map(Type::Ref)).collect()
    }
}

/// Named alternatives as `schema.ts` lists them, then the plain ones.
fn position(ty: &Type, variants: &[String]) -> (usize, usize) {
    let named = match ty {
        Type::Ref(name) => variants.iter().position(|known| names::type_name(known) == *name),
        _ => None,
    };
    let plain = match ty {
        Type::Ref(_) => 0,
        Type::String => 1,
        Type::Integer | Type::Number => 2,
        Type::Bool => 3,
        _ => 4,
    };
    (plain, named.unwrap_or(usize::MAX))
}

fn plain_name(ty: &Type) -> String {
    match ty {
        Type::Ref(name) => return name.clone(),
        Type::Bool => "Bool",
        Type::Integer => "Integer",
        Type::Number => "Number",
        Type::String => "String",
        Type::List(_) | Type::OneOrMany(_) => "List",
        Type::Object | Type::Map(_) => "Object",
        Type::Any | Type::Raw | Type::Schema => "Any",
        Type::Const(_) => "Constant",
    }
    .to_owned()
}

/// Shortens the names of the variants of `union`, which are type names so far.
pub(in crate::regen) fn name_variants(union: &str, variants: &mut [Variant]) {
    let outcome = union.ends_with("Outcome");
    let all: Vec<String> = variants.iter().map(|variant| variant.name.clone()).collect();
    let named = variants.iter().all(|variant| matches!(variant.ty, Type::Ref(_)));
    let (prefix, suffix) = if named && all.len() > 1 { common(&all) } else { (0, 0) };
    for variant in variants {
        let words = word_starts(&variant.name);
        let end = words.len().saturating_sub(suffix);
        let short: String = words.get(prefix..end).unwrap_or_default().iter().copied().collect();
        variant.name = match variant.name.as_str() {
            "EmbeddedResource" => "Resource".to_owned(),
            "InputRequiredResult" if outcome => "InputRequired".to_owned(),
            "CreateTaskResult" if outcome => "Task".to_owned(),
            _ if outcome => "Complete".to_owned(),
            name if short.is_empty() => name.to_owned(),
            _ => short
                .strip_suffix("Content")
                .filter(|rest| !rest.is_empty())
                .unwrap_or(&short)
                .to_owned(),
        };
    }
}

/// How many words all names share at their start and at their end.
fn common(names: &[String]) -> (usize, usize) {
    let words: Vec<Vec<&str>> = names.iter().map(|name| word_starts(name)).collect();
    let shared = |at: &dyn Fn(&[&str], usize) -> Option<String>| {
        (0..).find(|n| {
            let first = words.first().and_then(|name| at(name, *n));
            first.is_none() || words.iter().any(|name| at(name, *n) != first)
        })
    };
    let least = words.iter().map(Vec::len).min().unwrap_or(0);
    let prefix = shared(&|name, n| name.get(n).map(|word| (*word).to_owned())).unwrap_or(0);
    let suffix =
        shared(&|name, n| name.iter().rev().nth(n).map(|word| (*word).to_owned())).unwrap_or(0);
    // Something has to be left of the shortest.
    if prefix + suffix < least {
        (prefix, suffix)
    } else if prefix < least && prefix > 0 {
        (prefix, 0)
    } else if suffix < least {
        (0, suffix)
    } else {
        (0, 0)
    }
}

fn word_starts(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        name.char_indices().filter(|(_, c)| c.is_uppercase()).map(|(at, _)| at).collect();
    starts.push(name.len());
    starts.iter().zip(starts.iter().skip(1)).filter_map(|(from, to)| name.get(*from..*to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(union: &str, types: &[&str]) -> Vec<String> {
        let variant = |name: &&str| Variant {
            name: (*name).to_owned(),
            span: Span::at("r"),
            ty: Type::Ref((*name).to_owned()),
        };
        let mut variants: Vec<Variant> = types.iter().map(variant).collect();
        name_variants(union, &mut variants);
        variants.into_iter().map(|variant| variant.name).collect()
    }

    #[test]
    fn variants_lose_what_they_share() {
        let contents = ["TextResourceContents", "BlobResourceContents"];
        assert_eq!(named("ResourceContents", &contents), ["Text", "Blob"]);
        let params = ["ElicitRequestFormParams", "ElicitRequestUrlParams"];
        assert_eq!(named("ElicitRequestParams", &params), ["Form", "Url"]);
        let messages = ["JsonRpcRequest", "JsonRpcNotification"];
        assert_eq!(named("JsonRpcMessage", &messages), ["Request", "Notification"]);
        let blocks = ["TextContent", "ResourceLink", "EmbeddedResource"];
        assert_eq!(named("ContentBlock", &blocks), ["Text", "ResourceLink", "Resource"]);
        let outcome = ["CallToolResult", "InputRequiredResult"];
        assert_eq!(named("CallToolOutcome", &outcome), ["Complete", "InputRequired"]);
    }
}
