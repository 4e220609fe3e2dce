//! The chain that ties the superset to every revision: a value of the superset, made to fit, has
//! to be a value of the revision's exact type and valid under its official schema, with nothing in
//! it that the revision does not know.

use serde_json::Value;
use toolwright_spec::Revision;
use toolwright_spec::oracle::{fit, roundtrip};

use super::generate::{Generator, Mode, exists, extension, model};
use super::schemas::{defines, strict, validator};
use super::tree;

/// Seeds for each mode that draws.
const DRAWS: u64 = 8;

#[test]
fn every_value_fits_every_revision_that_has_its_type() {
    let model = model();
    let (mut values, mut pairs, mut validated) = (0, 0, 0);
    let mut failures = Vec::new();
    for (name, def) in model["types"].as_object().unwrap() {
        if def["kind"] == "alias" || matches!(name.as_str(), "RequestId" | "ProgressToken") {
            continue;
        }
        for revision in Revision::ALL.iter().filter(|one| exists(def, one.as_str())) {
            pairs += 1;
            let exact = exact_name(name, *revision);
            let official =
                if exact == name { def["official"].as_str().unwrap_or(name) } else { exact };
            // The official definition of that name is a base of both alternatives.
            let defined = defines(revision.as_str(), official) && name != "ResourceContents";
            validated += usize::from(defined);
            for value in samples(&model, name, def, revision.as_str()) {
                values += 1;
                if let Err(problem) =
                    chain(*revision, name, exact, defined.then_some(official), &value)
                {
                    failures.push(format!("{revision} {name}: {problem}\n  value {value}"));
                }
            }
        }
    }
    failures.sort();
    failures.dedup_by_key(|failure| failure.split(": ").next().map(str::to_owned));
    let shown = failures.iter().take(30).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {values} values:\n{shown}", failures.len());
    println!("{values} values of {pairs} types and revisions, {validated} with a schema");
    assert!(values > 5_000 && pairs > 400 && validated > 250, "{values} {pairs} {validated}");
}

/// All absent, all present, some drawn; for each alternative of a union.
fn samples(model: &Value, name: &str, def: &Value, revision: &str) -> Vec<Value> {
    let variants = def["variants"].as_array().map_or(1, Vec::len);
    let mut out = Vec::new();
    for variant in 0..variants {
        let mut sample = |mode, seed| {
            out.push(Generator::new(model, revision, mode, seed).named(name, variant));
        };
        sample(Mode::Minimal, 1);
        for seed in 0..DRAWS {
            sample(Mode::Full, seed * 31 + 7);
            sample(Mode::Random, seed * 17 + 3);
        }
    }
    out
}

/// What a revision calls a type of the superset, where that is something else.
fn exact_name(name: &str, revision: Revision) -> &str {
    match name {
        "ResourceTemplateReference" if revision <= Revision::V2025_03_26 => "ResourceReference",
        "LegacyTitledEnumSchema" if revision <= Revision::V2025_06_18 => "EnumSchema",
        "ElicitRequestFormParams" if revision <= Revision::V2025_06_18 => "ElicitRequestParams",
        "ListRootsRequestParams" if revision <= Revision::V2025_11_25 => "RequestParams",
        _ => name,
    }
}

fn chain(
    revision: Revision,
    name: &str,
    exact: &str,
    definition: Option<&str>,
    value: &Value,
) -> Result<(), String> {
    let text = value.to_string();
    let fitted = fit(revision, name, &text).ok_or("no superset type")?;
    let fitted = fitted.map_err(|error| format!("not of the superset: {error}"))?;
    let fitted = fitted.map_err(|error| format!("does not fit: {error}"))?;
    let Some(exact) = roundtrip(revision.as_str(), exact, &fitted) else {
        // Folding makes a union of what may answer a request in any revision.
        let folded = name.ends_with("Outcome") && definition.is_none();
        return if folded { Ok(()) } else { Err("no exact type".to_owned()) };
    };
    let exact = exact.map_err(|error| format!("not of the exact type: {error}: {fitted}"))?;
    if tree(&exact) != tree(&fitted) {
        return Err(format!("the exact type turned {fitted} into {exact}"));
    }
    let Some(definition) = definition else {
        return Ok(());
    };
    let instance = tree(&fitted);
    let valid = strict(revision.as_str(), definition).validate(&instance);
    valid.map_err(|error| format!("not valid at {}: {error}: {fitted}", error.instance_path()))
}

/// The tasks extension has exact types only; they lean on those of the superset.
#[test]
fn every_value_of_the_tasks_extension_is_valid() {
    const NAME: &str = "ext-tasks";
    // As if it were part of the revision whose types it was written with.
    let base = Revision::V2026_07_28.as_str();
    let mut model = model();
    let types = extension(NAME, base)["types"].as_object().unwrap().clone();
    model["types"].as_object_mut().unwrap().extend(types.clone());
    let mut validated = 0;
    for (name, def) in types.iter().filter(|(_, def)| def["kind"] != "alias") {
        let official = def["official"].as_str().unwrap_or(name);
        for value in samples(&model, name, def, base) {
            let text = value.to_string();
            let again = roundtrip(NAME, name, &text).unwrap_or_else(|| panic!("no {name}"));
            let again = again.unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
            assert_eq!(tree(&again), tree(&text), "{name}");
            if defines(NAME, official) {
                validated += 1;
                let instance = tree(&again);
                let valid = validator(NAME, official).validate(&instance);
                valid.unwrap_or_else(|error| panic!("{name}: {error}: {again}"));
            }
        }
    }
    assert!(validated > 200, "{validated}");
}

#[test]
fn what_a_revision_cannot_express_is_an_error() {
    let audio = r#"{"content":[{"type":"audio","data":"aGk=","mimeType":"audio/wav"}]}"#;
    let error = fit(Revision::V2024_11_05, "CallToolResult", audio).unwrap().unwrap().unwrap_err();
    assert_eq!(error.pointer(), "/content/0");
    assert_eq!(error.what(), "ContentBlock::Audio");
    assert_eq!(error.revision(), Revision::V2024_11_05);
    let text = "at /content/0: ContentBlock::Audio does not exist in revision 2024-11-05";
    assert_eq!(error.to_string(), text);
    assert!(fit(Revision::V2025_03_26, "CallToolResult", audio).unwrap().unwrap().is_ok());

    let many =
        r#"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#;
    let error = fit(Revision::V2025_06_18, "SamplingMessage", many).unwrap().unwrap().unwrap_err();
    assert_eq!(error.pointer(), "/content");
}

#[test]
fn fitting_drops_supplies_and_keeps() {
    let fitted = |revision, name, text| fit(revision, name, text).unwrap().unwrap().unwrap();
    let result = r#"{"content":[],"structuredContent":[1],"x":1}"#;
    assert_eq!(
        fitted(Revision::V2026_07_28, "CallToolResult", result),
        r#"{"resultType":"complete","content":[],"structuredContent":[1],"x":1}"#
    );
    // Until 2025-11-25 structured content had to be an object; unknown members stay.
    assert_eq!(fitted(Revision::V2025_11_25, "CallToolResult", result), r#"{"content":[],"x":1}"#);
    let one = r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#;
    assert_eq!(
        fitted(Revision::V2025_06_18, "SamplingMessage", one),
        r#"{"role":"user","content":{"type":"text","text":"a"}}"#
    );
}
