//! `generate` and `new`: files, findings, exit codes.

use crate::{bookshop, directory, outcome, toolwright};

#[test]
fn generate_prints_a_module() {
    let output = toolwright().arg("generate").arg(bookshop()).output().unwrap();
    let (code, out, err) = outcome(&output);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("pub trait Bookshop"), "{out}");
    assert!(out.contains("@generated"));
}

#[test]
fn stages_can_be_looked_at() {
    for (stage, expected) in [("source", "/openapi"), ("ir", "/operations/0/name")] {
        let output = toolwright()
            .arg("generate")
            .arg(bookshop())
            .args(["--stop-after", stage])
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(json.pointer(expected).is_some(), "{stage}");
    }
}

#[test]
fn operations_can_be_chosen_and_renamed() {
    let output = toolwright()
        .arg("generate")
        .arg(bookshop())
        .args(["--stop-after", "ir", "--include", "tag:reviews", "--exclude", "method:get"])
        .args(["--rename", "addReview=review"])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> = json["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["review"]);
}

#[test]
fn new_writes_a_crate_once() {
    let place = directory("new").join("shop");
    let run = || toolwright().arg("new").arg(bookshop()).arg(&place).output().unwrap();
    let (code, out, err) = outcome(&run());
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let files =
        ["Cargo.toml", "build.rs", "src/main.rs", "README.md", "bookshop.yaml", "toolwright.toml"];
    for file in files {
        assert!(place.join(file).is_file(), "{file}");
    }
    let told = std::fs::read_to_string(place.join("README.md")).unwrap();
    assert!(told.contains("\"/path/to/bookshop/target/release/bookshop\""), "{told}");
    assert!(told.contains("\"env\": { \"BOOKSHOP_"), "{told}");
    let (code, _, err) = outcome(&run());
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("not empty"), "{err}");
}

#[test]
fn a_new_crate_above_the_budget_lets_its_tools_be_searched() {
    for (budget, searched) in [("100", true), ("100000", false)] {
        let folder = directory("new-budget");
        std::fs::copy(bookshop(), folder.join("shop.yaml")).unwrap();
        std::fs::write(folder.join("toolwright.toml"), format!("budget = {budget}\n")).unwrap();
        let crate_folder = folder.join("crate");
        let mut command = toolwright();
        let command = command.arg("new").args(["--profile", "strict"]);
        let run = command.arg(folder.join("shop.yaml")).arg(&crate_folder).output().unwrap();
        let (code, _, err) = outcome(&run);
        assert_eq!(code, 0, "{err}");
        let read = |file: &str| std::fs::read_to_string(crate_folder.join(file)).unwrap();
        assert_eq!(read("src/main.rs").contains("Searchable::new("), searched, "{budget}");
        assert!(read("build.rs").contains(".profile(toolwright_codegen::Profile::Strict)"));
    }
}

#[test]
fn what_is_asked_of_new_stands_in_the_build_script() {
    let folder = directory("new_options");
    let document = folder.join("bookshop.yaml");
    std::fs::copy(bookshop(), &document).unwrap();
    std::fs::write(folder.join("toolwright.toml"), "profile = 'strict'\nbudget = 10").unwrap();
    let made = |name: &str, more: &[&str]| {
        let place = folder.join(name);
        let mut command = toolwright();
        let output = command.arg("new").arg(&document).arg(&place).args(more).output().unwrap();
        assert_eq!(outcome(&output).0, 0, "{output:?}");
        let read = |file: &str| std::fs::read_to_string(place.join(file)).unwrap();
        (read("build.rs"), read("src/main.rs"))
    };
    // What the file says is found there by every build.
    let (script, main) = made("plain", &[]);
    assert!(script.contains("toolwright_codegen::build(\"bookshop.yaml\")"), "{script}");
    assert!(main.contains("Searchable::new(proxy)"), "{main}");
    let (script, main) = made("asked", &["--profile", "common", "--budget", "90000"]);
    assert!(script.contains(".profile(toolwright_codegen::Profile::Common)"), "{script}");
    assert!(script.contains(".budget(90000)"), "{script}");
    assert!(!main.contains("Searchable"), "{main}");
}

#[test]
fn faults_are_named_and_counted_in_the_exit_code() {
    let place = directory("faults").join("bad.yaml");
    std::fs::write(&place, "openapi: 3.1.0\npaths: {").unwrap();
    let (code, out, err) = outcome(&toolwright().arg("generate").arg(&place).output().unwrap());
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("error[TW") && err.contains("bad.yaml"), "{err}");
    let (code, _, err) =
        outcome(&toolwright().args(["generate", "nothing.yaml"]).output().unwrap());
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("can't read nothing.yaml"), "{err}");
    let (code, _, err) = outcome(&toolwright().args(["generate"]).output().unwrap());
    assert_eq!(code, 2, "{err}");
    let wrong = toolwright().arg("generate").arg(bookshop()).args(["--include", "x"]).output();
    assert_eq!(outcome(&wrong.unwrap()).0, 2);
}

