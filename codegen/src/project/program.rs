//! `main.rs`.

use super::{Project, quoted};

/// The program: a proxy where there is a service behind the tools, else a service to fill in.
pub(super) fn main_rs(project: &Project<'_>) -> String {
    if project.is_remote() { proxy(project) } else { service(project) }
}

fn proxy(project: &Project<'_>) -> String {
    let module = &project.module.api.name;
    let literal = quoted(module);
    let large = project.is_large();
    let server = server(project, if large { "Searchable::new(proxy)" } else { "proxy" });
    let searchable = if large { "use toolwright::tool::Searchable;\n" } else { "" };
    format!(
        "//! {}

use toolwright::Server;
{searchable}
toolwright::generated!({literal});

#[tokio::main]
async fn main() -> toolwright::Result<()> {{
    let proxy = {module}::Proxy::from_env()?;
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
