//! Whether a JSON value has in it what a test wants.

use serde_json::Value;

/// Where the first difference is and what it is: members that are not wanted do not count, lists
/// have to be as long.
pub(super) fn difference(wanted: &Value, got: &Value) -> Option<String> {
    let mut path = String::new();
    find(wanted, got, &mut path)
}

fn find(wanted: &Value, got: &Value, path: &mut String) -> Option<String> {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => wanted.iter().find_map(|(name, wanted)| {
            below(path, name, |path| match got.get(name) {
                Some(got) => find(wanted, got, path),
                None => Some(format!("`{path}` is missing")),
            })
        }),
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            let mut pairs = wanted.iter().zip(got).enumerate();
            pairs.find_map(|(index, (wanted, got))| {
                below(path, &index.to_string(), |path| find(wanted, got, path))
            })
        }
        _ if wanted == got => None,
        _ => Some(format!("`{path}` is {got} and not {wanted}")),
    }
}

fn below(
    path: &mut String,
    name: &str,
    find: impl FnOnce(&mut String) -> Option<String>,
) -> Option<String> {
    let length = path.len();
    path.push('/');
    path.push_str(name);
    let found = find(path);
    path.truncate(length);
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn more_is_no_difference_and_less_is_one() {
        let got = json!({ "a": [1, { "b": 2, "c": 3 }], "d": null });
        assert_eq!(difference(&json!({ "a": [1, { "b": 2 }] }), &got), None);
        assert_eq!(difference(&json!({ "d": null }), &got), None);
        for (wanted, told) in [
            (json!({ "a": [1, { "b": 3 }] }), "`/a/1/b` is 2 and not 3"),
            (json!({ "a": [1] }), "`/a` is [1,{\"b\":2,\"c\":3}] and not [1]"),
            (json!({ "e": null }), "`/e` is missing"),
            (json!(1), "`` is {\"a\":[1,{\"b\":2,\"c\":3}],\"d\":null} and not 1"),
        ] {
            assert_eq!(difference(&wanted, &got).as_deref(), Some(told));
        }
    }
}
