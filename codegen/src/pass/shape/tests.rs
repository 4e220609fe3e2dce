use crate::json::json;

use super::super::{Outcome, lower};
use crate::ir::{Fields, Paging, PagingKind};
use crate::select::{Filter, Options};
use crate::source::Document;

const BOOKS: &str = r##"
openapi: 3.1.0
info: {title: Books, version: "1"}
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{name: after, in: query, schema: {type: string}}]
      responses:
        "200":
          description: Books
          content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}
    post:
      operationId: addBook
      responses: {"204": {description: Added}}
components:
  schemas:
    Page:
      type: object
      required: [books, next]
      properties:
        books: {type: array, items: {$ref: "#/components/schemas/Book"}}
        next: {type: string}
    Book:
      type: object
      required: [id, author]
      properties:
        id: {type: string}
        author: {type: object, required: [name, born], properties: {name: {type: string}, born: {type: integer}}}
"##;

fn lowered(options: &Options) -> Outcome {
    lower(&Document::parse("books.yaml", BOOKS.as_bytes()).unwrap(), options)
}

fn by_id(id: &str) -> Filter {
    Filter::Id(id.to_owned())
}

fn cursor(parameter: &str) -> Paging {
    let kind = PagingKind::Cursor { next: "/next".to_owned(), parameter: parameter.to_owned() };
    Paging::new(kind, "/books")
}

#[test]
fn pages_are_an_argument_and_stand_in_the_descriptor() {
    let options = Options { paging: vec![(by_id("list*"), cursor("after"))], ..Options::default() };
    let outcome = lowered(&options);
    assert_eq!(outcome.diagnostics, []);
    let api = outcome.api.unwrap();
    let list = &api.operations[0];
    let pages = &list.input_schema.value()["properties"]["pages"];
    assert_eq!((&pages["type"], &pages["maximum"]), (&json!("integer"), &json!(10)));
    let descriptor = serde_json::to_value(list).unwrap();
    assert_eq!(
        descriptor["http"]["paging"],
        json!({"kind": "cursor", "next": "/next", "parameter": "after", "items": "/books",
               "argument": "pages", "max": 10})
    );
    let other = serde_json::to_value(&api.operations[1]).unwrap();
    assert_eq!(other["http"].get("paging"), None);
}

#[test]
fn paging_that_cannot_work_is_said_and_left_out() {
    let all = Filter::Path("**".to_owned());
    for (filter, paging, message) in [
        (by_id("listBooks"), cursor("cursor"), "no paging: there is no query parameter `cursor`"),
        (by_id("addBook"), cursor("after"), "no paging: the reply is no JSON"),
        (
            by_id("listBooks"),
            Paging::new(PagingKind::Link, "books"),
            "no paging: `books` is no JSON pointer; it begins with `/`",
        ),
        (by_id("nothing"), cursor("after"), "paging `id:nothing` matches no operation"),
    ] {
        let outcome = lowered(&Options { paging: vec![(filter, paging)], ..Options::default() });
        let messages: Vec<_> = outcome.diagnostics.iter().map(|one| &one.message).collect();
        assert_eq!(messages, [message]);
        assert!(
            outcome
                .api
                .unwrap()
                .operations
                .iter()
                .all(|one| { one.http.as_ref().is_some_and(|http| http.paging.is_none()) })
        );
    }
    let options = Options { paging: vec![(all, cursor("after"))], ..Options::default() };
    assert!(lowered(&options).api.unwrap().operations[0].http.as_ref().unwrap().paging.is_some());
}

#[test]
fn kept_fields_shape_the_promised_result() {
    let keep = vec!["/books/author/name".to_owned(), "/next".to_owned(), "/gone/x".to_owned()];
    let fields = Fields { keep, argument: None };
    let options = Options { fields: vec![(by_id("listBooks"), fields)], ..Options::default() };
    let outcome = lowered(&options);
    let messages: Vec<_> = outcome.diagnostics.iter().map(|one| &one.message).collect();
    assert_eq!(messages, ["the reply has no field `/gone/x` to keep"]);
    let api = outcome.api.unwrap();
    assert_eq!(
        api.operations[0].output_schema.as_ref().unwrap().value(),
        json!({
            "type": "object", "required": ["books", "next"],
            "properties": {
                "next": {"type": "string"},
                "books": {"type": "array", "items": {
                    "type": "object", "required": ["author"],
                    "properties": {"author": {
                        "type": "object", "required": ["name"],
                        "properties": {"name": {"type": "string"}}}}}}}})
    );
}

#[test]
fn the_model_chooses_fields_where_it_may() {
    for keep in [Vec::new(), vec!["/next".to_owned()]] {
        let fields = Fields { keep: keep.clone(), argument: Some("after".to_owned()) };
        let options = Options { fields: vec![(by_id("listBooks"), fields)], ..Options::default() };
        let api = lowered(&options).api.unwrap();
        let list = &api.operations[0];
        let argument = &list.input_schema.value()["properties"]["after_2"];
        assert_eq!(argument["type"], "array", "a name of its own");
        assert_eq!(argument["items"].get("enum").is_some(), !keep.is_empty());
        assert_eq!(list.output_schema.as_ref().unwrap().value().get("required"), None);
    }
}