#[test]
fn serving_needs_something_to_call() {
    let place = directory("nothing");
    let tools = place.join("farm.tools.json");
    std::fs::write(&tools, r#"{"tools":[{"name":"t","inputSchema":{"type":"object"}}]}"#).unwrap();
    let (code, _, err) = outcome(&toolwright().arg("serve").arg(&tools).output().unwrap());
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("no API"), "{err}");
    let relative = place.join("relative.yaml");
    let document = "openapi: 3.1.0\ninfo: {title: Farm}\nservers: [{url: /v1}]\n\
                    paths: {/pets: {get: {operationId: list, responses: {'200': {description: x}}}}}\n";
    std::fs::write(&relative, document).unwrap();
    let (code, out, err) = outcome(&toolwright().arg("serve").arg(&relative).output().unwrap());
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("_BASE_URL"), "{err}");
}

#[test]
fn check_counts_tokens_and_holds_a_budget() {
    let check = |more: &[&str]| {
        outcome(&toolwright().arg("check").arg(bookshop()).args(more).output().unwrap())
    };
    let (code, out, err) = check(&[]);
    assert_eq!(code, 0, "{err}");
    let row = out.lines().find(|line| line.contains("searchBooks")).unwrap();
    assert!(row.ends_with("GET /books"), "{row}");
    let tokens: Vec<usize> =
        out.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    let total: usize = tokens.iter().sum();
    assert!(total > 500 && out.contains(&format!("about {total} tokens")), "{out}");

    let (code, out, err) = check(&["--budget", "500"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("search_tools") && err.contains("500 allowed: leave"), "{out}{err}");
}

#[test]
fn check_says_what_a_profile_costs_and_speaks_json() {
    let check = |more: &[&str]| {
        outcome(&toolwright().arg("check").arg(bookshop()).args(more).output().unwrap())
    };
    let (code, out, err) = check(&["--profile", "strict", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["profile"], "strict");
    let tools = report["tools"].as_array().unwrap();
    let total: u64 = tools.iter().map(|tool| tool["tokens"].as_u64().unwrap()).sum();
    assert_eq!(report["tokens"], total);
    assert!(tools.iter().any(|tool| tool["lost"][0].is_string()), "{out}");
    assert!(report["findings"].as_array().unwrap().iter().any(|one| one["code"] == "TW0703"));
    assert!(report["suggestions"].is_array());

    let (code, out, err) = check(&["--profile", "strict"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("simplified for strict"), "{out}");
    let (code, _, err) = check(&["--profile", "claude"]);
    assert_eq!(code, 2);
    assert!(err.contains("anthropic"), "{err}");
}

#[test]
fn references_lead_as_far_as_they_are_let() {
    let place = directory("root");
    for folder in ["apis/shop", "apis/common"] {
        std::fs::create_dir_all(place.join(folder)).unwrap();
    }
    let document = "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      operationId: add\n      \
        requestBody: {content: {application/json: {schema: {$ref: '../common/a.yaml#/A'}}}}\n";
    std::fs::write(place.join("apis/shop/api.yaml"), document).unwrap();
    let common = "A: {type: object, properties: {colour: {type: string}}}\n";
    std::fs::write(place.join("apis/common/a.yaml"), common).unwrap();
    std::fs::write(place.join("apis/shop/toolwright.toml"), "budget = 9\n").unwrap();
    let generate = |options: &[&str]| {
        let mut command = toolwright();
        let command = command.current_dir(place.join("apis/shop")).arg("generate").arg("api.yaml");
        outcome(&command.args(options).output().unwrap())
    };
    let (code, out, err) = generate(&[]);
    assert_eq!((code, out.contains("colour")), (0, false), "{err}");
    assert!(err.contains("--root"), "{err}");
    let (code, out, err) = generate(&["--root", ".."]);
    assert_eq!((code, out.contains("colour"), err.as_str()), (0, true, ""));
    let (code, _, err) = generate(&["--root", "../common"]);
    assert_ne!(code, 0);
    assert!(err.contains("does not lie in"), "{err}");

    let new = place.join("new");
    let mut command = toolwright();
    let command = command.arg("new").arg(place.join("apis/shop/api.yaml")).arg(&new);
    let (code, _, err) = outcome(&command.arg("--root").arg(place.join("apis")).output().unwrap());
    assert_eq!(code, 0, "{err}");
    for file in ["shop/api.yaml", "shop/toolwright.toml", "common/a.yaml"] {
        assert!(new.join(file).is_file(), "{file}");
    }
    let build = std::fs::read_to_string(new.join("build.rs")).unwrap();
    assert!(build.contains("Builder::new(\"shop/api.yaml\")"), "{build}");
    assert!(build.contains(".root(\".\")"), "{build}");

    // Without one there, an empty one is written, to the place where it is looked for.
    std::fs::remove_file(place.join("apis/shop/toolwright.toml")).unwrap();
    let bare = place.join("bare");
    let mut command = toolwright();
    let command = command.arg("new").arg(place.join("apis/shop/api.yaml")).arg(&bare);
    let (code, _, err) = outcome(&command.arg("--root").arg(place.join("apis")).output().unwrap());
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("a server with 1 tool to "), "{err}");
    for folder in [&new, &bare] {
        assert!(folder.join("shop/toolwright.toml").is_file());
        assert!(!folder.join("toolwright.toml").exists());
    }
}
