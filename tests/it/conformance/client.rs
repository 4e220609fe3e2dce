//! The suite's servers against our client: every scenario but those of authorization.

use std::process::Command;

use toolwright_tests::{install, place};

use super::verdict::Results;

/// A scenario, the revisions it is for, and what has to have succeeded in it.
const SCENARIOS: &[(&str, &[&str], &[&str])] = &[
    ("initialize", &["2025-11-25"], &[]),
    ("tools_call", &["2025-11-25", "2026-07-28"], &["tool-add-numbers"]),
    ("elicitation-sep1034-client-defaults", &["2025-11-25"], &[]),
    ("sse-retry", &["2025-11-25"], &["client-sse-graceful-reconnect"]),
    (
        "json-schema-2020-12-preservation",
        &["2025-11-25", "2026-07-28"],
        &[
            "json-schema-2020-12-client-$schema-preserved",
            "sep-2106-client-conditional-keywords-preserved",
        ],
    ),
    (
        "request-metadata",
        &["2026-07-28"],
        &[
            "sep-2575-client-declares-elicitation-capability",
            "sep-2575-client-retry-supported-version",
        ],
    ),
    ("sep-2322-client-request-state", &["2026-07-28"], &["sep-2322-client-parallel-isolation"]),
    ("http-standard-headers", &["2026-07-28"], &["sep-2243-client-includes-standard-headers"]),
    ("http-custom-headers", &["2026-07-28"], &["sep-2243-client-base64-unsafe"]),
    ("http-invalid-tool-headers", &["2026-07-28"], &["sep-2243-client-reject-invalid-tool"]),
    ("json-schema-ref-no-deref", &["2026-07-28"], &["sep-2106-no-network-ref-deref"]),
];

/// Rows of `http-standard-headers`: a method or a name each. Requests that are not sent pass there.
const STANDARD_HEADERS: usize = 9;

#[test]
fn our_client_passes_every_scenario_but_those_of_authorization() {
    let home = install::npm("conformance").unwrap_or_else(|error| panic!("{error}"));
    let client = place::binary("toolwright-tests", "conformance-client");
    let client = client.unwrap_or_else(|error| panic!("{error}"));
    let folder = home.join("results/client");
    let _ = std::fs::remove_dir_all(&folder);
    let mut wrong = Vec::new();
    let mut count = 0;
    for (scenario, revisions, named) in SCENARIOS {
        for revision in *revisions {
            let results = folder.join(revision);
            let output = Command::new("node")
                .arg("--import")
                .arg(home.join("node20.mjs"))
                .arg(home.join("node_modules/@modelcontextprotocol/conformance/dist/index.js"))
                .args(["client", "--command"])
                .arg(&client)
                .args(["--scenario", scenario, "--spec-version", revision, "--output-dir"])
                .arg(&results)
                .output()
                .unwrap();
            let found = Results::read(&results);
            let mut objections = found.objections(scenario, named);
            if !output.status.success() {
                objections.push(format!("{scenario}: the suite, or the client, failed"));
            }
            let rows = found.successes(scenario);
            if *scenario == "http-standard-headers" && rows != STANDARD_HEADERS {
                objections.push(format!("{scenario}: {rows} rows, not {STANDARD_HEADERS}"));
            }
            wrong.extend(objections.into_iter().map(|told| format!("{revision}: {told}")));
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("client: {count} of {count} scenarios");
}
