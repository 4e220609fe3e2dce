//! Schemas with a `discriminator` that others build on by `allOf`: where one is used, any of its
//! heirs is meant.
//!
//! For such a `Pet` there will be a union of its heirs, `AnyPet`, and references to `Pet` lead
//! there. Heirs go on building on `Pet` itself, which is no member of the union unless the `mapping`
//! has a value for it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::pointer::{percent_decode, unescape};

/// Where schemas have names.
const SCHEMAS: &str = "#/components/schemas/";
/// Most heirs of a union; a base with more stays what it is.
const MOST: usize = 64;
/// What holds data and no schemas.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// The tree with a union for each base, if there is any.
pub(super) fn unite(root: &Value) -> Option<Value> {
    let schemas = root.pointer("/components/schemas")?.as_object()?;
    let unions = unions(schemas);
    if unions.is_empty() {
        return None;
    }
    let mut root = root.clone();
    let names: BTreeMap<&str, &str> =
        unions.iter().map(|union| (union.base.as_str(), union.name.as_str())).collect();
    rewrite(&mut root, &names);
    let schemas = root.pointer_mut("/components/schemas")?.as_object_mut()?;
    schemas.extend(unions.into_iter().map(|union| (union.name, union.schema)));
    Some(root)
}

/// A union to be.
struct Union {
    base: String,
    name: String,
    schema: Value,
}

fn unions(schemas: &Map<String, Value>) -> Vec<Union> {
    let mut heirs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, schema) in schemas {
        let branches = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        for base in branches.filter_map(named) {
            if let Some((base, _)) = schemas.get_key_value(&base).filter(|(base, _)| *base != name)
            {
                heirs.entry(base).or_default().push(name);
            }
        }
    }
    let mut taken: BTreeSet<String> = schemas.keys().cloned().collect();
    let bases = heirs.keys().filter_map(|base| Some((*base, schemas.get(*base)?.as_object()?)));
    let unions = bases.filter_map(|(base, schema)| union(base, schema, &heirs, &mut taken));
    unions.collect()
}

fn union(
    base: &str,
    schema: &Map<String, Value>,
    heirs: &BTreeMap<&str, Vec<&str>>,
    taken: &mut BTreeSet<String>,
) -> Option<Union> {
    let discriminator = schema.get("discriminator")?;
    // Swagger 2.0 has the name alone.
    let property = discriminator.get("propertyName").unwrap_or(discriminator).as_str()?;
    if schema.contains_key("oneOf") || schema.contains_key("anyOf") {
        return None;
    }
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let is_mapped = |name: &str| {
        let targets = mapping.into_iter().flat_map(Map::values).filter_map(Value::as_str);
        targets.into_iter().any(|target| target == name || name_of(target).as_deref() == Some(name))
    };
    let mut members: Vec<&str> = Vec::new();
    let mut queue = vec![base];
    while let Some(next) = queue.pop() {
        for heir in heirs.get(next).into_iter().flatten() {
            if *heir != base && !members.contains(heir) {
                members.push(heir);
                queue.push(heir);
            }
        }
    }
    members.sort_unstable();
    if is_mapped(base) {
        members.push(base);
    }
    if !(2..=MOST).contains(&members.len()) {
        return None;
    }
    let mut name = format!("Any{base}");
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    let branches = members.iter().map(|member| {
        let member = member.replace('~', "~0").replace('/', "~1").replace('%', "%25");
        json!({"$ref": format!("{SCHEMAS}{member}")})
    });
    let mut told = json!({"propertyName": property});
    if let (Value::Object(told), Some(mapping)) = (&mut told, mapping) {
        told.insert("mapping".to_owned(), Value::Object(mapping.clone()));
    }
    let mut schema_of = json!({"oneOf": branches.collect::<Vec<_>>(), "discriminator": told});
    if let Value::Object(members) = &mut schema_of {
        for key in ["description", "nullable"] {
            members.extend(schema.get(key).map(|value| (key.to_owned(), value.clone())));
        }
    }
    Some(Union { base: base.to_owned(), name, schema: schema_of })
}

/// The schema that a reference leads to, by its name.
fn named(value: &Value) -> Option<String> {
    name_of(value.get("$ref")?.as_str()?)
}

fn name_of(reference: &str) -> Option<String> {
    let name = reference.strip_prefix(SCHEMAS).filter(|name| !name.contains('/'))?;
    Some(unescape(&percent_decode(name)))
}

/// Leads references to a base to its union, but for those by which others build on it.
fn rewrite(root: &mut Value, unions: &BTreeMap<&str, &str>) {
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        // These have names: with a base, they are heirs.
        schemas.values_mut().for_each(|schema| inside(schema, true, unions));
    }
    let Value::Object(members) = root else { return };
    for (key, value) in members.iter_mut() {
        match (key.as_str(), value) {
            ("components", Value::Object(components)) => {
                let others = components.iter_mut().filter(|(key, _)| *key != "schemas");
                others.for_each(|(_, value)| everywhere(value, unions));
            }
            (_, value) => everywhere(value, unions),
        }
    }
}

fn everywhere(value: &mut Value, unions: &BTreeMap<&str, &str>) {
    redirect(value, unions);
    inside(value, false, unions);
}

