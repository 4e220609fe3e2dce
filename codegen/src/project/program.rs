//! `main.rs`.

use super::{Project, quoted};

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

fn headline(project: &Project<'_>) -> String {
    format!("MCP server for {}.", project.title())
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
