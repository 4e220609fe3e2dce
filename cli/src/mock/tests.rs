//! Requests that a document allows, and what is said of others.

use http::Request;
use serde_json::Value;
use toolwright_codegen::ir::Api;
use toolwright_codegen::source::Document;
use toolwright_codegen::{pass, select};

use super::server::answer;

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Mock, version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
    user: {type: http, scheme: basic}
  schemas:
    Colour: {type: object, additionalProperties: false, required: [r], properties: {r: {type: integer}, name: {type: string}}}
    Ids: {type: array, items: {type: integer}, maxItems: 2}
paths:
  /search:
    get:
      parameters:
        - {name: ids, in: query, schema: {$ref: '#/components/schemas/Ids'}}
        - {name: row, in: query, explode: false, schema: {$ref: '#/components/schemas/Ids'}}
        - {name: piped, in: query, style: pipeDelimited, explode: false, schema: {$ref: '#/components/schemas/Ids'}}
        - {name: deep, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Colour'}}
        - {name: json, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Colour'}}}}
        - {name: X-Ids, in: header, schema: {$ref: '#/components/schemas/Ids'}}
        - {name: session, in: cookie, schema: {type: string, minLength: 3}}
  /must:
    get:
      parameters: [{name: session, in: cookie, required: true, schema: {type: string}}]
  /label/{ids}:
    get:
      parameters: [{name: ids, in: path, required: true, style: label, schema: {$ref: '#/components/schemas/Ids'}}]
  /matrix/{colour}:
    get:
      parameters: [{name: colour, in: path, required: true, style: matrix, explode: true, schema: {$ref: '#/components/schemas/Colour'}}]
  /form:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, additionalProperties: false, required: [count], properties: {count: {type: integer}, tags: {type: array, items: {enum: [a, b]}}, colour: {$ref: '#/components/schemas/Colour'}}}
  /parts:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [meta, file], properties: {meta: {$ref: '#/components/schemas/Colour'}, file: {type: string, format: binary}, count: {type: integer}}}
            encoding: {file: {contentType: image/png, headers: {X-Kind: {schema: {const: cover}}}}}
  /lines:
    post:
      requestBody: {content: {application/x-ndjson: {itemSchema: {$ref: '#/components/schemas/Colour'}}}}
  /text:
    post:
      requestBody: {content: {text/plain: {schema: {type: string, maxLength: 3}}}}
  /secret:
    get: {security: [{key: []}, {token: [], user: []}]}
  /open:
    get: {security: [{key: []}, {}]}
";

fn api() -> Api {
    let document = Document::parse("mock.yaml", DOCUMENT.as_bytes()).unwrap();
    pass::lower(&document, &select::Options::default()).api.unwrap()
}

/// Status and what is said; headers are `name: value`, and the last line is the body.
fn asked(api: &Api, request: &str) -> (u16, String, String) {
    let (line, rest) = request.split_once('\n').unwrap_or((request, ""));
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let mut built = Request::builder().method(method).uri(target);
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        built = built.header(name, value);
    }
    let (parts, ()) = built.body(()).unwrap().into_parts();
    let answer = answer(api, true, &parts, body.replace('\n', "\r\n").as_bytes());
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let detail = said["detail"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), detail, answer.challenge)
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let api = api();
    for (request, refusal) in cases {
        let (status, detail, _) = asked(&api, request);
        let expected = match *refusal {
            "" => 200..300,
            refusal if refusal.contains("has to be") && !refusal.contains("part") => 415..416,
            _ => 400..401,
        };
        assert!(expected.contains(&status), "{request}: {status} {detail}");
        assert!(detail.contains(refusal), "{request}: {detail}");
    }
}

#[test]
fn parameters_of_every_style_are_held_to_their_schemas() {
    check(&[
        ("GET /search", ""),
        ("GET /search?ids=1&ids=2&row=1,2&piped=1%7C2&deep%5Br%5D=1&other=x", ""),
        (
            "GET /search?ids=1&ids=x",
            "The query parameter `ids` is not valid: /1: must be an integer",
        ),
        ("GET /search?ids=1&ids=2&ids=3", "at most 2"),
        ("GET /search?row=1,x", "`row` is not valid: /1"),
        ("GET /search?row=", ""),
        ("GET /search?piped=1|x", "`piped` is not valid: /1"),
        ("GET /search?deep[name]=x", "`deep` is not valid: missing required member \"r\""),
        ("GET /search?deep[r]=x", "`deep` is not valid: /r: must be an integer"),
        ("GET /search?json=%7B%22r%22:1%7D", ""),
        ("GET /search?json=%7B%7D", "`json` is not valid"),
        ("GET /search?json=%7B", "`json` is no JSON"),
        ("GET /search\nX-Ids: 1, 2", ""),
        ("GET /search\nX-Ids: 1, x", "The header `X-Ids` is not valid: /1"),
        ("GET /search\nCookie: a=b; session=abc", ""),
        ("GET /search\nCookie: session=ab", "The cookie `session` is not valid"),
        ("GET /must", "The cookie `session` is missing"),
        ("GET /label/.1,2", ""),
        ("GET /label/.1,x", "The path parameter `ids` is not valid: /1"),
        ("GET /matrix/;r=1;name=a%3Bb", ""),
        ("GET /matrix/;name=a", "missing required member \"r\""),
    ]);
}

