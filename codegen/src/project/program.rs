//! `main.rs`.

use super::{Project, quoted};

/// Definitions from which on types may nest deeper, one in another, than the compiler looks by
/// itself.
const MANY: usize = 100;
/// How deep it looks then, at least.
const DEPTH: usize = 1024;
/// Steps that it takes from one type to the next: an option, a box, and what a box consists of.
const STEPS: usize = 8;

/// The program: a proxy where there is a service behind the tools, else a service to fill in.
pub(super) fn main_rs(project: &Project<'_>) -> String {
    if project.is_remote() { proxy(project) } else { service(project) }
}

fn proxy(project: &Project<'_>) -> String {
    let module = &project.module.api.name;
    let has_resources =
        project.module.api.operations.iter().any(|operation| operation.resource.is_some());
    let (make, tools, added, import) = if has_resources {
        let make = format!("Arc::new({module}::Proxy::from_env()?)");
        (make, "Arc::clone(&proxy)", "\n        .resources(proxy", "use std::sync::Arc;\n\n")
    } else {
        (format!("{module}::Proxy::from_env()?"), "proxy", "", "")
    };
    let literal = quoted(module);
    let large = project.is_large();
    let tools = if large { format!("Searchable::new({tools})") } else { tools.to_owned() };
    let tools = if added.is_empty() { tools } else { format!("{tools}){added}") };
    let server = server(project, &tools);
    let searchable = if large { "use toolwright::tool::Searchable;\n" } else { "" };
    format!(
        "//! {}

{import}use toolwright::Server;
{searchable}
toolwright::generated!({literal});

#[tokio::main]
async fn main() -> toolwright::Result<()> {{
    let proxy = {make};
{server}
}}
",
        headline(project)
    )
}

fn service(project: &Project<'_>) -> String {
    let module = &project.module.api.name;
    let literal = quoted(module);
    let server = server(project, &format!("{module}::tools(Service)"));
    let name = &project.module.outline.service;
    let methods = stubs(project);
    format!(
        "//! {}

use toolwright::{{Context, Server, ToolError}};

toolwright::generated!({literal});

/// What the tools do.
struct Service;

impl {module}::{name} for Service {{
{methods}}}

#[tokio::main]
async fn main() -> toolwright::Result<()> {{
{server}
}}
",
        headline(project)
    )
}

fn stubs(project: &Project<'_>) -> String {
    let methods = project.module.outline.methods.iter().map(|method| {
        let signature = method.spelled("_cx", "_args");
        let tool = quoted(&method.tool);
        format!("    {signature} {{\n        Err(ToolError::not_implemented({tool}))\n    }}\n")
    });
    methods.collect::<Vec<_>>().join("\n")
}

/// The first line; where there are many types, also how deep the compiler looks into them to see
/// that they can be sent to other threads.
fn headline(project: &Project<'_>) -> String {
    let headline = format!("MCP server for {}.", project.title());
    let definitions = project.module.api.definitions.len();
    if definitions < MANY {
        return headline;
    }
    let depth = (definitions * STEPS).next_power_of_two().max(DEPTH);
    format!("{headline}\n\n#![recursion_limit = \"{depth}\"] // types of the API nest deeply")
}

fn server(project: &Project<'_>, tools: &str) -> String {
    let (name, title) = (quoted(&project.package()), quoted(&project.title()));
    format!(
        "    Server::new({name}, env!(\"CARGO_PKG_VERSION\"))
        .title({title})
        .tools({tools})
        .stdio()
        .await"
    )
}

#[cfg(test)]
mod tests {
    use crate::project::{Dependency, Project};
    use crate::{Options, generate, select};

    #[test]
    fn the_compiler_looks_deeper_into_many_types() {
        for (count, deep) in [(3, None), (110, Some(1024)), (150, Some(2048))] {
            let schemas: Vec<String> = (0..count)
                .map(|i| {
                    let next = (i + 1) % count;
                    format!(
                        "S{i}: {{properties: {{next: {{$ref: '#/components/schemas/S{next}'}}}}}}"
                    )
                })
                .collect();
            let text = format!(
                "{{openapi: 3.1.0, paths: {{/a: {{get: {{operationId: a, responses: {{200: {{\
                 content: {{application/json: {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}}}, \
                 components: {{schemas: {{{}}}}}}}",
                schemas.join(", ")
            );
            let module = generate("a.yaml", text.as_bytes(), &Options::default()).module.unwrap();
            let project = Project {
                module: &module,
                document: "a.yaml",
                bytes: text.as_bytes(),
                others: &[],
                overlays: &[],
                select: &select::Options::default(),
                package: None,
                dependency: Dependency::Version("0.1.0".to_owned()),
                isolated: true,
            };
            let main = super::main_rs(&project);
            let found = main.split_once("#![recursion_limit = \"").and_then(|(_, rest)| {
                rest.split_once('"').and_then(|(depth, _)| depth.parse::<usize>().ok())
            });
            assert_eq!(found, deep, "{main}");
            assert!(syn::parse_file(&main).is_ok(), "{main}");
        }
    }
}
