//! What the values of an enumeration mean, where documents say so in ways of their own.

use crate::json::{Map, Value};

use super::super::context::Context;
use super::super::text::SCHEMA_LIMIT;

const NAMES: [&str; 4] = ["x-enum-varnames", "x-enumNames", "x-enum-names", "x-enumVarnames"];
const WORDS: [&str; 2] = ["x-enum-descriptions", "x-enumDescriptions"];

/// Puts the meaning of values into the description: their descriptions, and the names of those that
/// are no text.
pub(super) fn add(cx: &mut Context<'_>, source: &Map, out: &mut Map, at: &str) {
    let Some(Value::Array(values)) = source.get("enum") else { return };
    let lines: Vec<String> = values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let find = |keys: &[&str]| {
                let lists = keys.iter().filter_map(|key| source.get(key));
                let mut texts = lists.filter_map(|list| match list {
                    Value::Array(texts) => texts.get(index)?.as_str(),
                    texts => texts.get(&shown)?.as_str(),
                });
                texts.next().map(str::trim).filter(|text| !text.is_empty() && *text != shown)
            };
            let name = find(&NAMES).filter(|_| !value.is_string());
            match (name, find(&WORDS)) {
                (Some(name), Some(words)) => Some(format!("- {shown} ({name}): {words}")),
                (Some(text), None) | (None, Some(text)) => Some(format!("- {shown}: {text}")),
                (None, None) => None,
            }
        })
        .collect();
    if lines.is_empty() {
        return;
    }
    let own = out.get("description").and_then(Value::as_str).unwrap_or_default();
    let space = if own.is_empty() { "" } else { "\n\n" };
    let text = cx.text(&format!("{own}{space}{}", lines.join("\n")), SCHEMA_LIMIT, at);
    out.insert("description", text);
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use crate::pass::context::Dialect;

    #[test]
    fn values_are_explained() {
        for (source, expected) in [
            (
                r#"{"enum": [0, 1], "x-enum-varnames": ["Off", "On"], "description": "State"}"#,
                Some("State\n\n- 0: Off\n- 1: On"),
            ),
            (
                r#"{"enum": [0, 1], "x-enumNames": ["Off", "On"], "x-enumDescriptions": {"1": "burns"}}"#,
                Some("- 0: Off\n- 1 (On): burns"),
            ),
            (r#"{"enum": ["a", "b"], "x-enum-descriptions": ["first"]}"#, Some("- a: first")),
            (r#"{"enum": ["a"], "x-enum-varnames": ["A"]}"#, None),
            (r#"{"enum": 5, "x-enum-varnames": ["A"]}"#, None),
        ] {
            let (value, _) = run(source, Dialect::Json);
            assert_eq!(value["description"].as_str(), expected, "{source}");
        }
    }
}
