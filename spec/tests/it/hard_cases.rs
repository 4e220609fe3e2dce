//! Texts that protocol types like to damage. Each has to come back as the same text, or to be
//! refused where that is what the case is about.

use toolwright_spec::oracle::roundtrip;

/// Revision, type, text.
type Case = (&'static str, &'static str, &'static str);

const NEW: &str = "2026-07-28";
const OLD: &str = "2025-11-25";

/// Come back letter by letter.
const KEPT: &[Case] = &[
    // Unknown things.
    (NEW, "CallToolResult", r#"{"resultType":"complete","content":[{"src":"x","type":"x-none"}]}"#),
    (NEW, "ServerCapabilities", r#"{"tools":{"listChanged":true,"x":1}}"#),
    (NEW, "Tool", r#"{"name":"a","inputSchema":{"type":"object"},"x-vendor":{"a":[1]}}"#),
    // Absent, empty and null.
    (NEW, "Implementation", r#"{"name":"a","icons":[],"version":"1"}"#),
    (NEW, "ClientCapabilities", r#"{"roots":{}}"#),
    (NEW, "ClientCapabilities", r#"{"elicitation":{"form":{}}}"#),
    (NEW, "ServerCapabilities", r#"{"logging":{}}"#),
    (NEW, "CallToolResult", r#"{"resultType":"complete","content":[],"structuredContent":null}"#),
    (OLD, "CallToolRequestParams", r#"{"name":"a","arguments":{}}"#),
    (OLD, "CallToolRequestParams", r#"{"name":"a"}"#),
    // Numbers.
    (NEW, "ElicitResult", r#"{"action":"accept","content":{"x":3.5}}"#),
    (NEW, "ClientCapabilities", r#"{"experimental":{"a":{"b":1.5,"c":null}}}"#),
    (NEW, "ProgressNotificationParams", r#"{"progressToken":1,"progress":50}"#),
    (NEW, "ModelPreferences", r#"{"intelligencePriority":0.8}"#),
    (OLD, "CallToolRequestParams", r#"{"name":"a","arguments":{"n":1234567890123456789012}}"#),
    // Members that earlier peers leave out.
    (NEW, "CallToolResult", r#"{"content":[]}"#),
    (NEW, "ListToolsResult", r#"{"resultType":"complete","tools":[]}"#),
    // All forms of a form's field.
    (NEW, "PrimitiveSchemaDefinition", r#"{"type":"string","minLength":1}"#),
    (NEW, "PrimitiveSchemaDefinition", r#"{"type":"integer","minimum":18,"default":20}"#),
    (NEW, "PrimitiveSchemaDefinition", r#"{"type":"boolean","default":false}"#),
    (NEW, "PrimitiveSchemaDefinition", r#"{"type":"string","enum":["a","b"],"default":"a"}"#),
    (NEW, "PrimitiveSchemaDefinition", r#"{"type":"string","oneOf":[{"const":"a","title":"A"}]}"#),
    (
        NEW,
        "PrimitiveSchemaDefinition",
        r#"{"type":"array","items":{"anyOf":[{"const":"a","title":"A"}]},"default":[]}"#,
    ),
    (
        NEW,
        "PrimitiveSchemaDefinition",
        r#"{"type":"string","enum":["a","b"],"enumNames":["A","B"]}"#,
    ),
];

/// Come back in another spelling that means the same.
const RESPELT: &[(Case, &str)] = &[(
    (NEW, "ListToolsResult", r#"{"resultType":"complete","ttlMs":300000.0,"tools":[]}"#),
    r#"{"resultType":"complete","ttlMs":300000,"tools":[]}"#,
)];

/// Have to be refused.
const REFUSED: &[Case] = &[
    (NEW, "TextContent", r#"{"type":"image","text":"x"}"#),
    (NEW, "CallToolRequestParams", r#"{"name":"a","arguments":{},"arguments":{}}"#),
];

/// Behave alike in every library looked at, so they do not count among the hard ones.
const SOFT: &[(Case, &str)] = &[
    (
        (NEW, "Implementation", r#"{"name":"a","title":null,"version":"1"}"#),
        r#"{"name":"a","version":"1"}"#,
    ),
    (
        (NEW, "Tool", r#"{"name":"a","inputSchema":{"type":"object","b":1,"a":2}}"#),
        r#"{"name":"a","inputSchema":{"type":"object","b":1,"a":2}}"#,
    ),
];

#[test]
fn there_are_twenty_seven_hard_cases() {
    assert_eq!(KEPT.len() + RESPELT.len() + REFUSED.len(), 27);
}

#[test]
fn what_is_kept_is_kept_letter_by_letter() {
    for module in [None, Some("")] {
        for (revision, name, text) in KEPT {
            check(module.unwrap_or(revision), name, text, text);
        }
    }
}

#[test]
fn what_is_respelt_means_the_same() {
    for module in [None, Some("")] {
        for ((revision, name, text), expected) in RESPELT.iter().chain(SOFT) {
            check(module.unwrap_or(revision), name, text, expected);
        }
    }
}

#[test]
fn what_is_wrong_is_refused() {
    for (revision, name, text) in REFUSED {
        assert!(roundtrip(revision, name, text).unwrap().is_err(), "{name}: {text}");
        assert!(roundtrip("", name, text).unwrap().is_err(), "{name}: {text}");
    }
}

/// Members may move: known ones come in the order of the specification, others last.
fn check(module: &str, name: &str, text: &str, expected: &str) {
    let again = roundtrip(module, name, text).unwrap_or_else(|| panic!("no type {name}"));
    let again = again.unwrap_or_else(|error| panic!("{module} {name}: {error}: {text}"));
    assert_eq!(again, expected, "{module} {name}");
}
