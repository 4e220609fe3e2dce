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
    let out = root.join("out");
    let others = |document: &str| Builder::new(document).built(&root, Some(&out)).unwrap().others;
    for document in ["api/pets.yaml", "pets.yaml"] {
        let watched = if cfg!(unix) { vec![out.join("pets.later")] } else { others(document) };
        assert_eq!(others(document), watched);
    }
    std::fs::write(root.join("api/toolwright.toml"), "").unwrap();
    assert_eq!(others("api/pets.yaml"), [Path::new("api/toolwright.toml")]);
    std::fs::remove_dir_all(&root).unwrap();
}

#[test]
fn without_links_a_folder_is_watched_if_it_is_quiet() {
    let root = package("folder", None);
    let later = |document: &str| Builder::new(document).later(&root, None);
    assert_eq!(later("api/pets.yaml").as_deref(), Some(Path::new("api")));
    // The package's own folder has everything that is built in it.
    assert_eq!(later("pets.yaml"), None);
    std::fs::write(root.join("api/mod.rs"), "").unwrap();
    assert_eq!(later("api/pets.yaml"), None);
    std::fs::remove_dir_all(&root).unwrap();
}

/// Cargo itself says how often it runs a build script that watches what is prepared here.
#[cfg(unix)]
#[test]
fn cargo_runs_again_when_the_file_comes_and_only_then() {
    let root = package("cargo", None);
    let script = format!(
        "#[path = {:?}] mod later;
        fn main() {{
            let root = std::path::PathBuf::from(std::env::var_os(\"CARGO_MANIFEST_DIR\").unwrap());
            let own = std::path::PathBuf::from(std::env::var_os(\"OUT_DIR\").unwrap()).join(\"own\");
            let file = root.join(\"toolwright.toml\");
            // Generating takes longer than a tick of the clock that dates files.
            std::thread::sleep(std::time::Duration::from_millis(30));
            if file.exists() {{
                println!(\"cargo:rerun-if-changed=toolwright.toml\");
            }} else {{
                later::expect(&file, &own).unwrap();
                println!(\"cargo:rerun-if-changed={{}}\", own.display());
            }}
            let runs = std::fs::read_to_string(root.join(\"runs\")).unwrap_or_default();
            std::fs::write(root.join(\"runs\"), runs + \"x\").unwrap();
        }}",
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/build/later.rs")
    );
    let manifest =
        "[package]\nname = \"a\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(root.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(root.join("build.rs"), script).unwrap();
    std::fs::create_dir_all(root.join("src")).unwrap();
    std::fs::write(root.join("src/lib.rs"), "").unwrap();
    let runs = || {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.args(["check", "--quiet", "--offline"]).current_dir(&root);
        let cargo = cargo.env("CARGO_TARGET_DIR", root.join("target")).status().unwrap();
        assert!(cargo.success());
        std::fs::read(root.join("runs")).unwrap().len()
    };
    assert_eq!((runs(), runs(), runs()), (1, 1, 1));
    // A source that changes is none of its business.
    std::fs::write(root.join("src/lib.rs"), "//! Another.").unwrap();
    std::fs::write(root.join("api/note"), "").unwrap();
    assert_eq!(runs(), 1);
    // A file that was moved there may be older than everything.
    let file = std::fs::File::create(root.join("toolwright.toml")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000))
        .unwrap();
    assert_eq!((runs(), runs()), (2, 2));
    std::fs::remove_file(root.join("toolwright.toml")).unwrap();
    assert_eq!((runs(), runs()), (3, 3));
    std::fs::write(root.join("toolwright.toml"), "").unwrap();
    assert_eq!((runs(), runs()), (4, 4));
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
        let built = builder.built(&root, None).unwrap();
        let found = built.diagnostics.iter().any(|one| one.code == code::BUDGET.id);
        assert_eq!(found, warned, "{:?}", built.diagnostics);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
