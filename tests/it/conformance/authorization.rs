//! The suite's servers and authorization servers against our client. All scenarios of a revision
//! run at once, those without authorization too, as the suite has it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use toolwright_tests::{install, place};

use super::verdict::Results;

/// What has to have succeeded, so that scenarios in which nothing happened do not count.
const NAMED: &[(&str, &[&str])] = &[
    ("auth/metadata-default", &["pkce-verifier-matches-challenge"]),
    ("auth/basic-cimd", &["cimd-client-id-used"]),
    ("auth/scope-step-up", &["scope-step-up-escalation", "valid-bearer-token"]),
    ("auth/pre-registration", &["pre-registration-auth"]),
    ("auth/token-endpoint-auth-basic", &["token-endpoint-auth-method"]),
    ("auth/token-endpoint-auth-post", &["token-endpoint-auth-method"]),
    ("auth/token-endpoint-auth-none", &["token-endpoint-auth-method"]),
];

/// Scenarios that are run by themselves: those of the revision that knew no metadata of resources,
/// and those of an extension.
const ALONE: [(&str, Option<&str>); 4] = [
    ("auth/2025-03-26-oauth-metadata-backcompat", Some("2025-03-26")),
    ("auth/2025-03-26-oauth-endpoint-fallback", Some("2025-03-26")),
    ("auth/dpop", None),
    ("auth/dpop-nonce", None),
];

#[test]
fn our_client_passes_every_scenario_of_2025_11_25_at_once() {
    check("2025-11-25", 19, 18);
}

#[test]
fn our_client_passes_every_scenario_of_2026_07_28_at_once() {
    check("2026-07-28", 33, 32);
}

#[test]
fn our_client_logs_in_to_servers_of_2025_03_26_and_binds_tokens_to_keys() {
    let home = install::npm("conformance").unwrap_or_else(|error| panic!("{error}"));
    for (scenario, revision) in ALONE {
        let folder = home.join("results/client-alone");
        let mut what = vec!["--scenario", scenario];
        what.extend(revision.into_iter().flat_map(|revision| ["--spec-version", revision]));
        let output = run(&home, &folder, &what);
        let mut wrong = Results::read(&folder).objections(scenario, &[]);
        if !output.status.success() {
            wrong.push(format!("{scenario}: the suite, or the client, failed"));
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), said(&output));
    }
}

/// Runs every scenario of a revision: so many, of which so many were required when it was
/// published.
fn check(revision: &str, count: usize, required: usize) {
    let home = install::npm("conformance").unwrap_or_else(|error| panic!("{error}"));
    let folder = home.join("results/client-all").join(revision);
    let output = run(&home, &folder, &["--suite", "all", "--spec-version", revision]);
    let results = Results::read(&folder);
    let scenarios: BTreeSet<_> = results.scenarios().collect();
    assert_eq!(scenarios.len(), count, "{scenarios:?}\n{}", said(&output));
    let package = home.join("node_modules/@modelcontextprotocol/conformance");
    let file = std::fs::read_to_string(package.join(format!("requirements/{revision}.yaml")));
    let file = file.unwrap();
    let lines = file.lines().skip_while(|line| *line != "client:").skip(1);
    let listed: Vec<_> = lines.map_while(|line| line.strip_prefix("  - ")).collect();
    assert_eq!(listed.len(), required);
    let missing: Vec<_> = listed.iter().filter(|name| !scenarios.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let named = |scenario: &str| {
        let found = NAMED.iter().find(|(known, _)| *known == scenario);
        found.map_or(&[][..], |(_, checks)| checks)
    };
    let objections = |scenario: &&str| results.objections(scenario, named(scenario));
    let wrong: Vec<_> = scenarios.iter().flat_map(objections).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(output.status.success(), "the suite objects to more:\n{}", said(&output));
    println!("client, {revision}: {count} of {count} scenarios");
}

fn run(home: &Path, folder: &Path, what: &[&str]) -> Output {
    let client = place::binary("toolwright-tests", "conformance-client");
    let client = client.unwrap_or_else(|error| panic!("{error}"));
    let _ = std::fs::remove_dir_all(folder);
    Command::new("node")
        .arg("--import")
        .arg(home.join("node20.mjs"))
        .arg(home.join("node_modules/@modelcontextprotocol/conformance/dist/index.js"))
        .args(["client", "--timeout", "60000", "--command"])
        .arg(&client)
        .args(what)
        .arg("--output-dir")
        .arg(folder)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(error))
}
