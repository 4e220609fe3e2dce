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
/// begins with `at`). Mappings of discriminators are references too where they are no mere names.
pub(super) fn each(value: &mut Value, at: &mut String, visit: &mut impl FnMut(&mut String, &str)) {
    walk(value, at, false, visit);
}

fn walk(
    value: &mut Value,
    at: &mut String,
    named: bool,
    visit: &mut impl FnMut(&mut String, &str),
) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                step(at, &index.to_string(), |at| walk(item, at, false, visit));
            }
        }
        Value::Object(members) => {
            // A member of that name is an object, so a text is a reference even among names.
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                visit(reference, at);
            }
            for (key, member) in members {
                step(at, key, |at| match key.as_str() {
                    _ if named => walk(member, at, false, visit),
                    "examples" => examples(member, at, visit),
                    "discriminator" => mapping(member, at, visit),
                    data if DATA.contains(&data) || data.starts_with("x-") => {}
                    key => walk(member, at, NAMED.contains(&key), visit),
                });
            }
        }
        _ => {}
    }
}

/// Examples of OpenAPI may be references; what they hold is data.
fn examples(value: &mut Value, at: &mut String, visit: &mut impl FnMut(&mut String, &str)) {
    for (key, example) in value.as_object_mut().into_iter().flatten() {
        if let Some(Value::String(reference)) = example.get_mut("$ref") {
            step(at, key, |at| visit(reference, at));
        }
    }
}

fn mapping(value: &mut Value, at: &str, visit: &mut impl FnMut(&mut String, &str)) {
    let targets = value.get_mut("mapping").and_then(Value::as_object_mut);
    for target in targets.into_iter().flat_map(|targets| targets.values_mut()) {
        if let Value::String(target) = target
            && target.contains(['#', '/', '.'])
        {
            visit(target, at);
        }
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
