//! The suite's servers against our client: every scenario but those of authorization.

use std::path::PathBuf;
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

/// Scenarios of extensions: logins without a person, and tokens that are bound to a key. They belong to no revision, so each runs
/// with both.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("auth/client-credentials-basic", &["client-credentials-basic-auth"]),
    ("auth/client-credentials-jwt", &["client-credentials-jwt-verified"]),
    (
        "auth/enterprise-managed-authorization",
        &["complete-flow-token-exchange", "complete-flow-jwt-bearer"],
    ),
    ("auth/wif-jwt-bearer", &["wif-assertion-verified"]),
    (
        "auth/dpop",
        &[
            "sep-1932-client-token-request-proof",
            "sep-1932-client-dpop-auth-scheme",
            "sep-1932-client-fresh-proof",
        ],
    ),
    ("auth/dpop-nonce", &["sep-1932-client-as-nonce", "sep-1932-client-rs-nonce"]),
];

#[test]
fn our_client_passes_every_scenario_but_those_of_authorization() {
    let mut runner = Runner::new("client");
    for (scenario, revisions, named) in SCENARIOS {
        for revision in *revisions {
            let found = runner.run(scenario, revision, named, &[]);
            let rows = found.successes(scenario);
            if *scenario == "http-standard-headers" && rows != STANDARD_HEADERS {
                runner.object(format!("{scenario}: {rows} rows, not {STANDARD_HEADERS}"));
            }
        }
    }
    runner.conclude();
}

#[test]
fn our_client_passes_the_extensions_of_authorization() {
    let mut runner = Runner::new("extensions");
    for (scenario, named) in EXTENSIONS {
        for revision in ["2025-11-25", "2026-07-28"] {
            runner.run(scenario, revision, named, &["--force"]);
        }
    }
    runner.conclude();
}

/// Runs scenarios against our client, one by one, and gathers what speaks against it.
struct Runner {
    name: &'static str,
    home: PathBuf,
    client: PathBuf,
    folder: PathBuf,
    wrong: Vec<String>,
    count: usize,
}

impl Runner {
    fn new(name: &'static str) -> Self {
        let home = install::npm("conformance").unwrap_or_else(|error| panic!("{error}"));
        let client = place::binary("toolwright-tests", "conformance-client");
        let client = client.unwrap_or_else(|error| panic!("{error}"));
        let folder = home.join("results").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        Self { name, home, client, folder, wrong: Vec::new(), count: 0 }
    }

    fn run(&mut self, scenario: &str, revision: &str, named: &[&str], more: &[&str]) -> Results {
        let results = self.folder.join(revision);
        let output = Command::new("node")
            .arg("--import")
            .arg(self.home.join("node20.mjs"))
            .arg(self.home.join("node_modules/@modelcontextprotocol/conformance/dist/index.js"))
            .args(["client", "--command"])
            .arg(&self.client)
            .args(["--scenario", scenario, "--spec-version", revision])
            .args(more)
            .arg("--output-dir")
            .arg(&results)
            .output()
            .unwrap();
        let found = Results::read(&results);
        for told in found.objections(scenario, named) {
            self.object(format!("{revision}: {told}"));
        }
        if !output.status.success() {
            self.object(format!("{revision}: {scenario}: the suite, or the client, failed"));
        }
        self.count += 1;
        found
    }

    fn object(&mut self, told: String) {
        self.wrong.push(told);
    }

    fn conclude(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        println!("{}: {} of {} scenarios", self.name, self.count, self.count);
    }
}
