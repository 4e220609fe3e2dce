//! Schemas with a `discriminator` that others build on by `allOf`: where one is used, any of its
//! heirs is meant.
//!
//! For such a `Pet` there will be a union of its heirs, `AnyPet`, and references to `Pet` lead
//! there. Heirs go on building on `Pet` itself, which is no member of the union unless the `mapping`
//! has a value for it. All of them are among the `components`, or in a file that belongs to the
//! document, alone or with others.

use std::collections::{BTreeMap, BTreeSet};

use crate::json::{Map, Value, json};

use crate::pointer::{join, percent_decode, push, tokens};
use crate::source::FILES;

/// Where schemas have names, and unions will stand.
const SCHEMAS: &str = "/components/schemas";
/// Where Swagger 2.0 has them.
const DEFINITIONS: &str = "/definitions";
/// Most heirs of a union; a base with more stays what it is.
const MOST: usize = 64;
/// What heirs say of themselves where there is no mapping.
const VALUES: [&str; 2] = ["x-discriminator-value", "x-ms-discriminator-value"];
/// What holds data and no schemas.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// Schemas by the pointers that references to them have.
type Named<'d> = BTreeMap<String, &'d Map>;

/// The tree with a union for each base, if there is any.
pub(super) fn unite(root: &Value) -> Option<Value> {
    let named = named(root);
    let present = [SCHEMAS, DEFINITIONS].into_iter().filter_map(|at| root.pointer(at)?.as_object());
    let taken = present.flat_map(Map::keys).map(String::from).collect();
    let unions = unions(&named, taken);
    if unions.is_empty() {
        return None;
    }
    let schemas: BTreeSet<String> = named.into_keys().collect();
    let names = unions.iter().map(|union| (union.base.clone(), union.name.clone())).collect();
    let mut root = root.clone();
    Walk { unions: names, schemas, at: String::new() }.everywhere(&mut root);
    let members = root.as_object_mut()?;
    members.insert_new("components", || json!({}));
    let components = members.get_mut("components")?.as_object_mut()?;
    components.insert_new("schemas", || json!({}));
    let schemas = components.get_mut("schemas")?.as_object_mut()?;
    schemas.extend(unions.into_iter().map(|union| (union.name, union.schema)));
    Some(root)
}

fn named(root: &Value) -> Named<'_> {
    let mut named = Named::new();
    listed(root.pointer(SCHEMAS), SCHEMAS, &mut named);
    listed(root.pointer(DEFINITIONS), DEFINITIONS, &mut named);
    for (file, value) in root.get(FILES).and_then(Value::as_object).into_iter().flatten() {
        let at = join(&join("", FILES), file);
        listed(value.pointer(SCHEMAS), &format!("{at}{SCHEMAS}"), &mut named);
        listed(value.get("definitions"), &join(&at, "definitions"), &mut named);
        listed(Some(value), &at, &mut named);
        if let Some(schema) = value.as_object().filter(|schema| is_schema(schema)) {
            named.insert(at, schema);
        }
    }
    named
}

fn listed<'d>(schemas: Option<&'d Value>, at: &str, named: &mut Named<'d>) {
    for (name, schema) in schemas.and_then(Value::as_object).into_iter().flatten() {
        if let Some(schema) = schema.as_object().filter(|schema| is_schema(schema)) {
            named.insert(join(at, name), schema);
        }
    }
}

/// What a base or an heir has.
fn is_schema(members: &Map) -> bool {
    members.contains_key("discriminator") || members.get("allOf").is_some_and(Value::is_array)
}

/// A union to be.
struct Union {
    /// The pointer of the base.
    base: String,
    name: String,
    schema: Value,
}

/// `taken` are the names that they cannot have.
fn unions(named: &Named<'_>, mut taken: BTreeSet<String>) -> Vec<Union> {
    let mut heirs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (pointer, schema) in named {
        let branches = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        for base in branches.filter_map(target).filter(|base| base != pointer) {
            heirs.entry(base).or_default().push(pointer);
        }
    }
    heirs.keys().filter_map(|base| union(base, named, &heirs, &mut taken)).collect()
}

fn union(
    base: &str,
    named: &Named<'_>,
    heirs: &BTreeMap<String, Vec<&str>>,
    taken: &mut BTreeSet<String>,
) -> Option<Union> {
    let schema = *named.get(base)?;
    let discriminator = schema.get("discriminator")?;
    // Swagger 2.0 has the name alone.
    let property = discriminator.get("propertyName").unwrap_or(discriminator).as_str()?;
    if schema.contains_key("oneOf") || schema.contains_key("anyOf") {
        return None;
    }
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let mut targets = mapping.into_iter().flat_map(Map::values).filter_map(Value::as_str);
    let is_mapped = targets
        .any(|target| join(SCHEMAS, target) == base || local(target).as_deref() == Some(base));
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
    if is_mapped {
        members.push(base);
    }
    if !(2..=MOST).contains(&members.len()) {
        return None;
    }
    let mut name = format!("Any{}", last(base));
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    let branches: Vec<Value> =
        members.iter().map(|member| json!({"$ref": reference(member)})).collect();
    let mut told = Map::new();
    told.insert("propertyName", json!(property));
    let mut mapping = mapping.cloned().unwrap_or_default();
    // What Swagger 2.0 has no word for, some say at the heirs.
    for member in &members {
        let value = named.get(*member).and_then(|heir| VALUES.iter().find_map(|key| heir.get(key)));
        if let Some(Value::String(value)) = value {
            mapping.insert_new(value, || json!(reference(member)));
        }
    }
    if !mapping.is_empty() {
        told.insert("mapping", mapping);
    }
    let mut union = Map::new();
    union.insert("oneOf", json!(branches));
    union.insert("discriminator", Value::Object(told));
    for key in ["description", "nullable"] {
        union.extend(schema.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    Some(Union { base: base.to_owned(), name, schema: Value::Object(union) })
}

/// The last part of a pointer, without the folders and the suffix of a file.
fn last(pointer: &str) -> String {
    let token = tokens(pointer).last().unwrap_or_default();
    let name = token.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name).to_owned()
}

/// The pointer that a reference has.
fn target(value: &Value) -> Option<String> {
    local(value.get("$ref")?.as_str()?)
}

fn local(reference: &str) -> Option<String> {
    let pointer = reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))?;
    Some(percent_decode(pointer))
}

