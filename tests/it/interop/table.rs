//! The table in the documentation.

use std::fmt::Write;

use super::line::{Found, Transport};
use super::page;

const FEATURES: [&str; 11] = [
    "tools",
    "resources",
    "prompts",
    "completion",
    "elicitation",
    "sampling",
    "roots",
    "progress",
    "logging",
    "cancellation",
    "subscriptions",
];

const HEAD: &str = "\
# Interoperability

What official clients find when they try every feature of one Toolwright server. Continuous
integration runs all of it and compares this page, so it is true of this revision of the source. The
server is `tests/src/everything`; the clients are driven by `tests/peers/matrix.py`,
`tests/peers/matrix.mjs` and `tests/peers/rmcp`.

\u{2713} works; \u{2013} the protocol revision has no such thing.

";

const NOTES: &str = "
What is tried:

- *tools*: list, call, a result with `isError`, structured content. *resources*: list, templates,
  read, read by template. *prompts*: list, fill. *completion*: of a prompt's argument.
- *elicitation*, *sampling*, *roots*: a tool asks while it runs. From 2026-07-28 on this is a result
  that asks and a repeated call, before a request to the client.
- *progress* and *logging*: during a call, in order and complete.
- *cancellation*: a call that would never end is given up, and its handler is gone afterwards.
- *subscriptions*: a resource changes, and the list of tools; the client is told of both.
- Tasks, an extension without a column, with `rmcp` in 2026-07-28: one that is waited for, one that
  asks, and one that is ended.
- Logins, without a column either: the clients of Python and TypeScript log in to our server over
  Streamable HTTP and HTTP+SSE, and ask for more where the transport has statuses for that. Our client
  logs in to servers of both SDKs over both, as one that registers itself and as ones that are known
  beforehand, with secrets in the header and in the form; its tokens are refreshed, and ended. (The
  Python SDK ends those of clients alone whose secret is in the form.)

The old revisions are spoken by new clients that were told to ask for them, as the releases of that
time are not maintained. `rmcp` has no client for HTTP+SSE: told to ask for 2024-11-05, it does so
over Streamable HTTP, which came after that revision and is served all the same.
";

/// Compares the table with the one in the documentation, or writes it if the environment says so.
pub(super) fn check(found: &[Found]) {
    page::check(page::Part::Clients, &format!("{HEAD}{}{NOTES}", table(found)));
}

fn table(found: &[Found]) -> String {
    let mut text = format!("| revision | transport | client | {} |\n", FEATURES.join(" | "));
    text += &"| --- ".repeat(3 + FEATURES.len());
    text += "|\n";
    for Found { line, features, .. } in found {
        let transport = match line.transport {
            Transport::Stdio => "stdio",
            Transport::Http => "Streamable HTTP",
            Transport::HttpSse => "HTTP+SSE",
        };
        write!(text, "| {} | {transport} | {} |", line.revision, line.peer.name()).unwrap();
        for feature in FEATURES {
            let mark = match features.get(feature) {
                Some(true) => '\u{2713}',
                Some(false) => '\u{2717}',
                None => '\u{2013}',
            };
            write!(text, " {mark} |").unwrap();
        }
        text.push('\n');
    }
    text
}
