//! What the tables read, write and say is what serde derives.

#![allow(unreachable_pub)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Patch, closest, tagged};

mod derived {
    use serde::{Deserialize, Serialize};

    use super::{BTreeMap, Patch};

    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Pet {
        #[serde(rename = "bornOn")]
        pub(super) born_on: Option<String>,
        pub(super) id: u64,
        #[serde(default = "four")]
        pub(super) legs: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) mate: Option<Box<Pet>>,
        #[serde(
            default,
            deserialize_with = "crate::__rt::sent",
            skip_serializing_if = "Option::is_none"
        )]
        pub(super) nick: Patch<String>,
        pub(super) size: Size,
        #[serde(default)]
        pub(super) tame: bool,
    }

    fn four() -> i64 {
        4
    }

    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Open {
        pub(super) id: u64,
        #[serde(flatten)]
        pub(super) extra: BTreeMap<String, bool>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Empty {}

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
    pub(super) enum Size {
        #[serde(rename = "small")]
        Small,
        #[serde(rename = "LARGE")]
        Large,
    }
}

mod tabled {
    use super::{BTreeMap, Patch};

    #[derive(Debug)]
    pub(super) struct Pet {
        pub(super) born_on: Option<String>,
        pub(super) id: u64,
        pub(super) legs: i64,
        pub(super) mate: Option<Box<Pet>>,
        pub(super) nick: Patch<String>,
        pub(super) size: Size,
        pub(super) tame: bool,
    }

    crate::__rt::record! { Pet {
        0 "bornOn" => nullable born_on,
        1 "id" => required id,
        2 "legs" => preset legs = 4,
        3 "mate" => optional mate,
        4 "nick" => patch nick,
        5 "size" => required size,
        6 "tame" => preset tame = Default::default(),
    } needs 1 id 5 size }

    #[derive(Debug)]
    pub(super) struct Open {
        pub(super) id: u64,
        pub(super) extra: BTreeMap<String, bool>,
    }

    crate::__rt::record! { Open { 0 "id" => required id, } needs 0 id .. extra }

    #[derive(Debug)]
    pub(super) struct Empty {}

    crate::__rt::record! { Empty {} }

    #[derive(Debug, Clone, Copy, PartialEq)]
    pub(super) enum Size {
        Small,
        Large,
    }

    crate::__rt::listed! { Size { "small" => Small, "LARGE" => Large } }
}

/// What a type makes of a text, read from a slice, a stream, a tree that is taken and one that is
/// lent; and what it writes then.
fn all<T: DeserializeOwned + Serialize + Debug>(text: &str) -> Vec<String> {
    let mut found: Vec<Result<T, String>> = vec![
        serde_json::from_str(text).map_err(|error| error.to_string()),
        serde_json::from_reader(text.as_bytes()).map_err(|error| error.to_string()),
    ];
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        found.push(T::deserialize(&value).map_err(|error| error.to_string()));
        found.push(serde_json::from_value(value).map_err(|error| error.to_string()));
    }
    let say = |read: Result<T, String>| match read {
        Ok(read) => format!(
            "{read:?} {} {} {:#}",
            serde_json::to_string(&read).unwrap(),
            serde_json::to_string_pretty(&read).unwrap(),
            serde_json::to_value(&read).unwrap(),
        ),
        Err(error) => error,
    };
    found.into_iter().map(say).collect()
}

