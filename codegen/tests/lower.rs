//! From whole documents to the intermediate representation.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail

use serde_json::{Value, json};
use toolwright_codegen::ir::{self, Api, Operation};
use toolwright_codegen::pass::{self, Outcome};
use toolwright_codegen::select::Options;
use toolwright_codegen::source::Document;

#[path = "lower/files.rs"]
mod files;
#[path = "lower/wrong.rs"]
mod wrong;

fn lower(text: &str) -> Outcome {
    lower_with(text, &Options::default())
}

fn lower_with(text: &str, options: &Options) -> Outcome {
    pass::lower(&Document::parse("shop.yaml", text.as_bytes()).unwrap(), options)
}

fn api(text: &str) -> Api {
    lower(text).api.unwrap()
}

/// The operation of a document with one path and the given YAML under `get` or another method.
fn one(text: &str) -> Operation {
    api(text).operations.remove(0)
}

fn http(operation: &Operation) -> Value {
    serde_json::to_value(operation.http.as_ref().unwrap()).unwrap()
}

#[test]
fn parameters_are_inherited_replaced_and_styled() {
    let operation = one("
openapi: 3.0.3
paths:
  /a/{id}/{x}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      - {name: q, in: query, schema: {type: string}}
    get:
      operationId: read
      parameters:
        - {name: q, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}, description: words}
        - {name: id, in: query, allowReserved: true, schema: {type: string}}
        - {name: f, in: query, style: deepObject, schema: {type: object}}
        - {name: j, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: X-A, in: header, schema: {type: string}}
        - {name: Accept, in: header, schema: {type: string}}
        - {name: c, in: cookie, explode: false, schema: {type: array, items: {}}}
");
    let expected = json!([
        {"argument": "id", "name": "id", "in": "path", "style": "simple", "explode": false, "required": true},
        {"argument": "q", "name": "q", "in": "query", "style": "pipeDelimited", "explode": false},
        {"argument": "id_query", "name": "id", "in": "query", "style": "form", "explode": true, "allowReserved": true},
        {"argument": "f", "name": "f", "in": "query", "style": "deepObject", "explode": true},
        {"argument": "j", "name": "j", "in": "query", "style": "form", "explode": true, "json": true},
        {"argument": "X-A", "name": "X-A", "in": "header", "style": "simple", "explode": false},
        {"argument": "c", "name": "c", "in": "cookie", "style": "form", "explode": false},
        {"argument": "x", "name": "x", "in": "path", "style": "simple", "explode": false, "required": true},
    ]);
    assert_eq!(http(&operation)["parameters"], expected);
    let properties = &operation.input_schema.value()["properties"];
    assert_eq!(
        properties["q"],
        json!({"type": "array", "items": {"type": "string"}, "description": "words"})
    );
    assert_eq!(operation.input_schema.value()["required"], json!(["id", "x"]));
    assert_eq!(operation.annotations.read_only_hint, Some(true));
}

