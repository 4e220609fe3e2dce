//! `toolwright mock` under a client that knows OpenAPI from elsewhere: Schemathesis makes requests of
//! a document, valid and invalid ones, and holds the answers to it.

use std::process::Command;

use toolwright_tests::background::Background;
use toolwright_tests::{install, place};

const PACKAGE: &str = "schemathesis==4.32.5";

/// What answers are held to. The mock is told to ask for no credentials, and it says 404 of values
/// that a document may not expect it for.
const CHECKS: &str = "not_a_server_error,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,positive_data_acceptance,unsupported_method";

#[test]
fn the_mock_answers_as_the_document_says() {
    let python = match install::python(PACKAGE) {
        Ok(python) => python,
        Err(error) => {
            println!("skipped: {PACKAGE} cannot be installed: {error}");
            return;
        }
    };
    let binary = place::binary("toolwright-cli", "toolwright").unwrap();
    for document in ["cli/assets/bookshop.yaml", "tests/openapi/profiles.yaml"] {
        let document = place::root().join(document);
        let mock =
            Background::start(Command::new(&binary).arg("mock").arg(&document).arg("--anonymous"))
                .unwrap();
        let folder = place::target().join("peers/schemathesis-runs");
        std::fs::create_dir_all(&folder).unwrap();
        let mut run = Command::new(&python);
        run.args(["-m", "schemathesis.cli", "run"]).arg(&document).current_dir(&folder);
        run.args(["--url", mock.first_line(), "--checks", CHECKS, "--seed", "1"]);
        run.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "5"]);
        let output = run.args(["--continue-on-failure", "--no-color"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}:\n{said}\n{errors}", document.display());
        assert!(said.contains("Test cases:"), "{said}");
    }
}
