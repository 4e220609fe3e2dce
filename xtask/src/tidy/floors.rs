//! Arrows between crates point down.

use super::{Finding, Source};

/// Crates of ours from the ground up; each may use those on lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("toolwright-spec", 0),
    ("toolwright-codegen", 1),
    ("toolwright-openapi", 2),
    ("toolwright-macros", 2),
    ("toolwright-core", 3),
    ("toolwright-http", 4),
    ("toolwright-auth", 5),
    ("toolwright", 6),
    ("toolwright-cli", 7),
    ("toolwright-examples", 7),
    ("toolwright-tests", 8),
    ("xtask", 8),
];

/// Crates that must not use any other of ours, so that they build and test alone.
const ALONE: &[&str] = &["toolwright-spec", "toolwright-codegen", "toolwright-macros"];

/// Reports a dependency that points up or sideways, a published crate with a build script, and a
/// crate that does not take the workspace's lints.
pub(crate) fn check(source: &Source, findings: &mut Vec<Finding>) {
    let mut report = |message: String| {
        findings.push(Finding { file: source.path.clone(), line: 0, message });
    };
    let table: toml::Table = match source.text.parse() {
        Ok(table) => table,
        Err(error) => return report(format!("is no TOML: {error}")),
    };
    let Some(name) = table.get("package").and_then(|package| package.get("name")?.as_str()) else {
        return;
    };
    let Some(own) = floor(name) else {
        return report(format!("`{name}` stands on no floor: add it to xtask/src/tidy/floors.rs"));
    };
    let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
    for used in dependencies.into_iter().flat_map(toml::Table::keys) {
        match floor(used) {
            Some(_) if ALONE.contains(&name) => report(format!("must not use `{used}`")),
            Some(below) if below >= own => {
                report(format!("`{used}` does not stand below `{name}`"))
            }
            _ => {}
        }
    }
    let published = table.get("package").and_then(|package| package.get("publish")?.as_bool());
    if published != Some(false) {
        let folder = source.path.trim_end_matches("Cargo.toml");
        if crate::root().join(folder).join("build.rs").exists() {
            report("a published crate has no build script".into());
        }
    }
    let lints = table.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
    if lints != Some(true) {
        report("takes no `[lints] workspace = true`".into());
    }
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, floor)| *floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(name: &str, uses: &str) -> Vec<String> {
        let text = format!(
            "[package]\nname = \"{name}\"\npublish = false\n[lints]\nworkspace = true\n\
             [dependencies]\n{uses} = \"1\"\n"
        );
        let mut findings = Vec::new();
        check(&Source { path: "x/Cargo.toml".into(), text }, &mut findings);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_arrow_that_points_up_is_reported() {
        assert_eq!(messages("toolwright-http", "toolwright-core"), [""; 0]);
        assert_eq!(messages("toolwright-core", "toolwright-http").len(), 1);
        assert_eq!(messages("toolwright-codegen", "toolwright-spec").len(), 1);
    }

    #[test]
    fn an_unknown_crate_is_reported() {
        assert_eq!(messages("newcomer", "serde").len(), 1);
    }
}
