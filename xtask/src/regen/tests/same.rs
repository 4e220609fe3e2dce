//! What is committed is what regen makes, and `--check` notices where it is not.

use std::fs;

use super::copy;
use crate::regen::{Error, Options, run};

fn check() -> Options {
    Options { check: true, ..Options::default() }
}

#[test]
fn committed_files_are_up_to_date() {
    run(copy().path(), &check()).unwrap();
}

#[test]
fn check_names_every_file_that_differs_and_writes_none() {
    let dir = copy();
    run(dir.path(), &Options::default()).unwrap();
    let at = |path: &str| dir.path().join(path);
    fs::write(at("spec/mcp.json"), "{\"revisions\":[],\"types\":{},\"methods\":[],\"errors\":[]}")
        .unwrap();
    fs::write(at("spec/src/gen/stray.rs"), "").unwrap();
    let problem = run(dir.path(), &check()).unwrap_err();
    let Error::Differs { differing } = problem else { panic!("{problem}") };
    assert_eq!(differing, ["spec/mcp.json", "spec/src/gen/stray.rs (not generated)"]);
    assert!(at("spec/src/gen/stray.rs").exists());

    run(dir.path(), &Options::default()).unwrap();
    assert!(!at("spec/src/gen/stray.rs").exists());
    run(dir.path(), &check()).unwrap();
}

#[test]
fn a_second_run_writes_nothing() {
    let dir = copy();
    let path = dir.path().join("spec/mcp.json");
    run(dir.path(), &Options::default()).unwrap();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    run(dir.path(), &Options::default()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn a_type_without_documentation_is_an_error() {
    let dir = copy();
    let path = dir.path().join("spec/docs/roots.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("[Root]", "[Boot]").replace("[Root.", "[Boot.")).unwrap();
    let problem = run(dir.path(), &check()).unwrap_err();
    let Error::Docs { missing, stale } = problem else { panic!("{problem}") };
    assert!(missing.contains(&"Root".to_owned()) && missing.contains(&"Root.uri".to_owned()));
    assert!(stale.contains(&"Boot".to_owned()));
}

#[test]
fn the_official_files_give_what_is_committed() {
    let official = super::repository().join("../shared/mcp-schema");
    if !official.is_dir() {
        eprintln!("skipped: the official files are not there");
        return;
    }
    let from = Some(official.to_string_lossy().into_owned());
    run(copy().path(), &Options { from, check: true, ..Options::default() }).unwrap();
}