fn reference(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

/// Leads references to a base to its union, but for those by which others build on it.
struct Walk {
    /// Names of unions by the pointers of their bases.
    unions: BTreeMap<String, String>,
    /// Where schemas with names stand: with a base, they are heirs.
    schemas: BTreeSet<String>,
    at: String,
}

impl Walk {
    fn everywhere(&mut self, value: &mut Value) {
        if let Some(union) = target(value).and_then(|base| self.unions.get(&base)) {
            let union = reference(&join(SCHEMAS, union));
            if let Value::Object(members) = value {
                members.insert("$ref", union);
            }
        }
        self.inside(value);
    }

    /// What stands in a value.
    fn inside(&mut self, value: &mut Value) {
        let length = self.at.len();
        match value {
            Value::Array(items) => {
                // No schema with a name stands in a list.
                self.at.push_str("/0");
                items.update(|item| self.everywhere(item));
                self.at.truncate(length);
            }
            Value::Object(members) => {
                // `allOf` with one member only says more about a reference, unless it is an heir's.
                let builds = members.contains_key("properties") || self.schemas.contains(&self.at);
                members.update(|key, value| {
                    if DATA.contains(&key) {
                        return;
                    }
                    push(&mut self.at, key);
                    match (key, value) {
                        ("allOf", Value::Array(branches)) if builds || branches.len() > 1 => {
                            branches.update(|branch| self.inside(branch));
                        }
                        ("oneOf" | "anyOf", Value::Array(branches)) if references(branches) > 1 => {
                            branches.update(|branch| self.inside(branch));
                        }
                        (_, value) => self.everywhere(value),
                    }
                    self.at.truncate(length);
                });
            }
            _ => {}
        }
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
    fn swagger_has_the_name_alone() {
        let mut schemas = pets();
        schemas["Pet"]["discriminator"] = json!("kind");
        let united = unite(&document(schemas)).unwrap();
        let any = &united["components"]["schemas"]["AnyPet"];
        assert_eq!(any["discriminator"], json!({"propertyName": "kind"}));
    }

    #[test]
    fn swagger_has_definitions_and_values_at_the_heirs() {
        let text = pets().to_string().replace("#/components/schemas/", "#/definitions/");
        let mut schemas: Value = serde_json::from_str(&text).unwrap();
        schemas["Pet"]["discriminator"] = json!("kind");
        schemas["Dog"]["x-ms-discriminator-value"] = json!("hound");
        let united = unite(&json!({"definitions": schemas, "components": {}})).unwrap();
        let any = &united["components"]["schemas"]["AnyPet"];
        let mapping = json!({"hound": "#/definitions/Dog"});
        assert_eq!(any["discriminator"], json!({"propertyName": "kind", "mapping": mapping}));
        assert_eq!(any["oneOf"][0]["$ref"], "#/definitions/Cat");
        let pet = &united["definitions"]["Pet"];
        assert_eq!(pet["properties"]["friend"]["$ref"], "#/components/schemas/AnyPet");
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

    #[test]
    fn heirs_may_have_files_of_their_own() {
        let pet = "#/x-toolwright-files/models~1Pet.yaml";
        let heir = json!({"allOf": [{"$ref": pet}]});
        let root = json!({
            "paths": {"/pets": {"x": {"schema": {"$ref": pet}}}},
            "x-toolwright-files": {
                "models/Pet.yaml": {"type": "object", "discriminator": {"propertyName": "kind"},
                    "properties": {"kind": {"type": "string"}, "friend": {"$ref": pet}}},
                "models/Cat.yaml": heir,
                "others.yaml": {"Dog": heir},
            },
        });
        let united = unite(&root).unwrap();
        let any = "#/components/schemas/AnyPet";
        assert_eq!(united["paths"]["/pets"]["x"]["schema"]["$ref"], any);
        let branches = &united["components"]["schemas"]["AnyPet"]["oneOf"];
        assert_eq!(branches[0]["$ref"], "#/x-toolwright-files/models~1Cat.yaml");
        assert_eq!(branches[1]["$ref"], "#/x-toolwright-files/others.yaml/Dog");
        let files = &united["x-toolwright-files"];
        assert_eq!(files["models/Pet.yaml"]["properties"]["friend"]["$ref"], any);
        assert_eq!(files["models/Cat.yaml"]["allOf"][0]["$ref"], pet);
    }
}
