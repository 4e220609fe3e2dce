//! Field selection: what is left of a JSON reply once only some paths are kept.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::descriptor::Fields;
use super::json::{Lenient, Members, steps};

/// Values below this many levels are kept whole.
const DEPTH: usize = 64;

/// The paths that are kept, as a tree; a node without branches keeps everything below it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Keep(BTreeMap<String, Keep>);

/// Keeps the fields that the operator configured and, of those, the ones that the call asks for.
/// `None`: all of them.
pub(crate) fn select(
    fields: Option<&Fields>,
    arguments: &RawValue,
    json: &RawValue,
) -> Option<Box<RawValue>> {
    let fields = fields?;
    let asked = asked(fields, arguments);
    let paths = match &asked {
        Some(asked) => {
            // The schema says so as well; here it holds for callers that don't validate.
            let known = |path: &&String| fields.keep.is_empty() || fields.keep.contains(path);
            asked.iter().filter(known).collect()
        }
        None => fields.keep.iter().collect::<Vec<_>>(),
    };
    let keep = Keep::of(&paths);
    if keep.0.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(json.get().len());
    keep.write(json, DEPTH, &mut out);
    RawValue::from_string(out).ok()
}

/// The paths that the call asks for; none is as good as no argument.
fn asked(fields: &Fields, arguments: &RawValue) -> Option<Vec<String>> {
    let value = Members::parse(arguments.get()).ok()?.find(fields.argument.as_ref()?)?;
    serde_json::from_str::<Vec<String>>(value.get()).ok().filter(|paths| !paths.is_empty())
}

impl Keep {
    fn of(paths: &[&String]) -> Self {
        let mut root = Self::default();
        // Shorter ones last: what keeps a whole wins over what keeps a part of it.
        let mut paths = paths.to_vec();
        paths.sort_by_key(|path| std::cmp::Reverse(path.matches('/').count()));
        for path in paths {
            let mut node = &mut root;
            for step in steps(path) {
                node = node.0.entry(step).or_default();
            }
            node.0.clear();
        }
        root
    }

    fn write(&self, json: &RawValue, depth: usize, out: &mut String) {
        let text = json.get();
        if self.0.is_empty() || depth == 0 {
            return out.push_str(text);
        }
        match text.as_bytes().first() {
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(text) {
                Ok(items) => {
                    out.push('[');
                    for (index, item) in items.into_iter().enumerate() {
                        if index > 0 {
                            out.push(',');
                        }
                        self.write(item, depth - 1, out);
                    }
                    out.push(']');
                }
                Err(_) => out.push_str(text),
            },
            Some(b'{') => match Lenient::parse(text) {
                Ok(members) => self.members(&members, depth, out),
                Err(_) => out.push_str(text),
            },
            _ => out.push_str(text),
        }
    }

    fn members(&self, members: &Lenient<'_>, depth: usize, out: &mut String) {
        out.push('{');
        let mut between = "";
        for (name, value) in &members.0 {
            let Some(below) = self.0.get(name).or_else(|| self.0.get("*")) else {
                continue;
            };
            out.push_str(between);
            out.push_str(&serde_json::Value::from(name.as_str()).to_string());
            out.push(':');
            below.write(value, depth - 1, out);
            between = ",";
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(keep: &[&str], arguments: &str, json: &str) -> String {
        let keep = keep.iter().map(|path| (*path).to_owned()).collect();
        let fields = Fields { keep, argument: Some("fields".to_owned()) };
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let json = raw(json);
        select(Some(&fields), &raw(arguments), &json).unwrap_or(json).get().to_owned()
    }

    const PAGE: &str = r#"{"books":[{"id":1.50,"a":{"x":1,"y":2}},{"id":2,"a":null}],"a/b":{"k":{"v":1}},"n":"é"}"#;

    #[test]
    fn paths_go_through_lists_and_keep_digits() {
        for (keep, left) in [
            (&["/books/id"][..], r#"{"books":[{"id":1.50},{"id":2}]}"#),
            (&["/books/a/y", "/n"], r#"{"books":[{"a":{"y":2}},{"a":null}],"n":"é"}"#),
            (&["/books/a/y", "/books/a"], r#"{"books":[{"a":{"x":1,"y":2}},{"a":null}]}"#),
            (&["/a~1b/*/v"], r#"{"a/b":{"k":{"v":1}}}"#),
            (&["/nothing"], "{}"),
            (&[], PAGE),
        ] {
            assert_eq!(selected(keep, "{}", PAGE), left, "{keep:?}");
        }
        assert_eq!(selected(&["/id"], "{}", r#"[{"id":1,"x":2},3]"#), r#"[{"id":1},3]"#);
    }

    #[test]
    fn the_call_chooses_among_what_is_kept() {
        let both = ["/books/id", "/n"];
        assert_eq!(selected(&both, r#"{"fields":["/n"]}"#, PAGE), r#"{"n":"é"}"#);
        assert_eq!(selected(&[], r#"{"fields":["/n"]}"#, PAGE), r#"{"n":"é"}"#);
        let all = selected(&both, "{}", PAGE);
        assert_eq!(selected(&both, r#"{"fields":[]}"#, PAGE), all);
    }
}