fn redirect(value: &mut Value, unions: &BTreeMap<&str, &str>) {
    let union = named(value).and_then(|name| unions.get(name.as_str()).copied());
    if let (Some(union), Value::Object(members)) = (union, value) {
        members.insert("$ref".to_owned(), json!(format!("{SCHEMAS}{}", encoded(union))));
    }
}

fn encoded(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1").replace('%', "%25")
}

/// What stands in a value; `heir`: it has a name.
fn inside(value: &mut Value, heir: bool, unions: &BTreeMap<&str, &str>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| everywhere(item, unions)),
        Value::Object(members) => {
            // `allOf` with one member only says more about a reference.
            let builds = heir || members.contains_key("properties");
            for (key, value) in members.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str()))
            {
                match (key.as_str(), value) {
                    ("allOf", Value::Array(branches)) if builds || branches.len() > 1 => {
                        branches.iter_mut().for_each(|branch| inside(branch, false, unions));
                    }
                    ("oneOf" | "anyOf", Value::Array(branches)) if references(branches) > 1 => {
                        branches.iter_mut().for_each(|branch| inside(branch, false, unions));
                    }
                    (_, value) => everywhere(value, unions),
                }
            }
        }
        _ => {}
    }
}

fn references(branches: &[Value]) -> usize {
    branches.iter().filter(|branch| branch.get("$ref").is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schemas: Value) -> Value {
        let pet = json!({"schema": {"$ref": "#/components/schemas/Pet"}});
        json!({"paths": {"/pets": {"get": {"x": pet}}}, "components": {"schemas": schemas}})
    }

    fn pets() -> Value {
        let pet = "#/components/schemas/Pet";
        json!({
            "Pet": {
                "type": "object", "description": "A pet",
                "discriminator": {"propertyName": "kind", "mapping": {"tom": "Cat"}},
                "properties": {"kind": {"type": "string"}, "friend": {"$ref": pet}},
            },
            "Cat": {"allOf": [{"$ref": pet}, {"properties": {"kittens": {"items": {"$ref": pet}}}}]},
            "Dog": {"allOf": [{"$ref": pet}], "example": {"$ref": pet}},
            "Puppy": {"allOf": [{"$ref": "#/components/schemas/Dog"}]},
            "Home": {"properties": {
                "first": {"allOf": [{"$ref": pet}], "description": "The first"},
                "guard": {"allOf": [{"$ref": pet}, {"required": ["friend"]}]},
                "any": {"anyOf": [{"$ref": pet}, {"type": "null"}]},
                "two": {"oneOf": [{"$ref": pet}, {"$ref": "#/components/schemas/Dog"}]},
            }},
        })
    }

    #[test]
    fn uses_lead_to_the_heirs_and_heirs_to_the_base() {
        let united = unite(&document(pets())).unwrap();
        let schemas = &united["components"]["schemas"];
        let (pet, any) = ("#/components/schemas/Pet", "#/components/schemas/AnyPet");
        let members = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(
            schemas["AnyPet"],
            json!({
                "oneOf": [members("Cat"), members("Dog"), members("Puppy")],
                "discriminator": {"propertyName": "kind", "mapping": {"tom": "Cat"}},
                "description": "A pet",
            })
        );
        assert_eq!(united["paths"]["/pets"]["get"]["x"]["schema"]["$ref"], any);
        assert_eq!(schemas["Pet"]["properties"]["friend"]["$ref"], any);
        assert_eq!(schemas["Cat"]["allOf"][0]["$ref"], pet);
        assert_eq!(schemas["Cat"]["allOf"][1]["properties"]["kittens"]["items"]["$ref"], any);
        assert_eq!(schemas["Dog"]["allOf"][0]["$ref"], pet);
        assert_eq!(schemas["Dog"]["example"]["$ref"], pet);
        let home = &schemas["Home"]["properties"];
        assert_eq!(home["first"]["allOf"][0]["$ref"], any);
        assert_eq!(home["guard"]["allOf"][0]["$ref"], pet);
        assert_eq!(home["any"]["anyOf"][0]["$ref"], any);
        assert_eq!(home["two"]["oneOf"][0]["$ref"], pet);
    }

    #[test]
    fn a_base_with_a_value_is_a_member_and_names_stay_free() {
        let mut schemas = pets();
        schemas["Pet"]["discriminator"]["mapping"]["pet"] = json!("#/components/schemas/Pet");
        schemas["AnyPet"] = json!({});
        let united = unite(&document(schemas)).unwrap();
        let members = united["components"]["schemas"]["AnyPet_"]["oneOf"].as_array().unwrap();
        assert_eq!(members.len(), 4);
        assert_eq!(members[3]["$ref"], "#/components/schemas/Pet");
    }

    #[test]
    fn what_is_no_base_stays() {
        let mut alone = pets();
        alone.as_object_mut().unwrap().remove("Cat");
        alone.as_object_mut().unwrap().remove("Puppy");
        assert_eq!(unite(&document(alone)), None);
        let mut union = pets();
        union["Pet"]["oneOf"] = json!([]);
        assert_eq!(unite(&document(union)), None);
        let mut plain = pets();
        plain["Pet"].as_object_mut().unwrap().remove("discriminator");
        assert_eq!(unite(&document(plain)), None);
    }
}
