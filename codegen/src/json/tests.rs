//! The tree against that of serde_json, and what copies of it share.

use std::path::Path;

use super::{List, Map, Text, Value, json};

/// Reads a text, and compares all that can be asked of it with what serde_json makes of it.
#[track_caller]
fn same(text: &str) -> Value {
    let (ours, theirs) = (serde_json::from_str(text), serde_json::from_str(text));
    let (ours, theirs): (Value, serde_json::Value) = (ours.unwrap(), theirs.unwrap());
    assert_eq!(ours, theirs);
    assert_eq!(theirs, ours);
    assert_eq!(ours.to_string(), theirs.to_string());
    assert_eq!(format!("{ours:#}"), format!("{theirs:#}"));
    assert_eq!(serde_json::to_string(&ours).unwrap(), theirs.to_string());
    assert_eq!(Value::from(theirs.clone()), ours);
    assert_eq!(serde_json::Value::from(&ours), theirs);
    assert_eq!(serde_json::to_value(&ours).unwrap(), theirs);
    ours
}

#[test]
fn it_reads_and_writes_as_serde_json_does() {
    for text in [
        "null",
        "[true, false, [], {}, \"\"]",
        r#"{"b": 1, "a": {"é\n\"\\\u0001": "\ud83d\ude00"}, "": null, "B": [[{}]]}"#,
        r#"{"a": 1, "b": 2, "a": {"last": "wins"}}"#,
        "[0, -0, -0.0, 0.0, 1.0, 1e3, 1.5e-300, 1e308]",
        "[9223372036854775807, 9223372036854775808, -9223372036854775808, 18446744073709551615]",
        "[18446744073709551616, -9223372036854775809, 123456789012345678901234567890]",
    ] {
        same(text);
    }
    for text in ["1e400", "[1,]", "{\"a\": 1,}", "{a: 1}", "nul", "", "[1] 2"] {
        let (ours, theirs) = (
            serde_json::from_str::<Value>(text).map_err(|error| error.to_string()),
            serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string()),
        );
        assert_eq!(ours.unwrap_err(), theirs.unwrap_err());
    }
}

#[test]
fn documents_are_read_as_serde_json_reads_them() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/openapi");
    let Ok(entries) = std::fs::read_dir(&shared) else {
        eprintln!("skipped: there is no {}", shared.display());
        return;
    };
    let paths = entries.flatten().map(|entry| entry.path());
    for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        same(&text);
    }
}

#[test]
fn what_nests_deep_is_read_and_dropped() {
    let text = format!("{}1{}", "[{\"a\":".repeat(60), "}]".repeat(60));
    same(&text);
    let deep = "[".repeat(200) + &"]".repeat(200);
    let error = serde_json::from_str::<Value>(&deep).unwrap_err().to_string();
    assert!(error.starts_with("recursion limit"), "{error}");
}

