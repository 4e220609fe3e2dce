//! Runs the suite, which comes from npm.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use toolwright_tests::background::Background;
use toolwright_tests::{install, place};

use super::verdict::Results;

/// With no failures to be expected, warnings are failures too.
const NOTHING_EXPECTED: &str = "server: []\nclient: []\n";

/// The suite beside a server of ours.
pub(super) struct Suite {
    home: PathBuf,
    server: Background,
}

/// What one run of the suite found.
pub(super) struct Leg {
    /// What had to be run, whether or not it was.
    pub(super) scenarios: Vec<String>,
    pub(super) results: Results,
    /// Whether the suite itself was content.
    pub(super) success: bool,
    pub(super) said: String,
}

impl Suite {
    pub(super) fn start() -> Self {
        let home = install::npm("conformance").unwrap_or_else(|error| panic!("{error}"));
        let binary = place::binary("toolwright-tests", "conformance-server");
        let binary = binary.unwrap_or_else(|error| panic!("{error}"));
        let server = Background::start(Command::new(binary).env("PORT", "0")).unwrap();
        Self { home, server }
    }

    /// Every scenario that there is for a revision.
    pub(super) fn all(&self, revision: &str) -> Leg {
        let listed = self.command(&["list", "--server", "--spec-version", revision]);
        let scenarios = text(&listed)
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- ")?.split_whitespace().next())
            .map(str::to_owned)
            .collect();
        self.run(scenarios, &["--suite", "all", "--spec-version", revision])
    }

    /// The scenarios that were required when a revision was published.
    pub(super) fn requirements(&self, revision: &str) -> Leg {
        let file = self.package().join(format!("requirements/{revision}.yaml"));
        let file = std::fs::read_to_string(file).unwrap();
        let lines = file.lines().skip_while(|line| *line != "server:").skip(1);
        let scenarios = lines.map_while(|line| line.strip_prefix("  - ")).map(str::to_owned);
        self.run(scenarios.collect(), &["--requirements", revision])
    }

    /// One scenario by name.
    pub(super) fn scenario(&self, name: &str) -> Leg {
        self.run(vec![name.to_owned()], &["--scenario", name])
    }

    fn run(&self, scenarios: Vec<String>, what: &[&str]) -> Leg {
        let folder = self.home.join("results").join(what.join(""));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let expected = folder.with_extension("yml");
        std::fs::write(&expected, NOTHING_EXPECTED).unwrap();
        let mut arguments = vec!["server", "--url", self.server.first_line()];
        arguments.extend(what);
        let (expected, output) = (expected.to_str().unwrap(), folder.to_str().unwrap());
        arguments.extend(["--expected-failures", expected, "--output-dir", output]);
        let output = self.command(&arguments);
        Leg {
            scenarios,
            results: Results::read(&folder),
            success: output.status.success(),
            said: text(&output),
        }
    }

    fn command(&self, arguments: &[&str]) -> Output {
        Command::new("node")
            .arg("--import")
            .arg(self.home.join("node20.mjs"))
            .arg(self.package().join("dist/index.js"))
            .args(arguments)
            .output()
            .unwrap()
    }

    fn package(&self) -> PathBuf {
        self.home.join(Path::new("node_modules/@modelcontextprotocol/conformance"))
    }
}

fn text(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(error))
}
