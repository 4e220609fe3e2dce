//! Overlays: changes to a document that are kept in a file of their own.
//!
//! Specification: OpenAPI Overlay 1.0, and what 1.1 added to it (`copy`, values that are replaced).
//!
//! ```
//! use toolwright_codegen::{overlay, source::Document};
//!
//! let api = "{openapi: 3.1.0, paths: {/pets: {get: {summary: Pets}, delete: {}}}}";
//! let api = Document::parse("pets.yaml", api.as_bytes()).unwrap();
//! let changes = "
//! overlay: 1.0.0
//! info: {title: What models need to know, version: 1.0.0}
//! actions:
//!   - target: $.paths[*].delete
//!     remove: true
//!   - target: $.paths['/pets'].get
//!     update: {operationId: listPets}
//! ";
//! let changes = Document::parse("changes.yaml", changes.as_bytes()).unwrap();
//! let api = overlay::apply(api, &changes).unwrap();
//! assert_eq!(api.root()["paths"]["/pets"]["get"]["operationId"], "listPets");
//! assert!(api.root().pointer("/paths/~1pets/delete").is_none());
//! ```

mod action;

use crate::json::Value;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::pointer::join;
use crate::source::Document;
use action::{Action, Fault};

/// The document as `overlay` changes it, its actions in order. A target that names nothing is a
/// warning among the document's findings. Lines stay known for what was there before.
///
/// # Errors
/// All that is wrong with the overlay; then nothing is changed.
pub fn apply(document: Document, overlay: &Document) -> Result<Document, Vec<Diagnostic>> {
    let actions = read(overlay)?;
    let mut root = serde_json::Value::from(document.root());
    let mut findings = Vec::new();
    let mut wrong = Vec::new();
    for (action, at) in &actions {
        match action.run(&mut root) {
            Ok(0) => {
                let message = format!("`{}` is nowhere in {}", action.target(), document.file());
                findings.push(overlay.finding(code::OVERLAY_TARGET, at, message));
            }
            Ok(_) => {}
            Err(Fault { member, message }) => {
                wrong.push(overlay.finding(code::OVERLAY, &within(at, member), message));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(document.changed(root.into(), findings))
}

/// The actions, and where they stand.
fn read(overlay: &Document) -> Result<Vec<(Action<'_>, String)>, Vec<Diagnostic>> {
    let wrong = |at: &str, message: String| overlay.finding(code::OVERLAY, at, message);
    let root = overlay.root();
    let version = root.get("overlay").map(|version| match version {
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    });
    match version.as_deref() {
        Some(version) if version == "1" || version.starts_with("1.") => {}
        Some(version) => {
            let message = format!("there is no version `{version}` of overlays that is understood");
            return Err(vec![wrong("/overlay", message)]);
        }
        None => {
            let message = "this is no overlay: it has no member `overlay` with a version";
            return Err(vec![wrong("", message.to_owned())]);
        }
    }
    let Some(list) = root.get("actions").and_then(Value::as_array) else {
        return Err(vec![wrong("/actions", "an overlay has a list of `actions`".to_owned())]);
    };
    let (mut actions, mut faults) = (Vec::new(), Vec::new());
    for (index, source) in list.iter().enumerate() {
        let at = join("/actions", &index.to_string());
        match Action::read(source) {
            Ok(action) => actions.push((action, at)),
            Err(Fault { member, message }) => faults.push(wrong(&within(&at, member), message)),
        }
    }
    if faults.is_empty() { Ok(actions) } else { Err(faults) }
}

fn within(action: &str, member: &str) -> String {
    if member.is_empty() { action.to_owned() } else { join(action, member) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(api: &str, actions: &str) -> Result<Document, Vec<Diagnostic>> {
        let api = Document::parse("api.yaml", api.as_bytes()).unwrap();
        let text = format!("overlay: 1.1.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        apply(api, &Document::parse("changes.yaml", text.as_bytes()).unwrap())
    }

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn changes_are_made_as_the_specification_says() {
        for (api, actions, expected) in [
            // Objects are merged, lists are lengthened, all else is replaced.
            (
                "a: {b: {c: 1, d: [1]}}",
                "- {target: $.a, update: {b: {c: 2, d: [2], e: 3}}}",
                r#"{"a": {"b": {"c": 2, "d": [1, 2], "e": 3}}}"#,
            ),
            ("a: [1]", "- {target: $.a, update: {x: 1}}", r#"{"a": [1, {"x": 1}]}"#),
            ("a: [1]", "- {target: $.a, update: [2, 3]}", r#"{"a": [1, 2, 3]}"#),
            ("a: 1", "- {target: $.a, update: two}", r#"{"a": "two"}"#),
            ("a: 1", "- {target: $, update: {b: 2}}", r#"{"a": 1, "b": 2}"#),
            // Removing, also several of one list, goes before updating.
            ("a: [1, 2, 3, 4]", "- {target: '$.a[?@ > 2]', remove: true}", r#"{"a": [1, 2]}"#),
            ("a: {b: 1}\nc: {b: 2}", "- {target: $..b, remove: true}", r#"{"a": {}, "c": {}}"#),
            ("a: 1\nb: 1", "- {target: $.a, remove: true, update: 2}", r#"{"b": 1}"#),
            ("a: {b: {b: 1}}", "- {target: $..b, remove: true}", r#"{"a": {}}"#),
            ("a: 1", "- {target: $.a, remove: false}", r#"{"a": 1}"#),
            // One after another.
            (
                "a: {}",
                "- {target: $.a, update: {b: {}}}\n- {target: $.a.b, update: {c: 1}}",
                r#"{"a": {"b": {"c": 1}}}"#,
            ),
            (
                "a: {x: 1}\nb: {y: 2}",
                "- {target: $.b, copy: $.a}",
                r#"{"a": {"x": 1}, "b": {"x": 1, "y": 2}}"#,
            ),
            (
                "p: {/x: {get: {tags: [t]}, put: {}}}",
                "- {target: \"$.p.*[?@.tags[?@=='t']]\", update: {z: 1}}",
                r#"{"p": {"/x": {"get": {"tags": ["t"], "z": 1}, "put": {}}}}"#,
            ),
        ] {
            let document = changed(api, actions).unwrap();
            assert_eq!(document.root(), &json(expected), "{actions}");
            assert!(document.findings().is_empty(), "{actions}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_all_at_once_and_where() {
        let wrong = changed(
            "a: 1\nb: {}",
            "- target: $.a[\n  remove: true\n- {update: 1}\n- {target: $.a}\n- {target: $.a, remove: yes}\n- 5\n",
        )
        .unwrap_err();
        let places: Vec<_> = wrong.iter().map(|one| (one.line.unwrap(), &*one.pointer)).collect();
        assert_eq!(
            places,
            [
                (4, "/actions/0/target"),
                (6, "/actions/1/target"),
                (7, "/actions/2/update"),
                (8, "/actions/3/remove"),
                (9, "/actions/4"),
            ]
        );
        assert!(wrong.iter().all(|one| one.file == "changes.yaml"));
        for actions in [
            "- {target: $, remove: true}",
            "- {target: $.b, update: text}",
            "- {target: $.a, copy: $.none}",
            "- {target: $.a, copy: '$.*'}",
        ] {
            assert_eq!(changed("a: 1\nb: {}", actions).unwrap_err().len(), 1, "{actions}");
        }
        let text = Document::parse("x.yaml", b"actions: []").unwrap();
        assert_eq!(apply(text.clone(), &text).unwrap_err()[0].code, "TW0901");
    }

    #[test]
    fn targets_that_are_nowhere_are_told() {
        let document = changed("a: 1", "- {target: $.b, remove: true}").unwrap();
        assert_eq!(document.findings()[0].code, "TW0902");
        assert_eq!(document.findings()[0].line, Some(4));
        assert_eq!(document.line("/a"), Some(1));
    }
}
