//! Where the references of a document stand, without taking for one what is only data.

use crate::json::Value;

/// Members whose own members are named by the author, so that no name means anything.
const NAMED: &[&str] = &[
    "$defs",
    "additionalOperations",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securityDefinitions",
    "securitySchemes",
    "webhooks",
];

/// Members that hold data.
const DATA: &[&str] = &["const", "default", "enum", "example", "value"];

/// Hands every reference in `value` to `visit`, together with the pointer of what holds it (which
/// begins with `at`), and puts what it gives in its place. Mappings of discriminators are references too where they are no mere names.
pub(super) fn each<F>(value: &mut Value, at: &mut String, visit: &mut F)
where
    F: FnMut(&str, &str) -> Option<String>,
{
    walk(value, at, false, visit);
}

fn walk<F>(value: &mut Value, at: &mut String, named: bool, visit: &mut F)
where
    F: FnMut(&str, &str) -> Option<String>,
{
    match value {
        Value::Array(items) => {
            let mut index = 0;
            items.update(|item| {
                step(at, &index.to_string(), |at| walk(item, at, false, visit));
                index += 1;
            });
        }
        Value::Object(members) => {
            // A member of that name is an object, so a text is a reference even among names.
            members.update_one("$ref", |reference| change(reference, at, visit));
            members.update(|key, member| {
                step(at, key, |at| match key {
                    _ if named => walk(member, at, false, visit),
                    "examples" => examples(member, at, visit),
                    "discriminator" => mapping(member, at, visit),
                    data if DATA.contains(&data) || data.starts_with("x-") => {}
                    key => walk(member, at, NAMED.contains(&key), visit),
                });
            });
        }
        _ => {}
    }
}

/// Examples of OpenAPI may be references; what they hold is data.
fn examples<F>(value: &mut Value, at: &mut String, visit: &mut F)
where
    F: FnMut(&str, &str) -> Option<String>,
{
    let Value::Object(examples) = value else { return };
    examples.update(|key, example| {
        if let Value::Object(example) = example {
            example.update_one("$ref", |reference| {
                step(at, key, |at| change(reference, at, visit));
            });
        }
    });
}

fn mapping<F>(value: &mut Value, at: &str, visit: &mut F)
where
    F: FnMut(&str, &str) -> Option<String>,
{
    let Value::Object(members) = value else { return };
    members.update_one("mapping", |targets| {
        let Value::Object(targets) = targets else { return };
        targets.update(|_, target| {
            if target.as_str().is_some_and(|target| target.contains(['#', '/', '.'])) {
                change(target, at, visit);
            }
        });
    });
}

fn change<F>(reference: &mut Value, at: &str, visit: &mut F)
where
    F: FnMut(&str, &str) -> Option<String>,
{
    if let Some(changed) = reference.as_str().and_then(|reference| visit(reference, at)) {
        *reference = Value::from(changed);
    }
}

fn step(at: &mut String, token: &str, inside: impl FnOnce(&mut String)) {
    let length = at.len();
    crate::pointer::push(at, token);
    inside(at);
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_left_alone() {
        let mut value: Value = serde_json::from_str(
            r##"{
                "paths": {"/a": {"$ref": "a"}},
                "components": {
                    "schemas": {
                        "example": {"$ref": "b"},
                        "Pet": {
                            "properties": {"$ref": {"type": "string"}, "default": {"$ref": "c"}},
                            "example": {"$ref": "no"}, "default": {"$ref": "no"},
                            "enum": [{"$ref": "no"}], "x-y": {"$ref": "no"},
                            "discriminator": {"mapping": {"cat": "d.yaml", "dog": "Dog"}}
                        }
                    },
                    "examples": {"one": {"$ref": "e"}, "two": {"value": {"$ref": "no"}}}
                },
                "allOf": [{"$ref": "f"}]
            }"##,
        )
        .unwrap();
        let mut found = Vec::new();
        each(&mut value, &mut String::new(), &mut |reference, at| {
            found.push(format!("{reference} {at}"));
            None
        });
        found.sort();
        assert_eq!(
            found,
            [
                "a /paths/~1a",
                "b /components/schemas/example",
                "c /components/schemas/Pet/properties/default",
                "d.yaml /components/schemas/Pet/discriminator",
                "e /components/examples/one",
                "f /allOf/0",
            ]
        );
    }
}
