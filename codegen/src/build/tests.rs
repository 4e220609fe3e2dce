use std::path::PathBuf;

use super::*;

const DOCUMENT: &str = "{openapi: 3.1.0, paths: {/pets: {get: {operationId: listPets, responses: \
    {200: {content: {application/json: {schema: {type: array, items: {}}}}}}}}}}";

/// A package with a document in the folder `api`.
fn package(test: &str, config: Option<&str>) -> PathBuf {
    let root = env::temp_dir().join(format!("toolwright-build-{}-{test}", std::process::id()));
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(root.join("api")).unwrap();
    std::fs::write(root.join("api/pets.yaml"), DOCUMENT).unwrap();
    std::fs::write(root.join("pets.yaml"), DOCUMENT).unwrap();
    if let Some(config) = config {
        std::fs::write(root.join("api/toolwright.toml"), config).unwrap();
    }
    root
}

fn options(builder: &Builder, root: &Path) -> Options {
    builder.options(builder.file(root).unwrap().as_ref())
}

#[test]
fn a_file_that_comes_later_is_looked_for() {
    let root = package("later", None);
    let others = |document: &str| Builder::new(document).document(&root, None).unwrap().1;
    assert_eq!(others("api/pets.yaml"), [Path::new("api")]);
    // The package's own folder has everything that is built in it.
    assert!(others("pets.yaml").is_empty());
    std::fs::write(root.join("api/mod.rs"), "").unwrap();
    assert!(others("api/pets.yaml").is_empty());
    std::fs::write(root.join("api/toolwright.toml"), "").unwrap();
    let builder = Builder::new("api/pets.yaml");
    let file = builder.file(&root).unwrap();
    let (_, others) = builder.document(&root, file.as_ref()).unwrap();
    assert_eq!(others, [Path::new("api/toolwright.toml")]);
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn the_builder_goes_before_the_file() {
    let root = package("before", Some("profile = 'strict'\nbudget = 7\nname = 'x'"));
    let builder = Builder::new("api/pets.yaml");
    let said = options(&builder, &root).select;
    assert_eq!((said.profile(), said.budget()), (Profile::Strict, Some(7)));
    // The usual profile is one that can be asked for.
    let builder = builder.profile(Profile::Common).budget(9);
    let said = options(&builder, &root).select;
    assert_eq!((said.profile(), said.budget()), (Profile::Common, Some(9)));
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn definitions_over_the_budget_are_a_warning() {
    for (budget, warned) in [(1, true), (100_000, false)] {
        let root = package("budget", Some(&format!("budget = {budget}")));
        let builder = Builder::new("api/pets.yaml").out_dir("out");
        let built = builder.built(&root).unwrap();
        let found = built.diagnostics.iter().any(|one| one.code == code::BUDGET.id);
        assert_eq!(found, warned, "{:?}", built.diagnostics);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
