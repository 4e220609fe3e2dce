//! The second table in the documentation.

use super::super::page;
use super::row::{Feature, Found, Mark, Row};

const HEAD: &str = "\
## Our client with official servers

What a Toolwright client finds when it tries every feature of official servers: some that are
published ready for use, and some written for this test with the official SDKs
(`tests/peers/server.py`). The client is driven by `tests/it/interop/servers`.

\u{2713} works; \u{25cb} the server has no such thing, and says so when it is tried; \u{2013} the
protocol revision has no such thing.

";

const NOTES: &str = "
What is tried, besides what is said above:

- *tools*: list, call, a result with `isError`, an unknown tool. *pages*: a list that comes in parts.
- *output*: structured content, and some that breaks the schema of its tool, which is an error.
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
