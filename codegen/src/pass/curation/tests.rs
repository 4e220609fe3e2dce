//! What rules make of operations, as tables.

use crate::json::{Value, json};

use crate::curate;
use crate::ir::{Api, Operation};
use crate::pass::{Outcome, lower};
use crate::select::Options;
use crate::source::Document;

const SHOP: &str = "
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /books/{isbn}:
    parameters: [{name: isbn, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getBook
      tags: [books]
      summary: A book
      parameters:
        - {name: lang, in: query, schema: {type: string, default: en}}
        - {name: page, in: query, required: true, schema: {type: integer}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}
    put:
      operationId: putBook
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}
  /orders: {post: {operationId: order, tags: [orders], responses: {'204': {description: ok}}}}
components:
  schemas:
    Book:
      type: object
      required: [title, source]
      properties:
        title: {type: string}
        source: {type: string}
        year: {type: integer, default: 2000}
        price: {$ref: '#/components/schemas/Price'}
    Price:
      type: object
      properties: {cents: {type: integer}, currency: {type: string}}
";

fn curated(document: &str, file: &str) -> Outcome {
    let rules = curate::parse("toolwright.toml", file.as_bytes()).unwrap();
    let document = Document::parse("shop.yaml", document.as_bytes()).unwrap();
    lower(&document, &Options { rules, ..Options::default() })
}

#[track_caller]
fn api(document: &str, file: &str) -> Api {
    let outcome = curated(document, file);
    let found: Vec<_> = outcome.diagnostics.iter().filter(|one| one.code != "TW0603").collect();
    assert!(found.is_empty(), "{found:#?}");
    outcome.api.unwrap()
}

fn names(api: &Api) -> Vec<&str> {
    api.operations.iter().map(|operation| operation.name.as_str()).collect()
}

fn arguments(operation: &Operation) -> Vec<String> {
    operation.input_schema.value()["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::from)
        .collect()
}

fn plain(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap().into()
}

fn presets(operation: &Operation) -> Value {
    let http = operation.http.as_ref().unwrap();
    let of_parameters = http.parameters.iter();
    let mut all: crate::json::Map = of_parameters
        .filter_map(|one| Some((one.name.clone(), plain(one.preset.as_ref()?))))
        .collect();
    if let Some(body) = &http.body {
        all.extend(body.preset.iter().map(|preset| ("body".to_owned(), plain(preset))));
        all.extend(body.presets.iter().map(|(at, preset)| (at.clone(), plain(preset))));
    }
    Value::Object(all)
}

#[test]
fn operations_are_chosen_and_named() {
    for (file, expected) in [
        ("", vec!["getBook", "putBook", "order"]),
        ("keep = 'tag:books'", vec!["getBook"]),
        ("keep = 'path:/books/*'\ndrop = 'method:put'", vec!["getBook"]),
        ("tools.order = false", vec!["getBook", "putBook"]),
        ("tools.'path:**' = false\ntools.order = true", vec!["order"]),
        ("group = 'shop'\ntools.order.name = 'buy'", vec!["shop_getBook", "shop_putBook", "buy"]),
        ("groups.books = 'b'\ntools.putBook.group = 'w'", vec!["b_getBook", "w_putBook", "order"]),
        (
            "tools.'id:*Book'.group = 'b'\ntools.getBook.group = ''",
            vec!["getBook", "b_putBook", "order"],
        ),
    ] {
        assert_eq!(names(&api(SHOP, file)), expected, "{file}");
    }
}

#[test]
fn scopes_are_said_here_and_not_taken_from_the_api() {
    // What the API wants of its callers is for its own tokens.
    let secured = SHOP
        .replace("operationId: order", "operationId: order, security: [{login: [orders:write]}]");
    let secured = format!(
        "{secured}  securitySchemes: {{login: {{type: oauth2, flows: {{clientCredentials: \
         {{tokenUrl: 'https://login.example/token', scopes: {{orders:write: Order}}}}}}}}}}\n"
    );
    let scopes = |document: &str, file: &str| -> Vec<String> {
        let api = api(document, file);
        let used = &api.operations[2].http.as_ref().unwrap().security;
        assert_eq!(used.is_empty(), !document.contains("security: "));
        let all = api.operations.iter();
        all.map(|one| format!("{}: {}", one.name, one.scopes.join(" "))).collect()
    };
    let none = ["getBook: ", "putBook: ", "order: "];
    assert_eq!(scopes(&secured, ""), none);
    assert_eq!(scopes(SHOP, "tools.order.scopes = []"), none);
    let file = "tools.order.scopes = ['shop:buy', 'shop:pay']\ntools.'id:*Book'.scopes = 'shop'\n\
                tools.getBook.scopes = []";
    let expected = ["getBook: ", "putBook: shop", "order: shop:buy shop:pay"];
    assert_eq!(scopes(SHOP, file), expected);
    assert_eq!(scopes(&secured, file), expected);
    let document = SHOP.replace("operationId: order", "operationId: order, x-mcp: {scopes: a}");
    assert_eq!(scopes(&document, "")[2], "order: a");
    for wrong in ["'a b'", "''", "['a', 'b\"']", "['ä']", "[1]", "true"] {
        let file = format!("[tools.order]\nscopes = {wrong}");
        let faults = curate::parse("toolwright.toml", file.as_bytes()).unwrap_err();
        assert_eq!((faults.len(), faults[0].line), (1, Some(2)), "{wrong}: {faults:?}");
    }
}

#[test]
fn the_file_goes_before_the_document_and_options_before_the_file() {
    let operation = "operationId: order, x-mcp: {name: from_document, title: T}";
    let document = SHOP.replace("operationId: order", operation);
    let api = api(&document, "tools.order.name = 'from_file'");
    assert_eq!(api.operations[2].name, "from_file");
    assert_eq!(api.operations[2].title.as_deref(), Some("T"));
    let rules = curate::parse("t", b"keep = 'tag:books'\ntools.order.name = 'from_file'").unwrap();
    let mut options = Options { rules, ..Options::default() };
    options.rename.insert("order".to_owned(), "from_option".to_owned());
    options.include = vec!["id:order".parse().unwrap()];
    let document = Document::parse("shop.yaml", document.as_bytes()).unwrap();
    let outcome = lower(&document, &options);
    assert_eq!(names(&outcome.api.unwrap()), ["from_option"]);
    assert!(outcome.diagnostics.is_empty(), "{:#?}", outcome.diagnostics);
}

#[test]
fn parameters_are_hidden_and_preset() {
    let always = "tools.getBook.parameters.page.preset = 1\n";
    for (more, shown, sent) in [
        ("", vec!["X-Trace", "isbn", "lang"], json!({"page": {"value": 1}})),
        (
            "tools.getBook.parameters.lang = false",
            vec!["X-Trace", "isbn"],
            json!({"page": {"value": 1}, "lang": {"value": "en"}}),
        ),
        ("parameters.x-trace.hide = true", vec!["isbn", "lang"], json!({"page": {"value": 1}})),
        (
            "tools.getBook.parameters.'path.isbn'.preset = 'a${ISBN}'",
            vec!["X-Trace", "lang"],
            json!({"page": {"value": 1}, "isbn": {"value": "a${ISBN}"}}),
        ),
    ] {
        let api = api(SHOP, &format!("{always}{more}"));
        assert_eq!(arguments(&api.operations[0]), shown, "{more}");
        assert_eq!(presets(&api.operations[0]), sent, "{more}");
    }
    let api = api(SHOP, "tools.getBook.parameters.page.preset = '${PAGE}'");
    assert_eq!(presets(&api.operations[0]), json!({"page": {"value": "${PAGE}", "json": true}}));
}

#[test]
fn members_of_bodies_are_hidden_and_preset() {
    let file = "
[tools.putBook.parameters]
'body.source' = { preset = '${SOURCE}' }
'body.year' = false
'body.price.currency' = { preset = 'EUR' }
'body.title' = { description = 'What it is called' }
";
    let api = api(SHOP, file);
    let put = &api.operations[1];
    let body = &put.input_schema.value()["properties"]["body"];
    let shown: Vec<_> = body["properties"].as_object().unwrap().keys().collect();
    assert_eq!(shown, ["price", "title"]);
    assert_eq!(body["required"], json!(["title"]));
    assert_eq!(body["properties"]["price"]["properties"], json!({"cents": {"type": "integer"}}));
    assert_eq!(body["properties"]["title"]["description"], "What it is called");
    let expected = json!({"/source": {"value": "${SOURCE}"}, "/year": {"value": 2000},
                          "/price/currency": {"value": "EUR"}});
    assert_eq!(presets(put), expected);
    // What others refer to stays as it was.
    assert!(api.definitions["Book"].0["properties"].get("source").is_some());
}

#[test]
fn members_of_objects_in_lists_are_hidden_and_preset() {
    let line = "{type: object, required: [isbn, gift], properties: {isbn: {type: string}, gift: \
                {type: boolean}, note: {type: string, default: none}}}";
    let body = |schema: &str| {
        let body = format!("requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}");
        SHOP.replace("operationId: order", &format!("operationId: order, {body}"))
            .replace("    Price:\n", &format!("    Line: {line}\n    Price:\n"))
    };
    let list = "{type: array, items: {$ref: '#/components/schemas/Line'}}";
    let within = body(&format!("{{type: object, properties: {{lines: {list}}}}}"));
    for (document, at, pointer, schema) in [
        (&within, "body.lines[]", "/lines/[]", "/properties/body/properties/lines/items"),
        (&body(list), "body[]", "/[]", "/properties/body/items"),
    ] {
        let file = format!(
            "[tools.order.parameters]\n'{at}.gift' = {{ preset = false }}\n'{at}.note' = false\n\
             '{at}.isbn' = {{ description = 'Which' }}\n"
        );
        let api = api(document, &file);
        let expected = json!({(format!("{pointer}/gift")): {"value": false}, (format!("{pointer}/note")): {"value": "none"}});
        assert_eq!(presets(&api.operations[2]), expected);
        let shown = api.operations[2].input_schema.value();
        let item = shown.pointer(schema).unwrap();
        assert_eq!(item["properties"]["isbn"]["description"], "Which");
        assert_eq!(
            (item["properties"].as_object().unwrap().len(), &item["required"]),
            (1, &json!(["isbn"]))
        );
    }
    // The schema may say it of itself.
    let own =
        within.replace("gift: {type: boolean}", "gift: {type: boolean, x-mcp: {preset: true}}");
    assert_eq!(presets(&api(&own, "").operations[2]), json!({"/lines/[]/gift": {"value": true}}));
    let outcome = curated(&within, "tools.order.parameters.'body.lines[].isbn' = false");
    assert!(outcome.diagnostics[0].message.contains("`lines[].isbn`"), "{:?}", outcome.diagnostics);
}

#[test]
fn a_body_that_is_all_preset_is_no_argument() {
    let order = "operationId: order, requestBody: {required: true, content: {application/json: \
                 {schema: {type: object, required: [a], properties: {a: {type: string}}}}}}";
    let document = SHOP.replace("operationId: order", order);
    let api = api(&document, "tools.order.parameters.'body.a'.preset = 'x'");
    assert!(arguments(&api.operations[2]).is_empty());
    assert_eq!(presets(&api.operations[2]), json!({"body": {"value": {"a": "x"}}}));
}

#[test]
fn documents_say_the_same_at_every_place() {
    let document = SHOP
        .replace("openapi: 3.1.0", "openapi: 3.1.0\nx-mcp: {group: shop, tools: {order: false}}")
        .replace("    put:\n", "    put:\n      x-mcp: {description: Writes, readOnly: false}\n")
        .replace(
            "schema: {type: string, default: en}",
            "x-mcp: {hide: true}, schema: {type: string}",
        )
        .replace(
            "schema: {type: integer}}\n        - {name: X",
            "schema: {type: integer, x-mcp: {preset: 7}}}\n        - {name: X",
        )
        .replace("source: {type: string}", "source: {type: string, x-mcp: {preset: me}}");
    let api = api(&document, "");
    assert_eq!(names(&api), ["shop_getBook", "shop_putBook"]);
    assert_eq!(arguments(&api.operations[0]), ["X-Trace", "isbn"]);
    assert_eq!(presets(&api.operations[0]), json!({"page": {"value": 7}}));
    let put = &api.operations[1];
    assert_eq!(put.description.as_deref(), Some("Writes"));
    assert_eq!(put.annotations.read_only_hint, Some(false));
    assert_eq!(presets(put), json!({"/source": {"value": "me"}}));
    let text = serde_json::to_string(&crate::ir::dump(&api)).unwrap();
    assert!(!text.contains("x-mcp"), "{text}");
    let dropped = SHOP.replace("  /orders: {", "  /orders: {x-mcp: false, ");
    assert_eq!(names(&self::api(&dropped, "")), ["getBook", "putBook"]);
}

#[test]
fn operations_become_resources() {
    let file = "
[tools.getBook]
resource = true
parameters.page.preset = 1
";
    let api = api(SHOP, file);
    assert_eq!(names(&api), ["putBook", "order", "getBook"]);
    let expected = json!({"uri": "shop://books/{isbn}{?lang}", "mimeType": "application/json"});
    assert_eq!(plain(&api.operations[2].resource), expected);
    let own =
        "tools.getBook.resource = {uri = 'b:{isbn}/{page}', media-type = 'text/x', tool = true}";
    let api = self::api(SHOP, own);
    assert_eq!(names(&api), ["getBook", "putBook", "order"]);
    let expected = json!({"uri": "b:{isbn}/{page}", "mimeType": "text/x", "tool": true});
    assert_eq!(plain(&api.operations[0].resource), expected);
}

#[test]
fn what_cannot_be_done_is_said_with_its_place() {
    for (file, code, part) in [
        ("tools.getBook.parameters.isbn = false", "TW0912", "requires it"),
        ("tools.getBook.parameters.page.preset = 'x'", "TW0912", "integer"),
        ("tools.putBook.resource = true", "TW0912", "PUT"),
        ("tools.getBook.resource = 'x:{isbn}'", "TW0912", "`page`"),
        ("tools.getBook.resource = 'x:{isbn}/{page}/{other}'", "TW0912", "{other}"),
        ("tools.none.name = 'x'", "TW0605", "id:none"),
        ("tools.getBook.parameters.none = false", "TW0605", "`none`"),
        ("tools.putBook.parameters.'body.none' = false", "TW0605", "`body.none`"),
        ("parameters.none = false", "TW0605", "`none`"),
        ("groups.none = 'x'", "TW0605", "tag `none`"),
        ("drop = 'tag:none'", "TW0605", "tag:none"),
        ("tools.getBok.name = 'x'", "TW0605", "is `getBook` meant?"),
        ("keep = ['id:*', 'tag:Bokos']", "TW0605", "is `books` meant?"),
        ("drop = 'method:PTU'", "TW0605", "is `put` meant?"),
        ("drop = 'path:/book/{isbn}'", "TW0605", "is `/books/{isbn}` meant?"),
        ("groups.order = 'x'", "TW0605", "is `orders` meant?"),
        ("tools.getBook.parameters.lnag = false", "TW0605", "is `lang` meant?"),
        ("tools.putBook.parameters.'body.titel' = false", "TW0605", "is `body.title` meant?"),
        ("tools.putBook.parameters.price = false", "TW0605", "is `body.price` meant?"),
        ("tools.putBook.parameters.'body.price'.name = 'x'", "TW0912", "keep their names"),
    ] {
        let outcome = curated(SHOP, file);
        let [found] = outcome.diagnostics.as_slice() else {
            panic!("{file}: {:#?}", outcome.diagnostics);
        };
        assert_eq!(found.code, code, "{file}");
        assert_eq!(found.file, "toolwright.toml", "{file}: {found}");
        assert!(found.message.contains(part), "{file}: {found}");
        assert!(found.line.is_some() && found.help.is_some(), "{file}: {found}");
        assert_eq!(outcome.api.unwrap().operations.len(), 3, "{file}");
    }
    let wrong = SHOP.replace("tags: [orders]", "x-mcp: {nmae: x, title: 5}");
    let found = curated(&wrong, "").diagnostics;
    let codes: Vec<_> = found.iter().map(|one| (one.code, &*one.pointer)).collect();
    let at = "/paths/~1orders/post/x-mcp";
    let expected = [("TW0911", format!("{at}/nmae")), ("TW0911", format!("{at}/title"))];
    assert_eq!(codes, expected.iter().map(|(code, at)| (*code, &**at)).collect::<Vec<_>>());
}

#[test]
fn parameters_are_renamed() {
    let file = "
tools.getBook.parameters = { lang = {name = 'language'}, page = {name = 'isbn'}, X-Trace = {name = 'trace id'} }
";
    let wrong = curate::parse("toolwright.toml", file.as_bytes()).unwrap_err();
    assert!(wrong[0].message.contains("name of an argument"), "{wrong:?}");
    let file = "
tools.getBook.parameters = { lang = {name = 'language'}, page = {name = 'isbn'} }
tools.putBook.parameters.body = {name = 'book'}
";
    let outcome = curated(SHOP, file);
    let codes: Vec<_> = outcome.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["TW0604"], "`isbn` is taken: {:#?}", outcome.diagnostics);
    let api = outcome.api.unwrap();
    assert_eq!(arguments(&api.operations[0]), ["X-Trace", "isbn", "isbn_query", "language"]);
    let sent = plain(&api.operations[0].http.as_ref().unwrap().parameters[1]);
    assert_eq!((&sent["argument"], &sent["name"]), (&json!("language"), &json!("lang")));
    assert_eq!(arguments(&api.operations[1]), ["book", "isbn"]);
    let document = SHOP.replace("name: lang,", "name: lang, x-mcp: {name: tongue},");
    assert!(arguments(&self::api(&document, "").operations[0]).contains(&"tongue".to_owned()));
}

#[test]
fn that_nothing_is_left_is_said() {
    let outcome = curated(SHOP, "drop = ['path:**']");
    assert_eq!(outcome.diagnostics[0].code, "TW0204");
    let wrong = curate::parse("t", b"keep = ['tgas:a', 'getBook', '/books']\ntools.a.name = ''");
    let messages: Vec<_> = wrong.unwrap_err().into_iter().map(|one| one.message).collect();
    for (message, part) in
        messages.iter().zip(["is `tag` meant?", "`id:getBook`", "`path:/books`", "own"])
    {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_curated_module() {
    let rules = curate::parse(
        "toolwright.toml",
        b"keep = 'id:*Book'\ntools.getBook = {resource = true, parameters.page.preset = 1}\n\
          tools.putBook.parameters = {'body.source' = {preset = '${SOURCE}'}, 'body.price' = false}",
    );
    let select = Options { rules: rules.unwrap(), ..Options::default() };
    let options = crate::Options { select, ..crate::Options::default() };
    let module = crate::generate("shop.yaml", SHOP.as_bytes(), &options).module.unwrap();
    insta::assert_snapshot!(module.text);
}
