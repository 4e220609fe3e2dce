use crate::json::{Value, json};

use super::*;
use crate::curate;
use crate::select::Options;
use crate::source::Document;
use crate::{ir::Api, pass};

fn api(document: &Value, file: &str) -> Api {
    let rules = curate::parse("toolwright.toml", file.as_bytes()).unwrap();
    let document = Document::parse("x.json", document.to_string().as_bytes()).unwrap();
    let outcome = pass::lower(&document, &Options { rules, ..Options::default() });
    let wrong = outcome.diagnostics.iter().filter(|one| one.file == "toolwright.toml");
    assert_eq!(wrong.count(), 0, "{file}: {:#?}", outcome.diagnostics);
    outcome.api.unwrap()
}

fn document(method: &str, more: Value, result: Value) -> Value {
    let mut operation = json!({"operationId": "x.find",
        "responses": {"200": {"content": {"application/json": {"schema": result}}}}});
    operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"openapi": "3.1.0", "paths": {"/x": {method: operation}}})
}

fn object(members: Value) -> Value {
    json!({"type": "object", "properties": members})
}

/// What is suggested for a document; pasted into its file, it is what happens.
#[track_caller]
fn suggested(document: &Value) -> Option<(String, Paging)> {
    let plain = api(document, "");
    let lines = written("", &paging(&plain).pop()?.settings).paste;
    let api = api(document, &lines);
    assert_eq!(paging(&api), [], "{lines}");
    let paging = api.operations[0].http.as_ref().unwrap().paging.clone();
    Some((lines, paging.unwrap()))
}

#[test]
fn pages_are_guessed_from_names_and_the_lines_work_as_they_are() {
    let string = || json!({"type": "string"});
    let list = || json!({"type": "array", "items": {}});
    let query = |name: &str| json!({"parameters": [{"name": name, "in": "query"}]});
    let nested =
        || object(json!({"books": list(), "meta": object(json!({"next_cursor": string()}))}));
    let cursor = |parameter: &str| PagingKind::Cursor {
        next: "/meta/next_cursor".to_owned(),
        parameter: parameter.to_owned(),
    };
    let next = PagingKind::Next { next: "/next".to_owned() };
    let page = PagingKind::Page { parameter: "page".to_owned(), first: 1 };
    let offset = PagingKind::Offset { parameter: "skip".to_owned() };
    for (parameter, result, expected) in [
        ("pageToken", nested(), Some(Paging::new(cursor("pageToken"), "/books"))),
        (
            "q",
            object(json!({"items": list(), "next": string()})),
            Some(Paging::new(next, "/items")),
        ),
        ("page", list(), Some(Paging::new(page, ""))),
        ("skip", object(json!({"a": list(), "data": list()})), Some(Paging::new(offset, "/data"))),
        ("skip", object(json!({"a": list(), "b": list()})), None),
        ("q", nested(), None),
        ("page", string(), None),
    ] {
        let found = suggested(&document("get", query(parameter), result.clone()));
        assert_eq!(found.map(|found| found.1), expected, "{parameter}: {result}");
    }

    let (lines, _) = suggested(&document("get", query("pageToken"), nested())).unwrap();
    assert_eq!(
        lines,
        "[tools.\"x.find\"]\npages.cursor = \"pageToken\"\npages.next = \"/meta/next_cursor\"\n\
         pages.items = \"/books\"\n"
    );

    // A search whose body has the cursor.
    let body = object(json!({"page": object(json!({"after": string()}))}));
    let body = json!({"requestBody": {"content": {"application/json": {"schema": body}}}});
    let (lines, paging) = suggested(&document("post", body.clone(), nested())).unwrap();
    assert!(lines.starts_with("[tools.\"x.find\"]\nread-only = true\n"), "{lines}");
    assert_eq!((paging.kind, paging.in_body), (cursor("/page/after"), true));
    assert_eq!(suggested(&document("put", body, nested())), None);
}

#[test]
fn fields_are_the_plain_ones_and_the_lines_work_as_they_are() {
    let text = || json!({"type": "string"});
    let mut item = object(json!({"a": text(), "id": text(), "more": object(json!({"x": text()}))}));
    item["required"] = json!(["id"]);
    let list = json!({"type": "array", "items": item});
    for (result, expected) in [
        (list.clone(), r#"["/id", "/a"]"#),
        (
            object(json!({"rows": list, "next": text(), "total": text()})),
            r#"["/rows/id", "/rows/a", "/next"]"#,
        ),
        (item, r#"["/id", "/a"]"#),
    ] {
        let document = document("get", json!({}), result);
        let plain = api(&document, "");
        let lines = written("", &fields(&plain, &plain.operations[0]).unwrap().settings).paste;
        assert_eq!(lines, format!("[tools.\"x.find\"]\nfields.keep = {expected}\n"));
        let api = api(&document, &lines);
        assert!(api.operations[0].http.as_ref().unwrap().fields.is_some());
        assert_eq!(fields(&api, &api.operations[0]), None);
    }
    let nothing = document("get", json!({}), json!({}));
    let api = api(&nothing, "");
    assert_eq!(fields(&api, &api.operations[0]), None);
}