#[test]
fn structs_are_as_serde_derives_them() {
    for text in [
        r#"{"id":1,"size":"small"}"#,
        r#"{"size":"LARGE","nick":null,"mate":null,"bornOn":null,"id":1,"tame":true,"legs":3}"#,
        r#"{"id":1,"size":"small","nick":"x","mate":{"id":2,"size":"small","bornOn":"now"}}"#,
        r#"{"id":1,"size":"small","un\u006bnown":[{}],"i\u0064":2}"#,
        r#"{"\u0069d":1,"size":"small","other":{"a":[1,"b"]}}"#,
        r#"{"id":1}"#,
        r#"{"size":"small"}"#,
        "{}",
        r#"{"id":1,"size":"middle"}"#,
        r#"{"id":1,"size":{"small":null}}"#,
        r#"{"id":1,"size":{"small":1}}"#,
        r#"{"id":1,"size":3}"#,
        r#"{"id":1,"size":null}"#,
        r#"{"id":-1,"size":"small"}"#,
        r#"{"id":"1","size":"small"}"#,
        r#"{"id":1,"size":"small","tame":null}"#,
        r#"{"id":1,"size":"small","mate":{"id":2}}"#,
        r#"{"id":1,"size":"small","mate":[]}"#,
        r#"{"id":1,"id":2,"size":"small"}"#,
        r#"{"id":1,"size":"small""#,
        r#"{"id":1,"size":"small",}"#,
        r#"{"id":1,"size":"small","more":[}"#,
        "null",
        "1",
        "\"pet\"",
        "{\n  \"id\": 1,\n  \"size\":\n    \"no\"\n}",
    ] {
        let (expected, found) = (all::<derived::Pet>(text), all::<tabled::Pet>(text));
        // What derived code says of arrays is the one difference.
        if text.contains("[]") {
            assert!(found.iter().all(|said| said.contains("invalid type: sequence")), "{found:?}");
        } else {
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(all::<tabled::Empty>(text), all::<derived::Empty>(text), "{text}");
    }
}

#[test]
fn further_members_are_kept_as_serde_derives_it() {
    for text in [
        r#"{"id":1}"#,
        r#"{"a":true,"id":1,"b":false,"a":false}"#,
        r#"{"a":true}"#,
        r#"{"id":1,"id":1}"#,
    ] {
        assert_eq!(all::<tabled::Open>(text), all::<derived::Open>(text), "{text}");
    }
    let error = serde_json::from_str::<tabled::Open>(r#"{"id":1,"a":2}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: integer `2`, expected a boolean at line 1 column 13"
    );
}

#[test]
fn arrays_are_no_structs() {
    for text in ["[]", r#"[null,1,4,null,null,"small",false]"#] {
        let error = serde_json::from_str::<tabled::Pet>(text).unwrap_err().to_string();
        assert!(error.starts_with("invalid type: sequence, expected struct Pet"), "{error}");
    }
}

#[test]
fn structs_may_have_many_members() {
    #[derive(Debug)]
    struct Wide {
        first: u64,
        last: u64,
    }
    // Only the names count: what isn't listed between them is passed over.
    impl<'de> super::Record<'de> for Wide {
        const NAME: &'static str = "Wide";
        const MEMBERS: &'static [&'static str] = &{
            let mut names = ["x"; 130];
            names[0] = "first";
            names[63] = "63";
            names[64] = "64";
            names[128] = "128";
            names[129] = "last";
            names
        };

        fn members<A>(from: &mut super::Members<A>) -> Result<Self, A::Error>
        where
            A: serde::de::MapAccess<'de>,
        {
            let (mut first, mut last) = (0, 0);
            while let Some(member) = from.next()? {
                match member {
                    0 => from.preset(&mut first),
                    129 => from.preset(&mut last),
                    _ => from.skip(),
                }?;
            }
            Ok(Self { first, last })
        }
    }
    let read = |value: Value| super::read::<Wide, _>(value);
    let wide = read(json!({ "first": 1, "last": 2, "63": 0, "64": 0, "128": 0 })).unwrap();
    assert_eq!((wide.first, wide.last), (1, 2));
    for name in ["63", "64", "128", "last"] {
        let text = format!(r#"{{"first":1,"{name}":2,"{name}":3}}"#);
        let mut text = serde_json::Deserializer::from_str(&text);
        let error = super::read::<Wide, _>(&mut text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("duplicate field `{name}`")), "{error}");
    }
}

#[test]
fn open_enums_keep_what_they_do_not_know() {
    #[derive(Debug, Clone, PartialEq)]
    enum Colour {
        Red,
        Blue,
        Unknown(String),
    }
    crate::__rt::listed! { Colour { 0 "red" => Red, 1 "BLUE" => Blue } else Unknown }

    for (text, value) in
        [("red", Colour::Red), ("BLUE", Colour::Blue), ("", Colour::Unknown(String::new()))]
    {
        assert_eq!(serde_json::from_value::<Colour>(json!(text)).unwrap(), value);
        assert_eq!(serde_json::to_value(&value).unwrap(), json!(text));
        assert_eq!(value.as_str(), text);
    }
    let error = serde_json::from_str::<Colour>("1").unwrap_err().to_string();
    assert_eq!(error, "invalid type: integer `1`, expected a string at line 1 column 1");
}

#[test]
fn the_variant_that_loses_nothing_goes_first() {
    let variants: &[(&[&str], bool)] =
        &[(&["id"], false), (&["id", "name"], false), (&[], true), (&["id", "name"], true)];
    for (value, first) in [
        (json!({ "id": 1 }), 0),
        (json!({ "id": 1, "name": 2 }), 1),
        (json!([{ "id": 1, "name": 2 }]), 1),
        (json!({ "else": 1 }), 2),
        (json!({ "id": 1, "else": 1 }), 3),
        (json!(1), 0),
    ] {
        assert_eq!(closest(&value, variants).next(), Some(first), "{value}");
    }
    assert_eq!(closest(&json!({}), variants).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn a_tag_is_written_once() {
    let write =
        |value: Value| tagged(&value, "kind", "cat", serde_json::value::Serializer).unwrap();
    assert_eq!(write(json!({ "a": 1 })), json!({ "a": 1, "kind": "cat" }));
    assert_eq!(write(json!({ "kind": "lion" })), json!({ "kind": "lion" }));
    assert_eq!(write(json!(1)), json!(1));
}
