//! One document for each code of the table, and what is said about it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail

use toolwright_codegen::code;
use toolwright_codegen::diagnostic::Diagnostic;
use toolwright_codegen::pass;
use toolwright_codegen::select::Options;
use toolwright_codegen::source::Document;

/// Code, and a document that causes it.
const CASES: &[(&str, &str)] = &[
    ("TW0101", "openapi: 3.0.0\npaths: [\n"),
    ("TW0103", "NESTED"),
    ("TW0104", "openapi: 3.0.0\npaths: {}\ninfo: {title: a}\ninfo: {title: b}\n"),
    ("TW0105", "openapi: 3.0.0\npaths: {}\n---\nopenapi: 3.0.0\n"),
    ("TW0106", "openapi: 3.0.0\npaths: {}\n? [a, b]\n: c\n"),
    ("TW0107", "{\"openapi\": \"3.0.0\", \"paths\": {}, // a comment\n}"),
    ("TW0201", "title: no API\n"),
    ("TW0202", "swagger: '2.0'\npaths: {}\n"),
    ("TW0203", "openapi: 3.3.0\npaths: {}\n"),
    ("TW0204", "openapi: 3.1.0\ninfo: {title: empty}\n"),
    ("TW0205", "openapi: 3.1.0\npaths:\n  /a: 5\n"),
    ("TW0206", "tools:\n  - description: nameless\n"),
    ("TW0301", "S: {$ref: 'https://example.com/pet.json'}"),
    ("TW0302", "S: {$ref: '#/components/schemas/Missing'}"),
    ("TW0303", "S: {$ref: '#/components/schemas/S'}"),
    ("TW0304", "S: {$ref: models/pet.yaml}"),
    ("TW0401", "S: {type: string, minLength: short}"),
    ("TW0402", "S: {type: strnig}"),
    ("TW0403", "S: {type: string, enum: []}"),
    ("TW0404", "S: {type: object, required: [a, a], properties: {a: {type: string}}}"),
    ("TW0405", "S: {properties: {a: {type: string}}}"),
    ("TW0406", "S: {type: array, items: [{type: string}]}"),
    ("TW0407", "S: {type: integer, default: many}"),
    ("TW0408", "S: {allOf: [{type: string, pattern: a}, {type: string, pattern: b}]}"),
    ("TW0409", "S: {type: string, pattern: '(?=a)b'}"),
    ("TW0410", "S: {type: string, description: \"a\\u202Eb\"}"),
    ("TW0411", "LONG"),
    ("TW0501", "openapi: 3.1.0\npaths:\n  /pets/{id}:\n    get: {operationId: getPet}\n"),
    ("TW0502", "PARAMETER {name: Authorization, in: header, schema: {type: string}}"),
    ("TW0503", "PARAMETER {name: a, in: body, schema: {type: string}}"),
    (
        "TW0504",
        "openapi: 3.1.0\npaths:\n  /pets:\n    post:\n      operationId: addPet\n      requestBody:\n        content: {application/json: {}, application/xml: {}}\n",
    ),
    (
        "TW0505",
        "openapi: 3.1.0\npaths:\n  /pets:\n    get: {operationId: listPets, security: [{key: []}]}\n",
    ),
    (
        "TW0506",
        "openapi: 3.1.0\nservers: [{url: 'file:///etc'}]\npaths:\n  /pets:\n    get: {operationId: listPets}\n",
    ),
    (
        "TW0507",
        "openapi: 3.1.0\npaths:\n  /pets:\n    get:\n      operationId: listPets\n      responses: {OK: {description: fine}}\n",
    ),
    (
        "TW0601",
        "openapi: 3.1.0\npaths:\n  /a:\n    get: {operationId: list}\n  /b:\n    get: {operationId: list}\n",
    ),
    ("TW0602", "openapi: 3.1.0\npaths:\n  /a:\n    get: {operationId: pets/list}\n"),
    ("TW0603", "openapi: 3.1.0\npaths:\n  /pets/all:\n    get: {}\n"),
    ("TW0604", "PARAMETER {name: 'filter[name]', in: query, schema: {type: string}}"),
    ("TW0605", "OPTIONS"),
    ("TW0701", "LARGE"),
    (
        "TW0702",
        "tools:\n  - name: find\n    inputSchema: {oneOf: [{type: object, properties: {id: {type: string}}}, {type: object, properties: {name: {type: string}}}]}\n",
    ),
    ("TW0703", "PROFILE"),
];

#[test]
fn every_code_has_a_case() {
    let cases: Vec<&str> = CASES.iter().map(|(id, _)| *id).collect();
    let missing: Vec<&str> = code::ALL
        .iter()
        .map(|code| code.id)
        // The size limit has a test beside it; codes from 0800 on belong to the emitter.
        .filter(|id| *id != "TW0102" && *id < "TW0800" && !cases.contains(id))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn findings_say_where_what_and_what_to_do() {
    for (id, text) in CASES {
        let diagnostics = run(text);
        assert!(
            diagnostics.iter().any(|diagnostic| diagnostic.code == *id),
            "{id} is not reported: {diagnostics:#?}"
        );
        let shown: Vec<String> = diagnostics.iter().map(Diagnostic::to_string).collect();
        insta::assert_snapshot!(*id, shown.join("\n"));
    }
}

fn run(text: &str) -> Vec<Diagnostic> {
    let mut options = Options::default();
    let text = match text {
        "NESTED" => format!("a: {}{}", "[".repeat(200), "]".repeat(200)),
        "LONG" => document(&format!("S: {{type: string, description: {}}}", "word ".repeat(200))),
        "LARGE" => {
            let properties: Vec<String> = (0..900)
                .map(|i| format!("p{i}: {{type: string, description: a description of p{i}}}"))
                .collect();
            document(&format!("S: {{type: object, properties: {{{}}}}}", properties.join(", ")))
        }
        "PROFILE" => {
            options.profile = Some(toolwright_codegen::Profile::Strict);
            document("S: {type: object, properties: {n: {type: integer, minimum: 1}}}")
        }
        "OPTIONS" => {
            options.include = vec!["tag:pets".parse().unwrap()];
            options.exclude = vec!["path:/none/**".parse().unwrap()];
            options.rename.insert("none".to_owned(), "some".to_owned());
            document("S: {type: string}")
        }
        text if text.starts_with("S: ") => document(text),
        text => match text.strip_prefix("PARAMETER ") {
            Some(parameter) => format!(
                "openapi: 3.1.0\npaths:\n  /pets:\n    get:\n      operationId: listPets\n      parameters:\n        - {parameter}\n"
            ),
            None => text.to_owned(),
        },
    };
    let missing = || std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
    match Document::parse("api.yaml", text.as_bytes()) {
        Ok(document) => {
            pass::lower(&document.bundle(&mut |_| Err(missing())), &options).diagnostics
        }
        Err(diagnostics) => diagnostics,
    }
}

/// A document with one operation that takes the schema `S`.
fn document(schema: &str) -> String {
    format!(
        "openapi: 3.1.0\n\
         paths:\n  /pets:\n    post:\n      operationId: addPet\n      requestBody:\n        content:\n          application/json:\n            schema: {{$ref: '#/components/schemas/S'}}\n\
         components:\n  schemas:\n    {schema}\n"
    )
}
