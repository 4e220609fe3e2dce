//! The read-me: how to configure, run and change the server.

use super::Project;
use crate::ir::SchemeKind;

/// The text.
pub(super) fn readme(project: &Project<'_>) -> String {
    let mut text = format!(
        "# {}\n\nAn MCP server with {} for {}, generated from `{}`.\n",
        project.package(),
        counted(project.module.outline.methods.len()),
        plain(&project.title()),
        project.document,
    );
    if project.is_remote() {
        text.push_str(&settings(project));
    }
    text.push_str(&running(project));
    text.push_str(&changing(project));
    text
}

fn counted(tools: usize) -> String {
    if tools == 1 { "one tool".to_owned() } else { format!("{tools} tools") }
}

fn settings(project: &Project<'_>) -> String {
    let prefix = project.module.api.name.to_uppercase();
    let mut text = "\n## Settings\n\n| Variable | Meaning |\n|---|---|\n".to_owned();
    let default = project.module.api.servers.first().map(|server| plain(&server.url));
    let default = default.map_or_else(|| "required".to_owned(), |url| format!("default `{url}`"));
    text.push_str(&format!("| `{prefix}_BASE_URL` | address of the service; {default} |\n"));
    for server in project.module.api.servers.iter().take(1) {
        for (name, variable) in &server.variables {
            let default = plain(&variable.default);
            let variable = name.to_uppercase().replace('-', "_");
            text.push_str(&format!(
                "| `{prefix}_{variable}` | part of the address; default `{default}` |\n"
            ));
        }
    }
    for (name, scheme) in &project.module.api.security_schemes {
        let meaning = match &scheme.kind {
            SchemeKind::ApiKey { name, .. } => format!("API key, sent as `{}`", plain(name)),
            SchemeKind::Basic => "`user:password`".to_owned(),
            SchemeKind::Bearer => "access token".to_owned(),
            SchemeKind::OAuth2 { token_url } => {
                let ready = "access token".to_owned();
                text.push_str(&row(&scheme.env, &ready, name));
                let url = token_url.as_deref().map(plain);
                let url = url.map_or_else(String::new, |url| format!("; default `{url}`"));
                for (what, meaning) in [
                    ("CLIENT_ID", "instead: whom access tokens are asked for as".to_owned()),
                    ("CLIENT_SECRET", "with which secret".to_owned()),
                    ("TOKEN_URL", format!("where{url}")),
                ] {
                    text.push_str(&row(&format!("{}_{what}", scheme.env), &meaning, name));
                }
                continue;
            }
            SchemeKind::MutualTls => {
                let (chain, key) = ("file with the certificate to show", "file with its key");
                text.push_str(&row(&format!("{prefix}_CLIENT_CERT_FILE"), chain, name));
                text.push_str(&row(&format!("{prefix}_CLIENT_KEY_FILE"), key, name));
                continue;
            }
            SchemeKind::Unsupported { .. } => continue,
        };
        text.push_str(&row(&scheme.env, &meaning, name));
    }
    text
}

fn row(variable: &str, meaning: &str, scheme: &str) -> String {
    format!("| `{variable}` | {meaning} (`{}`) |\n", plain(scheme))
}

fn running(project: &Project<'_>) -> String {
    let package = project.package();
    let schemes = project.module.api.security_schemes.values();
    let mut secrets = schemes.filter(|scheme| {
        !matches!(scheme.kind, SchemeKind::Unsupported { .. } | SchemeKind::MutualTls)
    });
    // Hosts hand few variables of their own down.
    let environment = secrets.next().map_or_else(String::new, |scheme| {
        format!(",\n      \"env\": {{ \"{}\": \"…\" }}", scheme.env)
    });
    format!(
        r#"
## Running

The server speaks MCP over its standard input and output. `cargo build --release`, then tell a
client to start it:

```json
{{
  "mcpServers": {{
    "{package}": {{
      "command": "/path/to/{package}/target/release/{package}"{environment}
    }}
  }}
}}
```
"#
    )
}

fn changing(project: &Project<'_>) -> String {
    let module = &project.module.api.name;
    let name = &project.module.outline.service;
    let Some(first) = project.module.outline.methods.first().filter(|_| project.is_remote()) else {
        return "\n## Changing\n\n`src/main.rs` has one method for each tool: fill them in.\n"
            .to_owned();
    };
    let signature = first.spelled("cx", "args");
    format!(
        r#"
## Changing

Every operation is a typed method. To replace one and leave the others to the service behind,
implement `{name}Override` in `src/main.rs`:

```rust
use toolwright::{{Context, ToolError}};

struct Service({module}::Proxy);

impl {module}::{name}Override for Service {{
    fn proxy(&self) -> &{module}::Proxy {{
        &self.0
    }}

    {signature} {{
        todo!("your own answer")
    }}
}}
```

and serve `{module}::tools(Service(proxy))` instead of `proxy`. To implement everything yourself,
implement `{module}::{name}`. `cargo doc --open` shows all methods and types.
"#
    )
}

/// Text without what Markdown tables and code spans trip over.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '|' | '`')).collect()
}
