//! What is wrong in documents, but meant.

use serde_json::{Value, json};

use super::{api, http, lower};

#[test]
fn what_stands_beside_a_reference_to_a_path_counts() {
    let api = api("
openapi: 3.0.3
paths:
  /a/{id}:
    $ref: '#/x-shared'
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post: {operationId: add}
    get: {operationId: own}
x-shared:
  get: {operationId: theirs}
  put: {operationId: change}
");
    let found: Vec<_> = api
        .operations
        .iter()
        .map(|one| {
            (
                &*one.name,
                http(one)["parameters"][0]["name"].clone(),
                Value::from(&one.arguments.0["properties"]["id"]["type"]),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("add", json!("id"), json!("integer")),
            ("own", json!("id"), json!("integer")),
            ("change", json!("id"), json!("integer"))
        ]
    );
}

#[test]
fn places_methods_and_flags_are_taken_as_meant() {
    let outcome = lower(
        "
openapi: 3.0.3
paths:
  /a:
    GET:
      operationId: read
      tags: single
      summary: 2020
      parameters:
        - {name: q, in: Query, required: 'yes', schema: {type: string}}
        - {name: 7, in: query, explode: 'false', schema: {type: array, items: {type: string}}}
    pots: {operationId: lost}
    post: {operationId: write}
    Post: {operationId: shadow}
",
    );
    let codes: Vec<_> = outcome.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(
        codes,
        ["TW0205", "TW0503", "TW0503", "TW0503", "TW0503", "TW0205", "TW0205"],
        "{:#?}",
        outcome.diagnostics
    );
    let api = outcome.api.unwrap();
    let [read, write] = &*api.operations else { panic!("{:?}", api.operations) };
    assert_eq!((&*read.name, &*write.name), ("read", "write"));
    assert_eq!(
        (&*read.tags, read.description.as_deref()),
        (&["single".to_owned()][..], Some("2020"))
    );
    let http = http(read);
    assert_eq!(
        (&http["method"], &http["parameters"][0]["required"]),
        (&json!("GET"), &json!(true))
    );
    assert_eq!(
        (&http["parameters"][1]["name"], &http["parameters"][1]["explode"]),
        (&json!("7"), &json!(false))
    );
}

#[test]
fn what_swagger_has_no_room_for_is_said() {
    let outcome = lower(
        "
swagger: 2.0
host: example.com
schemes: https
consumes: application/xml
paths:
  /a:
    post:
      operationId: add
      parameters:
        - {name: one, in: body, schema: {$ref: Pet}}
        - {name: two, in: body, schema: {type: object}}
        - {name: form, in: formData, type: string}
        - {name: tabs, in: query, type: array, items: {type: string}, collectionFormat: tsv}
definitions:
  Pet: {type: object, properties: {name: {type: string}}}
",
    );
    let warned: Vec<_> = outcome
        .diagnostics
        .iter()
        .filter(|one| one.code == "TW0503")
        .map(|one| one.message.split('`').nth(1).unwrap_or(&one.message))
        .collect();
    assert_eq!(
        warned,
        ["two", "form", r#"the style "tabDelimited" cannot be used here; the usual one is"#]
    );
    assert!(outcome.diagnostics.iter().all(|one| one.code != "TW0301" && one.code != "TW0304"));
    let http = http(&outcome.api.unwrap().operations[0]);
    assert_eq!(http["body"]["mediaType"], "application/xml");
}

#[test]
fn single_things_are_lists_and_schemas_are_content() {
    let outcome = lower("
openapi: 3.0.3
servers: {url: 'https://example.com'}
security: {key: []}
paths:
  /a:
    parameters: {name: q, in: query, schema: {type: string}}
    post:
      operationId: old
      requestBody: {schema: {type: object, properties: {a: {type: string}}}}
      responses: {200: {description: ok, schema: {type: object, properties: {b: {type: string}}}}}
    put:
      operationId: slip
      requestBody: {required: true, application/json: {schema: {type: object, properties: {c: {type: string}}}}}
      responses: {200: {description: ok, application/json: {schema: {type: string}}}, 201: {description: no, content: [json]}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
");
    let codes: Vec<_> = outcome.diagnostics.iter().map(|one| one.code).collect();
    let item = ["TW0503", "TW0205", "TW0205"];
    let expected: Vec<_> =
        ["TW0506", "TW0505"].into_iter().chain(item).chain(item).chain(["TW0205"]).collect();
    assert_eq!(codes, expected, "{:#?}", outcome.diagnostics);
    let api = outcome.api.unwrap();
    assert_eq!(
        (api.servers.len(), http(&api.operations[0])["security"][0][0]["scheme"].clone()),
        (1, json!("key"))
    );
    for (operation, member) in api.operations.iter().zip(["a", "c"]) {
        let properties = &operation.arguments.0["properties"];
        assert!(properties["body"]["properties"].get(member).is_some(), "{properties}");
        assert!(properties.get("q").is_some() && operation.result.is_some());
    }
}

#[test]
fn a_host_of_swagger_may_be_a_whole_url() {
    for (parts, url) in [
        ("host: 'https://api.example.com/'\nbasePath: /\n", "https://api.example.com"),
        ("host: 'http://api.example.com/v1/'\nbasePath: pets/\n", "http://api.example.com/v1/pets"),
        (
            "host: 'api.example.com:8080'\nbasePath: /v2\nschemes: [http]\n",
            "http://api.example.com:8080/v2",
        ),
    ] {
        let api =
            api(&format!("swagger: '2.0'\n{parts}paths: {{/a: {{get: {{operationId: a}}}}}}\n"));
        assert_eq!(api.servers[0].url, url);
    }
}
