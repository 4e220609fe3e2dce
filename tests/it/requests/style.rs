//! Every style in every place, as the tables of the specification and RFC 6570 have it.

use serde_json::{Value, json};

use super::expand::{Data, expand};
use super::table::{Row, STYLE_EXAMPLES, STYLE_VALUES};

/// A call and the request that it has to become.
pub(super) struct Case {
    pub(super) tool: String,
    pub(super) arguments: Value,
    pub(super) request: String,
}

/// Strings: the table's, and what percent-encoding is for.
const TEXTS: [&str; 5] = ["blue", ":?#[]@!$&'()*+,;=", "é~ %", "a.b-c_d", "100%25"];

/// The cases that the tables make.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for row in STYLE_EXAMPLES {
        for place in places(row) {
            for data in values(row, place) {
                let explode = row.explode.unwrap_or(true);
                let expanded = expand(row.style, explode, place, "color", &data);
                cases.push(Case {
                    tool: tool(row, place),
                    arguments: json!({"color": value(&data)}),
                    request: placed(&tool(row, place), place, Some(&expanded)),
                });
            }
            // RFC 6570, section 2.3: undefined values, and lists without any, are not there.
            if place != "path" {
                for arguments in [json!({}), json!({"color": []})] {
                    if place == "header" && arguments != json!({}) {
                        continue;
                    }
                    let tool = tool(row, place);
                    cases.push(Case { request: placed(&tool, place, None), tool, arguments });
                }
            }
        }
    }
    cases
}

fn places(row: &Row) -> impl Iterator<Item = &'static str> {
    let permitted = STYLE_VALUES.iter().filter(|(style, _)| *style == row.style);
    permitted.flat_map(|(_, places)| places.iter().copied())
}

/// What a style can write in a place.
fn values(row: &Row, place: &str) -> Vec<Data> {
    // What may not stand in a path, a header or a cookie is refused: `REFUSED`.
    let fits = |text: &str| match (row.style, place) {
        (_, "header") => text.is_ascii(),
        ("cookie", _) => text.chars().all(|c| c.is_ascii_graphic() && !",;\\\"".contains(c)),
        _ => true,
    };
    let texts = || TEXTS.into_iter().filter(|text| fits(text));
    let mut values = Vec::new();
    if row.string.is_some() {
        values.extend(texts().map(Data::Text));
    }
    if row.empty.is_some() && place != "path" {
        values.push(Data::Text(""));
    }
    if row.array.is_some() {
        values.push(Data::List(vec!["blue", "black", "brown"]));
        values.push(Data::List(texts().collect()));
    }
    if row.object.is_some() {
        // In the order of their names, as typed arguments have them.
        values.push(Data::Object(vec![("B", "150"), ("G", "200"), ("R", "100")]));
    }
    values
}

fn value(data: &Data) -> Value {
    match data {
        Data::Text(text) => json!(text),
        Data::List(items) => json!(items),
        Data::Object(members) => {
            let number =
                |text: &str| text.parse::<u32>().map_or(json!(text), |number| json!(number));
            members.iter().map(|(key, text)| ((*key).to_owned(), number(text))).collect()
        }
    }
}

/// `query_form_true`
fn tool(row: &Row, place: &str) -> String {
    let style = row.style.trim_end_matches("Delimited").trim_end_matches("Object");
    format!("{place}_{style}_{}", row.explode.unwrap_or(true))
}

/// The request with a parameter in its place, or without it.
fn placed(tool: &str, place: &str, expanded: Option<&str>) -> String {
    match (place, expanded) {
        ("path", Some(text)) => format!("GET /{tool}/{text}/end"),
        ("query", Some(text)) => format!("GET /{tool}?{text}"),
        ("header", Some(text)) => format!("GET /{tool}\ncolor: {text}"),
        ("cookie", Some(text)) => format!("GET /{tool}\ncookie: {text}"),
        (_, _) => format!("GET /{tool}"),
    }
}

#[test]
fn the_expansion_gives_the_table() {
    let rgb = || Data::Object(vec![("R", "100"), ("G", "200"), ("B", "150")]);
    let list = || Data::List(vec!["blue", "black", "brown"]);
    for row in STYLE_EXAMPLES {
        let columns = [
            (row.empty, Data::Text("")),
            (row.string, Data::Text("blue")),
            (row.array, list()),
            (row.object, rgb()),
        ];
        for (expected, data) in columns {
            let Some(expected) = expected else { continue };
            let explode = row.explode.unwrap_or(true);
            // The table has `form` as queries do.
            let place = if row.style == "cookie" { "cookie" } else { "query" };
            let expanded = expand(row.style, explode, place, "color", &data);
            assert_eq!(expanded, expected, "{} {explode} {data:?}", row.style);
        }
    }
}

#[test]
fn the_expansion_gives_the_examples_of_the_specification() {
    // "RFC6570-Equivalent Expansion" and "Illegal Variable Names as Parameter Names".
    let formulas = Data::Object(vec![("a", "x+y"), ("b", "x/y"), ("c", "x^y")]);
    let text = expand("form", true, "query", "formulas", &formulas);
    assert_eq!(text, "a=x%2By&b=x%2Fy&c=x%5Ey");
    let words = Data::List(vec!["math", "is", "fun"]);
    assert_eq!(expand("form", false, "query", "words", &words), "words=math,is,fun");
    assert_eq!(expand("spaceDelimited", false, "query", "words", &words), "words=math%20is%20fun");
    assert_eq!(expand("form", true, "query", "x", &Data::Text("love!")), "x=love%21");
}
