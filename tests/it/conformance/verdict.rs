//! What the suite wrote down about each scenario, read without its benevolence.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// `-2026-11-22T20-41-14-084Z`, which ends the name of every results folder.
const TIMESTAMP: usize = 25;

/// The checks of every scenario in a results folder.
pub(super) struct Results(BTreeMap<String, Vec<Check>>);

struct Check {
    id: String,
    status: String,
    message: String,
}

impl Results {
    pub(super) fn read(folder: &Path) -> Self {
        let mut all = Self(BTreeMap::new());
        all.gather(folder, "");
        all
    }

    /// Reads the results in a folder, whose names begin with `group`: slashes in names of scenarios
    /// lead to folders in folders.
    fn gather(&mut self, folder: &Path, group: &str) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{group}{}", entry.file_name().to_string_lossy());
            let Ok(text) = std::fs::read_to_string(entry.path().join("checks.json")) else {
                self.gather(&entry.path(), &format!("{name}/"));
                continue;
            };
            let checks: Vec<Value> = serde_json::from_str(&text).unwrap();
            let scenario = name.strip_prefix("server-").unwrap_or(&name);
            let end = scenario.len().saturating_sub(TIMESTAMP);
            let kept = self.0.entry(scenario[..end].to_owned()).or_default();
            kept.extend(checks.iter().map(Check::of));
        }
    }

    /// The names of all scenarios.
    pub(super) fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// How many checks of a scenario succeeded.
    pub(super) fn successes(&self, scenario: &str) -> usize {
        let checks = self.0.get(scenario).map_or(&[][..], Vec::as_slice);
        checks.iter().filter(|check| check.status == "SUCCESS").count()
    }

    /// What speaks against a scenario. It needs one success, and one of each of `named`.
    pub(super) fn objections(&self, scenario: &str, named: &[&str]) -> Vec<String> {
        let checks = self.0.get(scenario).map_or(&[][..], Vec::as_slice);
        let succeeded = |check: &&Check| check.status == "SUCCESS";
        let mut objections: Vec<_> = checks
            .iter()
            .filter(|check| !matches!(&*check.status, "SUCCESS" | "SKIPPED" | "INFO"))
            .map(|check| format!("{scenario}: {}: {} {}", check.id, check.status, check.message))
            .collect();
        // That its messages are well-formed says nothing: a server that refuses all has that.
        if !checks.iter().filter(succeeded).any(|check| check.id != "wire-schema-valid") {
            objections.push(format!("{scenario}: nothing succeeded"));
        }
        for name in named {
            if !checks.iter().filter(succeeded).any(|check| check.id == *name) {
                objections.push(format!("{scenario}: {name} did not succeed"));
            }
        }
        objections
    }
}

impl Check {
    fn of(check: &Value) -> Self {
        let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
        Self { id: text("id"), status: text("status"), message: text("errorMessage") }
    }
}

#[test]
fn a_vacuous_pass_is_none() {
    let scenario = |statuses: &[(&str, &str)]| {
        let check = |&(id, status): &(&str, &str)| Check {
            id: id.to_owned(),
            status: status.to_owned(),
            message: String::new(),
        };
        let results = Results([("s".to_owned(), statuses.iter().map(check).collect())].into());
        results.objections("s", &["a"]).len()
    };
    assert_eq!(scenario(&[("a", "SUCCESS"), ("b", "SKIPPED"), ("c", "INFO")]), 0);
    assert_eq!(scenario(&[("a", "SUCCESS"), ("b", "WARNING")]), 1);
    assert_eq!(scenario(&[("a", "SUCCESS"), ("b", "FAILURE")]), 1);
    assert_eq!(scenario(&[("b", "SUCCESS")]), 1);
    assert_eq!(scenario(&[("a", "SKIPPED")]), 2);
    assert_eq!(scenario(&[("wire-schema-valid", "SUCCESS")]), 2);
    assert_eq!(scenario(&[]), 2);
    assert_eq!(Results(BTreeMap::new()).objections("s", &[]).len(), 1);
}
