//! What cargo reads.

use super::{Dependency, Project, quoted};
use crate::select;

/// The manifest.
pub(super) fn cargo_toml(project: &Project<'_>) -> String {
    let package = quoted(&project.package());
    let description = quoted(&format!("MCP server for {}", project.title()));
    let features = if project.is_remote() { ", features = [\"rest\"]" } else { "" };
    let toolwright = source(project, "runtime");
    let codegen = source(project, "codegen");
    let no_overlay = project.overlays.is_empty() && project.select.rules.overlays().is_empty();
    let overlay = if no_overlay { "" } else { ", features = [\"overlay\"]" };
    let workspace = if project.isolated { "\n[workspace]\n" } else { "" };
    format!(
        r#"[package]
name = {package}
description = {description}
version = "0.1.0"
edition = "2024"
publish = false

[dependencies]
toolwright = {{ {toolwright}{features} }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}

[build-dependencies]
toolwright-codegen = {{ {codegen}{overlay} }}
{workspace}"#
    )
}

/// The build script: one line, or the options that the module was made with.
pub(super) fn build_rs(project: &Project<'_>) -> String {
    let document = quoted(project.document);
    // What the file beside the document says is found there.
    let select = &select::Options { rules: select::Rules::default(), ..project.select.clone() };
    let wide = project.document.contains('/');
    if *select == select::Options::default() && project.overlays.is_empty() && !wide {
        return format!("fn main() {{\n    toolwright_codegen::build({document})\n}}\n");
    }
    let mut text = format!("fn main() {{\n    toolwright_codegen::Builder::new({document})\n");
    let mut option = |method: &str, arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
        text.push_str(&format!("        .{method}({})\n", arguments.join(", ")));
    };
    if wide {
        option("root", &["."]);
    }
    for overlay in project.overlays {
        option("overlay", &[overlay]);
    }
    if let Some(name) = &select.name {
        option("name", &[name]);
    }
    for filter in &select.include {
        option("include", &[&filter.to_string()]);
    }
    for filter in &select.exclude {
        option("exclude", &[&filter.to_string()]);
    }
    for (operation, tool) in &select.rename {
        option("rename", &[operation, tool]);
    }
    if let Some(profile) = select.profile {
        text.push_str(&format!("        .profile(toolwright_codegen::Profile::{profile:?})\n"));
    }
    if let Some(budget) = select.budget {
        text.push_str(&format!("        .budget({budget})\n"));
    }
    text.push_str("        .build()\n}\n");
    text
}

fn source(project: &Project<'_>, directory: &str) -> String {
    match &project.dependency {
        Dependency::Version(version) => format!("version = {}", quoted(version)),
        Dependency::Path(root) => {
            format!("path = {}", quoted(&root.join(directory).display().to_string()))
        }
    }
}
