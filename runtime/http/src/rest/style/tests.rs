//! Every style with every shape, as the tables of OpenAPI have them.

use serde_json::json;
use serde_json::value::to_raw_value;

use super::*;

const TEXT: &str = r#""blue""#;
const LIST: &str = r#"["blue","black","brown"]"#;
const OBJECT: &str = r#"{"R":100,"G":200,"B":150}"#;

fn parameter(place: &str, style: &str, explode: bool) -> Parameter {
    let json = json!({
        "argument": "argument", "name": "color", "in": place, "style": style, "explode": explode,
    });
    serde_json::from_value(json).unwrap()
}

fn raw(value: &str) -> Box<RawValue> {
    serde_json::from_str(value).unwrap()
}

fn in_path(style: &str, explode: bool, value: &str) -> String {
    path(&parameter("path", style, explode), &raw(value)).unwrap()
}

fn joined(pairs: Vec<Pair>) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", name.as_str(), value.as_str())).collect();
    pairs.join("&")
}

fn in_query(style: &str, explode: bool, value: &str) -> String {
    joined(query(&parameter("query", style, explode), &raw(value)).unwrap())
}

#[test]
fn in_the_path() {
    for (style, explode, text, list, object) in [
        ("simple", false, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", true, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        ("label", false, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", true, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("matrix", false, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        (
            "matrix",
            true,
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ),
    ] {
        let what = format!("{style} explode={explode}");
        assert_eq!(in_path(style, explode, TEXT), text, "{what}");
        assert_eq!(in_path(style, explode, LIST), list, "{what}");
        assert_eq!(in_path(style, explode, OBJECT), object, "{what}");
    }
}

#[test]
fn in_the_query() {
    for (style, explode, text, list, object) in [
        ("form", false, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("form", true, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (
            "spaceDelimited",
            false,
            "color=blue",
            "color=blue%20black%20brown",
            "color=R%20100%20G%20200%20B%20150",
        ),
        (
            "pipeDelimited",
            false,
            "color=blue",
            "color=blue%7Cblack%7Cbrown",
            "color=R%7C100%7CG%7C200%7CB%7C150",
        ),
        (
            "deepObject",
            true,
            "color=blue",
            "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown",
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
    ] {
        let what = format!("{style} explode={explode}");
        assert_eq!(in_query(style, explode, TEXT), text, "{what}");
        assert_eq!(in_query(style, explode, LIST), list, "{what}");
        assert_eq!(in_query(style, explode, OBJECT), object, "{what}");
    }
}

#[test]
fn in_headers() {
    for (explode, object) in [(false, "R,100,G,200,B,150"), (true, "R=100,G=200,B=150")] {
        let parameter = parameter("header", "simple", explode);
        assert_eq!(header(&parameter, &raw(TEXT)).unwrap().unwrap().as_str(), "blue");
        assert_eq!(header(&parameter, &raw(LIST)).unwrap().unwrap().as_str(), "blue,black,brown");
        assert_eq!(header(&parameter, &raw(OBJECT)).unwrap().unwrap().as_str(), object);
    }
}

#[test]
fn in_cookies() {
    for (explode, list, object) in [
        (true, "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
        (false, "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ] {
        let parameter = parameter("cookie", "form", explode);
        let sent = |value| cookie(&parameter, &raw(value)).unwrap().join("; ");
        assert_eq!(sent(TEXT), "color=blue");
        assert_eq!(sent(LIST), list);
        assert_eq!(sent(OBJECT), object);
        assert_eq!(sent(r#""a;b=c, d\r\n""#), "color=a%3Bb%3Dc%2C%20d%0D%0A");
    }
}

#[test]
fn data_cannot_leave_its_place() {
    assert_eq!(in_query("form", true, r##""a&b=c#d+e""##), "color=a%26b%3Dc%23d%2Be");
    assert_eq!(in_query("form", false, r#"["a,b","c|d","é"]"#), "color=a%2Cb,c%7Cd,%C3%A9");
    assert_eq!(in_query("form", true, r#"{"a&b":"c=d"}"#), "a%26b=c%3Dd");
    assert_eq!(
        in_query("deepObject", true, r#"{"a][b":"c","d":{"e":[1,{"f":2}]}}"#),
        "color%5Ba%5D%5Bb%5D=c&color%5Bd%5D%5Be%5D%5B0%5D=1&color%5Bd%5D%5Be%5D%5B1%5D%5Bf%5D=2"
    );
    assert_eq!(in_path("simple", false, r#"["a,b","c;d"]"#), "a%2Cb,c%3Bd");
}

#[test]
fn scalars_and_absent_values() {
    assert_eq!(in_query("form", true, "5.0"), "color=5");
    assert_eq!(in_query("form", true, "12345678901234567890"), "color=12345678901234567890");
    assert_eq!(in_query("form", true, "true"), "color=true");
    assert_eq!(in_query("form", true, r#""""#), "color=");
    assert_eq!(in_query("form", true, "null"), "");
    assert_eq!(in_query("form", true, "[]"), "");
    assert_eq!(in_query("form", false, "{}"), "");
    assert_eq!(in_query("form", false, r#"[1,null,{"a": 2}]"#), "color=1,%7B%22a%22%3A2%7D");
}

#[test]
fn json_and_reserved_characters() {
    let mut json = parameter("query", "form", true);
    json.json = true;
    let pairs = query(&json, &raw(r#"{"a": [1, "x"]}"#)).unwrap();
    assert_eq!(joined(pairs), "color=%7B%22a%22%3A%5B1%2C%22x%22%5D%7D");
    let mut reserved = parameter("query", "form", true);
    reserved.allow_reserved = true;
    let pairs = query(&reserved, &raw(r##""/a:b?c=d&e#f""##)).unwrap();
    assert_eq!(joined(pairs), "color=/a:b?c=d%26e%23f");
}

#[test]
fn path_values_are_refused_by_name() {
    for style in ["simple", "label", "matrix"] {
        for value in [
            r#""..""#,
            r#"".""#,
            r#""""#,
            r#""%2e%2e""#,
            r#""a/b""#,
            r#"["a",".."]"#,
            "[]",
            "{}",
            r#"{"..":"a"}"#,
            r#"{"a":"b/c"}"#,
            r#"{"a":{"b":"c/d"}}"#,
        ] {
            for explode in [false, true] {
                let refused = path(&parameter("path", style, explode), &raw(value));
                let error = refused.err().unwrap_or_else(|| panic!("{style} {value} was sent"));
                assert!(error.to_string().contains("`argument`"), "{error}");
            }
        }
    }
}

#[test]
fn deep_objects_end() {
    let deep = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
    let sent = in_query("deepObject", true, &deep);
    assert_eq!(sent.matches("%5Ba%5D").count(), 9);
    let value = to_raw_value(&json!({"a": {"b": 1}})).unwrap();
    assert!(query(&parameter("query", "deepObject", true), &value).is_ok());
}
