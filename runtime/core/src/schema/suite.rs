//! The official JSON Schema Test Suite, where `JSON_SCHEMA_TEST_SUITE` names its `tests` folder
//! (the source distribution of Python's `jsonschema` carries one).

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{SchemaError, Validator};

/// Files about what is left out on purpose: `format` is an annotation here, vocabularies and
/// remote documents are not read.
const LEFT_OUT: [&str; 4] = ["vocabulary", "format", "refRemote", "default"];

/// Groups that come out differently, known and accepted: `$dynamicRef` and `$recursiveRef` look at
/// the document's root only, not at every resource passed on the way; what stands beside a `$ref`
/// counts in draft-07 too.
const DIFFERENT: [&str; 9] = [
    "2020-12/dynamicRef: multiple dynamic paths to the $dynamicRef keyword",
    "2020-12/dynamicRef: after leaving a dynamic scope, it is not used by a $dynamicRef",
    "2019-09/unevaluatedItems: unevaluatedItems with $recursiveRef",
    "2019-09/unevaluatedProperties: unevaluatedProperties with $recursiveRef",
    "2019-09/recursiveRef: $recursiveRef with nesting",
    "2019-09/recursiveRef: multiple dynamic paths to the $recursiveRef keyword",
    "2019-09/recursiveRef: dynamic $recursiveRef destination (not predictable at schema compile time)",
    "7/ref: ref overrides any sibling keywords",
    "7/ref: $ref prevents a sibling $id from changing the base uri",
];

#[test]
fn official_suite() {
    let Ok(root) = std::env::var("JSON_SCHEMA_TEST_SUITE") else {
        println!("skipped: JSON_SCHEMA_TEST_SUITE is not set");
        return;
    };
    let mut failures = Vec::new();
    let (mut passed, mut external) = (0, 0);
    for draft in ["2020-12", "2019-09", "7"] {
        for entry in fs::read_dir(Path::new(&root).join(format!("draft{draft}"))).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if path.is_dir() || LEFT_OUT.contains(&stem.as_str()) {
                continue;
            }
            let groups: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            for group in groups.as_array().unwrap() {
                let name = format!("{draft}/{stem}: {}", group["description"].as_str().unwrap());
                if DIFFERENT.contains(&name.as_str()) {
                    continue;
                }
                let validator = match Validator::new(&group["schema"].to_string()) {
                    Ok(validator) => validator,
                    Err(SchemaError::External { .. } | SchemaError::Dialect { .. }) => {
                        external += 1;
                        continue;
                    }
                    Err(error) => {
                        failures.push(format!("{name}: {error}"));
                        continue;
                    }
                };
                for case in group["tests"].as_array().unwrap() {
                    let valid = validator.validate_value(&case["data"]).is_ok();
                    if valid == case["valid"].as_bool().unwrap() {
                        passed += 1;
                    } else {
                        failures.push(format!("{name}: {}", case["description"]));
                    }
                }
            }
        }
    }
    println!("{passed} passed, {external} schemas need other documents");
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}