#[test]
fn it_is_compact() {
    assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
    assert_eq!(size_of::<(Text, Value)>(), 40);
    let value = same(r#"[{"some name": "some text"}, {"some name": "some text"}]"#);
    let [first, second] = &**value.as_array().unwrap() else { panic!("{value}") };
    assert!(first["some name"].is_same(&second["some name"]));
    let names = [first, second].map(|one| one.as_object().unwrap().keys().next().unwrap());
    assert!(names[0].is_same(names[1]));
    assert!(Text::from("properties").is_same(&"properties".to_owned().into()));
}

#[test]
fn members_keep_their_order() {
    let mut map = Map::new();
    for (name, value) in [("b", 1), ("a", 2), ("é", 3), ("B", 4), ("ab", 5), ("a", 6)] {
        map.insert(name, value);
    }
    assert_eq!(map.keys().map(Text::as_str).collect::<Vec<_>>(), ["B", "a", "ab", "b", "é"]);
    assert_eq!((map.len(), map.get("a")), (5, Some(&6.into())));
    assert_eq!(map.insert("b", "x"), Some(1.into()));
    assert_eq!(map.remove("b"), Some("x".into()));
    assert_eq!((map.remove("b"), map.get("none"), map.contains_key("ab")), (None, None, true));
    map.retain(|name, _| name.len() == 1);
    map.insert_new("a", || panic!("it is there"));
    map.insert_new("c", || json!([]));
    map.extend([("d", 1), ("a", 7)]);
    assert_eq!(Value::Object(map.clone()), json!({"B": 4, "a": 7, "c": [], "d": 1}));
    let many: Map = (0..500).map(|n| (format!("k{}", n * 7 % 500), n)).collect();
    assert!(many.keys().is_sorted() && many.len() == 500);
    assert!((0..500).all(|n| many.get(&format!("k{}", n * 7 % 500)) == Some(&n.into())));
}

#[test]
fn copies_do_not_see_each_others_changes() {
    let original = json!({"a": {"b": [1, {"c": 2}]}, "d": "text"});
    let mut copy = original.clone();
    assert!(copy.is_same(&original));
    copy["a"]["b"][1]["c"] = json!(3);
    copy.as_object_mut().unwrap().remove("d");
    copy.pointer_mut("/a/b").unwrap().as_array_mut().unwrap().push(4);
    assert_eq!(original, json!({"a": {"b": [1, {"c": 2}]}, "d": "text"}));
    assert_eq!(copy, json!({"a": {"b": [1, {"c": 3}, 4]}}));
    let mut list: List = [1, 2, 3].into_iter().collect();
    let before = list.clone();
    list.retain(|one| *one != 2);
    assert_eq!((list.remove(5), list.remove(0)), (None, Some(1.into())));
    list.insert(9, json!("end"));
    assert_eq!((&*list, before.len()), (&[json!(3), json!("end")][..], 3));
}

#[test]
fn what_nobody_changes_stays_shared() {
    let original = json!({"a": {"x": {}, "y": 1}, "b": [[1], [2]], "c": "text"});
    let mut copy = original.clone();
    let members = copy.as_object_mut().unwrap();
    members.update(|_, value| {
        if let Value::Object(inner) = value {
            inner.update(|_, _| {});
            inner.retain(|_, _| true);
            inner.remove("none");
            inner.insert("y", 1);
        }
        if let Value::Array(items) = value {
            items.update(|_| {});
            items.retain(|_| true);
        }
    });
    members.update_one("c", |_| {});
    assert_eq!(copy.pointer_mut("/a/none"), None);
    assert!(copy.is_same(&original));
    copy.as_object_mut().unwrap().update(|key, value| {
        if key == "a" {
            *value = json!(0);
        }
    });
    copy.as_object_mut().unwrap().update_one("c", |value| *value = json!("other"));
    assert_eq!(copy, json!({"a": 0, "b": [[1], [2]], "c": "other"}));
    assert!(copy["b"].is_same(&original["b"]));
    assert_eq!((&original["c"], &original["a"]["y"]), (&json!("text"), &json!(1)));
    assert!(json!({"x": 1}).or_same(&original["a"]) == json!({"x": 1}));
    assert!(json!({"x": {}, "y": 1}).or_same(&original["a"]).is_same(&original["a"]));
    assert!(json!([original["b"]])[0].is_same(&original["b"]));
}

#[test]
fn parts_are_found_as_serde_json_finds_them() {
    let value = same(r#"{"a/b": [{"~": 1}, 2], "": {"00": 3}}"#);
    let theirs = serde_json::Value::from(&value);
    for pointer in
        ["", "/", "/a~1b/0/~0", "/a~1b/1", "/a~1b/01", "/a~1b/+1", "/a~1b/2", "//00", "x", "/a"]
    {
        assert_eq!(value.pointer(pointer).map(Into::into), theirs.pointer(pointer).cloned());
    }
    assert_eq!(value["a/b"][1], 2);
    assert_eq!(value["a/b"][7]["none"], Value::Null);
    assert!(value.get("a/b").is_some_and(|list| list.get(0).is_some() && list.get("0").is_none()));
}
