//! Documents of several files.

use std::path::Path;

use toolwright_codegen::diagnostic::Severity;
use toolwright_codegen::pass::{self, Outcome};
use toolwright_codegen::select::Options;
use toolwright_codegen::source::{Document, Folder};

fn lower_files(files: &[(&str, &str)]) -> Outcome {
    let text = files[0].1;
    let document = Document::parse("shop/api.yaml", text.as_bytes()).unwrap();
    let document = document.bundle(&mut |path| {
        let found = files.iter().find(|(name, _)| *name == path);
        let missing = || std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(missing)
    });
    pass::lower(&document, &Options::default())
}

#[test]
fn documents_of_several_files_are_one() {
    let outcome = lower_files(&[
        (
            "api.yaml",
            "openapi: 3.0.3\npaths: {$ref: paths/all.yaml}\n\
             components: {schemas: {$ref: models/all.yaml}}\n",
        ),
        (
            "paths/all.yaml",
            "/pets/{id}:\n  $ref: pet.yaml\n/toys:\n  get:\n    operationId: listToys\n    \
             responses: {200: {$ref: '../shared.yaml#/responses/Toys'}}\n",
        ),
        (
            "paths/pet.yaml",
            "parameters:\n  - $ref: ../shared.yaml#/parameters/Id\nput:\n  operationId: putPet\n  \
             requestBody: {content: {application/json: {schema: {$ref: ../models/pet.yaml}}}}\n",
        ),
        (
            "shared.yaml",
            "parameters: {Id: {name: id, in: path, required: true, schema: {type: integer}}}\n\
             responses: {Toys: {description: ok, content: {application/json: {schema: \
             {type: array, items: {$ref: 'api.yaml#/components/schemas/Toy'}}}}}}\n",
        ),
        ("models/all.yaml", "Toy: {$ref: toy.yaml}\n"),
        ("models/pet.yaml", "type: object\nproperties: {toys: {items: {$ref: ./toy.yaml}}}\n"),
        (
            "models/toy.yaml",
            "type: object\nproperties: {owner: {$ref: pet.yaml}, size: {type: wrong}}\n",
        ),
    ]);
    let api = outcome.api.unwrap();
    let names: Vec<&str> = api.operations.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["putPet", "listToys"]);
    assert_eq!(api.definitions.keys().collect::<Vec<_>>(), ["Pet", "Toy"]);
    let arguments = &api.operations[0].input_schema.value();
    assert_eq!(arguments["properties"]["id"]["type"], "integer");
    let wrong = outcome.diagnostics.iter().find(|one| one.code == "TW0402").unwrap();
    assert_eq!((wrong.file.as_str(), wrong.line), ("shop/models/toy.yaml", Some(2)));
    assert_eq!(wrong.pointer, "/properties/size/type");
}

#[test]
fn swagger_documents_of_several_files_are_one() {
    let outcome = lower_files(&[
        ("api.yaml", "swagger: '2.0'\npaths:\n  /pets: {$ref: 'pets.yaml#/pets'}\n"),
        (
            "pets.yaml",
            "pets:\n  post:\n    operationId: addPet\n    parameters: [{$ref: '#/body'}, {$ref: '#/page'}]\n    \
             responses: {200: {$ref: '#/ok'}}\n\
             body: {in: body, name: pet, schema: {$ref: 'models.yaml#/Pet'}}\n\
             page: {in: query, name: page, type: integer}\n\
             ok: {description: ok, schema: {$ref: 'models.yaml#/Pet'}}\n",
        ),
        ("models.yaml", "Pet: {type: object, properties: {name: {type: string}}}\n"),
    ]);
    let api = outcome.api.unwrap();
    let operation = &api.operations[0];
    assert_eq!(operation.input_schema.value()["properties"]["page"]["type"], "integer");
    assert!(operation.http.as_ref().unwrap().body.is_some());
    assert!(operation.output_schema.is_some());
    assert!(api.definitions.contains_key("Pet"));
    let grave = outcome.diagnostics.iter().filter(|one| one.severity > Severity::Note);
    assert_eq!(grave.count(), 0, "{:?}", outcome.diagnostics);
}

