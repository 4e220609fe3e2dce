//! The assertions and applicators, grouped by what they apply to.

use regex::Regex;

use super::read::{shape, strings};
use super::{Compiler, Place};
use crate::schema::SchemaError;
use crate::schema::instance::Instance;
use crate::schema::node::{
    ArrayRules, Branches, Choice, Contains, InPlace, NumberRules, ObjectRules, Pattern,
    StringRules, Types,
};
use crate::schema::pattern;

/// How many values of an `enum` a message lists.
const SHOWN_VALUES: usize = 12;
/// Longer names of alternatives are prose.
const LONGEST_NAME: usize = 60;

pub(super) fn types(place: &Place<'_, '_>) -> Result<Option<Types>, SchemaError> {
    const EXPECTED: &str = "the name of a JSON type, or an array of them";
    let named = |value: &Instance<'_>| match value {
        Instance::String(name) => Types::named(name),
        _ => None,
    };
    let Some(value) = place.keyword("type") else {
        return Ok(None);
    };
    let wrong = || shape(&place.below("type"), EXPECTED, value);
    match value {
        Instance::Array(items) => items
            .iter()
            .try_fold(Types::default(), |types, item| Some(types.with(named(item)?)))
            .map(Some)
            .ok_or_else(wrong),
        single => named(single).map(Some).ok_or_else(wrong),
    }
}

pub(super) fn choice(place: &Place<'_, '_>) -> Result<Option<Choice>, SchemaError> {
    let constant = place.keyword("const");
    let mut values: Vec<&Instance<'_>> = match place.keyword("enum") {
        Some(_) => place.list("enum")?.iter().collect(),
        None => constant.into_iter().collect(),
    };
    if let Some(constant) = constant {
        let only = constant.canonical();
        values.retain(|value| value.canonical() == only);
    } else if place.keyword("enum").is_none() {
        return Ok(None);
    }
    let mut shown: Vec<String> =
        values.iter().take(SHOWN_VALUES).map(|value| value.brief()).collect();
    if values.len() > SHOWN_VALUES {
        shown.push("…".to_owned());
    }
    Ok(Some(Choice {
        allowed: values.iter().map(|value| value.canonical()).collect(),
        shown: shown.join(", "),
    }))
}

pub(super) fn number(place: &Place<'_, '_>) -> Result<Option<NumberRules>, SchemaError> {
    let rules = NumberRules {
        minimum: place.bound("minimum")?,
        maximum: place.bound("maximum")?,
        above: place.bound("exclusiveMinimum")?,
        below: place.bound("exclusiveMaximum")?,
        multiple_of: place.bound("multipleOf")?,
    };
    if let (Some(step), Some(value)) = (&rules.multiple_of, place.keyword("multipleOf"))
        && !step.value.is_positive()
    {
        return Err(shape(&place.below("multipleOf"), "a number above zero", value));
    }
    let used = [&rules.minimum, &rules.maximum, &rules.above, &rules.below, &rules.multiple_of]
        .iter()
        .any(|bound| bound.is_some());
    Ok(used.then_some(rules))
}

pub(super) fn string(place: &Place<'_, '_>) -> Result<Option<StringRules>, SchemaError> {
    let rules = StringRules {
        min_length: place.count("minLength")?,
        max_length: place.count("maxLength")?,
        pattern: place.text("pattern")?.and_then(|text| usable(text, &place.below("pattern"))),
    };
    let used = rules.min_length.is_some() || rules.max_length.is_some() || rules.pattern.is_some();
    Ok(used.then_some(rules))
}

/// The compiled pattern; one that can't be matched in linear time asserts nothing.
fn usable(text: &str, pointer: &str) -> Option<Pattern> {
    match pattern::compile(text) {
        Ok(regex) => Some(Pattern { regex: Regex::clone(&regex), text: text.to_owned() }),
        Err(reason) => {
            tracing::warn!(pointer, pattern = text, reason, "pattern of a schema is not checked");
            None
        }
    }
}

impl<'a, 't> Compiler<'a, 't> {
    pub(super) fn array(
        &mut self,
        place: &Place<'a, 't>,
    ) -> Result<Option<ArrayRules>, SchemaError> {
        // Up to draft-07 (and in 2019-09) a list under `items` is what `prefixItems` is today.
        let (prefix, items) = match place.keyword("items") {
            Some(Instance::Array(_)) => ("items", "additionalItems"),
            _ => ("prefixItems", "items"),
        };
        let contains = match self.child(place, "contains")? {
            Some(node) => Some(Contains {
                node,
                min: place.count("minContains")?.unwrap_or(1),
                max: place.count("maxContains")?,
            }),
            None => None,
        };
        let rules = ArrayRules {
            prefix: self.children(place, prefix)?,
            items: self.child(place, items)?,
            contains,
            min_items: place.count("minItems")?,
            max_items: place.count("maxItems")?,
            unique: place.flag("uniqueItems")?,
        };
        let used = !rules.prefix.is_empty()
            || rules.items.is_some()
            || rules.contains.is_some()
            || rules.min_items.is_some()
            || rules.max_items.is_some()
            || rules.unique;
        Ok(used.then_some(rules))
    }