#[test]
fn bodies_prefer_json_and_mark_files() {
    let operation = one("
openapi: 3.0.3
paths:
  /a:
    post:
      parameters: [{name: body, in: query, schema: {type: string}}]
      requestBody:
        required: true
        content:
          text/plain: {}
          application/vnd.x+json: {schema: {type: object}}
          application/json: {schema: {type: object, properties: {a: {type: string, readOnly: true}, b: {type: string}}, required: [a, b]}}
");
    let body = &http(&operation)["body"];
    assert_eq!(
        *body,
        json!({"argument": "body_content", "mediaType": "application/json", "kind": "json", "required": true})
    );
    assert_eq!(
        operation.arguments.0["properties"]["body_content"],
        json!({"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]})
    );
    let operation = one("
openapi: 3.0.3
paths:
  /a:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: {$ref: '#/components/schemas/Form'}
            encoding: {photo: {contentType: 'image/png, image/gif'}, tags: {style: form, explode: false}}
components:
  schemas:
    Form:
      type: object
      properties:
        photo: {type: string, format: binary}
        files: {type: array, items: {type: string, format: binary}}
        text: {type: string, format: byte}
        tags: {type: array, items: {type: string}}
");
    let octets = "application/octet-stream";
    assert_eq!(
        http(&operation)["body"]["encoding"],
        json!({
            "photo": {"contentType": "image/png, image/gif", "style": "form", "explode": true, "base64": true},
            "files": {"contentType": octets, "style": "form", "explode": true, "base64": true},
            "tags": {"style": "form", "explode": false},
        })
    );
    let photo = &operation.input_schema.value()["$defs"]["Form"]["properties"]["photo"];
    let told = "Base64, or a `data:` URI.";
    assert_eq!(*photo, json!({"type": "string", "contentEncoding": "base64", "description": told}));
}

#[test]
fn the_first_success_with_content_decides_the_reply() {
    for (responses, reply, output) in [
        ("{}", json!({"kind": "empty"}), json!(null)),
        (
            "{204: {description: d}, 400: {content: {application/json: {}}}}",
            json!({"kind": "empty"}),
            json!(null),
        ),
        ("{200: {content: {text/csv: {}}}}", json!({"kind": "text"}), json!(null)),
        ("{200: {content: {image/png: {}}}}", json!({"kind": "binary"}), json!(null)),
        (
            "{default: {content: {application/json: {schema: {type: object}}}}}",
            json!({"kind": "json", "wrapped": false}),
            json!({"type": "object"}),
        ),
        (
            "{2XX: {content: {application/json: {schema: {type: array, items: {type: integer, format: int64}}}}}}",
            json!({"kind": "json", "wrapped": true}),
            json!({"type": "object", "required": ["result"],
                   "properties": {"result": {"type": "array", "items": {"type": "integer"}}}}),
        ),
        (
            "{200: {content: {application/json: {schema: {type: object}}}}, 201: {content: {application/json: {schema: {type: string}}}}}",
            json!({"kind": "json", "wrapped": true}),
            json!({"type": "object", "required": ["result"],
                   "properties": {"result": {"anyOf": [{"type": "object"}, {"type": "string"}]}}}),
        ),
    ] {
        let operation = one(&format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses: {responses}\n"
        ));
        assert_eq!(serde_json::to_value(operation.reply).unwrap(), reply, "{responses}");
        assert_eq!(json!(operation.output_schema), output, "{responses}");
    }
}

#[test]
fn security_and_servers_come_from_the_closest_place() {
    let api = api("
openapi: 3.1.0
servers:
  - {url: 'https://{region}.example.com/v1', variables: {region: {default: eu, enum: [eu, us]}}}
  - {url: 'javascript://x'}
security: [{key: []}]
paths:
  /a: {get: {operationId: a}}
  /b: {get: {operationId: b, security: [], servers: [{url: /other}]}}
  /c: {get: {operationId: c, security: [{token: [read]}, {}]}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: oauth2, flows: {}}
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://login.example.com/token', scopes: {}}}}
    oidc: {type: openIdConnect, openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration'}
    digest: {type: http, scheme: digest}
    'basic auth': {type: http, scheme: Basic}
    tls: {type: mutualTLS}
");
    assert_eq!(
        json!(api.servers),
        json!([{"url": "https://{region}.example.com/v1", "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}}}])
    );
    assert_eq!(
        json!(api.security_schemes),
        json!({
            "key": {"type": "apiKey", "in": "header", "name": "X-Key", "env": "SHOP_KEY"},
            "token": {"type": "oauth2", "env": "SHOP_TOKEN"},
            "login": {"type": "oauth2", "tokenUrl": "https://login.example.com/token", "env": "SHOP_LOGIN"},
            "oidc": {"type": "bearer", "env": "SHOP_OIDC"},
            "digest": {"type": "unsupported", "scheme": "digest", "env": "SHOP_DIGEST"},
            "basic auth": {"type": "basic", "env": "SHOP_BASIC_AUTH"},
            "tls": {"type": "mutualTLS", "env": "SHOP_TLS"},
        })
    );
    let security: Vec<Value> = api.operations.iter().map(|o| http(o)["security"].clone()).collect();
    assert_eq!(
        security,
        [
            json!([[{"scheme": "key"}]]),
            Value::Null,
            json!([[{"scheme": "token", "scopes": ["read"]}], []])
        ]
    );
    assert_eq!(http(&api.operations[1])["servers"], json!([{"url": "/other"}]));
}

#[test]
fn deep_and_encoded_references_are_lifted() {
    let api = api("
openapi: 3.0.3
paths:
  /a~b/{id}:
    get:
      operationId: read
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        200: {content: {application/json: {schema: {type: object, properties: {next: {$ref: '#/paths/~1a~0b~1%7Bid%7D/get/responses/200/content/application~1json/schema'}}}}}}
");
    let name = api.definitions.keys().next().unwrap();
    assert_eq!(name, "ABIdGet200");
    let reference = json!({"$ref": format!("#/$defs/{name}")});
    assert_eq!(api.definitions[name].0["properties"]["next"], reference);
    let output = &api.operations[0].output_schema.as_ref().unwrap().value();
    assert_eq!(output["$defs"][name]["properties"]["next"], reference);
}

#[test]
fn p09_hostile_names_become_unique_and_plain() {
    let ids =
        ["self", "r#self", "../x", "🐈", "", "call", "Tools", "tools", "shop", "get a", "get-a"];
    let mut text = "openapi: 3.1.0\npaths:\n".to_owned();
    for (index, id) in ids.iter().enumerate() {
        text.push_str(&format!("  /p{index}:\n    get: {{operationId: {id:?}}}\n"));
    }
    text.push_str(&format!("  /long:\n    get: {{operationId: {}}}\n", "y".repeat(500)));
    let api = api(&text);
    let names: Vec<&str> = api.operations.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(
        names[..11],
        [
            "self", "r_self", "x", "get_p3", "get_p4", "call", "Tools", "tools", "shop", "get_a",
            "get-a"
        ]
    );
    let methods: Vec<&str> = api.operations.iter().map(|o| o.method.as_str()).collect();
    assert_eq!(
        methods[..11],
        [
            "self_", "r_self", "x", "get_p3", "get_p4", "call_", "tools_", "tools_2", "shop",
            "get_a", "get_a_2"
        ]
    );
    let stems: Vec<&str> = api.operations.iter().map(|o| o.stem.as_str()).collect();
    assert_eq!(
        stems[..11],
        [
            "SelfTool",
            "RSelf",
            "X",
            "GetP3",
            "GetP4",
            "Call",
            "ToolsTool",
            "ToolsTool2",
            "ShopTool",
            "GetA",
            "GetA2"
        ]
    );
}

#[test]
fn p18_names_that_become_the_same_are_numbered_in_document_order() {
    let text = "
openapi: 3.1.0
paths:
  /a: {get: {operationId: get.pet}, post: {operationId: get pet}}
  /b: {get: {operationId: get_pet}, post: {operationId: get_pet}}
";
    let outcome = lower(text);
    let seen = |api: &Api| -> Vec<(String, String, String)> {
        let operations = api.operations.iter();
        operations.map(|o| (o.name.clone(), o.method.clone(), o.pointer.clone())).collect()
    };
    let first = seen(&outcome.api.unwrap());
    assert_eq!(first, seen(&api(text)));
    let mut names: Vec<&str> = first.iter().map(|(name, ..)| name.as_str()).collect();
    let mut methods: Vec<&str> = first.iter().map(|(_, method, _)| method.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    methods.sort_unstable();
    methods.dedup();
    assert_eq!((names.len(), methods.len()), (4, 4), "{first:?}");
    assert!(outcome.diagnostics.iter().any(|d| d.code == "TW0601"), "{:#?}", outcome.diagnostics);
}

#[test]
fn filters_and_renames_apply() {
    let text = "
openapi: 3.1.0
paths:
  /pets: {get: {operationId: listPets, tags: [pets]}, post: {operationId: addPet, tags: [pets]}}
  /pets/{id}: {get: {tags: [pets]}}
  /admin: {get: {operationId: admin, responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/Secret'}}}}}}}
components: {schemas: {Secret: {type: object}}}
";
    let options = Options {
        include: vec!["tag:pets".parse().unwrap()],
        exclude: vec!["method:POST".parse().unwrap()],
        rename: [("get_pets_id".to_owned(), "pet".to_owned())].into(),
        ..Options::default()
    };
    let outcome = lower_with(text, &options);
    let api = outcome.api.unwrap();
    let names: Vec<&str> = api.operations.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["listPets", "pet"]);
    assert!(api.definitions.is_empty());
    assert!(outcome.diagnostics.iter().all(|d| d.code != "TW0605"));
}

#[test]
fn tool_descriptions_keep_their_own_definitions() {
    let api = api(r##"
{"tools": [
  {"name": "a", "title": "A", "description": "d", "annotations": {"readOnlyHint": true},
   "inputSchema": {"type": "object", "properties": {"n": {"$ref": "#/$defs/Node"}, "self": {"$ref": "#"}},
                   "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}}},
   "outputSchema": {"type": "object", "properties": {"x": {"type": "integer"}}}},
  {"name": "b", "inputSchema": {"type": "object", "properties": {"n": {"$ref": "#/$defs/Node"}},
                   "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}}}}
]}"##);
    let [a, b] = api.operations.as_slice() else { panic!() };
    assert_eq!(a.annotations.read_only_hint, Some(true));
    assert_eq!(serde_json::to_value(a.reply).unwrap(), json!({"kind": "json", "wrapped": false}));
    assert_eq!(serde_json::to_value(b.reply).unwrap(), json!({"kind": "text"}));
    assert!(a.http.is_none());
    assert!(a.input_schema.value()["$defs"].get("Node").is_some());
    assert_eq!(a.input_schema.value()["properties"]["self"]["$ref"], "#/$defs/Schema0");
    assert_eq!(b.input_schema.value()["$defs"].as_object().unwrap().len(), 1);
}

#[test]
fn the_dump_shows_everything() {
    let api = api("
openapi: 3.1.0
info: {title: Shop, version: 1}
paths:
  /a: {get: {operationId: a, responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}, example: {x: 1}}}}}}}
components: {schemas: {A: {type: object, properties: {x: {type: integer}}}}}
");
    insta::assert_snapshot!(serde_json::to_string_pretty(&ir::dump(&api)).unwrap());
}

#[test]
fn swagger_becomes_the_same_as_openapi() {
    let api = api("
swagger: '2.0'
host: example.com
basePath: /v1/
schemes: [http, https]
consumes: [application/json]
produces: [application/xml, application/json]
securityDefinitions: {login: {type: basic}}
parameters:
  Limit: {name: limit, in: query, type: integer, maximum: 50}
  Pet: {name: pet, in: body, required: true, schema: {$ref: '#/definitions/Pet'}}
paths:
  /pets:
    parameters: [{$ref: '#/parameters/Limit'}]
    post:
      operationId: addPet
      parameters:
        - {$ref: '#/parameters/Pet'}
        - {name: tags, in: query, type: array, items: {type: string}, collectionFormat: pipes}
        - {name: ids, in: query, type: array, items: {type: string}}
      responses:
        201: {description: made, schema: {$ref: '#/definitions/Pet'}, examples: {application/json: {name: x}}}
  /photo:
    put:
      operationId: setPhoto
      parameters:
        - {name: photo, in: formData, type: file, required: true}
        - {name: words, in: formData, type: array, items: {type: string}, collectionFormat: multi}
      responses: {200: {description: it, schema: {type: file}}}
definitions:
  Pet: {type: object, required: [name], properties: {name: {type: string, x-nullable: true}}}
");
    assert_eq!(
        json!(api.servers),
        json!([{"url": "https://example.com/v1"}, {"url": "http://example.com/v1"}])
    );
    assert_eq!(json!(api.security_schemes["login"]), json!({"type": "basic", "env": "SHOP_LOGIN"}));
    assert_eq!(api.definitions["Pet"].0["properties"]["name"], json!({"type": ["string", "null"]}));
    let add = http(&api.operations[0]);
    assert_eq!(
        add["parameters"],
        json!([
            {"argument": "limit", "name": "limit", "in": "query", "style": "form", "explode": true},
            {"argument": "tags", "name": "tags", "in": "query", "style": "pipeDelimited", "explode": false},
            {"argument": "ids", "name": "ids", "in": "query", "style": "form", "explode": false},
        ])
    );
    assert_eq!(
        add["body"],
        json!({"argument": "body", "mediaType": "application/json", "kind": "json", "required": true})
    );
    assert_eq!(
        api.operations[0].http.as_ref().unwrap().responses[0].example,
        Some(json!({"name": "x"}).into())
    );
    let photo = &api.operations[1];
    assert_eq!(
        http(photo)["body"]["encoding"],
        json!({
            "photo": {"contentType": "application/octet-stream", "style": "form", "explode": true, "base64": true},
            "words": {"style": "form", "explode": true},
        })
    );
    assert_eq!(serde_json::to_value(photo.reply).unwrap(), json!({"kind": "binary"}));
}

#[test]
fn streams_are_lists_of_their_items() {
    let outcome = lower(
        r##"
openapi: 3.2.0
info: {title: T, version: "1"}
paths:
  /lines: {get: {operationId: lines, responses: {200: {content: {application/jsonl: {itemSchema: {$ref: "#/components/schemas/Row"}}}}}}}
  /events: {get: {operationId: events, responses: {200: {content: {text/event-stream: {itemSchema: {$ref: "#/components/schemas/Event"}}}}}}}
  /data: {get: {operationId: data, responses: {200: {content: {text/event-stream: {itemSchema: {$ref: "#/components/schemas/Row"}}}}}}}
  /plain: {get: {operationId: plain, responses: {200: {content: {text/event-stream: {schema: {type: string}}}}}}}
components:
  schemas:
    Row: {type: object, properties: {n: {type: integer}}}
    Event: {type: object, required: [data], properties: {event: {type: string}, data: {type: string}}}
"##,
    );
    let api = outcome.api.unwrap();
    for (index, events, kind) in
        [(0, false, "json"), (1, true, "json"), (2, false, "json"), (3, false, "text")]
    {
        let operation = serde_json::to_value(&api.operations[index]).unwrap();
        assert_eq!(operation["reply"]["kind"], kind, "{index}");
        let response = &operation["http"]["responses"][0];
        assert_eq!(response.get("events").is_some(), events, "{index}");
        let output = &operation["outputSchema"]["properties"]["result"]["type"];
        assert_eq!(output == "array", kind == "json", "{index}: {operation}");
    }
}

#[test]
fn a_success_without_content_takes_the_promise_away() {
    let outcome = lower(
        r##"
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    get: {operationId: both, responses: {200: {content: {application/json: {schema: {type: object}}}}, 204: {description: None}}}
    put: {operationId: one, responses: {200: {content: {application/json: {schema: {type: object}}}}, 404: {description: No}}}
"##,
    );
    let api = outcome.api.unwrap();
    assert!(api.operations[0].output_schema.is_none() && api.operations[0].result.is_some());
    assert!(api.operations[1].output_schema.is_some());
}

/// What a person would read: the whole module of a document with every construct of JSON Schema.
#[test]
fn the_module_of_shapes() {
    let text = include_bytes!("../../tests/it/shapes.yaml");
    let options = toolwright_codegen::Options::default();
    let outcome = toolwright_codegen::generate("shapes.yaml", text, &options);
    insta::assert_snapshot!(outcome.module.unwrap().text);
}