#[test]
fn only_files_of_the_folder_are_read() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folder");
    let inside = root.join("inside");
    std::fs::create_dir_all(inside.join("models")).unwrap();
    std::fs::create_dir_all(inside.join(".hidden")).unwrap();
    std::fs::write(root.join("secret.yaml"), "type: string").unwrap();
    let text = "openapi: 3.1.0\npaths: {}\nx: {$ref: none}\na: {$ref: models/pet.yaml}\n\
        b: {$ref: ../secret.yaml}\nc: {$ref: link.yaml}\nd: {$ref: .hidden/e.yaml}\ne: {$ref: key.pem}\n";
    std::fs::write(inside.join("api.yaml"), text).unwrap();
    for name in ["models/pet.yaml", ".hidden/e.yaml", "key.pem"] {
        std::fs::write(inside.join(name), "type: string").unwrap();
    }
    #[cfg(unix)]
    if !inside.join("link.yaml").exists() {
        std::os::unix::fs::symlink(root.join("secret.yaml"), inside.join("link.yaml")).unwrap();
    }
    let document = Folder::document(&inside.join("api.yaml"), "api.yaml").unwrap().unwrap();
    assert_eq!(document.files().collect::<Vec<_>>(), ["models/pet.yaml"]);
    let found: Vec<_> =
        document.findings().iter().map(|one| (one.line.unwrap(), one.message.as_str())).collect();
    assert_eq!(found.len(), 4, "{found:?}"); // `..` is never asked for
    assert!(found.iter().any(|(line, why)| *line == 6 && why.contains("outside")), "{found:?}");
    assert!(found.iter().any(|(line, why)| *line == 7 && why.contains("hidden")), "{found:?}");
    assert!(found.iter().any(|(line, why)| *line == 8 && why.contains(".json")), "{found:?}");
}

#[test]
fn a_wider_folder_is_a_choice_and_a_bound() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wider");
    for folder in ["apis/shop", "apis/common"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    let text = "openapi: 3.1.0\npaths: {}\na: {$ref: ../common/pet.yaml}\n\
        b: {$ref: ../../secret.yaml}\nc: {$ref: ../common/link.yaml}\n";
    let write = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
    write("secret.yaml", "type: string");
    write("apis/shop/api.yaml", text);
    write("apis/common/pet.yaml", "x: {$ref: ../shop/api.yaml#/a}\nx: 1\n");
    #[cfg(unix)]
    if !root.join("apis/common/link.yaml").exists() {
        let link = root.join("apis/common/link.yaml");
        std::os::unix::fs::symlink(root.join("secret.yaml"), link).unwrap();
    }
    let path = root.join("apis/shop/api.yaml");
    let own = Folder::document(&path, "apis/shop/api.yaml").unwrap().unwrap();
    assert_eq!(own.files().count(), 0);

    let folder = Folder::within(&root.join("apis"), &path).unwrap();
    assert_eq!(folder.own(), "shop/api.yaml");
    let document = Document::parse("apis/shop/api.yaml", text.as_bytes()).unwrap();
    let document = folder.bundle(document);
    assert_eq!(document.files().collect::<Vec<_>>(), ["common/pet.yaml"]);
    let at = |pointer: &str| document.root().pointer(pointer).unwrap().as_str().unwrap();
    assert_eq!(at("/a/$ref"), "#/x-toolwright-files/common~1pet.yaml");
    assert_eq!(at("/b/$ref"), "../../secret.yaml");
    let found: Vec<_> = document.findings().iter().map(|one| (&*one.file, one.code)).collect();
    // The member that stands twice is in the other file; the link leads out of the folder.
    assert!(found.contains(&("apis/common/pet.yaml", "TW0104")), "{found:?}");
    assert!(found.contains(&("apis/shop/api.yaml", "TW0304")), "{found:?}");

    let outside = Folder::within(&root.join("apis/common"), &path).unwrap_err();
    assert!(outside.to_string().contains("does not lie in"), "{outside}");
}