    pub(super) fn object(
        &mut self,
        place: &Place<'a, 't>,
    ) -> Result<Option<ObjectRules>, SchemaError> {
        let mut rules = ObjectRules {
            additional: self.child(place, "additionalProperties")?,
            names: self.child(place, "propertyNames")?,
            required: place.names("required")?,
            min_properties: place.count("minProperties")?,
            max_properties: place.count("maxProperties")?,
            ..ObjectRules::default()
        };
        for (name, schema) in place.members("properties")? {
            let node = self.node(place.inner(&["properties", name], schema))?;
            rules.properties.push((name.to_owned(), node));
        }
        rules.properties.sort_by(|a, b| a.0.cmp(&b.0));
        for (pattern, schema) in place.members("patternProperties")? {
            let inner = place.inner(&["patternProperties", pattern], schema);
            match usable(pattern, &inner.pointer) {
                Some(pattern) => {
                    let node = self.node(inner)?;
                    rules.patterns.push((pattern, node));
                }
                // What the pattern would have claimed can't be told from what is additional.
                None => rules.additional = None,
            }
        }
        for (name, names) in place.members("dependentRequired")? {
            let pointer = place.below("dependentRequired");
            let Instance::Array(names) = names else {
                return Err(shape(&pointer, "an array of strings", names));
            };
            rules.dependent_required.push((name.to_owned(), strings(names, &pointer)?));
        }
        for (name, value) in place.members("dependencies")? {
            if let Instance::Array(names) = value {
                let names = strings(names, &place.below("dependencies"))?;
                rules.dependent_required.push((name.to_owned(), names));
            }
        }
        let used = !rules.properties.is_empty()
            || !rules.patterns.is_empty()
            || rules.additional.is_some()
            || rules.names.is_some()
            || !rules.required.is_empty()
            || !rules.dependent_required.is_empty()
            || rules.min_properties.is_some()
            || rules.max_properties.is_some();
        Ok(used.then_some(rules))
    }

    pub(super) fn in_place(&mut self, place: &Place<'a, 't>) -> Result<Vec<InPlace>, SchemaError> {
        let mut rules = Vec::new();
        if place.keyword("allOf").is_some() {
            rules.push(InPlace::All(self.children(place, "allOf")?));
        }
        for (name, make) in [("anyOf", InPlace::Any as fn(_) -> _), ("oneOf", InPlace::One)] {
            if let Some(branches) = place.keyword(name) {
                let nodes = self.children(place, name)?;
                rules.push(make(Branches { nodes, names: names(branches) }));
            }
        }
        rules.extend(self.child(place, "not")?.map(InPlace::Not));
        if let Some(condition) = self.child(place, "if")? {
            rules.push(InPlace::If {
                condition,
                then: self.child(place, "then")?,
                otherwise: self.child(place, "else")?,
            });
        }
        for keyword in ["dependentSchemas", "dependencies"] {
            for (member, schema) in place.members(keyword)? {
                if keyword == "dependentSchemas" || !matches!(schema, Instance::Array(_)) {
                    let node = self.node(place.inner(&[keyword, member], schema))?;
                    rules.push(InPlace::With { member: member.to_owned(), node });
                }
            }
        }
        Ok(rules)
    }
}

/// What alternatives are called: the names of the definitions that they are, their titles, or their
/// types.
fn names(branches: &Instance<'_>) -> Vec<Box<str>> {
    let Instance::Array(branches) = branches else { return Vec::new() };
    let text = |branch: &Instance<'_>, key: &str| match branch.member(key) {
        Some(Instance::String(text)) => Some(text.to_string()),
        _ => None,
    };
    let name = |branch: &Instance<'_>| {
        let target = text(branch, "$ref").and_then(|target| {
            let name = target.rsplit('/').next().filter(|name| !name.contains('#'))?;
            Some(name.replace("~1", "/").replace("~0", "~"))
        });
        let scalar = || {
            let types = Types::named(&text(branch, "type")?)?;
            (types != Types::OBJECT).then(|| types.words())
        };
        let name = target.or_else(|| text(branch, "title")).or_else(scalar)?;
        (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then(|| name.into_boxed_str())
    };
    branches.iter().map(name).collect::<Option<_>>().unwrap_or_default()
}
