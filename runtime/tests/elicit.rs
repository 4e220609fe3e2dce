//! `#[derive(Elicit)]` from the struct to the form, and back from the answers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::{Value, json};
use toolwright::Elicit;
use toolwright::elicit::{Answers, ElicitError};

const LOWEST: f64 = -1.5;

#[derive(Debug, PartialEq, Elicit)]
struct Everything {
    /// Who you are
    ///
    /// In full.
    #[elicit(title = "Name", default = "John Doe", min_length = 2, max_length = 20)]
    name: String,
    #[elicit(description = "Where to write", format = "email")]
    email: Option<String>,
    #[elicit(name = "since", format = "date-time")]
    joined: Option<String>,
    age: u8,
    #[elicit(min = -3, max = 3, default = -1)]
    mood: i32,
    big: Option<i64>,
    #[elicit(min = LOWEST, max = 9.5)]
    score: f64,
    #[elicit(default = true)]
    verified: bool,
    #[elicit(default = Status::Active)]
    status: Status,
    size: Option<Size>,
    #[elicit(min_items = 1, max_items = 2)]
    sizes: Vec<Size>,
    #[elicit(default = [Status::InactiveNow])]
    statuses: Vec<Status>,
    #[elicit(not_a_secret)]
    token_count: Option<u32>,
    r#type: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Elicit)]
#[elicit(rename_all = "snake_case")]
enum Status {
    Active,
    InactiveNow,
}

#[derive(Debug, Clone, Copy, PartialEq, Elicit)]
enum Size {
    #[elicit(name = "s", title = "Small")]
    Small,
    #[elicit(title = "Large")]
    Large,
    Other,
}

#[derive(Debug, PartialEq, Elicit)]
struct Nothing {}

fn read<T: Elicit>(answers: &Value) -> Result<T, ElicitError> {
    Answers::from_json(&answers.to_string())?.accept()
}

#[test]
fn the_struct_is_the_form() {
    let sizes = json!([
        { "const": "s", "title": "Small" },
        { "const": "Large", "title": "Large" },
        { "const": "Other", "title": "Other" },
    ]);
    let statuses = json!(["active", "inactive_now"]);
    assert_eq!(
        serde_json::to_value(Everything::schema()).unwrap(),
        json!({
            "type": "object",
            "properties": {
                "name": {
                    "type": "string", "title": "Name", "description": "Who you are\n\nIn full.",
                    "default": "John Doe", "minLength": 2, "maxLength": 20,
                },
                "email": { "type": "string", "description": "Where to write", "format": "email" },
                "since": { "type": "string", "format": "date-time" },
                "age": { "type": "integer", "minimum": 0, "maximum": 255 },
                "mood": { "type": "integer", "minimum": -3, "maximum": 3, "default": -1 },
                "big": { "type": "integer" },
                "score": { "type": "number", "minimum": -1.5, "maximum": 9.5 },
                "verified": { "type": "boolean", "default": true },
                "status": { "type": "string", "enum": statuses, "default": "active" },
                "size": { "type": "string", "oneOf": sizes },
                "sizes": {
                    "type": "array", "items": { "anyOf": sizes }, "minItems": 1, "maxItems": 2,
                },
                "statuses": {
                    "type": "array", "items": { "type": "string", "enum": statuses },
                    "default": ["inactive_now"],
                },
                "token_count": { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 },
                "type": { "type": "boolean" },
            },
            "required": ["age", "score", "sizes"],
        })
    );
    let nothing = serde_json::to_value(Nothing::schema()).unwrap();
    assert_eq!(nothing, json!({ "type": "object", "properties": {} }));
}

#[test]
fn what_is_left_out_has_its_default() {
    let answers = json!({ "age": 7, "score": 1, "sizes": ["s", "Other"], "email": null });
    assert_eq!(
        read::<Everything>(&answers).unwrap(),
        Everything {
            name: "John Doe".to_owned(),
            email: None,
            joined: None,
            age: 7,
            mood: -1,
            big: None,
            score: 1.0,
            verified: true,
            status: Status::Active,
            size: None,
            sizes: vec![Size::Small, Size::Other],
            statuses: vec![Status::InactiveNow],
            token_count: None,
            r#type: None,
        }
    );
    assert_eq!(read(&json!({ "more": 1 })), Ok(Nothing {}));
}

#[test]
fn what_is_filled_in_is_read() {
    let answers = json!({
        "name": "Ada", "email": "a@b.c", "since": "2026-07-28T10:00:00Z", "age": 255.0,
        "mood": 3, "big": -7, "score": 9.5, "verified": false, "status": "inactive_now",
        "size": "Large", "sizes": ["Large"], "statuses": [], "token_count": 1, "type": true,
    });
    let read = read::<Everything>(&answers).unwrap();
    assert_eq!((read.name.as_str(), read.age, read.big), ("Ada", 255, Some(-7)));
    assert_eq!((read.status, read.size), (Status::InactiveNow, Some(Size::Large)));
    assert_eq!((read.statuses.len(), read.token_count, read.r#type), (0, Some(1), Some(true)));
}

#[test]
fn errors_name_the_field_and_not_the_value() {
    for (member, value, told) in [
        ("age", json!(256), "/age: must be at most 255"),
        ("age", json!(1.5), "/age: must be a whole number"),
        ("age", json!(null), "/age: is missing"),
        ("score", json!(-2), "/score: must be at least -1.5"),
        ("name", json!("x"), "/name: must be at least 2 characters"),
        ("email", json!("canary"), "/email: must be text of the format email"),
        ("since", json!("canary"), "/since: must be text of the format date-time"),
        ("size", json!("canary"), "/size: must be one of the options"),
        ("sizes", json!(["canary"]), "/sizes: must be a list of the options"),
        ("sizes", json!([]), "/sizes: must be at least 1 of the options"),
        ("type", json!({}), "/type: must be text, a number, a boolean or a list"),
    ] {
        let mut answers = json!({ "age": 7, "score": 1, "sizes": ["s"] });
        answers[member] = value;
        assert_eq!(read::<Everything>(&answers).unwrap_err().to_string(), told);
    }
}