#[test]
fn bodies_of_every_kind_are_held_to_their_schemas() {
    let form = "POST /form\nContent-Type: application/x-www-form-urlencoded\n\n";
    let lines = "POST /lines\nContent-Type: application/x-ndjson\n\n";
    let text = "POST /text\nContent-Type: text/plain\n\n";
    let with = |head: &str, body: &str| format!("{head}{body}");
    let cases = [
        (with(form, "count=1&tags=a&tags=b"), ""),
        (with(form, "count=1&colour=%7B%22r%22:1%7D"), ""),
        (with(form, "tags=a"), "The body is not valid: missing required member \"count\""),
        (with(form, "count=one"), "/count: must be an integer"),
        (with(form, "count=1&tags=c"), "/tags/0"),
        (with(form, "count=1&colour=x"), "`colour` is no JSON"),
        (with(form, "count=1&more=1"), "unexpected member \"more\""),
        (
            with("POST /form\nContent-Type: application/json\n\n", "{}"),
            "has to be application/x-www",
        ),
        (with(lines, "{\"r\":1}\n{\"r\":2}\n"), ""),
        (with(lines, "{\"r\":1}\n{"), "Line 2 is no JSON"),
        (with(lines, "{\"r\":1}\n{}"), "/1: missing"),
        (with(text, "abc"), ""),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(one, two)| (one.as_str(), *two)).collect();
    check(&cases);
}

#[test]
fn parts_are_held_to_their_schemas_and_encodings() {
    let meta = "Content-Disposition: form-data; name=\"meta\"\nContent-Type: application/json\n\n";
    let file =
        "Content-Disposition: form-data; name=file\nContent-Type: image/png\nX-Kind: cover\n\nx";
    let body = |parts: &[&str]| {
        let parts: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
        format!("POST /parts\nContent-Type: multipart/form-data; boundary=b\n\n{parts}--b--")
    };
    let good = format!("{meta}{{\"r\":1}}");
    let count = "Content-Disposition: form-data; name=count\n\n";
    let cases = [
        (body(&[&good, file, &format!("{count}3")]), ""),
        (body(&[file]), "missing required member \"meta\""),
        (body(&[&format!("{meta}{{}}"), file]), "/meta: missing"),
        (body(&[&format!("{meta}{{"), file]), "`meta` is no JSON"),
        (body(&[&good, file, &format!("{count}x")]), "/count: must be an integer"),
        (
            body(&[&good, &file.replace("image/png", "text/html")]),
            "The part `file` has to be image/png",
        ),
        (body(&[&good, &file.replace("X-Kind", "X-Other")]), "no header `X-Kind`"),
        (body(&[&good, "Content-Disposition: form-data\n\nx"]), "A part has no name"),
        (body(&[]).replace("; boundary=b", ""), "no `boundary`"),
        (
            "POST /parts\nContent-Type: multipart/form-data; boundary=b".to_owned(),
            "The body is missing",
        ),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(one, two)| (one.as_str(), *two)).collect();
    check(&cases);
}

#[test]
fn credentials_have_to_be_there() {
    let api = api();
    let (status, detail, challenge) = asked(&api, "GET /secret");
    assert_eq!(status, 401);
    assert_eq!(
        detail,
        "Credentials are missing: the header `X-Key` (`key`), or a token as `Authorization: Bearer …` \
         (`token`) and a user and a password as `Authorization: Basic …` (`user`)."
    );
    assert_eq!(challenge, "Bearer, Basic realm=\"mock\"");
    for (head, expected) in [
        ("X-Key: anything", 204),
        ("Authorization: Bearer x", 401),
        ("Authorization: Bearer", 401),
        ("X-Other: 1", 401),
    ] {
        let (status, detail, _) = asked(&api, &format!("GET /secret\n{head}"));
        assert!((status == 401) == (expected == 401), "{head}: {status} {detail}");
    }
    assert_ne!(asked(&api, "GET /open").0, 401);
}
