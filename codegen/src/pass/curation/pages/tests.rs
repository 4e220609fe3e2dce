//! Pages and fields as rules say them.

use crate::json::{Text, Value, json};

use crate::curate;
use crate::ir::{Fields, Paging, PagingKind};
use crate::pass::{Outcome, lower};
use crate::select::{Filter, Options};
use crate::source::Document;

const SHOP: &str = "
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /books:
    get:
      operationId: list
      parameters: [{name: after, in: query, schema: {type: string}}]
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}}
    delete: {operationId: clear, responses: {'204': {description: ok}}}
  /books/search:
    post:
      operationId: search
      requestBody:
        content: {application/json: {schema: {type: object, properties: {words: {type: string}, page: {type: object, properties: {cursor: {type: string}, size: {type: integer}}}}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}}
components:
  schemas:
    Page:
      type: object
      required: [books]
      properties:
        books: {type: array, items: {type: object, required: [id], properties: {id: {type: string}, text: {type: string}}}}
        meta: {type: object, properties: {next: {type: string}}}
";

fn lowered(document: &str, options: Options, file: &str) -> Outcome {
    let rules = curate::parse("toolwright.toml", file.as_bytes()).unwrap();
    let document = Document::parse("shop.yaml", document.as_bytes()).unwrap();
    lower(&document, &Options { rules, ..options })
}

/// Paging and fields of `list` and `search`, and their arguments.
#[track_caller]
fn shaped(document: &str, file: &str) -> Value {
    let outcome = lowered(document, Options::default(), file);
    assert_eq!(outcome.diagnostics, [], "{file}");
    let operations = outcome.api.unwrap().operations;
    let of = |name: &str| {
        let one = operations.iter().find(|one| one.name == name).unwrap();
        let http = Value::from(serde_json::to_value(&one.http).unwrap());
        let schema = one.input_schema.value();
        let arguments = schema["properties"].as_object().unwrap();
        let arguments: Vec<&Text> = arguments.keys().collect();
        json!({"paging": http["paging"], "fields": http["fields"], "arguments": arguments})
    };
    json!({"list": of("list"), "search": of("search")})
}

const LIST: &str = "[tools.list]\npages = {cursor = 'after', next = '/meta/next', items = '/books'}\n\
                    fields = ['/books/id', '/meta/next']\n";

#[test]
fn pages_and_fields_are_said_in_the_file_or_in_the_document() {
    let expected = json!({
        "paging": {"kind": "cursor", "next": "/meta/next", "parameter": "after",
                   "items": "/books", "argument": "pages", "max": 10},
        "fields": {"keep": ["/books/id", "/meta/next"]},
        "arguments": ["after", "pages"],
    });
    assert_eq!(shaped(SHOP, LIST)["list"], expected);
    let own = SHOP.replace(
        "operationId: list",
        "operationId: list\n      x-mcp: {pages: {cursor: after, next: /meta/next, items: /books}, \
         fields: [/books/id, /meta/next]}",
    );
    assert_eq!(shaped(&own, "")["list"], expected);
    let other =
        shaped(&own, "tools.list = {pages = {link = true, items = '/books'}, fields = true}");
    assert_eq!(other["list"]["paging"]["kind"], "link");
    assert_eq!(other["list"]["fields"], json!({"argument": "fields"}));
    let none = shaped(&own, "tools.list = {pages = false, fields = false}");
    assert_eq!(none["list"]["arguments"], json!(["after"]));
    // Whoever hides the cursor leaves further pages to the server.
    let hidden = shaped(SHOP, &format!("{LIST}parameters.after = false\n"));
    assert_eq!(hidden["list"]["arguments"], json!(["pages"]));
    assert_eq!(hidden["list"]["paging"], expected["paging"]);
}

#[test]
fn the_parameter_may_be_a_member_of_the_body() {
    let file = "tools.search = {read-only = true, pages = {cursor = 'body.page.cursor', \
                next = '/meta/next', items = '/books'}}";
    let expected = json!({"kind": "cursor", "next": "/meta/next", "parameter": "/page/cursor",
                          "items": "/books", "argument": "pages", "max": 10, "inBody": true});
    assert_eq!(shaped(SHOP, file)["search"]["paging"], expected);
    let hidden = format!("{file}\ntools.'id:search'.parameters.'body.page' = false");
    assert_eq!(shaped(SHOP, &hidden)["search"]["paging"], expected);
}

#[test]
fn options_go_before_rules() {
    let filter = || Filter::Id("list".to_owned());
    let options = Options {
        paging: vec![(filter(), Paging::new(PagingKind::Link, "/books"))],
        fields: vec![(filter(), Fields { keep: vec!["/books".to_owned()], argument: None })],
        ..Options::default()
    };
    let outcome = lowered(SHOP, options, LIST);
    assert_eq!(outcome.diagnostics, []);
    let http = outcome.api.unwrap().operations.swap_remove(0).http.unwrap();
    assert_eq!(http.paging.unwrap().kind, PagingKind::Link);
    assert_eq!(http.fields.unwrap().keep, ["/books"]);
}

#[test]
fn what_several_operations_cannot_have_is_one_warning() {
    let more = |number| format!("  /x{number}:\n    get: {{operationId: x{number}}}\n");
    let more: String = (0..9).map(more).collect();
    let document = SHOP.replace("paths:\n", &format!("paths:\n{more}"));
    let file = "\ntools.'path:/**'.pages = {link = true, items = '/books'}\n\
                tools.'method:get'.fields = ['/nothing']";
    let outcome = lowered(&document, Options::default(), file);
    let found: Vec<_> = outcome.diagnostics.iter().map(|one| (one.line, &*one.message)).collect();
    let [(Some(2), pages), (Some(3), fields)] = found.as_slice() else { panic!("{found:#?}") };
    assert!(pages.starts_with("11 operations cannot have it: "), "{pages}");
    assert!(pages.contains("x0, x1, x2 and 7 more: no pages: the reply is no JSON"), "{pages}");
    assert!(pages.contains("search: no pages: a POST may change"), "{pages}");
    assert!(fields.contains("x0, x1, x2 and 6 more: no fields are kept"), "{fields}");
    assert!(fields.contains("list: the reply has no field `/nothing`"), "{fields}");

    let filter = || "path:/x*".parse::<Filter>().unwrap();
    let paging = vec![(filter(), Paging::new(PagingKind::Link, ""))];
    let outcome = lowered(&document, Options { paging, ..Options::default() }, "");
    let [found] = outcome.diagnostics.as_slice() else { panic!("{:#?}", outcome.diagnostics) };
    assert_eq!(found.code, "TW0605");
    assert_eq!(found.message, "x0, x1, x2 and 6 more: no paging: the reply is no JSON");
}

#[test]
fn what_cannot_be_gathered_is_said_with_its_place_and_what_to_write() {
    for (rule, part) in [
        (
            "list.pages = {cursor = 'cursor', next = '/meta/next', items = '/books'}",
            "no query parameter `cursor`",
        ),
        ("list.pages = {link = true}", "say by `items` where in it the list is"),
        (
            "list.pages = {link = true, items = '/rows'}",
            "no list at `/rows`; there are books, meta",
        ),
        ("list.pages = {link = true, items = '/meta'}", "is of type object"),
        (
            "list.pages = {next = '/meta/url', items = '/books'}",
            "nothing at `/meta/url`; there is next",
        ),
        ("list.pages = {page = 'body.page', items = '/books'}", "takes no body"),
        ("clear.pages.link = true", "no JSON"),
        (
            "search.pages = {cursor = 'body.page.cursor', next = '/meta/next', items = '/books'}",
            "`read-only = true`",
        ),
        (
            "search = {read-only = true, pages = {offset = 'page', items = '/books'}}",
            "is `body.page` meant?",
        ),
        (
            "search = {read-only = true, pages = {offset = 'body.page.from', items = '/books'}}",
            "no member `page.from`; there are cursor, size",
        ),
        ("list.fields = ['/books/title']", "no field `/books/title`"),
        ("clear.fields = ['/a']", "no JSON"),
    ] {
        let outcome = lowered(SHOP, Options::default(), &format!("\ntools.{rule}"));
        let [found] = outcome.diagnostics.as_slice() else {
            panic!("{rule}: {:#?}", outcome.diagnostics);
        };
        assert!(found.message.contains(part), "{rule}: {found}");
        let place = (found.code, found.file.as_str(), found.line);
        assert_eq!(place, ("TW0912", "toolwright.toml", Some(2)), "{rule}");
    }
}
