//! Answers against forms.

use toolwright_spec::StringFormat;

use super::{Answers, Form};

#[test]
fn answers_have_to_be_what_was_asked_for() {
    let form = Form::new()
        .string("name", |f| f.min_length(2).max_length(3))
        .integer("age", |f| f.min(0).optional())
        .number("score", |f| f.max(9.5).optional())
        .boolean("ok", |f| f.optional())
        .titled_select("size", [("s", "Small")], |f| f.optional())
        .choices("days", ["sat", "sun"], |f| f.min_items(1).max_items(1).optional())
        .build()
        .unwrap();
    let told = |content: &str| {
        let checked = Answers::from_json(content).and_then(|answers| answers.check(&form));
        checked.map_err(|error| error.to_string())
    };
    let fine = r#"{"name":"Äda","age":7.0,"score":9.5,"ok":true,"size":"s","days":["sat"],"x":1}"#;
    assert_eq!(told(fine), Ok(()));
    for (content, error) in [
        ("{}", "/name: is missing"),
        (r#"{"name":null}"#, "/name: is missing"),
        (r#"{"name":true}"#, "/name: must be text"),
        (r#"{"name":"a"}"#, "/name: must be at least 2 characters"),
        (r#"{"name":"abcd"}"#, "/name: must be at most 3 characters"),
        (r#"{"name":"abc","age":-1}"#, "/age: must be at least 0"),
        (r#"{"name":"abc","age":1.5}"#, "/age: must be a whole number"),
        (r#"{"name":"abc","score":"1"}"#, "/score: must be a number"),
        (r#"{"name":"abc","ok":"yes"}"#, "/ok: must be true or false"),
        (r#"{"name":"abc","size":"Small"}"#, "/size: must be one of the options"),
        (r#"{"name":"abc","days":["mon"]}"#, "/days: must be a list of the options"),
        (r#"{"name":"abc","days":[]}"#, "/days: must be at least 1 of the options"),
    ] {
        assert_eq!(told(content), Err(error.to_owned()), "{content}");
    }
}

#[test]
fn formats_are_held() {
    for (format, good, bad) in [
        (StringFormat::Email, ["a@b.c", "a.b+c@d"], ["a", "a@", "@b", "a b@c", "a@b."]),
        (StringFormat::Uri, ["https://a/b?c", "urn:x"], ["a", "a b", "/a", ":", "https://a b"]),
        (
            StringFormat::Date,
            ["2026-07-28", "2024-02-29"],
            ["2023-02-29", "2026-13-01", "2026-7-28", "28.07.2026", "2026-07-28-1"],
        ),
        (
            StringFormat::DateTime,
            ["2026-07-28T10:00:00Z", "2026-07-28T10:00:00.5+02:00"],
            ["2026-07-28", "2026-07-28T10:00:00", "2026-07-28T24:00:00Z", "2026-07-28T10:00Z", "T"],
        ),
    ] {
        let form = Form::new().string("x", |f| f.format(format)).build().unwrap();
        let fits = |text: &str| {
            let content = serde_json::json!({ "x": text }).to_string();
            Answers::from_json(&content).unwrap().check(&form).is_ok()
        };
        assert!(good.into_iter().all(fits), "{format:?}");
        assert!(!bad.into_iter().any(fits), "{format:?}");
    }
}
