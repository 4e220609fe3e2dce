//! The second table in the documentation.

use super::super::page;
use super::row::{Feature, Found, Mark, Row};

const HEAD: &str = "\
## Our client with official servers

What a Toolwright client finds when it tries every feature of official servers: some that are
published ready for use, and some written with the official SDKs for this (`tests/peers/server.py`,
`tests/peers/server.mjs`, `tests/peers/rmcp`). The client is driven by `tests/it/interop/servers`.

\u{2713} works; \u{25cb} the server has no such thing, which was tried and is what it said or did;
\u{2013} the protocol revision has no such thing.

";

const NOTES: &str = "
What is tried, besides what is said above:

- *tools*: an unknown tool as well. *pages*: a list of tools that comes in parts.
- *output*: structured content, and some that breaks the schema of its tool, which is an error.
- *tasks*: a call that becomes a task, with a question in it, waited for and taken up from its ticket.
- *cancellation*: where the server does not tell whether it stopped, that it serves others.

How a server is set up says what it can do. *Stateless* servers of the revisions with sessions cannot
ask and have nobody to tell of changes; with *JSON*, an answer comes alone. Python 1.30 still asks for
roots there, since it does so on the stream that belongs to no call.
";

/// Compares the table with the one in the documentation, or writes it if the environment says so.
pub(super) fn check(rows: &[Row], found: &[Found]) {
    page::check(page::Part::Servers, &format!("{HEAD}{}{NOTES}", table(rows, found)));
}

fn table(rows: &[Row], found: &[Found]) -> String {
    let features = Feature::ALL.map(Feature::name);
    let mut text = format!("| revision | transport | server | {} |\n", features.join(" | "));
    text += &"| --- ".repeat(3 + features.len());
    text += "|\n";
    for (row, Found { marks, .. }) in rows.iter().zip(found) {
        text += &row.head();
        for feature in Feature::ALL {
            text += match marks.get(&feature) {
                Some(Mark::Works) => " \u{2713} |",
                Some(Mark::Fails) | None => " \u{2717} |",
                Some(Mark::Lacks) => " \u{25cb} |",
                Some(Mark::Unknown) => " \u{2013} |",
            };
        }
        text.push('\n');
    }
    text
}
